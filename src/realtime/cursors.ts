import { type SQL, sql } from 'drizzle-orm';
import { groupDepartures } from '../../db/schema/groups.ts';
import { eventBodies, inbox, inboxCursors } from '../../db/schema/inbox.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { lowestIdAt } from '../core/id-maker.ts';
import type { SessionId, UserId } from '../core/ids.ts';
import type { Caller } from '../http/caller.ts';
import { p, prepareChange, prepareRead } from '../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../platform/database/sweep.ts';
import { agedSeq } from './aged.ts';
import { countReaders } from './announcement-readers.ts';
import { beforeFirst, lastSeq, spanOf } from './inbox.ts';

/** Up to here the events of a user have been dropped, because all kinds of device had taken them. */
export const droppedOf = (user: SQL): SQL =>
  sql`COALESCE((SELECT MAX(c.dropped) FROM ${inboxCursors} AS c WHERE c.user_id = ${user}), 0)`;

interface Cursor {
  readonly seq: number;
  readonly last: number;
  readonly missed: number;
}
/**
 * Where the devices of one kind stand: `seq`, and whatever is last in the sequence. `missed` is up to where events have
 * gone that a client may never have been sent. They went by their age, or before its session began.
 */
export const readCursor = prepareRead<
  { user: UserId; device: number; session: SessionId },
  Cursor & Record<string, number>
>(
  sql`SELECT COALESCE((SELECT seq FROM ${inboxCursors} WHERE user_id = ${p('user')} AND device = ${p('device')}), 0), ${lastSeq},
    MAX(${agedSeq}, COALESCE((SELECT missed_seq FROM ${sessions} WHERE id = ${p('session')}), 0))`,
  ['seq', 'last', 'missed'],
);

/** What `readCursor` wants. */
export const cursorKey = ({ userId, device, sessionId }: Caller) => ({
  user: userId,
  device,
  session: sessionId,
});

/** Where to begin for a client that says where it is, or does not; never beyond the end. */
export const startOf = (
  cursor: Pick<Cursor, 'seq' | 'last'> | undefined,
  after: number | undefined,
): number => Math.min(after ?? cursor?.seq ?? 0, cursor?.last ?? 0);

/** Up to where events are missing for a client that begins there; undefined where it has missed none. */
export const gapOf = (cursor: Cursor | undefined, after: number | undefined): number | undefined =>
  cursor && startOf(cursor, after) < cursor.missed ? cursor.missed : undefined;

/** Devices of one kind have taken everything up to `seq`. */
export interface Acknowledgement {
  readonly userId: UserId;
  readonly device: number;
  readonly seq: number;
}

/** A cursor only moves on, and never past what there is. */
const moveCursors = prepareChange<{ acks: string }>(
  sql`INSERT INTO ${inboxCursors} (user_id, device, seq)
    SELECT a.value ->> 0, a.value ->> 1, MIN(a.value ->> 2, ${lastSeq}) FROM json_each(${p('acks')}) AS a WHERE true
    ON CONFLICT (user_id, device) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > inbox_cursors.seq`,
);

/**
 * Up to where every device kind of `user` with a live session has taken the user's events; NULL without such a
 * session.
 */
const passed = (user: SQL) => sql`(SELECT MIN(COALESCE(c.seq, 0)) FROM ${sessions} AS s
  LEFT JOIN ${inboxCursors} AS c ON c.user_id = s.user_id AND c.device = s.device
  WHERE s.user_id = ${user} AND s.ended_at IS NULL AND s.expires_at > ${p('now')})`;

/**
 * The events that users have passed and that are still there. What each of them has passed is found once: spread into
 * the conditions, it would be found for each of these.
 * @param users `SELECT … AS user_id`
 */
const passedBy = (users: SQL) => sql`WITH RECURSIVE way (user_id, low, high) AS MATERIALIZED (
    SELECT u.user_id, MAX(${droppedOf(sql`u.user_id`)}, ${beforeFirst}), ${passed(sql`u.user_id`)} FROM (${users}) AS u),
  stretch (user_id, low, high, span) AS (
    SELECT user_id, low, high, ${spanOf(sql`low`)} FROM way WHERE low < high
    UNION ALL SELECT user_id, low, high, span + 1 FROM stretch WHERE span < ${spanOf(sql`high`)})
  SELECT i.seq FROM stretch CROSS JOIN ${inbox} AS i
  ON i.user_id > 0 AND i.span = stretch.span AND i.user_id = stretch.user_id AND i.seq > low AND i.seq <= high`;

const named = sql`SELECT value ->> 0 AS user_id FROM json_each(${p('acks')})`;
const dropPassed = prepareChange<{ acks: string; now: number }>(
  sql`DELETE FROM ${inbox} WHERE seq IN (${passedBy(named)})`,
);
const remember = sql`WITH way (user_id, high) AS MATERIALIZED (SELECT u.user_id, ${passed(sql`u.user_id`)} FROM (${named}) AS u)
    UPDATE ${inboxCursors} AS k SET dropped = way.high FROM way WHERE k.user_id = way.user_id AND k.dropped < way.high`;
/** In the batch of `dropPassed`, behind it. */
const rememberDropped = prepareChange<{ acks: string; now: number }>(remember);

/** A batch that moves cursors, and drops the events that nobody needs any more. */
export function acknowledge(acks: readonly Acknowledgement[], now: number) {
  const values = { acks: JSON.stringify(acks.map(({ userId, device, seq }) => [userId, device, seq])), now };
  return {
    counted: countReaders(values),
    moved: moveCursors(values),
    dropped: dropPassed(values),
    remembered: rememberDropped(values),
  };
}

const dropSomePassed = prepareChange<{ acks: string; now: number; limit: number }>(
  sql`DELETE FROM ${inbox} WHERE seq IN (${passedBy(named)} LIMIT ${p('limit')})`,
);

/** In the batch of `dropSomePassed`, behind it: once nothing of it is left. */
const rememberAllDropped = prepareChange<{ acks: string; now: number }>(
  sql`${remember} AND NOT EXISTS (${passedBy(named)})`,
);

/**
 * Drops events that only a session was waiting for which has ended meanwhile, at most `limit`; nothing more was
 * there where `dropped` is below it. Users without any live session keep theirs for their next login.
 */
export function dropLeftBehind(users: readonly UserId[], now: number, limit: number) {
  const values = { acks: JSON.stringify(users.map((user) => [user])), now, limit };
  return { dropped: dropSomePassed(values), remembered: rememberAllDropped(values) };
}

/** Events that nobody fetched go after this (docs/realtime.md). */
export const INBOX_LIFE_MS = 30 * 24 * 3600 * 1000;

const dropBodies = prepareSweep(eventBodies, eventBodies.id);
/** Drops what events said that have gone by their age: a day later, so that none goes before its events. */
export const sweepBodies: Sweep = (now, limit) =>
  dropBodies({ before: lowestIdAt(now - INBOX_LIFE_MS - 24 * 3600 * 1000) - 1, limit });

const dropDepartures = prepareChange<{ limit: number }>(
  sql`DELETE FROM ${groupDepartures} WHERE rowid IN (SELECT d.rowid FROM ${groupDepartures} AS d
    WHERE d.left_seq < COALESCE((SELECT MIN(seq) FROM ${inbox}), ${lastSeq} + 1) ORDER BY d.left_seq LIMIT ${p('limit')})`,
);
/** Forgets who left groups of which nothing is there any more from before. */
export const sweepDepartures: Sweep = (_, limit) => dropDepartures({ limit });
