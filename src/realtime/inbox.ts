import { type SQL, sql } from 'drizzle-orm';
import { eventBodies, inbox } from '../../db/schema/inbox.ts';
import { messages } from '../../db/schema/messages.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { users } from '../../db/schema/users.ts';
import { p, prepareRead, type Untyped } from '../platform/database/query.ts';
import { type InboxRow, MESSAGE_KEYS } from './message.ts';

/** A row of a user's inbox, and whether their devices of one kind should see it. */
export interface PageRow extends Record<string, string | number | null>, InboxRow {
  /** 1 where it is what this very device kind sent, or was recalled or deleted before it could be fetched. */
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

const isFound = sql`(place.seq IS NOT NULL)`;
const span = sql`(place.span + (place.seq IS NULL))`;
/**
 * The next places of `user` behind `after`, one a step; a step that finds none in a span (NULL) goes on to the next
 * span. Spans are few: of 30 days with a million events each, 460.
 */
const places = sql`place (span, seq, found) AS (
  SELECT ${spanOf(sql`MAX(${p('after')}, ${beforeFirst})`)} - 1, NULL, 0
    WHERE EXISTS (SELECT 1 FROM ${sessions} WHERE id = ${p('session')} AND ended_at IS NULL)
  UNION ALL SELECT ${span},
    (SELECT MIN(n.seq) FROM ${inbox} AS n WHERE n.span = ${span} AND n.user_id = ${p('user')}
      AND n.seq > COALESCE(place.seq, ${p('after')})),
    place.found + ${isFound}
  FROM place WHERE (${isFound} OR place.span < ${spanOf(lastSeq)}) AND place.found + ${isFound} < ${p('limit')})`;

/**
 * The next rows of `user` behind `after`, oldest first, as the device kind `device` sees them; none where
 * `session` has ended.
 */
export const readPage = prepareRead<Untyped, PageRow & Record<string, string | number | null>>(
  sql`WITH RECURSIVE ${places}
    SELECT i.seq, i.type, COALESCE(m.msg_id, b.msg_id, i.msg_id), i.from_id, i.from_type, i.dest_id,
      COALESCE(m.content, b.content, i.content), i.created_at, i.message_id, i.device, u.name, u.head_url,
      (i.device IS ${p('device')} AND i.from_id = i.user_id) OR m.recalled_at IS NOT NULL
      OR (i.message_id IS NOT NULL AND m.id IS NULL)
    FROM place CROSS JOIN ${inbox} AS i ON i.seq = place.seq LEFT JOIN ${messages} AS m ON m.id = i.message_id
      LEFT JOIN ${eventBodies} AS b ON b.id = i.body_id LEFT JOIN ${users} AS u ON u.id = i.from_id
    ORDER BY i.seq`,
  ['seq', ...MESSAGE_KEYS, 'hidden'],
);
