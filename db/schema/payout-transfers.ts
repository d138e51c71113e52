import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ChangeId, PayoutId } from '../../src/core/ids.ts';
import type { Fault, PayoutProvider } from '../../src/platform/payments/payout-port.ts';
import { payouts } from './wallet.ts';
import type { WordOf } from './word.ts';

/** `stage` of a payout at its provider. `sent`: a request has left, or may have. `held`: the operator has it. */
export const STAGE = { queued: 0, sent: 1, held: 2, over: 3 } as const;
export type Stage = WordOf<typeof STAGE>;

/**
 * How a payout fares at the provider that pays it. A payout without a row is an operator's. What it is called
 * there is made from its number and never changes, so that no repetition pays twice.
 */
export const payoutTransfers = sqliteTable(
  'payout_transfers',
  {
    payoutId: integer('payout_id')
      .primaryKey()
      .$type<PayoutId>()
      .references(() => payouts.id),
    provider: text('provider').notNull().$type<PayoutProvider>(),
    stage: integer('stage').notNull().default(STAGE.queued).$type<Stage>(),
    /** The call that sent it last: the mark of its claim, left before the request leaves. */
    claimedBy: integer('claimed_by').$type<ChangeId>(),
    /** Requests, in all, and when the first and the last of them were claimed since it was queued. */
    attempts: integer('attempts').notNull().default(0),
    firstSentAt: integer('first_sent_at'),
    sentAt: integer('sent_at'),
    /** 1 once the provider has known the number: from then on it must not say that it does not. */
    takenIn: integer('taken_in').notNull().default(0),
    /** The last request was refused: whose fault it was. Counts once the provider still knows of no such number. */
    fault: text('fault').$type<Fault>(),
    /** The provider's last word, or why the operator has it: a code, never a name or a number. */
    reason: text('reason').notNull().default(''),
    /** The provider's number of a paid transfer. */
    transferNo: text('transfer_no').notNull().default(''),
    /** How often the provider has been asked since it was sent, or has ended, and when it is looked at next; null: no more. */
    asks: integer('asks').notNull().default(0),
    nextAt: integer('next_at'),
  },
  (t) => [
    index('payout_transfers_due').on(t.nextAt).where(sql`next_at IS NOT NULL`),
    check('payout_transfers_stage', sql`${t.stage} IN (0, 1, 2, 3)`),
    check(
      'payout_transfers_sent',
      sql`${t.stage} <> 1 OR (${t.claimedBy} IS NOT NULL AND ${t.attempts} > 0)`,
    ),
    check('payout_transfers_taken_in', sql`${t.takenIn} IN (0, 1)`),
    check('payout_transfers_held', sql`${t.stage} <> 2 OR ${t.nextAt} IS NULL`),
    check('payout_transfers_fault', sql`${t.fault} IN ('payee', 'payer')`),
  ],
);

/** `state` of a transfer in the sandbox's own gateway. */
export const BANK_TRANSFER = { underWay: 0, paid: 1, failed: 2, sentBack: 3 } as const;
export type BankTransferState = WordOf<typeof BANK_TRANSFER>;

/** Transfers in the books of the sandbox's own gateway; empty in production. */
export const sandboxTransfers = sqliteTable(
  'sandbox_transfers',
  {
    outBizNo: text('out_biz_no').primaryKey(),
    /** Of everything that was asked for: the same number takes nothing else. */
    contentDigest: text('content_digest').notNull(),
    /** Fen. */
    amount: integer('amount').notNull(),
    state: integer('state').notNull().default(BANK_TRANSFER.underWay).$type<BankTransferState>(),
    errorCode: text('error_code').notNull().default(''),
    orderId: text('order_id').notNull(),
    takenAt: integer('taken_at').notNull(),
  },
  (t) => [check('sandbox_transfers_state', sql`${t.state} IN (0, 1, 2, 3)`)],
);
