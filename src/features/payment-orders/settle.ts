import { type SQL, sql } from 'drizzle-orm';
import { ORDER, ORDER_KIND, paymentOrders, strayPayments } from '../../../db/schema/payment-orders.ts';
import type { Fen } from '../../core/fen.ts';
import type { OrderId } from '../../core/ids.ts';
import { JOURNAL_OPEN, type JournalValues, journalValues, openJournal } from '../../ledger/journal.ts';
import { type CreditValues, creditWallet, walletCanTake } from '../../ledger/recharges.ts';
import { p, prepareChange, type Query } from '../../platform/database/query.ts';
import type { Provider } from '../../platform/payments/port.ts';
import type { Platform } from '../../realtime/context.ts';
import { findOrder, type OrderRow } from '../orders/orders.ts';
import { isGivenBack } from '../refunds/rows.ts';
import { isForgotten } from '../vip-numbers/forget.ts';
import { type Sale, sellNumber } from '../vip-numbers/sell.ts';

/** What keeps a payment that no order has wants. */
export type StrayValues = {
  readonly order: OrderId;
  readonly provider: Provider;
  readonly tradeNo: string;
  readonly amount: Fen;
  readonly now: number;
};
/** What settling wants, and what an order of any kind does then. */
type Settling = StrayValues & Sale;

export type Home = Pick<Platform, 'db' | 'ids' | 'clock' | 'log'>;

/** Money that a provider says has come in. */
export interface Payment {
  readonly provider: Provider;
  readonly outTradeNo: string;
  readonly tradeNo: string;
  readonly amount: Fen;
}

/**
 * What came of it:
 * - `settled`: paid now; `known`: paid by an earlier call; `unknown`: there is no such order.
 * - `stray`: another payment has paid the order, or its buyer is forgotten. This payment is kept for a refund.
 * - `wrong amount`: this payment is kept for a refund, too.
 */
export type Settled = 'settled' | 'known' | 'stray' | 'wrong amount' | 'unknown';

const sameTrade = sql`provider = ${p('provider')} AND trade_no = ${p('tradeNo')}`;
const isOrder = sql`id = ${p('order')}`;

/**
 * It is kept for a refund, or has gone back. One that came with another amount before is judged by what is said
 * now.
 */
const isStray = sql`EXISTS (SELECT 1 FROM ${strayPayments} WHERE ${sameTrade}
  AND (amount = ${p('amount')} OR refunded_at IS NOT NULL))`;

/**
 * The mark of the batch. A late payer has paid all the same: cancelled and expired orders, too. What is kept for a
 * refund, has gone back or is about to, is never credited, nor is what nobody can be found for.
 */
const markPaid = prepareChange<Settling>(
  sql`UPDATE ${paymentOrders} SET state = ${ORDER.paid}, trade_no = ${p('tradeNo')}, settled_by = ${p('mark_settlement')}, paid_at = ${p('now')},
      next_check_at = NULL
    WHERE ${isOrder} AND state <> ${ORDER.paid} AND amount = ${p('amount')}
      AND NOT EXISTS (SELECT 1 FROM ${paymentOrders} WHERE ${sameTrade})
      AND NOT ${isStray} AND NOT ${isGivenBack} AND NOT ${isForgotten}`,
);
/** SQL of the row that keeps a payment which no order has. Values: `StrayValues`. */
export const strayRow = (refundedAt: SQL): SQL =>
  sql`INSERT INTO ${strayPayments} (provider, trade_no, order_id, amount, found_at, refunded_at)
    SELECT ${p('provider')}, ${p('tradeNo')}, ${p('order')}, ${p('amount')}, ${p('now')}, ${refundedAt}
    WHERE ${p('amount')} > 0 AND NOT EXISTS (SELECT 1 FROM ${paymentOrders} WHERE ${sameTrade})`;
const keepStray = prepareChange<StrayValues>(sql`${strayRow(sql`NULL`)} ON CONFLICT DO NOTHING`);

/** Condition: this batch has found the order paid. Values: `order`, `mark_settlement`. */
export const settledNow: SQL = sql`EXISTS (SELECT 1 FROM ${paymentOrders} WHERE ${isOrder} AND settled_by = ${p('mark_settlement')})`;

/** What is credited after all waits for no refund. */
const dropStray = prepareChange<Settling>(
  sql`DELETE FROM ${strayPayments} WHERE ${sameTrade} AND ${settledNow}`,
);

/** Under an open journal: the order's money has its purpose. */
export const markCredited = prepareChange<JournalValues & { order: OrderId }>(
  sql`UPDATE ${paymentOrders} SET credited_by = ${p('journal_id')} WHERE ${isOrder} AND ${JOURNAL_OPEN}`,
);

const openRecharge = openJournal<Settling & CreditValues>(
  'recharge',
  sql`${settledNow} AND ${walletCanTake}`,
  p('order'),
);

/** What a paid order of each kind does, in the batch that finds it paid; a refund has a journal of its own. */
type Effect = (order: OrderRow, values: Settling, refund: JournalValues) => readonly Query<number>[];
const effects: Readonly<Record<number, Effect>> = {
  [ORDER_KIND.recharge]: ({ userId }, values) => {
    if (userId === null) return []; // nobody recharges without an account
    const mine = { ...values, me: userId };
    return [openRecharge(mine), ...creditWallet(mine), markCredited(mine)];
  },
  [ORDER_KIND.number]: (_, values, refund) => sellNumber(values, refund),
  [ORDER_KIND.other]: () => [],
};

/**
 * The one place where an order becomes paid: for notices, for answers to our own question, whoever comes first,
 * however often. One batch marks it and does what it was paid for. @returns what came of it
 */
export async function settle(home: Home, payment: Payment): Promise<Settled> {
  const [order] = await home.db.read(findOrder({ outTradeNo: payment.outTradeNo }));
  if (order?.provider !== payment.provider) return 'unknown';
  const { ids, clock } = home;
  const now = clock.now();
  const [journal, refund] = [journalValues(ids, now), journalValues(ids, now)];
  const values = { ...payment, ...journal, mark_settlement: ids.mark(), order: order.id, now };
  const effect = effects[order.kind] ?? (() => []);
  const { marked, stray } = await home.db.write({
    marked: markPaid(values),
    stray: keepStray(values),
    dropStray: dropStray(values),
    effect: effect(order, values, refund),
  });
  if (marked === 1) return 'settled';
  const [after] = await home.db.read(findOrder({ outTradeNo: payment.outTradeNo }));
  if (after?.state === ORDER.paid && after.tradeNo === payment.tradeNo) return 'known';
  const outcome = order.amount === payment.amount ? 'stray' : 'wrong amount';
  if (stray === 1) {
    const { provider, outTradeNo, tradeNo } = payment;
    home.log.error('stray payment', { provider, outTradeNo, tradeNo, why: outcome });
  }
  return outcome;
}
