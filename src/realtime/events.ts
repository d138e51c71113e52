import { type SQL, sql } from 'drizzle-orm';
import { inbox } from '../../db/schema/inbox.ts';
import { users } from '../../db/schema/users.ts';
import type { Clock } from '../platform/clock.ts';
import { type Prepared, prepareChange, type Values } from '../platform/database/query.ts';
import { type Random, randomText } from '../platform/random.ts';

/** Whom or what an event comes from. */
export const FROM = { person: 1, group: 2, system: 3 } as const;

/** Message types of the original (behaviour.md 4.4) that the server itself sends. */
export const EVENT = {
  friendshipEnded: 7,
  friendRequested: 11,
  friendRequestAccepted: 12,
  becameFriends: 23,
  profileChanged: 26,
  reminder: 68,
} as const;

const placeholder = (name: string) => sql.placeholder(name);

/**
 * Prepares an event for everybody that a query finds, for the batch that makes the change it tells of.
 * @param recipients `SELECT … AS user_id FROM …`; it may use placeholders of its own, and states the mark
 *   of the batch's first statement as a condition
 * @param content SQL of the content where it comes from the database; else the placeholder `content`
 */
export const prepareEvent = (
  recipients: SQL,
  content: SQL = sql`${placeholder('content')}`,
): Prepared<number> =>
  prepareChange(
    sql`INSERT INTO ${inbox} (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
      SELECT recipient.user_id, ${placeholder('type')}, ${placeholder('msgId')}, ${placeholder('from')},
        ${placeholder('fromType')}, COALESCE(${placeholder('dest')}, recipient.user_id), ${content}, ${placeholder('now')}
      FROM (${recipients}) AS recipient`,
  );

/** Content `{name, headUrl}` of the sender: SQL for `prepareEvent`. */
export const senderCard = sql`(SELECT json_object('name', name, 'headUrl', head_url) FROM ${users} WHERE id = ${placeholder('from')})`;

/** An event for one user: `to`, unless the mark does not hold. */
export const prepareEventToOne = (mark: SQL = sql`1`, content?: SQL): Prepared<number> =>
  prepareEvent(sql`SELECT ${placeholder('to')} AS user_id WHERE ${mark}`, content);

export interface EventFacts {
  readonly type: number;
  readonly from: number;
  readonly fromType: number;
  /** The receiver where it is a person (then leave it out), the group for group notices. */
  readonly dest?: number;
  /** Text, or an object that becomes JSON text; absent where the event's SQL makes it. */
  readonly content?: string | Readonly<Record<string, unknown>>;
}

/** The values of an event's placeholders. */
export function eventValues(context: { clock: Clock; random: Random }, facts: EventFacts): Values {
  const { type, from, fromType, dest, content } = facts;
  const text = typeof content === 'object' ? JSON.stringify(content) : (content ?? '');
  return {
    type,
    from,
    fromType,
    dest: dest ?? null,
    content: text,
    msgId: randomText(context.random, 22),
    now: context.clock.now(),
  };
}
