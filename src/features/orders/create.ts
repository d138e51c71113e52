import { sql } from 'drizzle-orm';
import { paymentOrders } from '../../../db/schema/payment-orders.ts';
import { type Fen, parseYuan } from '../../core/fen.ts';
import type { OrderId, UserId } from '../../core/ids.ts';
import { messageOf } from '../../core/message-of.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { PaymentRequest, Provider } from '../../platform/payments/port.ts';
import type { CallerContext, Context } from '../../realtime/context.ts';
import { nextCheckAt } from './next-check.ts';
import { newOutTradeNo } from './orders.ts';

/** What the statements here want. */
type Wanted = {
  readonly order: OrderId;
  readonly outTradeNo: string;
  readonly me: UserId;
  readonly kind: number;
  readonly provider: string;
  readonly amount: Fen;
  readonly subject: string;
  readonly body: string;
  readonly now: number;
  readonly expiresAt: number;
  readonly nextCheckAt: number;
};

/** How long a recharge may be paid. */
const ORDER_LIFE_MS = 30 * 60_000;

const insert = prepareChange<Wanted>(
  sql`INSERT INTO ${paymentOrders} (id, out_trade_no, user_id, kind, provider, amount, subject, body, created_at, expires_at, next_check_at)
    VALUES (${p('order')}, ${p('outTradeNo')}, ${p('me')}, ${p('kind')}, ${p('provider')}, ${p('amount')}, ${p('subject')},
      ${p('body')}, ${p('now')}, ${p('expiresAt')}, ${p('nextCheckAt')})`,
);

/** What a client asks for. */
export interface Order {
  readonly provider: Provider;
  readonly amount: Fen;
  readonly subject: string;
  readonly body: string;
}

/** The amount of an order. Refuses `BAD_AMOUNT`, which has a text of its own (listings 153 and 233). */
export function orderAmount(text: string): Fen {
  const amount = parseYuan(text);
  return amount !== undefined && amount > 0 ? amount : refuse('BAD_AMOUNT', { field: 'amount' });
}

/** What the app hands to the provider's SDK. Refuses `ORDER_FAILED` where the provider is not set up or says no. */
export async function appPayment(context: Context, provider: Provider, request: PaymentRequest) {
  const gateway = (await context.payments(provider)) ?? refuse('ORDER_FAILED');
  try {
    return await gateway.createAppPayment(request);
  } catch (error) {
    // Either way no order of ours is known to anybody, so that nobody can pay it.
    context.log.error('payment provider', {
      requestId: context.requestId,
      provider,
      error: messageOf(error),
    });
    return refuse('ORDER_FAILED');
  }
}

/**
 * Makes an order and has the provider's app call signed (listing 233). The order is written after the provider
 * has answered and before anybody hears of it.
 * @returns the reply; refuses `ORDER_FAILED`
 */
export async function createOrder(context: CallerContext, kind: number, order: Order) {
  await context.authenticate();
  const { amount, provider, subject, body } = order;
  const now = context.clock.now();
  const request = {
    outTradeNo: newOutTradeNo(context.clock, context.random),
    amount,
    subject,
    body,
    expiresAt: now + ORDER_LIFE_MS,
  };
  const orderString = await appPayment(context, provider, request);
  const values = {
    ...request,
    order: context.ids.next<OrderId>(),
    me: context.caller.userId,
    kind,
    provider,
    now,
    nextCheckAt: nextCheckAt(now, 0),
  };
  const reply = { orderString, outTradeNo: request.outTradeNo };
  await context.db.write({ insert: insert(values), reply: context.remember(reply) });
  return reply;
}
