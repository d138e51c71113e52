import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ReportId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

/** `dest_type` of a complaint: what it is about. */
export const REPORTED = { person: 0, group: 1 } as const;
export type Reported = WordOf<typeof REPORTED>;

/** `status` of a complaint. */
export const REPORT = { open: 0, handled: 1 } as const;
export type ReportStatus = WordOf<typeof REPORT>;

/** Complaints about a person or a group, for an operator (listing 43). */
export const reports = sqliteTable(
  'reports',
  {
    id: integer('id').primaryKey().$type<ReportId>(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    destType: integer('dest_type').notNull().$type<Reported>(),
    destId: integer('dest_id').notNull(),
    /** Picture URLs, comma-separated. */
    images: text('images').notNull().default(''),
    message: text('message').notNull().default(''),
    status: integer('status').notNull().default(REPORT.open).$type<ReportStatus>(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [index('reports_open').on(t.status, t.createdAt), index('reports_user').on(t.userId, t.createdAt)],
);
