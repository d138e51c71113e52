import { type SQL, sql } from 'drizzle-orm';
import { type Queue, type QueueName, queues } from './queues.ts';

/** A queue's name in SQL. */
export const nameOf = (name: QueueName): SQL => sql.raw(`'${name}'`);

/** Condition over a row of a queue: it is this item, and waits. */
export const waitsHere = ({ item, waits }: Queue, one: SQL): SQL => sql`${item} = ${one} AND ${waits}`;

/** Condition: an item waits in a queue. @param one SQL of the item, a number where the queue has numbers */
export const isWaiting = (queue: Queue, one: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${queue.rows} WHERE ${waitsHere(queue, one)})`;

/** What was made of each queue, in their order, by its name. */
export const byQueue = <Made>(made: readonly Made[]) =>
  Object.fromEntries(queues.map(({ name }, i) => [name, made[i]])) as Readonly<Record<QueueName, Made>>;
