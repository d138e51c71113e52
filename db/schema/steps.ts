import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ChangeId, StepId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

/** `kind` of a step: what it keeps somebody from. */
export const STEP = {
  warning: 1,
  messages: 2,
  moments: 3,
  comments: 4,
  search: 5,
  wallet: 6,
  account: 7,
} as const;
export type StepKind = WordOf<typeof STEP>;

/**
 * What operators have done about people. A step is in force until its time, or until somebody lifts it: whoever looks
 * compares the time. Of each kind but warnings a person has one at most that nobody has ended.
 */
export const steps = sqliteTable(
  'steps',
  {
    id: integer('id').primaryKey().$type<StepId>(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    kind: integer('kind').notNull().$type<StepKind>(),
    /** As the person reads it. */
    reason: text('reason').notNull(),
    /** The operator, as the audit names them. */
    laidBy: text('laid_by').notNull(),
    beganAt: integer('began_at').notNull(),
    /** Until then; null: until an operator lifts it. */
    until: integer('until'),
    /** When an operator lifted it, another took its place, or a job saw that it was over. */
    endedAt: integer('ended_at'),
    /** The call that laid it: the mark of its batch. */
    changeId: integer('change_id').notNull().$type<ChangeId>(),
  },
  (t) => [
    index('steps_standing').on(t.userId, t.kind).where(sql`ended_at IS NULL`),
    index('steps_user').on(t.userId, t.id),
    index('steps_due').on(t.until).where(sql`ended_at IS NULL AND until IS NOT NULL`),
  ],
);
