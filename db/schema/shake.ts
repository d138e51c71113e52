import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { GreetingId, ShakeRecordId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

const userId = (name: string) =>
  integer(name)
    .notNull()
    .$type<UserId>()
    .references(() => users.id);

/** The people whom `userId` has met by shaking (listings 142 to 144): one row for each of the two. */
export const shakeRecords = sqliteTable(
  'shake_records',
  {
    id: integer('id').primaryKey().$type<ShakeRecordId>(),
    userId: userId('user_id'),
    otherId: userId('other_id'),
    /** Metres, rounded up to 500; to 100 in records of versions before `places`. */
    distance: integer('distance').notNull(),
    createdAt: integer('created_at').notNull(),
    deletedAt: integer('deleted_at'),
  },
  (t) => [
    index('shake_records_user').on(t.userId, t.id).where(sql`deleted_at IS NULL`),
    index('shake_records_pair').on(t.userId, t.otherId),
  ],
);

/** A greeting from one who shook to the other (`/geo/sendGreet`), or a reply to one. */
export const greetings = sqliteTable(
  'greetings',
  {
    id: integer('id').primaryKey().$type<GreetingId>(),
    /** The person it was sent to. */
    userId: userId('user_id'),
    fromId: userId('from_id'),
    /** The greeting that it replies to; 0 for the greeting itself. */
    threadId: integer('thread_id').notNull().$type<GreetingId>(),
    message: text('message').notNull(),
    createdAt: integer('created_at').notNull(),
    deletedAt: integer('deleted_at'),
  },
  (t) => [
    index('greetings_user').on(t.userId, t.id).where(sql`thread_id = 0 AND deleted_at IS NULL`),
    index('greetings_thread').on(t.threadId, t.id).where(sql`thread_id > 0`),
    index('greetings_kept').on(t.userId).where(sql`deleted_at IS NULL`),
  ],
);
