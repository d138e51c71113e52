import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { CardId, JournalId, PayoutId, UserId } from '../../src/core/ids.ts';
import { journals } from './ledger.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

/**
 * A bank card that money can be withdrawn to. The number is sealed (AES-GCM under the person's key); its keyed digest
 * finds one that is bound already. An unbound card stays for the payouts that name it.
 */
export const bankCards = sqliteTable(
  'bank_cards',
  {
    id: integer('id').primaryKey().$type<CardId>(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    sealedNumber: text('sealed_number').notNull(),
    numberDigest: text('number_digest').notNull(),
    /** As it is shown: `************7965`. */
    masked: text('masked').notNull(),
    bankName: text('bank_name').notNull(),
    /** DC debit, CC credit, SCC semi-credit, PC prepaid; empty where the bank is not known. */
    kind: text('kind').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    unboundAt: integer('unbound_at'),
  },
  (t) => [
    uniqueIndex('bank_cards_bound').on(t.userId, t.numberDigest).where(sql`unbound_at IS NULL`),
    index('bank_cards_of').on(t.userId),
  ],
);

/** `state` of a payout. */
export const PAYOUT = { waiting: 0, settled: 1, returned: 2 } as const;
export type PayoutState = WordOf<typeof PAYOUT>;

/** A withdrawal: its money lies in the account `withdrawals` until the bank has it (settled) or it comes back. */
export const payouts = sqliteTable(
  'payouts',
  {
    id: integer('id').primaryKey().$type<PayoutId>(),
    userId: integer('user_id')
      .notNull()
      .$type<UserId>()
      .references(() => users.id),
    /** Null in a sandbox whose user has bound no card. */
    cardId: integer('card_id')
      .$type<CardId>()
      .references(() => bankCards.id),
    /** Fen. */
    amount: integer('amount').notNull(),
    state: integer('state').notNull().default(PAYOUT.waiting).$type<PayoutState>(),
    createdAt: integer('created_at').notNull(),
    endedAt: integer('ended_at'),
    /** The journal that ended it: the mark of that batch. */
    endedBy: integer('ended_by')
      .$type<JournalId>()
      .references(() => journals.id),
  },
  (t) => [
    index('payouts_waiting').on(t.createdAt).where(sql`state = 0`),
    index('payouts_of').on(t.userId),
    check('payouts_amount', sql`${t.amount} > 0`),
    check('payouts_state', sql`${t.state} IN (0, 1, 2)`),
  ],
);
