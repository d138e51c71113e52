import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ChangeId, OrderId, RefundId, UserId } from '../../src/core/ids.ts';
import type { Provider } from '../../src/platform/payments/port.ts';
import { paymentOrders } from './payment-orders.ts';
import { requestChecks, requestColumns } from './provider-requests.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

/** `state` of a refund. `returned`: nothing went back to the payer, and what was taken is in the wallet again. */
export const REFUND = { underWay: 0, done: 1, returned: 2 } as const;
export type RefundState = WordOf<typeof REFUND>;

/** Money that goes back, at its provider, to whoever has paid it: a payment, or a part of one. */
export const refunds = sqliteTable(
  'refunds',
  {
    id: integer('id').primaryKey().$type<RefundId>(),
    provider: text('provider').notNull().$type<Provider>(),
    /** The provider's number of the payment. */
    tradeNo: text('trade_no').notNull(),
    /** The order that it was paid for, whether or not it is what has paid it. */
    orderId: integer('order_id')
      .notNull()
      .$type<OrderId>()
      .references(() => paymentOrders.id),
    /** The user from whose wallet it was taken; null where the payment was in nobody's. */
    userId: integer('user_id')
      .$type<UserId>()
      .references(() => users.id),
    /** Fen that go back, and fen that were paid. */
    amount: integer('amount').notNull(),
    total: integer('total').notNull(),
    state: integer('state').notNull().default(REFUND.underWay).$type<RefundState>(),
    createdAt: integer('created_at').notNull(),
    endedAt: integer('ended_at'),
    /** The call that ended it: the mark of that batch. */
    endedBy: integer('ended_by').$type<ChangeId>(),
  },
  (t) => [
    index('refunds_trade').on(t.provider, t.tradeNo),
    index('refunds_waiting').on(t.createdAt, t.id).where(sql`state = 0`),
    index('refunds_user').on(t.userId, t.id),
    check('refunds_amount', sql`${t.amount} > 0 AND ${t.amount} <= ${t.total}`),
    check('refunds_state', sql`${t.state} IN (0, 1, 2)`),
    check('refunds_ended', sql`(${t.state} = 0) = (${t.endedAt} IS NULL)`),
  ],
);

/** How a refund fares at its provider: one row each. */
export const refundRequests = sqliteTable(
  'refund_requests',
  {
    refundId: integer('refund_id')
      .primaryKey()
      .$type<RefundId>()
      .references(() => refunds.id),
    ...requestColumns<'refused'>(),
  },
  (t) => [
    index('refund_requests_due').on(t.nextAt).where(sql`next_at IS NOT NULL`),
    ...requestChecks('refund_requests', t),
    check('refund_requests_fault', sql`${t.fault} IN ('refused')`),
  ],
);

/** `state` of a refund in the sandbox's own gateway. `stuck`: the payer's card takes nothing any more. */
export const SANDBOX_REFUND = { underWay: 0, done: 1, closed: 2, stuck: 3 } as const;
export type SandboxRefundState = WordOf<typeof SANDBOX_REFUND>;

/** Refunds in the books of the sandbox's own gateway; empty in production. */
export const sandboxRefunds = sqliteTable(
  'sandbox_refunds',
  {
    refundNo: text('refund_no').primaryKey(),
    provider: text('provider').notNull().$type<Provider>(),
    tradeNo: text('trade_no').notNull(),
    /** Fen. */
    amount: integer('amount').notNull(),
    state: integer('state').notNull().default(SANDBOX_REFUND.underWay).$type<SandboxRefundState>(),
    /** The gateway's own number of it. */
    refundId: text('refund_id').notNull(),
    takenAt: integer('taken_at').notNull(),
  },
  (t) => [
    index('sandbox_refunds_trade').on(t.tradeNo),
    check('sandbox_refunds_state', sql`${t.state} IN (0, 1, 2, 3)`),
  ],
);
