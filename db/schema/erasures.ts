import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * What must never come back: takedowns, bans, deleted accounts; numbers and keys alone, in their order. A trigger
 * writes the row in the batch of the act. A copy outside of the database says what a restored backup has missed.
 */
export const erasures = sqliteTable(
  'erasures',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** `takedown`, `person`, `ban` or `account`. */
    kind: text('kind').notNull(),
    /** The number of what went; with its subject before it, as `moment:7301`, where it is a takedown. */
    key: text('key').notNull(),
    /** 1: the act was undone. */
    isUndone: integer('is_undone').notNull().default(0),
    at: integer('at').notNull(),
    /** 1: came back with a copy from outside, and is not carried out here yet. */
    isDue: integer('is_due').notNull().default(0),
  },
  (t) => [index('erasures_due').on(t.id).where(sql`is_due = 1`)],
);
