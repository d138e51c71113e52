import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ChangeId, ReportId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

/** `dest_type` of a complaint: what it is about. */
export const REPORTED = { person: 0, group: 1 } as const;
export type Reported = WordOf<typeof REPORTED>;

/** What a complaint may be about, as apps name it. */
export const CATEGORIES = [
  'porn',
  'gambling',
  'fraud',
  'violence',
  'harassment',
  'hate',
  'minors',
  'impersonation',
  'spam',
  'other',
] as const;

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
    /** What it names: `moment`, `comment`, `message` or `note`; empty where it names nothing. */
    subject: text('subject').notNull().default(''),
    /** The number of that. */
    item: integer('item').notNull().default(0),
    /** A word of `CATEGORIES`; empty where the reporter has chosen none. */
    category: text('category').notNull().default(''),
    /** What it named, as it stood then, as JSON, sealed under DATA_KEY; empty once its time has passed. */
    sealed: text('sealed').notNull().default(''),
    /** The URLs in that, with blanks between them: their files stay as long. */
    files: text('files').notNull().default(''),
    /** What came of it, as its reporter was told; empty while it is open. */
    outcome: text('outcome').notNull().default(''),
    /** The call that closed it: the mark of its batch. */
    changeId: integer('change_id').notNull().default(0).$type<ChangeId>(),
    status: integer('status').notNull().default(REPORT.open).$type<ReportStatus>(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    index('reports_open').on(t.status, t.createdAt),
    index('reports_user').on(t.userId, t.createdAt),
    index('reports_about').on(t.destType, t.destId, t.createdAt, t.id).where(sql`status = 0`),
    index('reports_closed').on(t.changeId, t.userId).where(sql`change_id <> 0`),
    index('reports_sealed').on(t.createdAt).where(sql`sealed <> ''`),
  ],
);
