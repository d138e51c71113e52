import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/**
 * From where a user has logged in: the newest 20 devices and addresses, until nothing was heard of one for 180 days.
 * What is known counts wrong passwords by itself, so that strangers lock nobody out.
 */
export const knownLogins = sqliteTable(
  'known_logins',
  {
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    /** The app's `UUID`; empty where it sent none. */
    device: text('device').notNull(),
    /** 0 unknown, 1 Android, 2 iOS, 3 PC, 4 web. */
    kind: integer('kind').notNull(),
    /** What the client's address counts under (`addressKey`); empty where nobody noted it. */
    address: text('address').notNull(),
    /** The last day of that login's session, as `chinaDay` counts. */
    lastDay: integer('last_day').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.device, t.kind, t.address] }),
    index('known_logins_device').on(t.device, t.userId).where(sql`device <> ''`),
    index('known_logins_age').on(t.lastDay),
  ],
);
