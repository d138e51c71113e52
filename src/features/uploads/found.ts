import { sql } from 'drizzle-orm';
import { UPLOAD, uploads } from '../../../db/schema/uploads.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { workThrough } from '../../core/work-through.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Files } from '../../platform/files/files.ts';
import type { Platform } from '../../realtime/context.ts';
import { drawnAt, rowKeyOf } from './keys.ts';
import { SMALL } from './store.ts';
import { currentWalk, movedTo } from './walk.ts';

const DAY_MS = 24 * 3600 * 1000;
const EVERY_MS = 7 * DAY_MS;
/** Round trips to the database that a page takes, at most: what is known, what is hidden again, what is entered, the walk. */
const TRIPS = 4;
/** Descriptions that are read at a time. */
const AT_ONCE = 8;

const known = prepareRead<{ keys: string }, { key: string; state: number }>(
  sql`SELECT u.key, u.state FROM json_each(${p('keys')}) AS wanted CROSS JOIN ${uploads} AS u ON u.key = wanted.value`,
  ['key', 'state'],
);
const enter = prepareChange<{ now: number; rows: string }>(
  sql`INSERT INTO ${uploads} (key, bytes, sha256, content_type, made_at, state_since, named_at, is_kept)
    SELECT row.value ->> 0, row.value ->> 1, '', row.value ->> 2, row.value ->> 3,
        ${p('now')}, ${p('now')}, row.value ->> 4
      FROM json_each(${p('rows')}) AS row WHERE true
    ON CONFLICT (key) DO NOTHING`,
);
/** What is shown though its row says otherwise: a store that was restored from a copy. */
const hideAgain = prepareChange<{ keys: string }>(
  sql`UPDATE ${uploads} SET is_pending = 1
    WHERE key IN (SELECT value FROM json_each(${p('keys')})) AND state <> ${UPLOAD.live}`,
);

type FoundRow = readonly [key: string, bytes: number, contentType: string, madeAt: number, isKept: 0 | 1];

/**
 * What is to be entered of a file without a row. One that an older version wrote is kept for ever, whoever names it:
 * so is one whose key nobody could find in a text. What is younger than a day may be a call's that is under way.
 */
async function rowOf(
  files: Files,
  key: string,
  now: number,
  isAnyAge: boolean,
): Promise<FoundRow | undefined> {
  const full = await files.head(key);
  const small = await files.head(SMALL + key);
  const meta = full ?? small;
  if (!meta) return undefined;
  const drawn = drawnAt(key);
  const isYoung = meta.isTracked && drawn !== undefined && drawn > now - DAY_MS;
  if (isYoung && !isAnyAge) return undefined;
  const bytes = (full?.size ?? 0) + (small?.size ?? 0);
  const isKept = meta.isTracked && drawn !== undefined && full ? 0 : 1;
  return [full ? key : SMALL + key, bytes, meta.contentType, Math.min(drawn ?? now, now), isKept];
}

/**
 * Enters those of these files that have no row, their owner unknown.
 * @param options `isAnyAge`: also what may belong to a call that is under way, which then fails
 * @returns how many had none
 */
export async function enterFound(
  { db, files, clock }: Pick<Platform, 'db' | 'files' | 'clock'>,
  keys: readonly string[],
  { isAnyAge = false } = {},
): Promise<number> {
  const wanted = [...new Set(keys.map(rowKeyOf))].filter(Boolean);
  const rows = await db.read(known({ keys: JSON.stringify(wanted) }));
  const has = new Set(rows.map(({ key }) => key));
  const now = clock.now();
  const hidden = rows.filter(({ state }) => state !== UPLOAD.live).map(({ key }) => key);
  if (hidden.length > 0) await db.write(hideAgain({ keys: JSON.stringify(hidden) }));
  const without = wanted.filter((key) => !has.has(key));
  const found: FoundRow[] = [];
  await workThrough(without, AT_ONCE, async (key) => {
    const row = await rowOf(files, key, now, isAnyAge);
    if (row) found.push(row);
  });
  if (found.length > 0) await db.write(enter({ now, rows: JSON.stringify(found) }));
  return without.length;
}

/**
 * Goes on with the walk through the store, which gives a row to every file that has none: those of older versions, and
 * what a crash left behind between a file and its row. A new walk begins a week after the last began. A run ends with
 * the first page that holds a file without a row.
 */
export async function walkStore(platform: Platform, allowance?: Allowance): Promise<void> {
  const { db, files, clock } = platform;
  let walk = await currentWalk(db, { name: 'store', plan: '', now: clock.now(), everyMs: EVERY_MS });
  const step = async () => {
    if (!walk) return false;
    const page = await files.list(walk.cursor === '' ? undefined : walk.cursor);
    const entered = await enterFound(platform, page.keys);
    const next = page.next === undefined ? undefined : { ...walk, cursor: page.next };
    const moved = await db.write(movedTo(walk, next));
    walk = next;
    return moved > 0 && entered === 0;
  };
  await inSlices(clock, step, { trips: TRIPS, allowance });
}
