import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ChangeId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/**
 * Accounts that are to be deleted, and those that are. While `step` is 0 the account waits, shut, and comes back when
 * its owner logs in. From then on a job erases it, one step after another. The row stays as the bare fact.
 */
export const deletions = sqliteTable(
  'deletions',
  {
    userId: integer('user_id')
      .primaryKey()
      .$type<UserId>()
      .references(() => users.id),
    askedAt: integer('asked_at').notNull(),
    /** The operator who wanted it, as the audit names them; empty: the person. */
    askedBy: text('asked_by').notNull().default(''),
    /** From then on it is erased. */
    dueAt: integer('due_at').notNull(),
    /** 1: a login brings it back. 0 where an operator has shut the account. */
    mayReturn: integer('may_return').notNull().default(1),
    /** 0 while it waits; then what the job is at. */
    step: integer('step').notNull().default(0),
    /** Which steps there were when the job began: with others it begins again. */
    plan: text('plan').notNull().default(''),
    /** The last row that the job has looked at in that step. */
    cursor: integer('cursor').notNull().default(0),
    /** The last event there was when erasing began. */
    lastSeq: integer('last_seq').notNull().default(0),
    /** When the job looks at it next. */
    nextAt: integer('next_at').notNull(),
    /** The vip number that nobody gets until it is free again; empty where there is none, or it is. */
    vipNumber: text('vip_number').notNull().default(''),
    /** When erasing began. */
    begunAt: integer('begun_at'),
    /** Fen that went to `unclaimed`, and fen of it that an operator has paid to the person since. */
    givenUp: integer('given_up').notNull().default(0),
    claimed: integer('claimed').notNull().default(0),
    /** When all of it was done. */
    erasedAt: integer('erased_at'),
    /** The call that changed the row last: the mark of its batch. */
    changeId: integer('change_id').notNull().default(0).$type<ChangeId>(),
  },
  (t) => [
    index('deletions_next').on(t.nextAt).where(sql`erased_at IS NULL`),
    index('deletions_numbers').on(t.erasedAt).where(sql`vip_number <> ''`),
    index('deletions_unclaimed').on(t.userId).where(sql`given_up > claimed`),
    check('deletions_claimed', sql`${t.claimed} BETWEEN 0 AND ${t.givenUp}`),
  ],
);
