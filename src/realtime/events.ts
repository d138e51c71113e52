import { type SQL, sql } from 'drizzle-orm';
import { eventBodies, inbox } from '../../db/schema/inbox.ts';
import { users } from '../../db/schema/users.ts';
import type { Clock } from '../core/clock.ts';
import type { EventBodyId, UserId } from '../core/ids.ts';
import { type Random, randomText } from '../core/random.ts';
import {
  type NoMore,
  type Prepared,
  p,
  prepareChange,
  type Query,
  type Values,
} from '../platform/database/query.ts';
import { INTO_INBOX } from './inbox.ts';

/** What every event wants; its names are its own, so that nothing else among a batch's values takes their place. */
export type EventValues = {
  readonly event_type: number;
  readonly event_msg_id: string;
  readonly event_from: number;
  readonly event_from_type: number | null;
  readonly event_dest: number | null;
  readonly event_content: string;
  readonly event_at: number;
};
/** What an event for one user wants. */
export type EventToOneValues = EventValues & { readonly event_to: UserId };
/** What an event for thousands wants. */
export type EventToManyValues = EventValues & { readonly event_body: EventBodyId };

/**
 * Prepares an event for everybody that a query finds, for the batch that makes the change it tells of.
 * @param recipients `SELECT … AS user_id FROM …`; it may use placeholders of its own, and states the mark
 *   of the batch's first statement as a condition
 * @param content SQL of the content where it comes from the database; else the event's own text. It sees
 *   the columns of `recipients` as those of `recipient`
 * @param source SQL of the sender, its kind and the destination, where only the batch knows them, or one statement
 *   tells of several: each sender's event is a message of its own. `except` is the member of a group who does not get
 *   it
 */
export function prepareEvent<Wanted extends Values = NoMore>(
  recipients: SQL,
  content: SQL = p('event_content'),
  source: { readonly from?: SQL; readonly fromType?: SQL; readonly dest?: SQL; readonly except?: SQL } = {},
): Prepared<number, Wanted & EventValues> {
  const msgId = source.from ? sql`${p('event_msg_id')} || '-' || ${source.from}` : p('event_msg_id');
  const dest = source.dest ?? sql`COALESCE(${p('event_dest')}, recipient.user_id)`;
  return prepareChange<Wanted & EventValues>(
    sql`${INTO_INBOX} (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at, except_id)
      SELECT recipient.user_id, ${p('event_type')}, ${msgId}, ${source.from ?? p('event_from')},
        ${source.fromType ?? p('event_from_type')}, ${dest}, ${content}, ${p('event_at')}, ${source.except ?? sql`NULL`}
      FROM (${recipients}) AS recipient`,
    { rings: 'events' },
  );
}

/**
 * Prepares an event for as many as thousands, who all get the same: what it says is written once. Both statements
 * go into the batch, in their order.
 * @param recipients as for `prepareEvent`
 * @param content SQL of the content, the same for everybody; else the event's own text
 * @returns what wants the values of `prepareEvent`, and an id for what is written once
 */
export function prepareEventToMany<Wanted extends Values = NoMore>(
  recipients: SQL,
  content: SQL = p('event_content'),
): (values: Wanted & EventToManyValues) => readonly [Query<number>, Query<number>] {
  const tell = prepareChange<Wanted & EventToManyValues>(
    sql`${INTO_INBOX} (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at, body_id)
      SELECT recipient.user_id, ${p('event_type')}, '', ${p('event_from')}, ${p('event_from_type')},
        COALESCE(${p('event_dest')}, recipient.user_id), '', ${p('event_at')}, ${p('event_body')}
      FROM (${recipients}) AS recipient`,
    { rings: 'events' },
  );
  // Where anybody was told, the last event of all is one of these.
  const say = prepareChange<Wanted & EventToManyValues>(
    sql`INSERT INTO ${eventBodies} (id, msg_id, content) SELECT ${p('event_body')}, ${p('event_msg_id')}, ${content}
      WHERE EXISTS (SELECT 1 FROM ${inbox} WHERE seq = (SELECT MAX(seq) FROM ${inbox}) AND body_id = ${p('event_body')})`,
  );
  return (values) => [tell(values), say(values)];
}

/** Content `{name, headUrl}` of the sender: SQL for `prepareEvent`. */
export const senderCard = sql`(SELECT json_object('name', name, 'headUrl', head_url) FROM ${users} WHERE id = ${p('event_from')})`;

/** An event for one user, `event_to`, unless the mark does not hold. */
export const prepareEventToOne = <Wanted extends Values = NoMore>(
  mark: SQL = sql`1`,
  content?: SQL,
): Prepared<number, Wanted & EventToOneValues> =>
  prepareEvent<Wanted & EventToOneValues>(sql`SELECT ${p('event_to')} AS user_id WHERE ${mark}`, content);

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
export function eventValues(context: { clock: Clock; random: Random }, facts: EventFacts): EventValues {
  const { type, from, fromType, dest, content } = facts;
  const text = typeof content === 'object' ? JSON.stringify(content) : (content ?? '');
  return {
    event_type: type,
    event_from: from,
    event_from_type: fromType ?? null,
    event_dest: dest ?? null,
    event_content: text,
    event_msg_id: randomText(context.random, 22),
    event_at: context.clock.now(),
  };
}
