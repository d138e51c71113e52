import { endUnpaid, findOrder } from './orders.ts';
import { type Home, keepStray, type Payment } from './settle.ts';

/**
 * A payment that has gone back to its payer, wholly or in part, at the provider. Where it was credited before,
 * nothing happens: whoever refunded it there knows what he did. Else it never will be, and its order ends. Of one
 * that went back in part, or nobody knows how much of it, the rest is the operator's to refund
 * (`teahouse admin strays`). @returns false where there is no such order
 */
export async function keepRefunded(home: Home, payment: Payment, wholly: boolean): Promise<boolean> {
  const { provider, outTradeNo, tradeNo } = payment;
  const [[order]] = await home.db.read(findOrder({ outTradeNo }));
  if (order?.provider !== provider) return false;
  const now = home.clock.now();
  const values = { ...payment, order: order.id, now, refundedAt: wholly ? now : null };
  const [kept] = await home.db.write(keepStray(values), endUnpaid(values));
  if (kept === 1 && !wholly)
    home.log.error('stray payment', { provider, outTradeNo, tradeNo, why: 'refunded' });
  return true;
}
