import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AccountId, JournalId, LedgerCheckId, UserId } from '../../src/core/ids.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

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
    index('journal_lines_journal').on(t.journalId),
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

/** What a bill is about, as its owner reads it (listing 230; 12 and on: docs/decisions.md#the-ledger). */
export const MONEY_TYPE = {
  recharge: 1,
  withdrawal: 2,
  redPacketSent: 3,
  redPacketReceived: 4,
  transferSent: 5,
  transferReceived: 6,
  redPacketReturned: 7,
  transferReturned: 8,
  numberPurchase: 9,
  aaReceived: 10,
  aaPaid: 11,
  groupLevel: 12,
  paidJoin: 13,
  groupRenewal: 14,
  withdrawalReturned: 15,
  gift: 16,
  /** Credited, debited or seized by an operator. */
  correction: 17,
  /** What a reversed transfer or share of a red packet gives back, or takes. */
  reversal: 18,
} as const;
export type MoneyType = WordOf<typeof MONEY_TYPE>;

/** `direction` of a bill: out of the wallet, into it, or paid outside of it. */
export const DIRECTION = { out: -1, in: 1, outside: 0 } as const;
export type Direction = WordOf<typeof DIRECTION>;

/** `dest_type` of a bill: whom or what it was with. */
export const BILL_WITH = { person: 1, group: 2, other: 3 } as const;
export type BillWith = WordOf<typeof BILL_WITH>;

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
    /** What it is about; of one with a `later_type`, the nearest word that an older program knows. */
    moneyType: integer('money_type').notNull().$type<MoneyType>(),
    /** Fen, above 0. */
    amount: integer('amount').notNull(),
    direction: integer('direction').notNull().$type<Direction>(),
    destType: integer('dest_type').notNull().$type<BillWith>(),
    destId: integer('dest_id').notNull(),
    content: text('content').notNull().default(''),
    occurredAt: integer('occurred_at').notNull(),
    /** What it is about, where that is above 16: the check of `money_type` is as old as its table. */
    laterType: integer('later_type').$type<MoneyType>(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.journalId] }),
    check('bills_amount', sql`${t.amount} > 0`),
    check('bills_direction', sql`${t.direction} IN (-1, 0, 1)`),
    check('bills_money_type', sql`${t.moneyType} BETWEEN 1 AND 16`),
    check('bills_dest_type', sql`${t.destType} IN (1, 2, 3)`),
  ],
);

/** A look at the whole of the books, in many small steps. The newest says how they stand. */
export const ledgerChecks = sqliteTable(
  'ledger_checks',
  {
    id: integer('id').primaryKey().$type<LedgerCheckId>(),
    startedAt: integer('started_at').notNull(),
    /** Null while it goes on. */
    finishedAt: integer('finished_at'),
    /** The name of the operator who wanted it, or of the job. */
    askedBy: text('asked_by').notNull(),
    /** JSON of how far it has come; and how many steps that were, by which two who go on at once are told apart. */
    progress: text('progress').notNull(),
    steps: integer('steps').notNull().default(0),
    /** 1 where nothing is wrong so far. */
    ok: integer('ok').notNull().default(1),
    problems: integer('problems').notNull().default(0),
    /** JSON list of the first of them, each with its check and its detail. */
    findings: text('findings').notNull().default('[]'),
    /** Journals and bills that it has looked at. */
    journals: integer('journals').notNull().default(0),
    bills: integer('bills').notNull().default(0),
  },
  (t) => [
    index('ledger_checks_started').on(t.startedAt),
    index('ledger_checks_running').on(t.startedAt).where(sql`finished_at IS NULL`),
  ],
);
