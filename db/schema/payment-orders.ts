import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { ChangeId, JournalId, OrderId, UserId } from '../../src/core/ids.ts';
import type { Provider } from '../../src/platform/payments/port.ts';
import { journals } from './ledger.ts';
import { users } from './users.ts';
import type { WordOf } from './word.ts';

/** `kind` of a payment order, `orderType` on the wire. `other`: paid and left for `recharge` to claim. */
export const ORDER_KIND = { recharge: 0, number: 1, other: 2 } as const;
export type OrderKind = WordOf<typeof ORDER_KIND>;

/** `state` of a payment order. A cancelled or expired one that is paid all the same is paid. */
export const ORDER = { pending: 0, paid: 1, cancelled: 2, expired: 3 } as const;
export type OrderState = WordOf<typeof ORDER>;

/** What somebody is to pay, or has paid, at a payment provider. */
export const paymentOrders = sqliteTable(
  'payment_orders',
  {
    id: integer('id').primaryKey().$type<OrderId>(),
    /** Our name for it at the provider: letters and digits. Nobody can guess it. */
    outTradeNo: text('out_trade_no').notNull().unique(),
    /** Null while a number is bought by somebody who has no account yet. */
    userId: integer('user_id')
      .$type<UserId>()
      .references(() => users.id),
    kind: integer('kind').notNull().$type<OrderKind>(),
    provider: text('provider').notNull().$type<Provider>(),
    /** Fen. */
    amount: integer('amount').notNull(),
    subject: text('subject').notNull(),
    body: text('body').notNull(),
    state: integer('state').notNull().default(ORDER.pending).$type<OrderState>(),
    /** The provider's number of the payment. */
    tradeNo: text('trade_no'),
    /** The call that found it paid: the mark of that batch. */
    settledBy: integer('settled_by').$type<ChangeId>(),
    /** The journal that gave its money a purpose; null while paid money is not yet in the books. */
    creditedBy: integer('credited_by')
      .$type<JournalId>()
      .references(() => journals.id),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    paidAt: integer('paid_at'),
    /** How often the provider has been asked about it, and when it is asked next; null: no more. */
    checks: integer('checks').notNull().default(0),
    nextCheckAt: integer('next_check_at'),
  },
  (t) => [
    uniqueIndex('payment_orders_trade').on(t.provider, t.tradeNo),
    index('payment_orders_checks').on(t.nextCheckAt).where(sql`next_check_at IS NOT NULL`),
    check('payment_orders_amount', sql`${t.amount} > 0`),
    check('payment_orders_kind', sql`${t.kind} IN (0, 1, 2)`),
    check('payment_orders_state', sql`${t.state} IN (0, 1, 2, 3)`),
    check('payment_orders_paid', sql`(${t.state} = 1) = (${t.tradeNo} IS NOT NULL)`),
  ],
);

/**
 * Money that came in and belongs to no order as it stands: paid twice, another amount, or refunded before it was
 * credited. It is in nobody's wallet and is to be refunded at the provider (`teahouse admin strays`).
 */
export const strayPayments = sqliteTable(
  'stray_payments',
  {
    provider: text('provider').notNull().$type<Provider>(),
    tradeNo: text('trade_no').notNull(),
    orderId: integer('order_id')
      .notNull()
      .$type<OrderId>()
      .references(() => paymentOrders.id),
    /** Fen. */
    amount: integer('amount').notNull(),
    foundAt: integer('found_at').notNull(),
    refundedAt: integer('refunded_at'),
  },
  (t) => [
    primaryKey({ columns: [t.provider, t.tradeNo] }),
    index('stray_payments_trade').on(t.tradeNo),
    index('stray_payments_order').on(t.orderId),
    index('stray_payments_waiting').on(t.foundAt, t.tradeNo).where(sql`refunded_at IS NULL`),
  ],
);

/** `state` of a trade in the sandbox's own gateway. */
export const TRADE = { opened: 0, paid: 1, closed: 2 } as const;
export type TradeState = WordOf<typeof TRADE>;

/** What the sandbox's own gateway knows; empty in production. */
export const sandboxTrades = sqliteTable(
  'sandbox_trades',
  {
    outTradeNo: text('out_trade_no').primaryKey(),
    provider: text('provider').notNull().$type<Provider>(),
    /** Fen. */
    amount: integer('amount').notNull(),
    state: integer('state').notNull().default(TRADE.opened).$type<TradeState>(),
    tradeNo: text('trade_no').notNull(),
    openedAt: integer('opened_at').notNull(),
    paidAt: integer('paid_at'),
  },
  (t) => [
    index('sandbox_trades_trade').on(t.tradeNo),
    check('sandbox_trades_state', sql`${t.state} IN (0, 1, 2)`),
  ],
);
