import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ReminderId, UserId } from '../../src/ids.ts';
import { users } from './users.ts';

/**
 * Events that wait for a user, written in the same batch as the change they tell of. `seq` is given in
 * commit order (there is one writer), so it grows for every user; gaps belong to others.
 */
export const inbox = sqliteTable(
  'inbox',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    /** The original's message type (docs/realtime.md). */
    type: integer('type').notNull(),
    msgId: text('msg_id').notNull(),
    fromId: integer('from_id').notNull(),
    /** 1 person, 2 group, 3 system, 4 third party. */
    fromType: integer('from_type').notNull(),
    destId: integer('dest_id').notNull(),
    /** Text or a JSON document as text. */
    content: text('content').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('inbox_user').on(t.userId, t.seq), index('inbox_age').on(t.createdAt)],
);

/** Reminders a user set for himself (listing 210); sent as event 68 when due. */
export const reminders = sqliteTable(
  'reminders',
  {
    id: integer('id').primaryKey().$type<ReminderId>(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    content: text('content').notNull(),
    dueAt: integer('due_at').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('reminders_due').on(t.dueAt), index('reminders_user').on(t.userId)],
);
