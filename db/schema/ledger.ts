import { sql } from 'drizzle-orm';
import { check, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AccountId, JournalId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';

/**
 * Where money can be. A user's account has the user's own id and is made by a trigger together with the
 * user; system accounts have negative ids (src/ledger/accounts.ts). `balance` is fen, and nothing
 * changes it but the trigger on `postings`.
 */
export const ledgerAccounts = sqliteTable(
  'ledger_accounts',
  {
    id: integer('id').primaryKey().$type<AccountId>(),
    /** `user`, or the name of a system account. */
    kind: text('kind').notNull(),
    balance: integer('balance').notNull().default(0),
  },
  (t) => [
    check('ledger_accounts_covered', sql`${t.balance} >= 0 OR ${t.kind} = 'cash_in'`),
    check('ledger_accounts_kind', sql`(${t.id} > 0) = (${t.kind} = 'user')`),
  ],
);

/** One movement of money: why and when. Never changed, never deleted (triggers refuse both). */
export const journals = sqliteTable('journals', {
  id: integer('id').primaryKey().$type<JournalId>(),
  /** What happened, as `red_packet_sent` (src/ledger/journal.ts). */
  kind: text('kind').notNull(),
  /** The record that it happened to: a red packet, transfer, payout …; null where there is none. */
  subjectId: integer('subject_id'),
  createdAt: integer('created_at').notNull(),
});

/** `amount` fen go from the debited to the credited account. A trigger writes the two postings. Final, as above. */
export const journalLines = sqliteTable(
  'journal_lines',
  {
    id: integer('id').primaryKey(),
    journalId: integer('journal_id')
      .notNull()
      .$type<JournalId>()
      .references(() => journals.id),
    debitAccount: integer('debit_account')
      .notNull()
      .$type<AccountId>()
      .references(() => ledgerAccounts.id),
    creditAccount: integer('credit_account')
      .notNull()
      .$type<AccountId>()
      .references(() => ledgerAccounts.id),
    amount: integer('amount').notNull(),
  },
  (t) => [
    check('journal_lines_amount', sql`${t.amount} > 0`),
    check('journal_lines_not_self', sql`${t.debitAccount} <> ${t.creditAccount}`),
  ],
);

/**
 * The two halves of a line: minus at the debited account, plus at the credited one. Written by the trigger
 * on `journal_lines` alone: one that its line does not say is refused. WITHOUT ROWID. Final, as above.
 */
export const postings = sqliteTable(
  'postings',
  {
    lineId: integer('line_id')
      .notNull()
      .references(() => journalLines.id),
    accountId: integer('account_id')
      .notNull()
      .$type<AccountId>()
      .references(() => ledgerAccounts.id),
    amount: integer('amount').notNull(),
  },
  (t) => [primaryKey({ columns: [t.lineId, t.accountId] })],
);

/**
 * A journal as one of its users sees it (getWalletHistory): one a user and journal, whose number on the
 * wire is the journal's. WITHOUT ROWID, so that a user's bills lie side by side, oldest first. Final, as above.
 */
export const bills = sqliteTable(
  'bills',
  {
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    journalId: integer('journal_id')
      .notNull()
      .$type<JournalId>()
      .references(() => journals.id),
    /** 1–16 (decisions, Money; src/ledger/bills.ts). */
    moneyType: integer('money_type').notNull(),
    /** Fen, above 0. */
    amount: integer('amount').notNull(),
    /** -1 out of the wallet, 1 into it, 0 paid outside of it. */
    direction: integer('direction').notNull(),
    /** Whom it was with: 1 a person, 2 a group, 3 something else. */
    destType: integer('dest_type').notNull(),
    destId: integer('dest_id').notNull(),
    content: text('content').notNull().default(''),
    occurredAt: integer('occurred_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.journalId] }),
    check('bills_amount', sql`${t.amount} > 0`),
    check('bills_direction', sql`${t.direction} IN (-1, 0, 1)`),
    check('bills_money_type', sql`${t.moneyType} BETWEEN 1 AND 16`),
    check('bills_dest_type', sql`${t.destType} IN (1, 2, 3)`),
  ],
);
