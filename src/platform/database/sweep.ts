import { type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Settings } from '../../core/settings.ts';
import { type Prepared, p, prepareChange, type Query } from './query.ts';

/** Forgets some rows whose time has passed, at most `limit` of them. */
export type Sweep = (now: number, limit: number, settings: Settings) => Query<number>;

/** How old what goes is, and how much goes at a time. */
type Due = { readonly before: number; readonly limit: number };

/**
 * Prepares the deletion of the rows whose `age` is not above `before`, the oldest first, at most `limit` of them.
 * @param age a column with an index of its own, partial where `others` says so, too
 * @param others further conditions
 */
export const prepareSweep = (
  table: SQLiteTable,
  age: SQLiteColumn,
  others: SQL = sql``,
): Prepared<number, Due> =>
  prepareChange<Due>(
    sql`DELETE FROM ${table} WHERE rowid IN
      (SELECT rowid FROM ${table} WHERE ${age} <= ${p('before')} ${others} ORDER BY ${age} LIMIT ${p('limit')})`,
  );
