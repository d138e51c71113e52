import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/ids.ts';
import { users } from './users.ts';

/** A user's address book as his app sent it last (listing 41); nobody but him sees it. */
export const contacts = sqliteTable(
  'contacts',
  {
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    /** Place in what was sent, from 0. */
    position: integer('position').notNull(),
    /** As the address book writes it. */
    phone: text('phone').notNull(),
    /** E.164; empty where the phone is no number that a network could have given. */
    mobile: text('mobile').notNull(),
    name: text('name').notNull(),
    headUrl: text('head_url').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.position] })],
);
