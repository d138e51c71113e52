import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

const userId = () =>
  integer('user_id')
    .notNull()
    .$type<UserId>()
    .references(() => users.id);

/**
 * The users who have a socket open, and where. A home (a server process, or a user's Durable Object) renews its
 * rows while it lives, so that a crash cannot leave anybody online for ever. `users.is_online` says whether a user
 * has any row.
 */
export const presences = sqliteTable(
  'presences',
  {
    userId: userId(),
    home: text('home').notNull(),
    /** Counts as gone from then on, epoch ms. */
    until: integer('until').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.home] }),
    index('presences_home').on(t.home),
    index('presences_until').on(t.until),
  ],
);

/**
 * The users who came or went a moment ago, where several processes share the database: each looks for what the
 * others noted, and shows it to the sockets that it holds. A row goes after a minute.
 */
export const presenceChanges = sqliteTable(
  'presence_changes',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: userId(),
    isOnline: integer('is_online').notNull(),
    /** The home that noted it, and shows it to its own sockets by itself. */
    home: text('home').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('presence_changes_age').on(t.createdAt)],
);
