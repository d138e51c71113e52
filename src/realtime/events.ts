import { type SQL, sql } from 'drizzle-orm';
import { eventBodies, inbox } from '../../db/schema/inbox.ts';
import { users } from '../../db/schema/users.ts';
import type { Clock } from '../core/clock.ts';
import { type Random, randomText } from '../core/random.ts';
import { type Prepared, p, prepareChange, type Query, type Values } from '../platform/database/query.ts';
import { INTO_INBOX } from './inbox.ts';

/**
 * Prepares an event for everybody that a query finds, for the batch that makes the change it tells of.
 * @param recipients `SELECT … AS user_id FROM …`; it may use placeholders of its own, and states the mark
 *   of the batch's first statement as a condition
 * @param content SQL of the content where it comes from the database; else the placeholder `content`. It sees
 *   the columns of `recipients` as those of `recipient`
 * @param source SQL of the sender, its kind and the destination, where only the batch knows them, or one statement
 *   tells of several: each sender's event is a message of its own
 */
export function prepareEvent(
  recipients: SQL,
  content: SQL = p('content'),
  source: { readonly from?: SQL; readonly fromType?: SQL; readonly dest?: SQL } = {},
): Prepared<number> {
  const msgId = source.from ? sql`${p('msgId')} || '-' || ${source.from}` : p('msgId');
  const dest = source.dest ?? sql`COALESCE(${p('dest')}, recipient.user_id)`;
  return prepareChange(
    sql`${INTO_INBOX} (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
      SELECT recipient.user_id, ${p('type')}, ${msgId}, ${source.from ?? p('from')},
        ${source.fromType ?? p('fromType')}, ${dest}, ${content}, ${p('now')}
      FROM (${recipients}) AS recipient`,
    { rings: 'events' },
  );
}

/**
 * Prepares an event for as many as thousands, who all get the same: what it says is written once. Both statements
 * go into the batch, in their order.
 * @param recipients as for `prepareEvent`
 * @param content SQL of the content, the same for everybody; else the placeholder `content`
 * @returns what asks for the values of `prepareEvent`, and for `body`, an id for what is written once
 */
export function prepareEventToMany(
  recipients: SQL,
  content: SQL = p('content'),
): (values: Values) => readonly [Query<number>, Query<number>] {
  const tell = prepareChange(
    sql`${INTO_INBOX} (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at, body_id)
      SELECT recipient.user_id, ${p('type')}, '', ${p('from')}, ${p('fromType')},
        COALESCE(${p('dest')}, recipient.user_id), '', ${p('now')}, ${p('body')}
      FROM (${recipients}) AS recipient`,
    { rings: 'events' },
  );
  // Where anybody was told, the last event of all is one of these.
  const say = prepareChange(
    sql`INSERT INTO ${eventBodies} (id, msg_id, content) SELECT ${p('body')}, ${p('msgId')}, ${content}
      WHERE EXISTS (SELECT 1 FROM ${inbox} WHERE seq = (SELECT MAX(seq) FROM ${inbox}) AND body_id = ${p('body')})`,
  );
  return (values) => [tell(values), say(values)];
}

/** Content `{name, headUrl}` of the sender: SQL for `prepareEvent`. */
export const senderCard = sql`(SELECT json_object('name', name, 'headUrl', head_url) FROM ${users} WHERE id = ${p('from')})`;

/** An event for one user: `to`, unless the mark does not hold. */
export const prepareEventToOne = (mark: SQL = sql`1`, content?: SQL): Prepared<number> =>
  prepareEvent(sql`SELECT ${p('to')} AS user_id WHERE ${mark}`, content);

export interface EventFacts {
  readonly type: number;
  readonly from: number;
  /** Absent where the event's SQL says it. */
  readonly fromType?: number;
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
    fromType: fromType ?? null,
    dest: dest ?? null,
    content: text,
    msgId: randomText(context.random, 22),
    now: context.clock.now(),
  };
}
