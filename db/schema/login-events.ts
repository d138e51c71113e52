import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { UserId } from '../../src/core/ids.ts';
import type { WordOf } from './word.ts';

/**
 * `what` of an event. `address`: a session called from another address than before. From `moment` on it is what a user
 * has published.
 */
export const LOGIN_EVENT = {
  login: 1,
  logout: 2,
  register: 3,
  newPassword: 4,
  address: 5,
  moment: 10,
  comment: 11,
  note: 12,
  report: 13,
  upload: 14,
} as const;
export type LoginEvent = WordOf<typeof LOGIN_EVENT>;

export const LOGIN_RESULT = { success: 0, wrongPassword: 1, wrongCode: 2, locked: 3, disabled: 4 } as const;
export type LoginResult = WordOf<typeof LOGIN_RESULT>;

/**
 * From where, and when, an account was used: what the law wants kept for six months at least. A row outlives the
 * account and what it published, so nothing refers from it; a job deletes it by its age.
 */
export const loginEvents = sqliteTable(
  'login_events',
  {
    id: integer('id').primaryKey(),
    at: integer('at').notNull(),
    userId: integer('user_id').notNull().$type<UserId>(),
    /** 0 where no session began. */
    sessionId: integer('session_id').notNull(),
    /** One of `LOGIN_EVENT`. */
    what: integer('what').notNull().$type<LoginEvent>(),
    /** One of `LOGIN_RESULT`. */
    result: integer('result').notNull().$type<LoginResult>(),
    /** Number or key of what was published; else empty. */
    subject: text('subject').notNull(),
    /** 0 unknown, 1 Android, 2 iOS, 3 PC, 4 web. */
    device: integer('device').notNull(),
    /** The app's `UUID`; empty where it sent none. */
    uuid: text('uuid').notNull(),
    /** The client's address itself, and not the network that limits count. */
    address: text('address').notNull(),
    /** The client's own port; 0 where nobody has said it. */
    port: integer('port').notNull(),
  },
  (t) => [
    index('login_events_user').on(t.userId, t.at),
    index('login_events_address').on(t.address, t.at),
    // Thousands share an address of a mobile network, and each has a port.
    index('login_events_port').on(t.address, t.port, t.at),
    index('login_events_age').on(t.at),
  ],
);
