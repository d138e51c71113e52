import { sql } from 'drizzle-orm';
import { queueItems, queueNotes } from '../../../db/schema/queues.ts';
import type { QueueNoteId } from '../../core/ids.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { type Queue, queues } from './queues.ts';
import { byQueue, isWaiting, nameOf } from './sql.ts';

/** Notes of one thing. */
export const MOST_NOTES = 100;

/** What the acts here want: the item as its queue has it, and as text. */
type ItemValues = { readonly item: string | number; readonly key: string };
const valuesOf = (item: string | number): ItemValues => ({ item, key: String(item) });

type Taking = ItemValues & { readonly assignee: string; readonly now: number };
const prepareTake = (queue: Queue) =>
  prepareChange<Taking>(
    sql`INSERT INTO ${queueItems} (queue, item, assignee, assigned_at)
      SELECT ${nameOf(queue.name)}, ${p('key')}, ${p('assignee')}, ${p('now')} WHERE ${isWaiting(queue, p('item'))}
      ON CONFLICT (queue, item) DO UPDATE SET assignee = excluded.assignee, assigned_at = excluded.assigned_at
        WHERE queue_items.assignee = ''`,
  );
const take = byQueue(queues.map(prepareTake));
const release = prepareChange<{ queue: string; key: string; assignee: string }>(
  sql`UPDATE ${queueItems} SET assignee = '' WHERE queue = ${p('queue')} AND item = ${p('key')}
    AND assignee <> '' AND (assignee = ${p('assignee')} OR ${p('assignee')} = '')`,
);

type Noting = ItemValues & {
  readonly id: QueueNoteId;
  readonly author: string;
  readonly note: string;
  readonly now: number;
};
const noted = rowOf(queueNotes, 'id');
const prepareNote = (queue: Queue) => {
  const isRoom = sql`(SELECT count(*) FROM ${queueNotes} AS n WHERE n.queue = ${nameOf(queue.name)} AND n.item = ${p('key')})
    < ${sql.raw(String(MOST_NOTES))}`;
  return prepareChange<Noting>(
    sql`INSERT INTO ${queueNotes} (id, queue, item, author, note, noted_at)
      SELECT ${p('id')}, ${nameOf(queue.name)}, ${p('key')}, ${p('author')}, ${p('note')}, ${p('now')}
      WHERE ${orTaken(sql`${isWaiting(queue, p('item'))} AND ${isRoom}`, noted)}`,
  );
};
const note = byQueue(queues.map(prepareNote));
const keep = prepareChange<{ id: QueueNoteId }>(
  sql`INSERT INTO ${queueItems} (queue, item, assignee, assigned_at)
    SELECT n.queue, n.item, '', n.noted_at FROM ${queueNotes} AS n WHERE n.id = ${p('id')} ON CONFLICT DO NOTHING`,
);

/** The statement by which an operator takes something that waits: `taken` changes a row where nobody has. */
export const taking = (
  { clock }: Pick<Platform, 'clock'>,
  { name }: Queue,
  item: string | number,
  assignee: string,
) => ({
  taken: take[name]({ ...valuesOf(item), assignee, now: clock.now() }),
});

/** The statement that gives it back: `released` changes a row where this operator had it, or anybody where none is named. */
export const releasing = ({ name }: Queue, item: string | number, assignee: string) => ({
  released: release({ queue: name, key: String(item), assignee }),
});

/** The batch that notes something on it: `noted` marks it. */
export const noting = (
  { clock }: Pick<Platform, 'clock'>,
  { name }: Queue,
  item: string | number,
  said: { readonly id: QueueNoteId; readonly author: string; readonly note: string },
) => ({
  noted: note[name]({ ...valuesOf(item), ...said, now: clock.now() }),
  kept: keep({ id: said.id }),
});
