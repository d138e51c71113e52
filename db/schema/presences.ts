import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/**
 * Who has a socket open, and where. A home (a server process, or a user's Durable Object) renews its rows
 * while it lives, so that a crash cannot leave anybody online for ever. `users.is_online` says whether a user
 * has any row.
 */
export const presences = sqliteTable(
  'presences',
  {
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    home: text('home').notNull(),
    /** Counts as gone from then on, epoch ms. */
    until: integer('until').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.home] }), index('presences_home').on(t.home)],
);
