import { type SQL, sql } from 'drizzle-orm';
import { groupDepartures, groupMembers, MEMBER } from '../../db/schema/groups.ts';
import { eventBodies, inbox, inboxCursors } from '../../db/schema/inbox.ts';
import { messages } from '../../db/schema/messages.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { users } from '../../db/schema/users.ts';
import type { SessionId, UserId } from '../core/ids.ts';
import { p, prepareRead } from '../platform/database/query.ts';
import { everybody, isAnnouncedTo } from './audience.ts';
import { type InboxRow, MESSAGE_KEYS } from './message.ts';

/** A row of a user's inbox, and whether their devices of one kind should see it. */
export interface PageRow extends Record<string, string | number | null>, InboxRow {
  /**
   * 1 where it is what this very device kind sent, was recalled or deleted before it could be fetched, or is an
   * announcement to others.
   */
  readonly hidden: number;
}

/**
 * How every statement that writes events begins. OR FAIL: one that fails takes its whole batch back anyway, and so
 * need not be able to undo itself alone, for which SQLite copies every page before its first change. That copy is
 * most of what a fan-out to thousands costs.
 */
export const INTO_INBOX = sql`INSERT OR FAIL INTO ${inbox}`;

/** The last place that was ever given in the sequence of all events. */
export const lastSeq = sql`COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'inbox'), 0)`;
/** Before the first event that is still there. */
export const beforeFirst = sql`COALESCE((SELECT MIN(seq) - 1 FROM ${inbox}), 0)`;
/** The span (db/schema/inbox.ts) of a place. */
export const spanOf = (seq: SQL): SQL => sql`(${seq} >> 16)`;

const isOpen = sql`EXISTS (SELECT 1 FROM ${sessions} WHERE id = ${p('session')} AND ended_at IS NULL)`;
/** Up to here the user's own events have been dropped (cursors.ts), and those of groups are told no more. */
const dropped = sql`COALESCE((SELECT MAX(c.dropped) FROM ${inboxCursors} AS c WHERE c.user_id = ${p('user')}), 0)`;
/** What a user is told: their own events, what is for everybody, and those of each group from when they came to when they left. */
const streams = sql`edge (low, high) AS (SELECT MAX(${p('after')}, ${beforeFirst}, ${dropped}), ${lastSeq} WHERE ${isOpen}),
  stream (owner, low, high) AS (
  SELECT ${p('user')}, low, high FROM edge UNION ALL SELECT ${everybody}, low, high FROM edge
  UNION ALL SELECT -m.group_id, MAX(edge.low, m.joined_seq), edge.high
    FROM edge CROSS JOIN ${groupMembers} AS m WHERE m.user_id = ${p('user')} AND m.state = ${MEMBER.joined}
  UNION ALL SELECT -d.group_id, MAX(edge.low, d.joined_seq), d.left_seq
    FROM edge CROSS JOIN ${groupDepartures} AS d WHERE d.user_id = ${p('user')})`;

/**
 * Where a stream stands: at its first place behind another (twice that, plus one). Where there is none in this span, a
 * user's own stands at the beginning of the next (twice that). A group's is read to its end at once, by an index of its
 * own: a member of hundreds would walk through all spans for each of them.
 */
const standing = (span: SQL, owner: SQL, behind: SQL, high: SQL) => sql`CASE WHEN ${owner} < 0
  THEN (SELECT 2 * MIN(g.seq) + 1 FROM ${inbox} AS g
    WHERE g.user_id < 0 AND g.user_id = ${owner} AND g.seq > ${behind} AND g.seq <= ${high})
  ELSE COALESCE((SELECT 2 * MIN(n.seq) + 1 FROM ${inbox} AS n
    WHERE n.user_id > 0 AND n.span = ${span} AND n.user_id = ${owner} AND n.seq > ${behind} AND n.seq <= ${high}),
    2 * ((${span} + 1) << 16)) END`;
/**
 * The streams merged: a queue holds where each of them stands, gives the lowest first, and takes where that stream
 * stands next. Spans are few: of 30 days with a million events each, 460.
 */
const places = sql`place (owner, high, stand) AS (
  SELECT owner, high, ${standing(spanOf(sql`low`), sql`owner`, sql`low`, sql`high`)} FROM stream WHERE low < high
  UNION ALL SELECT owner, high,
    ${standing(spanOf(sql`(stand >> 1)`), sql`owner`, sql`(stand >> 1) + (stand & 1) - 1`, sql`high`)}
  FROM place WHERE ${spanOf(sql`(stand >> 1)`)} <= ${spanOf(sql`high`)} ORDER BY 3)`;

/** What a page of an inbox wants. */
type PageValues = {
  readonly user: UserId;
  readonly device: number;
  readonly session: SessionId;
  readonly after: number;
  readonly limit: number;
};

/**
 * The next rows of `user` behind `after`, oldest first, as the device kind `device` sees them; none where
 * `session` has ended.
 */
export const readPage = prepareRead<PageValues, PageRow & Record<string, string | number | null>>(
  sql`WITH RECURSIVE ${streams}, ${places}
    SELECT i.seq, i.type, COALESCE(m.msg_id, b.msg_id, i.msg_id), i.from_id, i.from_type,
      CASE i.user_id WHEN ${everybody} THEN ${p('user')} ELSE i.dest_id END, COALESCE(m.content, b.content, i.content), i.created_at, i.message_id, i.device, u.name, u.head_url,
      CASE i.user_id WHEN ${everybody} THEN NOT ${isAnnouncedTo(sql`i.seq`, p('user'), p('device'))}
        ELSE (i.device IS ${p('device')} AND i.from_id = ${p('user')}) OR i.except_id IS ${p('user')}
          OR m.recalled_at IS NOT NULL OR (i.message_id IS NOT NULL AND m.id IS NULL) END
    FROM (SELECT stand >> 1 AS seq FROM place WHERE stand & 1 LIMIT ${p('limit')}) AS next
      CROSS JOIN ${inbox} AS i ON i.seq = next.seq LEFT JOIN ${messages} AS m ON m.id = i.message_id
      LEFT JOIN ${eventBodies} AS b ON b.id = i.body_id LEFT JOIN ${users} AS u ON u.id = i.from_id
    ORDER BY i.seq`,
  ['seq', ...MESSAGE_KEYS, 'hidden'],
);

/**
 * The last place that was given, for a page of the same read that was not full: it held everything up to there. None
 * where `session` has ended, which is told nothing.
 */
export const readEnd = prepareRead<Pick<PageValues, 'session'>, { seq: number }>(
  sql`SELECT ${lastSeq} WHERE ${isOpen}`,
  ['seq'],
);
