import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { messages, readMarks } from '../../../db/schema/messages.ts';
import type { ChangeId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { blockedEitherWay, isMemberOf } from '../../realtime/relations.ts';
import type { ClientMessage } from './client-message.ts';
import { myOtherDevices, prepareNotices } from './fan-out.ts';
import { type ChatValues, chatValues, type SenderContext, type Sent } from './sender.ts';

/** What the mark wants that a receipt leaves. */
type Marked = Pick<ChatValues, 'me' | 'conversation'> & { readonly mark_change: ChangeId };

const ofOthers = sql`${messages} AS r WHERE r.conversation = ${p('conversation')} AND r.sender_id <> ${p('me')}`;
/**
 * The message of the other side that was read: the one that `content` names, or the newest. The `+` has a name
 * looked up in the index of names: in the conversation, one that nobody gave would be sought from end to end.
 */
const messageRead = sql`CASE ${p('content')} WHEN '' THEN (SELECT r.id FROM ${ofOthers} ORDER BY r.id DESC LIMIT 1)
  ELSE (SELECT MAX(r.id) FROM ${messages} AS r WHERE r.msg_id = ${p('content')} AND r.sender_id <> ${p('me')}
    AND +r.conversation = ${p('conversation')}) END`;
const mayRead = sql`(${p('destType')} = ${DEST.person} OR ${isMemberOf(sql`${p('dest')}`, sql`${p('me')}`)})`;

/** A mark only moves on, so that a receipt which comes twice or late does nothing. */
const moveMark = prepareChange<Marked & Pick<ChatValues, 'content' | 'destType' | 'dest' | 'now'>>(
  sql`INSERT INTO ${readMarks} (user_id, conversation, message_id, change_id, changed_at)
    SELECT ${p('me')}, ${p('conversation')}, f.id, ${p('mark_change')}, ${p('now')} FROM (SELECT ${messageRead} AS id) AS f
    WHERE f.id IS NOT NULL AND ${mayRead}
    ON CONFLICT (user_id, conversation) DO UPDATE SET message_id = excluded.message_id, change_id = excluded.change_id,
        changed_at = excluded.changed_at
      WHERE excluded.message_id > read_marks.message_id`,
);
const mark = sql`${readMarks} AS k WHERE k.user_id = ${p('me')} AND k.conversation = ${p('conversation')}
  AND k.change_id = ${p('mark_change')}`;
const moved = sql`EXISTS (SELECT 1 FROM ${mark})`;

/** The authors of what was read, except those with whom the reader has a block, either way. */
const author = sql`SELECT a.sender_id AS user_id FROM ${messages} AS a
  WHERE a.id = (SELECT k.message_id FROM ${mark}) AND NOT ${blockedEitherWay(sql`a.sender_id`, sql`${p('me')}`)}`;
const tell = prepareNotices<Marked>(sql`${author} UNION ALL ${myOtherDevices}`, moved);

/**
 * Marks a conversation as read up to a message. Its author hears of it, friend or not (docs/original.md#routing),
 * in a group the author alone, and so do my other devices. A receipt for what does not exist, or was marked before,
 * does nothing.
 */
export async function markRead(context: SenderContext, message: ClientMessage): Promise<Sent> {
  const values = { ...chatValues(context, message), mark_change: context.ids.mark() };
  await context.db.write({ moved: moveMark(values), told: tell(values) });
  return { id: 0, sendTime: values.now };
}
