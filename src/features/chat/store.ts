import { type SQL, sql } from 'drizzle-orm';
import { groupMembers } from '../../../db/schema/groups.ts';
import { messages } from '../../../db/schema/messages.ts';
import type { MessageId, UserId } from '../../core/ids.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { type Prepared, p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { prepareEventToOne } from '../../realtime/events.ts';
import { areFriends, hasBlocked, isMemberOf } from '../../realtime/relations.ts';
import { isMuted } from '../groups/sanctions.ts';
import { isUnder } from '../steps/conditions.ts';
import { bothPeople, everyMember, prepareCopies } from './fan-out.ts';
import { nextPlace } from './places.ts';
import { COUNT, INTO_COUNT, type QuotaValues, withinQuota } from './quota.ts';
import type { ChatValues } from './sender.ts';

/** What a message wants that is sent. */
export type SentValues = ChatValues & QuotaValues & { readonly id: MessageId };

const [me, dest] = [sql`${p('me')}`, sql`${p('dest')}`];
const blocksMe = hasBlocked(dest, me);
const isMember = isMemberOf(dest, me);
const maySpeak = sql`(${isMember} AND NOT ${isMuted(dest, me)})`;
/** An operator lets them write to nobody. */
const isSilenced = isUnder('messages', me);

const stored = rowOf(messages, 'id');
const known = sql`${messages} AS k WHERE k.msg_id = ${p('msgId')} AND k.sender_id = ${p('me')}`;
const isNew = sql`NOT EXISTS (SELECT 1 FROM ${known})`;
/** Stores the message unless its sender has sent one of that name, under the condition that they may, today, too. */
const store = (allowed: SQL): Prepared<number, SentValues> =>
  prepareChange<SentValues>(
    sql`INSERT INTO ${messages} (id, msg_id, sender_id, conversation, dest_type, dest_id, type, content, device, created_at, number, answers)
      SELECT ${p('id')}, ${p('msgId')}, ${p('me')}, ${p('conversation')}, ${p('destType')}, ${p('dest')}, ${p('type')},
        ${p('content')}, ${p('device')}, ${p('now')}, next.number, next.answers
      FROM (${nextPlace}) AS next WHERE ${orTaken(sql`${allowed} AND NOT ${isSilenced} AND ${isNew} AND ${withinQuota}`, stored)}`,
  );
const refusedIsKnown = sql`EXISTS (SELECT 1 FROM ${messages} AS k WHERE k.msg_id = ${p('refusedId')} AND k.sender_id = ${p('event_to')})`;

export const toPerson = {
  store: store(sql`${areFriends(me, dest)} AND NOT ${blocksMe}`),
  copy: prepareCopies(bothPeople, stored),
  /** A message that was refused counts, too, for its sender has been told. */
  count: prepareChange<QuotaValues & Pick<SentValues, 'id' | 'msgId' | 'me'>>(
    sql`${COUNT} WHERE ${stored} OR (${isNew} AND ${withinQuota}) ${INTO_COUNT}`,
  ),
};
export const toGroup = {
  store: store(maySpeak),
  copy: prepareCopies(everyMember, stored),
  count: prepareChange<Pick<SentValues, 'id' | 'me' | 'day' | 'weight'>>(
    sql`${COUNT} WHERE ${stored} ${INTO_COUNT}`,
  ),
  /**
   * Speaking is reading: what was said before is not unread any more. Whoever spoke last is known by the last message;
   * another who speaks behind them leaves it with their membership. So a run of messages writes nothing more.
   */
  spoke: prepareChange<Pick<SentValues, 'id' | 'me' | 'dest' | 'conversation'>>(
    sql`UPDATE ${groupMembers} SET spoke_id = l.id FROM (SELECT b.id, b.sender_id FROM ${messages} AS b
        WHERE b.conversation = ${p('conversation')} AND b.id < ${p('id')} ORDER BY b.id DESC LIMIT 1) AS l
      WHERE group_id = ${p('dest')} AND user_id = l.sender_id AND l.sender_id <> ${p('me')} AND ${stored}`,
  ),
};

/** Event 66 to the sender (`to`) of a message (`refusedId`) that was not taken for another person (`from`). */
export const tellRefused = prepareEventToOne<
  QuotaValues & { readonly me: UserId; readonly refusedId: string; readonly now: number }
>(
  sql`NOT ${refusedIsKnown} AND ${withinQuota} AND NOT ${isUnder('messages', sql`${p('event_to')}`)}`,
  sql`json_object('msgId', ${p('refusedId')},
    'msgType', CASE WHEN ${hasBlocked(sql`${p('event_from')}`, sql`${p('event_to')}`)} THEN '0' ELSE '-1' END)`,
);

/** Where a message stands in the history, if it was taken, now or before. */
interface Outcome extends Record<string, number | null> {
  readonly id: number | null;
  readonly sentAt: number | null;
}
const standing = sql`(SELECT id FROM ${known}), (SELECT created_at FROM ${known})`;

/** And why not, if not. */
export const readOutcomeToPerson = prepareRead<
  Pick<SentValues, 'msgId' | 'me' | 'dest' | 'now'>,
  Outcome & { readonly isBlocked: number; readonly isSilenced: number }
>(sql`SELECT ${standing}, ${blocksMe}, ${isSilenced}`, ['id', 'sentAt', 'isBlocked', 'isSilenced']);
export const readOutcomeToGroup = prepareRead<
  Pick<SentValues, 'msgId' | 'me' | 'dest' | 'now'>,
  Outcome & { readonly isMember: number; readonly maySpeak: number; readonly isSilenced: number }
>(sql`SELECT ${standing}, ${isMember}, ${maySpeak}, ${isSilenced}`, [
  'id',
  'sentAt',
  'isMember',
  'maySpeak',
  'isSilenced',
]);
