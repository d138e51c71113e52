import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { exchange, neededIn, needsOnlyPresent, readInstance } from '../../features/person-keys/needed.ts';
import type { Query } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { countWaiting, findKeys, rewrapping } from './rewrap.ts';
import { type KeysOfStep, resealing } from './row.ts';
import { stages } from './stages.ts';
import { presentNames, RESEAL, type Standing, standingIn } from './standing.ts';

/** What one step has looked at: how to go on, and what to write. */
interface Looked {
  /** The last row; null where there is none any more. */
  readonly last: number | null;
  readonly count: number;
  readonly waiting?: number;
  readonly rows: readonly (Query<number>[] | 'lost')[];
}
type Look = (home: Platform, cursor: number) => Promise<Looked>;

const keysOf: Look = async (home, cursor) => {
  const rows = await home.db.read(findKeys({ cursor }));
  return {
    last: rows.at(-1)?.user ?? null,
    count: rows.length,
    rows: rows.map((row) => rewrapping(home, row)),
  };
};

const passwordsOf: Look = async ({ db, keys }, cursor) => {
  const [found] = await db.read(countWaiting({ cursor, pepperName: keys.pepperName }));
  return { last: found?.last ?? null, count: 0, waiting: found?.waiting ?? 0, rows: [] };
};

/** People's keys once more at the end: whoever got one meanwhile from a server that was not started again. */
const looks: readonly Look[] = [
  keysOf,
  ...stages.map(
    (stage): Look =>
      async (home, cursor) => {
        const rows = await home.db.read(stage.find({ cursor }));
        const step: KeysOfStep = new Map();
        return {
          last: rows.at(-1)?.row ?? null,
          count: rows.length,
          rows: rows.map((row) => resealing(home, stage, row, step)),
        };
      },
  ),
  keysOf,
  passwordsOf,
];

/** What no row needs any more: the old DATA_KEYs, and the old PAY_PEPPERs once no pay password waits. */
async function letGo({ db, keys }: Platform, waiting: number): Promise<Query<number>[]> {
  const rows = await db.read(readInstance());
  const names = waiting === 0 ? (['DATA_KEY', 'PAY_PEPPER'] as const) : (['DATA_KEY'] as const);
  return names.map((name) => needsOnlyPresent(keys, name, neededIn(rows, name) ?? []));
}

function nextOf(standing: Standing, { last, count, waiting = 0, rows }: Looked, now: number): Standing {
  const isOver = last === null;
  const round = isOver ? standing.round + 1 : standing.round;
  return {
    ...standing,
    round,
    cursor: isOver ? 0 : last,
    looked: standing.looked + count,
    done: standing.done + rows.filter((row) => row !== 'lost' && row.length > 0).length,
    lost: standing.lost + rows.filter((row) => row === 'lost').length,
    waiting: standing.waiting + waiting,
    endedAt: round === looks.length ? now : null,
  };
}

/**
 * Seals what is not under the present keys, 100 rows a step, where `beginning` has begun it. People's keys are wrapped
 * under the present DATA_KEY; everything else goes over to the person's key, and digests to the present PAY_PEPPER.
 * Nothing is lost by a kill, and it may run twice: a row that somebody has changed meanwhile is sealed right already.
 * @returns how many rows went over
 */
export async function resealSome(home: Platform, allowance?: Allowance): Promise<number> {
  const { db, clock, keys } = home;
  let done = 0;
  const step = async () => {
    const rows = await db.read(readInstance());
    const standing = standingIn(rows);
    const isOurs = standing && JSON.stringify(standing.to) === JSON.stringify(presentNames(keys));
    if (!standing || !isOurs || standing.endedAt !== null) return false;
    const look = looks[standing.round];
    if (!look) return false;
    const looked = await look(home, standing.cursor);
    const next = nextOf(standing, looked, clock.now());
    await db.write({
      rows: looked.rows.flatMap((row) => (row === 'lost' ? [] : row)),
      moved: exchange({ name: RESEAL, seen: JSON.stringify(standing), value: JSON.stringify(next) }),
      letGo: next.endedAt === null ? [] : await letGo(home, next.waiting),
    });
    done += next.done - standing.done;
    return next.endedAt === null;
  };
  await inSlices(clock, step, { trips: 4, allowance });
  return done;
}
