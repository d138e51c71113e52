import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/** How far the inbox has been looked through for pushes: one row. */
export const pushProgress = sqliteTable('push_progress', {
  id: integer('id').primaryKey(),
  seq: integer('seq').notNull(),
});

/** Pushes that wait: an event of the inbox and a device. The text is read when it is sent. */
export const pushOutbox = sqliteTable(
  'push_outbox',
  {
    id: integer('id').primaryKey(),
    /** The event's place in the inbox; what has been taken from there meanwhile is not pushed. */
    seq: integer('seq').notNull(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    device: integer('device').notNull(),
    /** Not before, epoch ms. */
    dueAt: integer('due_at').notNull(),
    tries: integer('tries').notNull().default(0),
    /** The run that sends it now. */
    claim: text('claim').notNull().default(''),
  },
  (t) => [
    uniqueIndex('push_outbox_once').on(t.seq, t.userId, t.device),
    index('push_outbox_due').on(t.dueAt),
    index('push_outbox_claim').on(t.claim),
  ],
);
