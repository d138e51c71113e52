import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { MessageId, ReminderId, UserId } from '../../src/ids.ts';
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
    /** The chat message that this is a copy of; its text is there once, `msgId` and `content` are empty here. */
    messageId: integer('message_id').$type<MessageId>(),
    /** Kind of the device that a user sent this from; null where the server is the sender. */
    device: integer('device'),
  },
  // No index by age: rows are as old as their place in the sequence says.
  (t) => [index('inbox_user').on(t.userId, t.seq)],
);

/** How far a user's devices of one kind have taken his events: up to `seq`, included. */
export const inboxCursors = sqliteTable(
  'inbox_cursors',
  {
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    device: integer('device').notNull(),
    seq: integer('seq').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.device] })],
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
