import { sql } from 'drizzle-orm';
import { ORDER, paymentOrders } from '../../../db/schema/payment-orders.ts';
import type { OrderId } from '../../core/ids.ts';
import { messageOf } from '../../core/message-of.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Provider } from '../../platform/payments/port.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { findOwnOrder, type OrderRow } from '../orders/orders.ts';
import { keepRefunded } from './refunded.ts';
import { settle } from './settle.ts';

/** The last look is at its end: until then an app that has the order string may still pay. */
const markCancelled = prepareChange<{ now: number; order: OrderId }>(
  sql`UPDATE ${paymentOrders} SET state = ${ORDER.cancelled}, next_check_at = MAX(expires_at, ${p('now')}) WHERE id = ${p('order')} AND state = ${ORDER.pending}`,
);

/** Closes the order at the provider. @returns true when it has been paid there, and is settled now */
async function isPaid(context: CallerContext, { provider, outTradeNo }: OrderRow): Promise<boolean> {
  const gateway = await context.payments(provider);
  if (!gateway) return false;
  try {
    if ((await gateway.close(outTradeNo)) === 'closed') return false;
    const found = await gateway.query(outTradeNo);
    if (found.state === 'refunded')
      await keepRefunded(context, { ...found, provider, outTradeNo }, found.wholly);
    if (found.state !== 'paid') return false;
    return (await settle(context, { ...found, provider, outTradeNo })) !== 'wrong amount';
  } catch (error) {
    // Cancelled all the same: should it be paid after all, the money is credited.
    context.log.error('payment provider', {
      requestId: context.requestId,
      provider,
      error: messageOf(error),
    });
    return false;
  }
}

/**
 * Cancels the caller's unpaid order and closes it at the provider (listing 236). Cancelling again is harmless.
 * Refuses `NO_SUCH_ORDER`, and `ALREADY_PAID` where it has been paid meanwhile: then it is settled.
 */
export async function cancelOrder(context: CallerContext, outTradeNo: string, provider: Provider) {
  const [order] = await context.db.read(findOwnOrder({ outTradeNo, me: context.caller.userId }));
  if (order?.provider !== provider) refuse('NO_SUCH_ORDER');
  if (order.state === ORDER.paid) refuse('ALREADY_PAID');
  if (order.state !== ORDER.pending) return;
  if (await isPaid(context, order)) refuse('ALREADY_PAID');
  const cancelled = await context.db.write(markCancelled({ order: order.id, now: context.clock.now() }));
  if (cancelled === 1) return;
  // Somebody else has ended it meanwhile: a notice, or another call like this one.
  const [after] = await context.db.read(findOwnOrder({ outTradeNo, me: context.caller.userId }));
  if (after?.state === ORDER.paid) refuse('ALREADY_PAID');
}
