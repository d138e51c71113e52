import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ApprovalId, ChangeId, OperatorId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

/** `state` of a request for a second operator. One that waits beyond `expires_at` counts as expired. */
export const APPROVAL = { waits: 0, approved: 1, rejected: 2, withdrawn: 3 } as const;
export type ApprovalState = WordOf<typeof APPROVAL>;

/** An act that moves more money than one operator may: it waits for a second one, and nothing has moved yet. */
export const approvals = sqliteTable(
  'approvals',
  {
    id: integer('id').primaryKey().$type<ApprovalId>(),
    /** As `corrections.credit`. */
    operation: text('operation').notNull(),
    /** JSON of its parameters, as they were given. */
    input: text('input').notNull(),
    reason: text('reason').notNull(),
    /** Keyed, over all that is asked for and by whom: what was changed by hand is approved by nobody. */
    digest: text('digest').notNull(),
    /** The person whose money it is about; null where it is nobody's, as a payment of no order. */
    userId: integer('user_id')
      .$type<UserId>()
      .references(() => users.id),
    /** Fen. */
    amount: integer('amount').notNull(),
    /** `operator`, `token` or `shell`; and the number of the operator or token, 0 for the shell. */
    askedKind: text('asked_kind').notNull(),
    askedId: integer('asked_id').notNull().$type<OperatorId | 0>(),
    /** The name in the audit. */
    askedBy: text('asked_by').notNull(),
    /** Whose eyes have seen it (`Eyes`). */
    eyes: text('eyes').notNull(),
    eyesName: text('eyes_name').notNull(),
    askedAt: integer('asked_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    state: integer('state').notNull().default(APPROVAL.waits).$type<ApprovalState>(),
    endedAt: integer('ended_at'),
    /** The name of whoever has approved, rejected or withdrawn it. */
    endedBy: text('ended_by').notNull().default(''),
    /** The call that ended it. */
    changeId: integer('change_id').notNull().default(0).$type<ChangeId>(),
  },
  (t) => [
    index('approvals_by_state').on(t.state, t.expiresAt, t.id),
    index('approvals_age').on(t.expiresAt),
    check('approvals_amount', sql`${t.amount} > 0`),
    check('approvals_state', sql`${t.state} IN (0, 1, 2, 3)`),
    check('approvals_ended', sql`(${t.state} = 0) = (${t.endedAt} IS NULL)`),
  ],
);

/** What an operator has moved of one person's money on one day, for the limit above which a second one is needed. */
export const operatorSums = sqliteTable(
  'operator_sums',
  {
    eyes: text('eyes').notNull(),
    /** 0 where the money is nobody's. */
    userId: integer('user_id').notNull().$type<UserId | 0>(),
    /** As `chinaDay`. */
    day: integer('day').notNull(),
    /** Fen. */
    amount: integer('amount').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.eyes, t.userId, t.day] }),
    index('operator_sums_age').on(t.day),
    check('operator_sums_amount', sql`${t.amount} > 0`),
  ],
);
