import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ReviewId, UserId } from '../../src/core/ids.ts';
import type { TextScope } from '../../src/core/words/scopes.ts';
import { users } from './users.ts';

/** `state`: what came of a review. */
export const REVIEW = { waits: 0, passed: 1, takenDown: 2 } as const;

/** What an operator should look at, with a sealed copy of it: it was written, and is seen meanwhile. */
export const reviews = sqliteTable(
  'reviews',
  {
    id: integer('id').primaryKey().$type<ReviewId>(),
    /** What kind of text it is; `file` for an upload. */
    scope: text('scope').notNull().$type<TextScope | 'file'>(),
    /** Whose it is; null where nobody was logged in. */
    userId: integer('user_id')
      .$type<UserId>()
      .references(() => users.id),
    /** The numbers that lead to it, as JSON: of its group, moment, or message. */
    place: text('place').notNull(),
    /** What it says, sealed under DATA_KEY. */
    sealed: text('sealed').notNull(),
    /** Why it is here: the words that it has, or what a reviewer said of it. */
    cause: text('cause').notNull(),
    createdAt: integer('created_at').notNull(),
    state: integer('state').notNull().default(0),
    endedAt: integer('ended_at'),
  },
  (t) => [
    index('reviews_waiting').on(t.createdAt, t.id).where(sql`state = 0`),
    index('reviews_age').on(t.createdAt),
    index('reviews_user').on(t.userId, t.id),
  ],
);
