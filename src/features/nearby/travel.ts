import { type SQL, sql } from 'drizzle-orm';
import { EARTH_RADIUS, RADIUS_CM } from './sphere.ts';

/** Nobody is believed to travel faster (docs/decisions.md#places): 1,200 km/h in metres per millisecond. */
const FASTEST = 1_200_000 / 3_600_000;
/** A report may be so much older than its arrival, and one step over an edge is as far as from middle to middle. */
const SLACK_MS = 5000;

/** Half the angle that the fastest traveller covers in so many ms, at most half the way around the earth. */
const halfAngle = (ms: SQL) =>
  sql`MIN(${sql.raw(String(Math.PI / 2))}, ${sql.raw(String(FASTEST / (2 * EARTH_RADIUS)))} * MAX(0, ${ms}))`;

/**
 * Holds where somebody may have come from one point to another since they were seen. The slack counts from their last
 * report, not from their last move, so that many small steps add up to no more.
 * @param from alias of a row with x, y, z, `seen_at` and `moved_at`
 * @param to alias of a row with x, y, z
 */
export function isWithinReach(from: string, to: string, now: SQL): SQL {
  const [a, b] = [sql.raw(from), sql.raw(to)];
  const square = (axis: SQL) => sql`(${a}.${axis} - ${b}.${axis}) * (${a}.${axis} - ${b}.${axis})`;
  const [x, y, z] = ['x', 'y', 'z'].map((axis) => square(sql.raw(axis)));
  const since = sql`${now} - MAX(${a}.moved_at, ${a}.seen_at - ${sql.raw(String(SLACK_MS))})`;
  const chord = sql`${sql.raw(String(2 * RADIUS_CM))} * sin(${halfAngle(since)})`;
  return sql`${x} + ${y} + ${z} <= (${chord}) * (${chord})`;
}
