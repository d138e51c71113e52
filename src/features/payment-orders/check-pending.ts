import { asc, lte, sql } from 'drizzle-orm';
import { ORDER, paymentOrders } from '../../../db/schema/payment-orders.ts';
import type { OrderId } from '../../core/ids.ts';
import { workThrough } from '../../core/work-through.ts';
import { p, prepareChange, prepareSelect } from '../../platform/database/query.ts';
import { GatewayRefusal, GatewayUnclear, type PaymentGateway } from '../../platform/payments/port.ts';
import type { Platform } from '../../realtime/context.ts';
import { LADDER_S, nextCheckAt } from '../orders/next-check.ts';
import { endUnpaid, type OrderRow } from '../orders/orders.ts';
import { keepRefunded } from './refunded.ts';
import { settle } from './settle.ts';

/** A provider that does not answer is asked again after this, and given up after `LAST_CHECK`. */
const AGAIN_MS = 5 * 60_000;
const LAST_CHECK = LADDER_S.length + 288;
/** Orders looked at in one run; what is left waits for the next. */
const A_RUN = 50;
/** Orders looked at side by side. A Worker may have six connections open, and one is the database's. */
const AT_ONCE = 5;

const findDue = prepareSelect<{ now: number }>()(
  {
    id: paymentOrders.id,
    outTradeNo: paymentOrders.outTradeNo,
    provider: paymentOrders.provider,
    state: paymentOrders.state,
    checks: paymentOrders.checks,
    createdAt: paymentOrders.createdAt,
    expiresAt: paymentOrders.expiresAt,
  },
  (select) =>
    select
      .from(paymentOrders)
      .where(lte(paymentOrders.nextCheckAt, p('now')))
      .orderBy(asc(paymentOrders.nextCheckAt))
      .limit(A_RUN),
);
type DueOrder = Pick<
  OrderRow,
  'id' | 'outTradeNo' | 'provider' | 'state' | 'checks' | 'createdAt' | 'expiresAt'
>;

/**
 * The mark of this check: of two runs at once only one goes on, and one that dies leaves the next check planned.
 * After the last one a pending order has expired, whatever the provider says or fails to say.
 */
const take = prepareChange<{ order: OrderId; checks: number; next: number | null }>(
  sql`UPDATE ${paymentOrders} SET checks = checks + 1, next_check_at = ${p('next')},
      state = CASE WHEN state = ${ORDER.pending} AND ${p('next')} IS NULL THEN ${ORDER.expired} ELSE state END
    WHERE id = ${p('order')} AND checks = ${p('checks')} AND next_check_at IS NOT NULL`,
);

/** When the order is looked at after this check: on the ladder, never later than its end, then every 5 minutes. */
function followingCheck({ checks, createdAt, expiresAt }: DueOrder, now: number): number {
  if (now >= expiresAt) return now + AGAIN_MS;
  const rung = LADDER_S[checks + 1];
  return Math.min(rung === undefined ? expiresAt : nextCheckAt(createdAt, checks + 1, now), expiresAt);
}

async function ask(platform: Platform, gateway: PaymentGateway, { outTradeNo, provider }: DueOrder) {
  const found = await gateway.query(outTradeNo);
  if (found.state === 'paid') await settle(platform, { ...found, provider, outTradeNo });
  if (found.state === 'refunded')
    await keepRefunded(platform, { ...found, provider, outTradeNo }, found.wholly);
  return found.state;
}

/** Closes the order at the provider, if it can still be closed. @returns false where it has been paid meanwhile */
async function isClosed(platform: Platform, gateway: PaymentGateway, order: DueOrder): Promise<boolean> {
  if ((await gateway.close(order.outTradeNo)) === 'closed') return true;
  return (await ask(platform, gateway, order)) === 'closed';
}

/** Asks the provider once; at the order's end it is closed there, so that nobody can pay it any more. */
async function check(platform: Platform, gateway: PaymentGateway, order: DueOrder): Promise<void> {
  const state = await ask(platform, gateway, order);
  if (state === 'paid' || state === 'refunded' || platform.clock.now() < order.expiresAt) return;
  if (state === 'closed' || (await isClosed(platform, gateway, order)))
    await platform.db.write(endUnpaid({ order: order.id }));
}

/** Takes the order for this check, and asks about it. @returns false where another run has taken it */
async function look(platform: Platform, order: DueOrder): Promise<boolean> {
  const { id, checks, provider, outTradeNo } = order;
  const next = checks >= LAST_CHECK ? null : followingCheck(order, platform.clock.now());
  const taken = await platform.db.write(take({ order: id, checks, next }));
  const gateway = taken === 1 ? await platform.payments(provider) : undefined;
  if (!gateway) return false;
  try {
    await check(platform, gateway, order);
  } catch (error) {
    if (!(error instanceof GatewayRefusal || error instanceof GatewayUnclear)) throw error;
    platform.log.error('payment provider', { provider, outTradeNo, error: error.message });
  }
  return true;
}

/**
 * Asks the providers about orders that were left unpaid, because a notice may never come: after 5 s, 30 s, 1,
 * 3, 5, 10 and 30 minutes. One that has reached its end is closed and expires; a cancelled one is looked at once
 * more then, since an app may have paid all the same. @returns how many were looked at
 */
export async function checkPendingOrders(platform: Platform): Promise<number> {
  const due = await platform.db.read(findDue({ now: platform.clock.now() }));
  let looked = 0;
  await workThrough(due, AT_ONCE, async (order) => {
    if (await look(platform, order)) looked += 1;
  });
  return looked;
}
