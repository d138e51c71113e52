import { sql } from 'drizzle-orm';
import { deviceCounts } from '../../../db/schema/announcements.ts';
import { DEVICE } from '../../../db/schema/sessions.ts';
import { USER, users } from '../../../db/schema/users.ts';
import { FIRST_USER } from '../../core/ids.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

/** The kinds of device that an announcement may be for. */
export const KINDS = [
  { name: 'android', device: DEVICE.android },
  { name: 'ios', device: DEVICE.ios },
  { name: 'pc', device: DEVICE.pc },
  { name: 'web', device: DEVICE.web },
] as const;
export type Kind = (typeof KINDS)[number]['name'];

/** The people an announcement is for: everybody, those who are logged in on a kind of device, or some. */
export type To = 'all' | Kind | readonly number[];

/** What the SQL of an announcement's readers wants. */
export type ToValues = {
  /** Null: every kind. */
  readonly device: number | null;
  /** JSON of users' numbers; empty where it is not for a list. */
  readonly users: string;
};
export const toValues = (to: To): ToValues => ({
  device: typeof to === 'string' && to !== 'all' ? DEVICE[to] : null,
  users: typeof to === 'string' ? '' : JSON.stringify([...new Set(to)]),
});

/** The last user who has registered: numbers are given in their order. */
export const lastUser = sql`(SELECT seq FROM sqlite_sequence WHERE name = 'users')`;
const shut = sql`(SELECT count(*) FROM ${users} WHERE nick_folded IS NOT NULL AND status = ${sql.raw(String(USER.disabled))})`;
/** `SELECT … AS user_id` of those of a list who have an account that is not shut. */
export const listed = sql`SELECT u.id AS user_id FROM json_each(${p('users')}) AS a CROSS JOIN ${users} AS u
  WHERE ${p('users')} <> '' AND u.id = a.value AND u.status = ${sql.raw(String(USER.valid))}`;

/**
 * How many people an announcement is for that has no list. Nobody is counted one by one: numbers of users have no gaps, and how many are
 * logged in on a kind of device is kept.
 */
export const reach = sql`CASE WHEN ${p('device')} IS NULL THEN MAX(0, COALESCE(${lastUser}, 0) - ${sql.raw(String(FIRST_USER - 1))} - ${shut})
  ELSE COALESCE((SELECT people FROM ${deviceCounts} WHERE device = ${p('device')}), 0) END`;
const readReach = prepareRead<ToValues, { people: number }>(
  sql`SELECT CASE WHEN ${p('users')} <> '' THEN (SELECT count(*) FROM (${listed})) ELSE ${reach} END`,
  ['people'],
);

/** How many people an announcement would reach now. */
export async function reachOf({ db }: Pick<Platform, 'db'>, to: To): Promise<number> {
  const [row] = await db.read(readReach(toValues(to)));
  return row?.people ?? 0;
}
