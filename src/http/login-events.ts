import { sql } from 'drizzle-orm';
import { LOGIN_EVENT, LOGIN_RESULT, type LoginEvent, loginEvents } from '../../db/schema/login-events.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { SessionId } from '../core/ids.ts';
import type { Settings } from '../core/settings.ts';
import { p, prepareChange, type Query } from '../platform/database/query.ts';
import { prepareSweep } from '../platform/database/sweep.ts';
import { plainAddress } from './address.ts';

const DAY_MS = 24 * 3600 * 1000;

/** From where a call came: the client's address, and its port, 0 where it is not known. */
export interface Whence {
  readonly address: string;
  readonly port: number;
}
type WhenceValues = { readonly from_address: string; readonly from_port: number; readonly now: number };

/** The values of where and when, for the statements here. */
export const whenceValues = ({ address, port }: Whence, now: number): WhenceValues => ({
  from_address: plainAddress(address),
  from_port: port,
  now,
});

const columns = sql.raw('(at, user_id, session_id, what, result, subject, device, uuid, address, port)');
const whence = sql`${p('from_address')}, ${p('from_port')}`;
const SUCCESS = sql.raw(String(LOGIN_RESULT.success));

type SessionValues = WhenceValues & { readonly session: SessionId };
const ofSession = sql`FROM ${sessions} AS s WHERE s.id = ${p('session')}`;

/** The mark of a change of address: the row is there only while the session says the old one. */
const noteChange = prepareChange<SessionValues>(
  sql`INSERT INTO ${loginEvents} ${columns}
    SELECT ${p('now')}, s.user_id, s.id, ${LOGIN_EVENT.address}, ${SUCCESS}, '', s.device, s.uuid, ${whence} ${ofSession}
      AND s.ended_at IS NULL AND s.address <> ${p('from_address')}`,
);
const setAddress = prepareChange<Pick<SessionValues, 'session' | 'from_address'>>(
  sql`UPDATE ${sessions} SET address = ${p('from_address')} WHERE id = ${p('session')} AND ended_at IS NULL
    AND address <> ${p('from_address')}`,
);
/** Notes that a session calls from another address than it last did; where it does not, nothing changes. */
export const noteAddress = (session: SessionId, from: Whence, now: number): readonly Query<number>[] => {
  const values = { ...whenceValues(from, now), session };
  return [noteChange(values), setAddress(values)];
};

/** Sessions whose address this process remembers; of one that was forgotten the database is asked once more. */
const CAPACITY = 50_000;
/** A client that comes by two ways in turn is noted so often at most. */
const AT_MOST_EVERY_MS = 60_000;
const remembered = new BoundedMap<number, { readonly address: string; readonly at: number }>(CAPACITY);

/** Whether there is nothing to note: the session called from there last, or it was noted a moment ago. */
export function isAddressNoted(session: number, { address }: Whence, now: number): boolean {
  const last = remembered.get(session);
  return (
    address === '' || last?.address === address || (last !== undefined && now - last.at < AT_MOST_EVERY_MS)
  );
}

/** Remembers it, once the batch with `noteAddress` has been written, or a read has shown it. */
export const rememberAddress = (session: number, { address }: Whence, at: number): void =>
  remembered.set(session, { address, at });

/** Publications of one person within a day that are noted; nobody writes more. */
const MOST_OF_DAY = 2000;
const hasRoom = sql`(SELECT count(*) FROM (SELECT 1 FROM ${loginEvents} AS e WHERE e.user_id = s.user_id
  AND e.at > ${p('day_ago')} LIMIT ${sql.raw(String(MOST_OF_DAY))})) < ${sql.raw(String(MOST_OF_DAY))}`;
const notePublished = prepareChange<
  SessionValues & { readonly what: LoginEvent; readonly subjects: string; readonly day_ago: number }
>(
  sql`INSERT INTO ${loginEvents} ${columns}
    SELECT ${p('now')}, s.user_id, s.id, ${p('what')}, ${SUCCESS}, CAST(v.value AS TEXT), s.device, s.uuid, ${whence}
      FROM ${sessions} AS s, json_each(${p('subjects')}) AS v
      WHERE s.id = ${p('session')} AND changes() > 0 AND ${hasRoom}`,
);

/** What a caller's call says of itself. */
interface Publishing extends Whence {
  readonly caller: { readonly sessionId: SessionId };
  readonly clock: { now(): number };
}

/**
 * Notes from where something was published. It stands right behind the statement that publishes, in its batch: there
 * `changes()` tells whether it did.
 * @param subjects numbers or keys of what it is
 */
export function published(
  { caller, clock, address, port }: Publishing,
  what: LoginEvent,
  subjects: readonly (number | string)[],
): Query<number> {
  const now = clock.now();
  return notePublished({
    ...whenceValues({ address, port }, now),
    session: caller.sessionId,
    what,
    subjects: JSON.stringify(subjects),
    day_ago: now - DAY_MS,
  });
}

const sweep = prepareSweep(loginEvents, loginEvents.at);
/** Forgets what is older than LOGIN_EVENTS_DAYS. */
export const forgetLoginEvents = (
  now: number,
  limit: number,
  { LOGIN_EVENTS_DAYS }: Pick<Settings, 'LOGIN_EVENTS_DAYS'>,
): Query<number> => sweep({ before: now - LOGIN_EVENTS_DAYS * DAY_MS, limit });
