import { sql } from 'drizzle-orm';
import { inbox } from '../../db/schema/inbox.ts';
import { messages } from '../../db/schema/messages.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { users } from '../../db/schema/users.ts';
import { prepareSql } from '../platform/database/query.ts';
import type { InboxRow } from './message.ts';

const p = (name: string) => sql.placeholder(name);

/** A row of a user's inbox, and whether his devices of one kind should see it. */
export interface PageRow extends Record<string, string | number | null>, InboxRow {
  /** 1 where it is what this very device kind sent, or was recalled before it could be fetched. */
  readonly hidden: number;
}

/**
 * The next rows of `user` behind `after`, oldest first, as the device kind `device` sees them; none where
 * `session` has ended.
 */
export const readPage = prepareSql<PageRow & Record<string, string | number | null>>(
  sql`SELECT i.seq, i.type, COALESCE(m.msg_id, i.msg_id), i.from_id, i.from_type, i.dest_id,
      COALESCE(m.content, i.content), i.created_at, i.message_id, i.device, u.name, u.head_url,
      (i.device IS ${p('device')} AND i.from_id = i.user_id) OR m.recalled_at IS NOT NULL
    FROM ${inbox} AS i LEFT JOIN ${messages} AS m ON m.id = i.message_id LEFT JOIN ${users} AS u ON u.id = i.from_id
    WHERE i.user_id = ${p('user')} AND i.seq > ${p('after')}
      AND EXISTS (SELECT 1 FROM ${sessions} WHERE id = ${p('session')} AND ended_at IS NULL)
    ORDER BY i.seq LIMIT ${p('limit')}`,
  [
    'seq',
    'type',
    'msgId',
    'fromId',
    'fromType',
    'destId',
    'content',
    'createdAt',
    'messageId',
    'device',
    'fromName',
    'fromHead',
    'hidden',
  ],
);

/** The last place that was ever given in the sequence of all events. */
export const lastSeq = sql`COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'inbox'), 0)`;
