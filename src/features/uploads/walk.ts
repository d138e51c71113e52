import { eq, getTableColumns, sql } from 'drizzle-orm';
import { uploadWalks } from '../../../db/schema/uploads.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareChange, prepareSelect, type Query } from '../../platform/database/query.ts';

/** What the statements here want. */
type Wanted = {
  readonly nextStartedAt: number;
  readonly nextPlan: string;
  readonly nextPlace: number;
  readonly nextCursor: string;
  readonly name: string;
  readonly startedAt: number;
  readonly plan: string;
  readonly place: number;
  readonly cursor: string;
};

/** How far a walk has come (`upload_walks`). */
export interface Walk {
  readonly name: 'names' | 'store';
  readonly startedAt: number;
  readonly plan: string;
  readonly place: number;
  readonly cursor: string;
}

const find = prepareSelect<{ name: string }>()(getTableColumns(uploadWalks), (select) =>
  select.from(uploadWalks).where(eq(uploadWalks.name, p('name'))),
);
/** Where the walk still stands where it was found: of two processes one goes on. */
const stands = sql`name = ${p('name')} AND started_at = ${p('startedAt')} AND plan = ${p('plan')}
  AND place = ${p('place')} AND cursor = ${p('cursor')}`;
const move = prepareChange<Wanted>(
  sql`UPDATE ${uploadWalks} SET started_at = ${p('nextStartedAt')}, plan = ${p('nextPlan')},
    place = ${p('nextPlace')}, cursor = ${p('nextCursor')} WHERE ${stands}`,
);
const finish = prepareChange<Pick<Wanted, 'name' | 'startedAt' | 'plan' | 'place' | 'cursor'>>(
  sql`UPDATE ${uploadWalks} SET completed = started_at, started_at = 0, place = 0, cursor = '' WHERE ${stands}`,
);

/** The statement that moves a walk, or ends it (`undefined`); it changes nothing where somebody else has moved it. */
export const movedTo = (from: Walk, to: Walk | undefined): Query<number> =>
  to
    ? move({
        ...from,
        nextStartedAt: to.startedAt,
        nextPlan: to.plan,
        nextPlace: to.place,
        nextCursor: to.cursor,
      })
    : finish({ ...from });

/** When a walk begins, and what tells it from one with other places. */
interface WantedWalk extends Pick<Walk, 'name' | 'plan'> {
  readonly now: number;
  readonly everyMs: number;
  /** Asked before a new one begins: whether there is anything to look for. */
  isDue?(): Promise<boolean>;
}

/**
 * The walk to go on with: the one under way, or a new one where the last began `everyMs` ago. One that was begun with
 * another plan begins again. Undefined while none is due.
 */
export async function currentWalk(db: Db, wanted: WantedWalk): Promise<Walk | undefined> {
  const { name, plan, now, everyMs, isDue } = wanted;
  const [found] = await db.read(find({ name }));
  if (!found) return undefined;
  const { completed, ...row } = found;
  const walk: Walk = { ...row, name };
  if (walk.startedAt > 0 && walk.plan === plan) return walk;
  // A clock that was ahead when the last one began must not keep the next from coming.
  const rests = completed > 0 && completed <= now && now - completed < everyMs;
  if (walk.startedAt === 0 && (rests || (isDue && !(await isDue())))) return undefined;
  const fresh: Walk = { name, plan, startedAt: now, place: 0, cursor: '' };
  const begun = await db.write(movedTo(walk, fresh));
  return begun > 0 ? fresh : undefined;
}
