import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { paymentOrders, strayPayments } from '../../../db/schema/payment-orders.ts';
import { REFUND, refunds } from '../../../db/schema/refunds.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareChange, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

/** What orders payments that wait: the oldest first. */
export type StrayKey = { readonly at: number; readonly tradeNo: string };
const BEFORE_ALL: StrayKey = { at: -1, tradeNo: '' };

const waiting = prepareSelect<StrayKey>()(
  {
    provider: strayPayments.provider,
    tradeNo: strayPayments.tradeNo,
    amount: strayPayments.amount,
    foundAt: strayPayments.foundAt,
    outTradeNo: paymentOrders.outTradeNo,
  },
  (select) =>
    select
      .from(strayPayments)
      .innerJoin(paymentOrders, eq(paymentOrders.id, strayPayments.orderId))
      .where(
        and(
          isNull(strayPayments.refundedAt),
          sql`(${strayPayments.foundAt}, ${strayPayments.tradeNo}) > (${p('at')}, ${p('tradeNo')})`,
        ),
      )
      .orderBy(asc(strayPayments.foundAt), asc(strayPayments.tradeNo))
      .limit(LIST_SIZE),
);
const count = prepareRead<void, { total: number }>(
  sql`SELECT count(*) FROM ${strayPayments} WHERE refunded_at IS NULL`,
  ['total'],
);
const markRefunded = prepareChange<{ now: number; tradeNo: string }>(
  sql`UPDATE ${strayPayments} SET refunded_at = ${p('now')} WHERE trade_no = ${p('tradeNo')} AND refunded_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM ${refunds} AS r WHERE r.provider = stray_payments.provider AND r.trade_no = stray_payments.trade_no
        AND r.state = ${REFUND.underWay})`,
);

/**
 * Payments that belong to no order as it stands and wait for a refund, or the rest of one, at the provider, oldest
 * first.
 * @param after the last of the page before
 */
export async function waitingStrays({ db }: Pick<Platform, 'db'>, after: StrayKey = BEFORE_ALL) {
  const rows = await db.read(waiting(after));
  return rows;
}

/** How many payments wait for a refund. */
export const countStrays = async ({ db }: Pick<Platform, 'db'>): Promise<number> =>
  (await db.read(count()))[0]?.total ?? 0;

/** The statement that notes a refund at the provider; `marked` changes a row where the payment waited for nobody else. */
export const refunding = ({ clock }: Pick<Platform, 'clock'>, tradeNo: string) => ({
  marked: markRefunded({ tradeNo, now: clock.now() }),
});

/**
 * An operator has refunded it at the provider. @returns false when no such payment waits, or a refund of it is under
 * way
 */
export async function strayRefunded(home: Pick<Platform, 'db' | 'clock'>, tradeNo: string) {
  const { marked } = await home.db.write(refunding(home, tradeNo));
  return marked > 0;
}

const known = prepareRead<{ tradeNo: string }, { known: number }>(
  sql`SELECT EXISTS (SELECT 1 FROM ${strayPayments} WHERE trade_no = ${p('tradeNo')}) AS known`,
  ['known'],
);

/** Whether there is such a payment at all, refunded or not. */
export const isKnownStray = async ({ db }: Pick<Platform, 'db'>, tradeNo: string): Promise<boolean> =>
  (await db.read(known({ tradeNo })))[0]?.known === 1;
