import { sql } from 'drizzle-orm';
import { ORDER, paymentOrders } from '../../../db/schema/payment-orders.ts';
import type { OrderId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { endUnpaid, findOrder } from '../orders/orders.ts';
import { type Home, type Payment, type StrayValues, strayRow } from './settle.ts';

/**
 * Keeps a payment that went back. One that is kept already, with whatever amount, is answered as it is known now:
 * by its amount `settle` tells whether it may still be credited. Values: as for `strayRow`, `refundedAt` (null: a
 * rest waits).
 */
const keepAsRefunded = prepareChange<StrayValues & { refundedAt: number | null }>(
  sql`${strayRow(p('refundedAt'))} ON CONFLICT (provider, trade_no) DO UPDATE
    SET amount = excluded.amount, refunded_at = excluded.refunded_at
    WHERE refunded_at IS NULL AND (amount <> excluded.amount OR excluded.refunded_at IS NOT NULL)`,
);

/** Paid with just this payment, and waiting for whoever claims it (`recharge`): it is not paid any more. */
const takeBack = prepareChange<{ order: OrderId; tradeNo: string }>(
  sql`UPDATE ${paymentOrders} SET state = ${ORDER.expired}, trade_no = NULL, settled_by = NULL, paid_at = NULL
    WHERE id = ${p('order')} AND state = ${ORDER.paid} AND credited_by IS NULL AND trade_no = ${p('tradeNo')}`,
);

/**
 * A payment that has gone back to its payer, wholly or in part, at the provider. Where it was credited before,
 * nothing happens: whoever refunded it there knows what they did. Else it never will be, and its order ends. Of one
 * that went back in part, or nobody knows how much of it, the rest is the operator's to refund (`teahouse admin
 * strays`). @returns false where there is no such order
 */
export async function keepRefunded(home: Home, payment: Payment, wholly: boolean): Promise<boolean> {
  const { provider, outTradeNo, tradeNo } = payment;
  const [order] = await home.db.read(findOrder({ outTradeNo }));
  if (order?.provider !== provider) return false;
  const now = home.clock.now();
  const values = { ...payment, order: order.id, now, refundedAt: wholly ? now : null };
  const { kept } = await home.db.write({
    takeBack: takeBack(values),
    kept: keepAsRefunded(values),
    endUnpaid: endUnpaid(values),
  });
  if (kept === 1 && !wholly)
    home.log.error('stray payment', { provider, outTradeNo, tradeNo, why: 'refunded' });
  return true;
}
