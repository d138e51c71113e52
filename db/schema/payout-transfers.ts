import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { PayoutId } from '../../src/core/ids.ts';
import type { Fault, PayoutProvider } from '../../src/platform/payments/payout-port.ts';
import { requestChecks, requestColumns } from './provider-requests.ts';
import { payouts } from './wallet.ts';
import type { WordOf } from './word.ts';

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
    ...requestColumns<Fault>(),
  },
  (t) => [
    index('payout_transfers_due').on(t.nextAt).where(sql`next_at IS NOT NULL`),
    ...requestChecks('payout_transfers', t),
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
