import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { paymentOrders, strayPayments } from '../../../db/schema/payment-orders.ts';
import type { Platform } from '../../context.ts';
import { build, prepareChange, prepareRows } from '../../platform/database/query.ts';

const p = (name: string) => sql.placeholder(name);
const waiting = prepareRows(
  build
    .select({
      provider: strayPayments.provider,
      tradeNo: strayPayments.tradeNo,
      amount: strayPayments.amount,
      foundAt: strayPayments.foundAt,
      outTradeNo: paymentOrders.outTradeNo,
    })
    .from(strayPayments)
    .innerJoin(paymentOrders, eq(paymentOrders.id, strayPayments.orderId))
    .where(isNull(strayPayments.refundedAt))
    .orderBy(asc(strayPayments.foundAt), asc(strayPayments.tradeNo))
    .limit(100),
);
const markRefunded = prepareChange(
  build
    .update(strayPayments)
    .set({ refundedAt: sql`${p('now')}` })
    .where(and(eq(strayPayments.tradeNo, p('tradeNo')), isNull(strayPayments.refundedAt))),
);

/**
 * Payments that belong to no order as it stands and wait for a refund, or the rest of one, at the provider, oldest
 * first; at most 100.
 */
export const waitingStrays = async ({ db }: Pick<Platform, 'db'>) => (await db.read(waiting()))[0];

/** An operator has refunded it at the provider. @returns false when no such payment waits */
export async function strayRefunded({ db, clock }: Pick<Platform, 'db' | 'clock'>, tradeNo: string) {
  const [marked] = await db.write(markRefunded({ tradeNo, now: clock.now() }));
  return marked > 0;
}
