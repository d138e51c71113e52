import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * What each day was like, a number by name (src/operations/figures/daily.ts). Triggers count who registers and who is
 * active; a job adds the rest.
 */
export const dailyFigures = sqliteTable(
  'daily_figures',
  {
    /** The day in Asia/Shanghai, as `chinaDay` counts. */
    day: integer('day').notNull(),
    name: text('name').notNull(),
    value: integer('value').notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.name] })],
);

/**
 * Numbers that are kept as things happen, so that nobody counts a table that grows. `people`, `upload_bytes` and
 * `upload_files` are moved by triggers; `messages_counted` and `lines_counted` say how far the job has counted.
 */
export const runningFigures = sqliteTable('running_figures', {
  name: text('name').primaryKey(),
  value: integer('value').notNull(),
});

/** How each job has fared: a row a job. */
export const jobRuns = sqliteTable('job_runs', {
  name: text('name').primaryKey(),
  /** When the last run ended, epoch ms, and how long it took. */
  lastAt: integer('last_at').notNull(),
  lastMs: integer('last_ms').notNull(),
  runs: integer('runs').notNull(),
  failures: integer('failures').notNull(),
});
