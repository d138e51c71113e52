import { sql } from 'drizzle-orm';
import { places, SEX, visitedSpots } from '../../../db/schema/nearby.ts';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import type { Place } from '../../http/position.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { type Cell, cellsAt } from './grid.ts';
import type { Point } from './sphere.ts';
import { isWithinReach } from './travel.ts';

/** What the statements here want. */
type Wanted = {
  readonly cells: string;
  readonly me: UserId;
  readonly listed: number;
  readonly now: number;
};

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** How long a place counts (docs/decisions.md#nearby). */
export const PLACE_LIFE_MS = 72 * HOUR_MS;
/** How long a cell is remembered that its user does not come back to. */
export const SPOT_LIFE_MS = 90 * DAY_MS;
/** Cells in which one may be within 24 hours (docs/decisions.md#places). */
const MOST_SPOTS = 200;

const yesterday = sql`${p('now')} - ${sql.raw(String(DAY_MS))}`;
const reaching = sql`SELECT key AS rank, value ->> 'spot' AS spot, value ->> 'cell' AS cell,
  value ->> 'x' AS x, value ->> 'y' AS y, value ->> 'z' AS z FROM json_each(${p('cells')})`;
const spotsOfDay = sql`(SELECT count(*) FROM ${visitedSpots} WHERE user_id = ${p('me')} AND seen_at > ${yesterday})`;

/**
 * Of the cells that reach the place, the user is in that where they are already, else where they were last, else
 * that which holds it. So noise moves nobody who stays, and who comes home comes into the same cell again. A user
 * who would have come too fast, or into too many cells, stays where they were.
 */
const move = prepareChange<Wanted>(sql`
  INSERT INTO ${places} (user_id, spot, cell, x, y, z, sex, listed_at, seen_at, moved_at)
  WITH reaching AS (${reaching}),
    before AS (SELECT * FROM ${places} WHERE user_id = ${p('me')}),
    chosen AS (SELECT reaching.*, visited.seen_at AS visited_at FROM reaching
      LEFT JOIN ${visitedSpots} AS visited ON visited.user_id = ${p('me')} AND visited.spot = reaching.spot
      ORDER BY reaching.spot IS (SELECT spot FROM before) DESC, visited.seen_at DESC, reaching.rank LIMIT 1)
  SELECT u.id, chosen.spot, chosen.cell, chosen.x, chosen.y, chosen.z,
    CASE u.sex WHEN '男' THEN ${SEX.male} WHEN '女' THEN ${SEX.female} ELSE ${SEX.other} END, ${p('listed')}, ${p('now')}, ${p('now')}
  FROM chosen CROSS JOIN ${users} AS u LEFT JOIN before ON before.user_id = u.id
  WHERE u.id = ${p('me')} AND (before.spot IS chosen.spot OR
    ((before.spot IS NULL OR ${isWithinReach('before', 'chosen', p('now'))})
      AND (chosen.visited_at > ${yesterday} OR ${spotsOfDay} < ${sql.raw(String(MOST_SPOTS))})))
  ON CONFLICT (user_id) DO UPDATE SET
    moved_at = CASE WHEN spot = excluded.spot THEN moved_at ELSE excluded.moved_at END,
    spot = excluded.spot, cell = excluded.cell, x = excluded.x, y = excluded.y, z = excluded.z, sex = excluded.sex,
    listed_at = MAX(listed_at, excluded.listed_at), seen_at = MAX(seen_at, excluded.seen_at)`);

/** Remembers the cell in which the user is now: when they came into it, and once a day that they are there. */
const remember = prepareChange<{ now: number; me: UserId; cells: string }>(sql`
  INSERT INTO ${visitedSpots} (user_id, spot, seen_at)
  SELECT here.user_id, here.spot, ${p('now')} FROM ${places} AS here
  WHERE here.user_id = ${p('me')} AND here.spot IN (SELECT value ->> 'spot' FROM json_each(${p('cells')}))
  ON CONFLICT (user_id, spot) DO UPDATE SET seen_at = excluded.seen_at
  WHERE seen_at <= ${yesterday} OR seen_at < (SELECT moved_at FROM ${places} WHERE user_id = ${p('me')})`);

const find = prepareRead<{ me: UserId; since: number }, { x: number; y: number; z: number }>(
  sql`SELECT x, y, z FROM ${places} WHERE user_id = ${p('me')} AND seen_at > ${p('since')}`,
  ['x', 'y', 'z'],
);

/**
 * Says where the caller is, and answers as what place that counts: the middle of a cell, which may be where they
 * were before. Without a place it answers that one; undefined where there is none.
 * @param isListed whether others may find the caller there
 */
export async function stand(
  { caller, clock, db, keys }: CallerContext,
  place: Place | undefined,
  isListed: boolean,
): Promise<Point | undefined> {
  const [me, now] = [caller.userId, clock.now()];
  const since = now - PLACE_LIFE_MS;
  if (!place) {
    const [stored] = await db.read(find({ me, since }));
    return stored;
  }
  const cells: readonly Cell[] = cellsAt(keys.places, me, place);
  const values = { me, now, listed: isListed ? now : 0, cells: JSON.stringify(cells) };
  const {
    stored: [stored],
  } = await db.write({ move: move(values), remember: remember(values), stored: find({ me, since }) });
  return stored;
}

const oldPlaces = prepareSweep(places, places.seenAt);
/** Forgets places that count no longer. */
export const forgetPlaces: Sweep = (now, limit) => oldPlaces({ before: now - PLACE_LIFE_MS, limit });

const oldSpots = prepareSweep(visitedSpots, visitedSpots.seenAt);
/** Forgets cells that their users do not come back to. */
export const forgetSpots: Sweep = (now, limit) => oldSpots({ before: now - SPOT_LIFE_MS, limit });
