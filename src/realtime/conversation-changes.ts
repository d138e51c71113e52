import { type SQL, sql } from 'drizzle-orm';
import { DEST, type Dest } from '../../db/schema/dest.ts';
import { readMarks } from '../../db/schema/messages.ts';
import type { UserId } from '../core/ids.ts';
import { p, prepareChange } from '../platform/database/query.ts';

/** SQL of the name of a conversation, as `conversationOf` (src/features/chat) makes it. */
export const nameOfPair = (a: SQL, b: SQL): SQL => sql`'1:' || MIN(${a}, ${b}) || ':' || MAX(${a}, ${b})`;
export const nameOfGroup = (group: SQL): SQL => sql`'2:' || ${group}`;

/**
 * For the batch that changes what a user has set for a conversation, behind the change: their other devices find it
 * among what has changed. Does nothing where the statement before it has changed nothing.
 */
export const noteChange = prepareChange<{
  readonly me: UserId;
  readonly destType: Dest;
  readonly dest: number;
  readonly now: number;
}>(
  sql`INSERT INTO ${readMarks} (user_id, conversation, message_id, change_id, changed_at)
    SELECT ${p('me')}, CASE ${p('destType')} WHEN ${DEST.group} THEN ${nameOfGroup(sql`${p('dest')}`)}
      ELSE ${nameOfPair(sql`${p('me')}`, sql`${p('dest')}`)} END, 0, 0, ${p('now')} WHERE changes() > 0
    ON CONFLICT (user_id, conversation) DO UPDATE SET changed_at = excluded.changed_at`,
);
