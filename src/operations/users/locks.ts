import { type SQL, sql } from 'drizzle-orm';
import { wrongTries } from '../../../db/schema/sessions.ts';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { timeText } from '../shown.ts';

/** What wrong tries of a user's lock: logins, SMS codes sent to their number, and the pay password. */
export const LOCKS = ['login', 'SMS code', 'pay password'] as const;

type Values = { readonly user: UserId; readonly now: number };

const mobileOf = sql`(SELECT mobile FROM ${users} WHERE id = ${p('user')})`;
/** Everything that begins so is counted by the network or device that tries. */
const keysBehind = (prefix: string): SQL =>
  sql`SELECT key FROM ${wrongTries} WHERE key >= ${sql.raw(`'${prefix}:'`)} || ${mobileOf} || ':'
    AND key < ${sql.raw(`'${prefix}:'`)} || ${mobileOf} || ';'`;
/** The keys under which a user's tries are counted. Value: `user`. */
const keysOfUser = sql`SELECT key FROM ${wrongTries} WHERE key = 'pay:' || ${p('user')}
  UNION ALL SELECT key FROM ${wrongTries} WHERE key = 'login:' || ${mobileOf}
  UNION ALL ${keysBehind('login')} UNION ALL ${keysBehind('code')}`;

const locks = prepareRead<Values, { what: string; until: number }>(
  sql`SELECT CASE substr(key, 1, instr(key, ':')) WHEN 'pay:' THEN 'pay password' WHEN 'code:' THEN 'SMS code' ELSE 'login' END AS what,
      max(locked_until)
    FROM ${wrongTries} WHERE locked_until > ${p('now')} AND key IN (${keysOfUser}) GROUP BY what`,
  ['what', 'until'],
);
/** The locks of a user that hold now, one of each kind, and until when (epoch ms). */
export const locksOf = (values: Values) => locks(values);

const forget = prepareChange<Values>(
  sql`DELETE FROM ${wrongTries} WHERE key IN (${keysOfUser}) AND EXISTS (
    SELECT 1 FROM ${wrongTries} AS held WHERE held.locked_until > ${p('now')} AND held.key IN (${keysOfUser}))`,
);

/** Forgets all wrong tries of a user of whom something is locked. `changed` changes a row where something was. */
export const unlocking = ({ clock }: Pick<Platform, 'clock'>, user: UserId) => ({
  changed: forget({ user, now: clock.now() }),
});

/** The locks of a user for the audit: `{ login: '2026-11-22 20:15:00' }`. */
export async function lockFacts({ db, clock }: Pick<Platform, 'db' | 'clock'>, user: UserId) {
  const found = await db.read(locks({ user, now: clock.now() }));
  return Object.fromEntries(found.map(({ what, until }) => [what, timeText(until)]));
}
