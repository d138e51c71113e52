import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ReportId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/** Complaints about a user (destType 0) or a group (1), for an operator (listing 43). */
export const reports = sqliteTable(
  'reports',
  {
    id: integer('id').primaryKey().$type<ReportId>(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    destType: integer('dest_type').notNull(),
    destId: integer('dest_id').notNull(),
    /** Picture URLs, comma-separated. */
    images: text('images').notNull().default(''),
    message: text('message').notNull().default(''),
    /** 0 open, 1 handled. */
    status: integer('status').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [index('reports_open').on(t.status, t.createdAt), index('reports_user').on(t.userId, t.createdAt)],
);
