import { type SQL, sql } from 'drizzle-orm';
import { STAGE } from '../../../db/schema/provider-requests.ts';
import { REFUND, refundRequests, refunds } from '../../../db/schema/refunds.ts';
import type { RefundId } from '../../core/ids.ts';
import type { Hold } from '../../ledger/reconcile.ts';
import { p } from '../../platform/database/query.ts';

/** What a refund is called at its provider: one name for ever, so that no repetition refunds twice. */
export const refundNo = (refund: RefundId): string => `refund${refund}`;

/** The refund that has this name there; undefined where the name is none of ours. */
export function refundNamed(name: string): RefundId | undefined {
  const number = Number(/^refund([1-9]\d{0,15})$/.exec(name)?.[1]);
  return Number.isSafeInteger(number) ? (number as RefundId) : undefined; // whether there is one, the rows say
}

/** SQL of the refund's number: the value `refund`. */
export const theRefund: SQL = p('refund');
/** SQL of one of its columns. Value: `refund`. */
export const ofRefund = (column: 'amount' | 'user_id' | 'order_id' | 'provider' | 'trade_no'): SQL =>
  sql`(SELECT ${sql.raw(column)} FROM ${refunds} WHERE ${refunds.id} = ${theRefund})`;
/** Condition: the refund has no end yet. Value: `refund`. */
export const isUnderWay: SQL = sql`EXISTS (SELECT 1 FROM ${refunds} WHERE ${refunds.id} = ${theRefund} AND ${refunds.state} = ${REFUND.underWay})`;

const requestWhere = (condition: SQL) =>
  sql`EXISTS (SELECT 1 FROM ${refundRequests} WHERE refund_id = ${theRefund} AND ${condition})`;
/** Condition: the operator has it. Value: `refund`. */
export const isHeld: SQL = requestWhere(sql`stage = ${STAGE.held}`);
/**
 * Condition: this claim was the last to send it, nobody has asked since, and the provider has never known the number
 * unless it says itself that the refund is over. Values: `refund`, `mark_claim`, `asks`, `isOver`.
 */
export const isUndone: SQL = requestWhere(
  sql`stage IN (${STAGE.sent}, ${STAGE.held}) AND claimed_by = ${p('mark_claim')} AND asks = ${p('asks')} AND (${p('isOver')} = 1 OR taken_in = 0)`,
);

/** SQL of the fen of a payment that have gone back, or are on their way. */
export const givenBack = (provider: SQL, tradeNo: SQL): SQL<number> =>
  sql<number>`(SELECT COALESCE(SUM(r.amount), 0) FROM ${refunds} AS r
    WHERE r.provider = ${provider} AND r.trade_no = ${tradeNo} AND r.state <> ${REFUND.returned})`;
/** Condition: of a payment something has gone back, or is on its way. Values: `provider`, `tradeNo`. */
export const isGivenBack: SQL = sql`EXISTS (SELECT 1 FROM ${refunds} AS r
  WHERE r.provider = ${p('provider')} AND r.trade_no = ${p('tradeNo')} AND r.state <> ${REFUND.returned})`;

/** What was taken out of wallets and is on its way to the payers. */
export const refundsHold: Hold = {
  account: 'refunds',
  openFen: sql<number>`(SELECT COALESCE(SUM(amount), 0) FROM ${refunds} WHERE state = ${REFUND.underWay} AND user_id IS NOT NULL)`,
};
