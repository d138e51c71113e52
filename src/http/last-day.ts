import { sql } from 'drizzle-orm';
import { knownLogins } from '../../db/schema/known-logins.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { BoundedMap } from '../core/bounded.ts';
import { chinaDay, chinaDayStart } from '../core/china-time.ts';
import { lowestIdAt } from '../core/id-maker.ts';
import type { SessionId } from '../core/ids.ts';
import { p, prepareChange, type Query } from '../platform/database/query.ts';

/** Sessions remembered at most; one that was forgotten is noted once more, which changes nothing. */
const CAPACITY = 50_000;

/** A session that calls, and the day. */
type Noted = { session: SessionId; day: number };

const noteSession = prepareChange<Noted>(
  sql`UPDATE ${sessions} SET last_day = ${p('day')} WHERE id = ${p('session')} AND ended_at IS NULL
    AND COALESCE(last_day, 0) < ${p('day')}`,
);
/** The device stays known for as long as it calls, and not just its login. */
const noteLogin = prepareChange<Noted>(
  sql`UPDATE ${knownLogins} SET last_day = ${p('day')} WHERE last_day < ${p('day')} AND rowid = (
    SELECT l.rowid FROM ${sessions} AS s JOIN ${knownLogins} AS l ON l.user_id = s.user_id AND l.device = s.uuid
      AND l.kind = s.device WHERE s.id = ${p('session')} AND s.uuid <> '' ORDER BY l.last_day DESC LIMIT 1)`,
);

const noted = new BoundedMap<number, number>(CAPACITY);

/**
 * Whether it is known that the session called on the day of `now`: this process has noted it, or the session began on that
 * day, as its number tells.
 */
export const isNoted = (session: number, now: number): boolean =>
  noted.get(session) === chinaDay(now) || session >= lowestIdAt(chinaDayStart(now));

/** Remembers it, once the batch with `noteDay` has been written. */
export function rememberNoted(session: number, day: number): void {
  noted.set(session, day);
}

/** Notes that a session called on a day, for a batch of its own or another: once a day changes anything. */
export const noteDay = (session: SessionId, day: number): readonly Query<number>[] => [
  noteSession({ session, day }),
  noteLogin({ session, day }),
];
