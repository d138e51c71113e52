import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { QueueNoteId } from '../../src/core/ids.ts';

/** What operators keep of things that wait for them: a row where one is taken or has notes. It goes when the thing ends. */
export const queueItems = sqliteTable(
  'queue_items',
  {
    /** As `reports`. */
    queue: text('queue').notNull(),
    /** The number by which the queue knows it. */
    item: text('item').notNull(),
    /** The operator who has taken it, as the audit names them; empty where nobody has. */
    assignee: text('assignee').notNull(),
    assignedAt: integer('assigned_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.queue, t.item] })],
);

/** What operators have noted on things that wait. They go with the row of `queue_items`. */
export const queueNotes = sqliteTable(
  'queue_notes',
  {
    id: integer('id').primaryKey().$type<QueueNoteId>(),
    queue: text('queue').notNull(),
    item: text('item').notNull(),
    author: text('author').notNull(),
    note: text('note').notNull(),
    notedAt: integer('noted_at').notNull(),
  },
  (t) => [index('queue_notes_item').on(t.queue, t.item, t.id)],
);
