import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { SessionId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/** `device`: the kind of device that a session is on. */
export const DEVICE = { unknown: 0, android: 1, ios: 2, pc: 3, web: 4 } as const;

/** A login. The token names it; it lives until `endedAt` is set. One lives a user and device kind. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: integer('id').primaryKey().$type<SessionId>(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    /** One of `DEVICE`. */
    device: integer('device').notNull(),
    uuid: text('uuid').notNull().default(''),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    endedAt: integer('ended_at'),
    /** The last day in Asia/Shanghai on which it called, as `chinaDay` counts; null before it first did. */
    lastDay: integer('last_day'),
    /** From where it was last noted to call; empty where nobody has noted it. */
    address: text('address').notNull().default(''),
    /** Up to here the user's events had been dropped when it began: a client of before may have missed some. */
    missedSeq: integer('missed_seq').notNull().default(0),
  },
  (t) => [
    uniqueIndex('sessions_one_a_device').on(t.userId, t.device).where(sql`ended_at IS NULL`),
    index('sessions_expired').on(t.expiresAt),
    index('sessions_ended').on(t.endedAt).where(sql`ended_at IS NOT NULL`),
  ],
);

/**
 * Wrong tries, counted before the secret is looked at (docs/decisions.md#passwords). The key says what is
 * counted: `login:<mobile>:<network>`, `login:<mobile>`, `pay:<user>`, `code:<mobile>:<network>`,
 * `answer:<group>:<user>:<day>`.
 */
export const wrongTries = sqliteTable(
  'wrong_tries',
  {
    key: text('key').primaryKey(),
    count: integer('count').notNull(),
    /** Start of the window in which `count` was reached. */
    since: integer('since').notNull(),
    lockedUntil: integer('locked_until').notNull().default(0),
  },
  (t) => [index('wrong_tries_since').on(t.since)],
);

/** Where a user's push messages go (listing 63): the newest token a device kind. */
export const pushDevices = sqliteTable(
  'push_devices',
  {
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    device: integer('device').notNull(),
    token: text('token').notNull(),
    provider: text('provider').notNull().default(''),
    appVersion: text('app_version').notNull().default(''),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.device] }), uniqueIndex('push_devices_token').on(t.token)],
);
