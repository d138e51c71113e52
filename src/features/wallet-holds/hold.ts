import { type SQL, sql } from 'drizzle-orm';
import { knownLogins } from '../../../db/schema/known-logins.ts';
import { instance } from '../../../db/schema/platform.ts';
import { sessions } from '../../../db/schema/sessions.ts';
import { users } from '../../../db/schema/users.ts';
import { walletHolds } from '../../../db/schema/wallet-holds.ts';
import { type NoMore, type Prepared, p, prepareChange, type Values } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';
import { KEPT_DAYS } from '../sessions/known-logins.ts';
import { LIMITED_MS } from './conditions.ts';

const days = sql.raw(String(KEPT_DAYS));
const since = sql`${p('day')} - ${days}`;

/**
 * Condition: for 180 days nobody has been heard of, so that the carrier may have given the number to somebody else.
 * Nobody is silent for days of which nothing was noted. Before sessions are ended. Values: `day`, `now`.
 */
export const isSilent = (user: SQL): SQL =>
  sql`(EXISTS (SELECT 1 FROM ${users} AS u WHERE u.id = ${user} AND u.created_at <= ${p('now')} - 86400000 * ${days})
    AND NOT EXISTS (SELECT 1 FROM ${knownLogins} AS k WHERE k.user_id = ${user} AND k.last_day > ${since})
    AND NOT EXISTS (SELECT 1 FROM ${sessions} AS s WHERE s.user_id = ${user} AND s.ended_at IS NULL
      AND (s.last_day > ${since} OR s.created_at > ${p('now')} - 86400000 * ${days}))
    AND COALESCE((SELECT CAST(value AS INTEGER) FROM ${instance} WHERE name = 'logins_noted_since'), 0) <= ${since})`;

/**
 * Prepares the hold on a wallet whose owner may be somebody else by now. Value: `now`.
 * @param user SQL of the owner
 * @param freezes condition: nothing leaves at all until the owner is proved
 * @param condition of the batch
 */
export const prepareHold = <Wanted extends Values = NoMore>(
  user: SQL,
  freezes: SQL,
  condition: SQL,
): Prepared<number, Wanted & { readonly now: number }> =>
  prepareChange<Wanted & { readonly now: number }>(
    sql`INSERT INTO ${walletHolds} (user_id, limited_until, frozen_at)
      SELECT ${user}, ${p('now')} + ${sql.raw(String(LIMITED_MS))}, CASE WHEN ${freezes} THEN ${p('now')} END
      WHERE ${condition} AND ${user} IS NOT NULL
      ON CONFLICT (user_id) DO UPDATE SET limited_until = excluded.limited_until,
        frozen_at = COALESCE(frozen_at, excluded.frozen_at)`,
  );

const sweep = prepareSweep(walletHolds, walletHolds.limitedUntil, sql`AND frozen_at IS NULL`);
/** Forgets holds that are over. */
export const sweepHolds: Sweep = (now, limit) => sweep({ before: now, limit });
