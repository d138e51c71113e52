import { type SQL, sql } from 'drizzle-orm';
import { knownLogins } from '../../../db/schema/known-logins.ts';
import { sessions } from '../../../db/schema/sessions.ts';
import { chinaDay } from '../../core/china-time.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange, type Query, type Values } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';

/** What counts as known was used within this (docs/decisions.md#known-devices). */
const KNOWN_DAYS = 90;
/** How long a login is kept at most: from then on an account that has no other is silent (`wallet-holds`). */
export const KEPT_DAYS = 180;
/** More accounts than this have no device of their own: a test phone, or an app that sends the same for all. */
const ACCOUNTS = 10;
/** Logins kept of a user. */
const KEPT = 20;

/** SQL of few users: as many as have used the device, at most one more than a device may have. */
const usersOfDevice = sql`(SELECT count(*) FROM (SELECT DISTINCT d.user_id FROM ${knownLogins} AS d
  WHERE d.device = ${p('uuid')} AND d.device <> '' LIMIT ${sql.raw(String(ACCOUNTS + 1))}))`;

/** Condition: the user has logged in from this device lately, and it is one (`UUID`). Values: those of `knownValues`. */
export const isKnownDevice = (user: SQL): SQL<number> =>
  sql<number>`(EXISTS (SELECT 1 FROM ${knownLogins} AS k WHERE k.user_id = ${user} AND k.device = ${p('uuid')}
    AND k.device <> '' AND k.last_day >= ${p('knownSince')}) AND ${usersOfDevice} <= ${sql.raw(String(ACCOUNTS))})`;

/** Condition: the user has logged in from this address lately. Values: those of `knownValues`. */
export const isKnownAddress = (user: SQL): SQL<number> =>
  sql<number>`EXISTS (SELECT 1 FROM ${knownLogins} AS k WHERE k.user_id = ${user} AND k.address = ${p('address')}
    AND k.address <> '' AND k.last_day >= ${p('knownSince')})`;

/** Values of these: who asks, from where. */
export const knownValues = (now: number, uuid: string, addressKey: string) => ({
  uuid,
  address: addressKey,
  day: chinaDay(now),
  knownSince: chinaDay(now) - KNOWN_DAYS,
});

const user = p('user');
const loggedIn = (how: SQL) =>
  sql`EXISTS (SELECT 1 FROM ${knownLogins} AS k WHERE k.user_id = ${user} AND ${how})`;
const isFamiliar = loggedIn(
  sql`k.last_day >= ${p('knownSince')} AND k.device = ${p('uuid')}
    AND (k.device <> '' OR (k.kind = ${p('device')} AND k.address = ${p('address')}))`,
);
const hasSession = sql`EXISTS (SELECT 1 FROM ${sessions} AS s WHERE s.user_id = ${user} AND s.ended_at IS NULL)`;
/** Whoever says no `UUID` is as good as a new device to those whose apps say theirs; to others it says nothing. */
const saysWhich = sql`(${p('uuid')} <> '' OR ${loggedIn(sql`k.device <> ''`)})`;
/**
 * Condition of a login's batch, before anything else in it: the user has logged in before, and never lately from this
 * device. A login without `UUID` is told from others by its kind and address.
 */
export const isNewDevice = sql`((${loggedIn(sql`1`)} OR ${hasSession}) AND ${saysWhich} AND NOT ${isFamiliar})`;

/** What a login leaves. */
type LoginValues = {
  readonly user: UserId;
  /** Its kind. */
  readonly device: number;
} & Pick<ReturnType<typeof knownValues>, 'uuid' | 'address' | 'day'>;

/**
 * Prepares what a login leaves. Beyond 20 the oldest are let go, those first whose device has newer ones.
 * @param condition that the login has happened
 */
export function prepareKnownLogin<Wanted extends Values>(
  condition: SQL,
): (values: Wanted & LoginValues) => readonly [Query<number>, Query<number>] {
  const note = prepareChange<Wanted & LoginValues>(
    sql`INSERT INTO ${knownLogins} (user_id, device, kind, address, last_day)
      SELECT ${user}, ${p('uuid')}, ${p('device')}, ${p('address')}, ${p('day')} WHERE ${condition}
      ON CONFLICT DO UPDATE SET last_day = excluded.last_day`,
  );
  const letGo = prepareChange<Wanted & Omit<LoginValues, 'device' | 'day'>>(
    sql`DELETE FROM ${knownLogins} WHERE user_id = ${user} AND ${condition} AND rowid NOT IN (
      SELECT k.rowid FROM ${knownLogins} AS k WHERE k.user_id = ${user}
        ORDER BY k.device = ${p('uuid')} AND k.address = ${p('address')} DESC,
          ROW_NUMBER() OVER (PARTITION BY k.device, k.kind ORDER BY k.last_day DESC, k.rowid DESC), k.last_day DESC
        LIMIT ${sql.raw(String(KEPT))})`,
  );
  return (values) => [note(values), letGo(values)];
}

const sweep = prepareSweep(knownLogins, knownLogins.lastDay);
/** Forgets logins that nobody has heard of for 180 days. */
export const forgetLogins: Sweep = (now, limit) => sweep({ before: chinaDay(now) - KEPT_DAYS - 1, limit });
