import { type SQL, sql } from 'drizzle-orm';
import { sessions } from '../../../db/schema/sessions.ts';
import type { MessageId } from '../../core/ids.ts';
import { type NoMore, type Prepared, p, prepareChange, type Values } from '../../platform/database/query.ts';
import { INTO_INBOX } from '../../realtime/inbox.ts';
import { everyoneIn } from '../../realtime/relations.ts';
import type { ChatValues } from './sender.ts';

/**
 * The sender has another device kind logged in: it gets a copy, the sending one does not (docs/original.md#routing).
 */
const hasOtherDevice = sql`EXISTS (SELECT 1 FROM ${sessions} AS s WHERE s.user_id = ${p('me')}
  AND s.device <> ${p('device')} AND s.ended_at IS NULL AND s.expires_at > ${p('now')})`;

/** The other person, and my other devices. */
export const bothPeople = sql`SELECT ${p('dest')} AS user_id UNION ALL SELECT ${p('me')} WHERE ${hasOtherDevice}`;
/** Every member of the group, in one for all; the device that it comes from does not get it back. */
export const everyMember = everyoneIn(p('dest'));
/** My other devices alone. */
export const myOtherDevices = sql`SELECT ${p('me')} AS user_id WHERE ${hasOtherDevice}`;

type CopyValues = Pick<ChatValues, 'type' | 'me' | 'destType' | 'dest' | 'now' | 'device'>;
type NoticeValues = CopyValues & Pick<ChatValues, 'msgId' | 'content'>;

/**
 * Prepares copies of a stored message for everybody concerned: its text stays in `messages`.
 * @param recipients `SELECT … AS user_id`
 * @param mark holds when the batch's first statement stored the message under the placeholder `id`
 */
export const prepareCopies = (
  recipients: SQL,
  mark: SQL,
): Prepared<number, CopyValues & { readonly id: MessageId }> =>
  prepareChange<CopyValues & { readonly id: MessageId }>(
    sql`${INTO_INBOX} (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at, message_id, device)
      SELECT r.user_id, ${p('type')}, '', ${p('me')}, ${p('destType')}, ${p('dest')}, '', ${p('now')}, ${p('id')}, ${p('device')}
      FROM (${recipients}) AS r WHERE ${mark}`,
    { rings: 'events' },
  );

/** Prepares a message that is not part of the history (a recall, a read mark): its text goes with every copy. */
export const prepareNotices = <Wanted extends Values = NoMore>(
  recipients: SQL,
  mark: SQL,
): Prepared<number, Wanted & NoticeValues> =>
  prepareChange<Wanted & NoticeValues>(
    sql`${INTO_INBOX} (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at, device)
      SELECT r.user_id, ${p('type')}, ${p('msgId')}, ${p('me')}, ${p('destType')}, ${p('dest')}, ${p('content')}, ${p('now')}, ${p('device')}
      FROM (${recipients}) AS r WHERE ${mark}`,
    { rings: 'events' },
  );
