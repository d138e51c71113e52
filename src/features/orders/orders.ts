import { and, eq, sql } from 'drizzle-orm';
import { ORDER, paymentOrders } from '../../../db/schema/payment-orders.ts';
import { chinaDateText } from '../../core/china-time.ts';
import type { Clock } from '../../core/clock.ts';
import type { OrderId, UserId } from '../../core/ids.ts';
import { type Random, randomText } from '../../core/random.ts';
import { p, prepareChange, prepareSelect, type RowOf } from '../../platform/database/query.ts';

const columns = {
  id: paymentOrders.id,
  outTradeNo: paymentOrders.outTradeNo,
  userId: paymentOrders.userId,
  kind: paymentOrders.kind,
  provider: paymentOrders.provider,
  amount: paymentOrders.amount,
  subject: paymentOrders.subject,
  state: paymentOrders.state,
  tradeNo: paymentOrders.tradeNo,
  checks: paymentOrders.checks,
  createdAt: paymentOrders.createdAt,
  expiresAt: paymentOrders.expiresAt,
};

/** An order by our name for it: `outTradeNo`. */
export const findOrder = prepareSelect<{ outTradeNo: string }>()(columns, (select) =>
  select.from(paymentOrders).where(eq(paymentOrders.outTradeNo, p('outTradeNo'))),
);
export type OrderRow = RowOf<typeof findOrder>;

/** The same where it is the caller's: `outTradeNo`, `me`. */
export const findOwnOrder = prepareSelect<{ outTradeNo: string; me: UserId }>()(columns, (select) =>
  select
    .from(paymentOrders)
    .where(and(eq(paymentOrders.outTradeNo, p('outTradeNo')), eq(paymentOrders.userId, p('me')))),
);

/** Nobody asks about an unpaid order any more; a pending one has expired. Values: `order`. */
export const endUnpaid = prepareChange<{ order: OrderId }>(
  sql`UPDATE ${paymentOrders} SET state = CASE state WHEN ${ORDER.pending} THEN ${ORDER.expired} ELSE state END, next_check_at = NULL
    WHERE id = ${p('order')} AND state <> ${ORDER.paid}`,
);

/** The day in Asia/Shanghai and 119 random bits, legal for every provider: letters and digits, 28 of them. */
export const newOutTradeNo = (clock: Clock, random: Random): string =>
  `${chinaDateText(clock.now()).slice(0, 10).replaceAll('-', '')}${randomText(random, 20)}`;
