import { and, eq, isNull } from 'drizzle-orm';
import { ORDER, paymentOrders } from '../../../db/schema/payment-orders.ts';
import type { UserId } from '../../core/ids.ts';
import { messageOf } from '../../core/message-of.ts';
import { p, prepareSelect } from '../../platform/database/query.ts';
import type { PaymentGateway, TradeState } from '../../platform/payments/port.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { keepRefunded } from './refunded.ts';

/** What the caller may claim: `outTradeNo`, `me`. */
const findUnclaimed = prepareSelect<{ outTradeNo: string; me: UserId }>()(
  { provider: paymentOrders.provider },
  (select) =>
    select
      .from(paymentOrders)
      .where(
        and(
          eq(paymentOrders.outTradeNo, p('outTradeNo')),
          eq(paymentOrders.userId, p('me')),
          eq(paymentOrders.state, ORDER.paid),
          isNull(paymentOrders.creditedBy),
        ),
      ),
);

/** What the provider says now; undefined where it says nothing that can be believed. */
async function asked(
  context: CallerContext,
  gateway: PaymentGateway,
  outTradeNo: string,
): Promise<TradeState | undefined> {
  try {
    return await gateway.query(outTradeNo);
  } catch (error) {
    const { requestId, log } = context;
    const why = messageOf(error);
    log.error('payment provider', { requestId, provider: gateway.provider, outTradeNo, error: why });
    return undefined;
  }
}

/**
 * Asks the provider about a paid order before its owner claims the money: a merchant may have refunded it there
 * meanwhile, and WeChat Pay tells nobody. Where it has gone back the order ends (`keepRefunded`), so that the claim
 * refuses. Where the provider says nothing, what it said before counts: that the order is paid.
 */
export async function endIfRefunded(context: CallerContext, outTradeNo: string): Promise<void> {
  const [order] = await context.db.read(findUnclaimed({ outTradeNo, me: context.caller.userId }));
  const gateway = order && (await context.payments(order.provider));
  if (!gateway) return;
  const { provider } = gateway;
  const found = await asked(context, gateway, outTradeNo);
  if (found?.state === 'refunded')
    await keepRefunded(context, { ...found, provider, outTradeNo }, found.wholly);
}
