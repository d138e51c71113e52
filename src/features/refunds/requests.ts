import { asc, eq, gt, lte, or, sql } from 'drizzle-orm';
import { paymentOrders } from '../../../db/schema/payment-orders.ts';
import { STAGE } from '../../../db/schema/provider-requests.ts';
import { refundRequests, refunds } from '../../../db/schema/refunds.ts';
import type { RefundId } from '../../core/ids.ts';
import { p, prepareChange, prepareSelect, type RowOf } from '../../platform/database/query.ts';
import { prepareRequests } from '../provider-requests/statements.ts';
import { isUnderWay, theRefund } from './rows.ts';

/** Refunds looked at in one run; what is left waits for the next. */
const AT_ONCE = 20;

const columns = {
  refund: refunds.id,
  provider: refunds.provider,
  tradeNo: refunds.tradeNo,
  outTradeNo: paymentOrders.outTradeNo,
  amount: refunds.amount,
  total: refunds.total,
  state: refunds.state,
  stage: refundRequests.stage,
  claimedBy: refundRequests.claimedBy,
  firstSentAt: refundRequests.firstSentAt,
  takenIn: refundRequests.takenIn,
  fault: refundRequests.fault,
  reason: refundRequests.reason,
  asks: refundRequests.asks,
  nextAt: refundRequests.nextAt,
};

/** What is to be sent, asked about or watched now. Values: `now`, `tooFar`. */
export const findDue = prepareSelect<{ now: number; tooFar: number }>()(columns, (select) =>
  select
    .from(refundRequests)
    .innerJoin(refunds, eq(refunds.id, refundRequests.refundId))
    .innerJoin(paymentOrders, eq(paymentOrders.id, refunds.orderId))
    .where(or(lte(refundRequests.nextAt, p('now')), gt(refundRequests.nextAt, p('tooFar'))))
    .orderBy(asc(refundRequests.nextAt))
    .limit(AT_ONCE),
);
export type DueRefund = RowOf<typeof findDue>;

/** The same of one refund, due or not. */
export const findRequest = prepareSelect<{ refund: RefundId }>()(columns, (select) =>
  select
    .from(refundRequests)
    .innerJoin(refunds, eq(refunds.id, refundRequests.refundId))
    .innerJoin(paymentOrders, eq(paymentOrders.id, refunds.orderId))
    .where(eq(refundRequests.refundId, p('refund'))),
);

/** The steps of a refund at its provider. */
export const steps = prepareRequests<{ refund: RefundId }, 'refused'>({
  table: refundRequests,
  isMeant: sql`refund_id = ${theRefund}`,
  maySend: isUnderWay,
});

const askAgain = prepareChange<{ refund: RefundId; now: number }>(
  sql`UPDATE ${refundRequests} SET stage = CASE WHEN attempts > 0 THEN ${STAGE.sent} ELSE ${STAGE.queued} END, first_sent_at = NULL,
      asks = 0, next_at = ${p('now')}
    WHERE refund_id = ${theRefund} AND stage = ${STAGE.held} AND ${isUnderWay}`,
);
/** The statement by which an operator gives a refund that they have to the provider again; it keeps its number. */
export const askingAgain = (refund: RefundId, now: number) => ({ asked: askAgain({ refund, now }) });
