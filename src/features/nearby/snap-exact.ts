import { sql } from 'drizzle-orm';
import { places, positions, SEX, visitedSpots } from '../../../db/schema/nearby.ts';
import { USER, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { cellsAt } from './grid.ts';
import { placeOfPoint } from './sphere.ts';

/** Positions that one batch takes: some 10 ms of work. */
const BATCH = 200;

const findExact = prepareRead<void, { user: UserId; x: number; y: number; z: number; seenAt: number }>(
  sql`SELECT user_id, x, y, z, seen_at FROM ${positions} WHERE user_id > 0 ORDER BY user_id LIMIT ${sql.raw(String(BATCH))}`,
  ['user', 'x', 'y', 'z', 'seenAt'],
);

/** Those of a batch whose row is still the one that was read: [{ user, seenAt, spot, cell, x, y, z }]. */
const read = sql`json_each(${p('snapped')}) AS snapped CROSS JOIN ${positions} AS exact
  ON exact.user_id = snapped.value ->> 'user' AND exact.seen_at = snapped.value ->> 'seenAt'`;
const of = (name: string) => sql`snapped.value ->> ${sql.raw(`'${name}'`)}`;
const addPlaces = prepareChange<{ snapped: string }>(sql`
  INSERT INTO ${places} (user_id, spot, cell, x, y, z, sex, listed_at, seen_at, moved_at)
  SELECT u.id, ${of('spot')}, ${of('cell')}, ${of('x')}, ${of('y')}, ${of('z')},
    CASE u.sex WHEN '男' THEN ${SEX.male} WHEN '女' THEN ${SEX.female} ELSE ${SEX.other} END, exact.seen_at, exact.seen_at, exact.seen_at
  FROM ${read} CROSS JOIN ${users} AS u ON u.id = exact.user_id
  WHERE u.status = ${USER.valid}
  ON CONFLICT (user_id) DO NOTHING`);
const addSpots = prepareChange<{ snapped: string }>(sql`
  INSERT INTO ${visitedSpots} (user_id, spot, seen_at)
  SELECT here.user_id, here.spot, here.moved_at FROM ${read} CROSS JOIN ${places} AS here ON here.user_id = exact.user_id
  WHERE here.spot = ${of('spot')}
  ON CONFLICT (user_id, spot) DO NOTHING`);
const removeExact = prepareChange<{ snapped: string }>(
  sql`DELETE FROM ${positions} WHERE user_id IN (SELECT exact.user_id FROM ${read})`,
);

/**
 * Makes places of the exact positions that versions before kept, and deletes those.
 * @returns how many there were
 */
export async function snapExactPositions(
  { db, clock, keys }: Platform,
  allowance?: Allowance,
): Promise<number> {
  let done = 0;
  const step = async () => {
    const found = await db.read(findExact());
    if (found.length === 0) return false;
    const snapped = found.flatMap(({ user, seenAt, ...point }) =>
      cellsAt(keys.places, user, placeOfPoint(point))
        .slice(0, 1)
        .map((cell) => ({ user, seenAt, ...cell })),
    );
    const values = { snapped: JSON.stringify(snapped) };
    await db.write({
      addPlaces: addPlaces(values),
      addSpots: addSpots(values),
      removeExact: removeExact(values),
    });
    done += found.length;
    return found.length === BATCH;
  };
  await inSlices(clock, step, { trips: 2, allowance });
  return done;
}
