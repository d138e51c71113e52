import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ChangeId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/**
 * A change of a lost mobile that one operator asks for and another decides about. Whoever asked has proved by a code
 * that the person has the new number. A row goes when it is decided, or is forgotten soon after its end.
 */
export const mobileRequests = sqliteTable(
  'mobile_requests',
  {
    userId: integer('user_id')
      .primaryKey()
      .$type<UserId>()
      .references(() => users.id),
    /** What the user's number was when it was asked for, in E.164: another one ends the request. */
    oldMobile: text('old_mobile').notNull(),
    newMobile: text('new_mobile').notNull(),
    /** Whose eyes have seen it (`Eyes`), and by what name. */
    eyes: text('eyes').notNull(),
    eyesName: text('eyes_name').notNull(),
    reason: text('reason').notNull(),
    askedAt: integer('asked_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** The call that decides about it: the mark of its batch. */
    changeId: integer('change_id').notNull().default(0).$type<ChangeId>(),
  },
  (t) => [index('mobile_requests_age').on(t.expiresAt)],
);
