import { sql } from 'drizzle-orm';
import { greetings, shakeRecords } from '../../../db/schema/shake.ts';
import { USER, users } from '../../../db/schema/users.ts';
import type { GreetingId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEventToOne } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { blockedEitherWay } from '../../realtime/relations.ts';
import { isUnder } from '../steps/conditions.ts';
import { explainStep } from '../steps/standing.ts';

/** What the statements here want. */
type Wanted = {
  readonly greeting: GreetingId;
  readonly to: UserId;
  readonly me: UserId;
  readonly thread: number;
  readonly message: string;
  readonly now: number;
};

const haveMet = sql`EXISTS (SELECT 1 FROM ${shakeRecords} WHERE user_id = ${p('me')} AND other_id = ${p('to')})`;
const isBetweenThem = sql`EXISTS (SELECT 1 FROM ${greetings} AS g WHERE g.id = ${p('thread')} AND g.thread_id = 0
  AND ((g.user_id = ${p('me')} AND g.from_id = ${p('to')}) OR (g.user_id = ${p('to')} AND g.from_id = ${p('me')})))`;

const mayGreet = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('to')} AND status = ${USER.valid})
  AND CASE ${p('thread')} WHEN 0 THEN ${haveMet} ELSE ${isBetweenThem} END
  AND NOT ${blockedEitherWay(p('me'), p('to'))} AND NOT ${isUnder('messages', sql`${p('me')}`)}`;
const isSent = rowOf(greetings, 'greeting');
const insert = prepareChange<Wanted>(
  sql`INSERT INTO ${greetings} (id, user_id, from_id, thread_id, message, created_at)
    SELECT ${p('greeting')}, ${p('to')}, ${p('me')}, ${p('thread')}, ${p('message')}, ${p('now')}
    WHERE ${orTaken(mayGreet, isSent)}`,
);
const tell = prepareEventToOne<{ greeting: GreetingId }>(isSent);
const rememberSent = replyRow<{ greeting: GreetingId }>(isSent);

export interface Greeting {
  readonly to: UserId;
  /** The greeting that this one replies to; 0 for none. */
  readonly thread: number;
  readonly message: string;
}

/**
 * Greets somebody whom the caller has met by shaking, or replies within a greeting between the two; the other
 * learns by event 67. Refuses `NOT_MET`, also where one has blocked the other, and `MUTED`.
 */
export async function greet(context: CallerContext, { to, thread, message }: Greeting, reply: unknown) {
  const me = context.caller.userId;
  const greeting = context.ids.next<GreetingId>();
  // `pid` and `msg` are the original's; `gid` is what a reply must name.
  const content = { pid: thread, msg: message, gid: thread || greeting };
  const event = eventValues(context, { type: EVENT.greeted, from: me, fromType: FROM.person, content });
  const now = context.clock.now();
  const values = { ...event, event_to: to, greeting, me, to, thread, message, now };
  const { sent } = await context.db.write({
    sent: insert(values),
    tell: tell(values),
    reply: context.remember(reply, rememberSent, values),
  });
  if (sent > 0) return;
  await explainStep(context, 'messages', 'MUTED');
  refuse('NOT_MET');
}
