import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { ChangeId, MessageId, UserId } from '../../src/core/ids.ts';
import type { Dest } from './dest.ts';
import { users } from './users.ts';

const userId = (name: string) =>
  integer(name)
    .notNull()
    .$type<UserId>()
    .references(() => users.id);

/** What people wrote to each other and in groups: the history, which stays as long as MESSAGES_KEPT_DAYS says. */
export const messages = sqliteTable(
  'messages',
  {
    id: integer('id').primaryKey().$type<MessageId>(),
    /** Named by the sender's app; unique a sender, which makes a resend harmless. */
    msgId: text('msg_id').notNull(),
    senderId: userId('sender_id'),
    /** `1:<smaller user>:<larger user>` or `2:<group>` (src/features/chat/conversation.ts). */
    conversation: text('conversation').notNull(),
    destType: integer('dest_type').notNull().$type<Dest>(),
    destId: integer('dest_id').notNull(),
    type: integer('type').notNull(),
    /** Empty once recalled. */
    content: text('content').notNull(),
    /** Kind of the device that sent it. */
    device: integer('device').notNull(),
    createdAt: integer('created_at').notNull(),
    recalledAt: integer('recalled_at'),
    /** The call that recalled it: the mark of its batch. */
    recallId: integer('recall_id').notNull().default(0).$type<ChangeId>(),
    /** Its place in the conversation, in the order of commits, from 1; null until a job has numbered it. */
    number: integer('number'),
    /** Between two people: the other's last message before it, by its place; 0 for none. Null as `number`, and in groups 0. */
    answers: integer('answers'),
  },
  (t) => [
    uniqueIndex('messages_once').on(t.msgId, t.senderId),
    index('messages_history').on(t.conversation, t.id),
  ],
);

/**
 * Places of a conversation that nobody has to read any more: the message was recalled or deleted. Triggers on
 * `messages` write it, so that unread messages are counted by subtracting (src/features/conversations).
 */
export const messageGaps = sqliteTable(
  'message_gaps',
  {
    conversation: text('conversation').notNull(),
    number: integer('number').notNull(),
    /** When it was recalled; 0 where it was deleted. */
    since: integer('since').notNull(),
  },
  (t) => [primaryKey({ columns: [t.conversation, t.number] })],
);

/** How much a user has sent on the last day that they wrote, in Asia/Shanghai: one row, which the next day resets. */
export const messageCounts = sqliteTable('message_counts', {
  userId: integer('user_id')
    .primaryKey()
    .$type<UserId>()
    .references(() => users.id),
  /** When the day began, epoch ms. */
  day: integer('day').notNull(),
  /** Messages, long ones as several (src/features/chat/quota.ts). */
  count: integer('count').notNull(),
});

/** How far a user has read a conversation, and when that, or what else they have set for it, last changed. */
export const readMarks = sqliteTable(
  'read_marks',
  {
    userId: userId('user_id'),
    conversation: text('conversation').notNull(),
    /** The newest message that was read; 0 for none. */
    messageId: integer('message_id').notNull().$type<MessageId>(),
    /** The call that moved the mark last: the mark of its batch. */
    changeId: integer('change_id').notNull().$type<ChangeId>(),
    /** Epoch ms. */
    changedAt: integer('changed_at').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.userId, t.conversation] })],
);
