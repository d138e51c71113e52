import { type SQL, sql } from 'drizzle-orm';
import { payoutTransfers } from '../../../db/schema/payout-transfers.ts';
import { STAGE } from '../../../db/schema/provider-requests.ts';
import { PAYOUT, payouts } from '../../../db/schema/wallet.ts';
import type { PayoutId } from '../../core/ids.ts';
import type { Hold } from '../../ledger/reconcile.ts';
import { p } from '../../platform/database/query.ts';

/** What a payout is called at its provider: one name for ever, so that no repetition pays twice. */
export const outBizNo = (payout: PayoutId): string => `payout${payout}`;

const payout = p('payout');

/** SQL of the payout's number: the value `payout`. */
export const thePayout: SQL = payout;
/** SQL of one of its columns. Value: `payout`. */
export const ofPayout = (column: 'amount' | 'user_id'): SQL =>
  sql`(SELECT ${sql.raw(column)} FROM ${payouts} WHERE ${payouts.id} = ${payout})`;
/** Condition: the payout is in this state. Value: `payout`. */
export const isIn = (state: keyof typeof PAYOUT): SQL =>
  sql`EXISTS (SELECT 1 FROM ${payouts} WHERE ${payouts.id} = ${payout} AND ${payouts.state} = ${PAYOUT[state]})`;

const transferWhere = (condition: SQL) =>
  sql`EXISTS (SELECT 1 FROM ${payoutTransfers} WHERE payout_id = ${payout} AND ${condition})`;
/** Condition: a provider has been given the payout, at whatever stage. Value: `payout`. */
export const hasTransfer: SQL = transferWhere(sql`1`);
/** Why an operator has what may be paid at the provider all the same: unknown there too late, or not any more. */
export const UNCLEAR = { tooOld: 'TOO_OLD', forgotten: 'FORGOTTEN' } as const;
/**
 * Condition: a provider may pay it, or may have: it is queued, sent and without a final answer, or held because
 * nobody knows. Value: `payout`.
 */
export const mayBePaid: SQL = transferWhere(
  sql`(stage IN (${STAGE.queued}, ${STAGE.sent}) OR stage = ${STAGE.held}
    AND reason IN (${sql.raw(`'${UNCLEAR.tooOld}', '${UNCLEAR.forgotten}'`)}))`,
);
/**
 * Condition: this claim was the last to send it, nobody has asked since, and the provider has never known the
 * number unless it says itself that the transfer is over. Values: `payout`, `mark_claim`, `asks`, `isOver`.
 */
export const isUnpaid: SQL = transferWhere(
  sql`stage = ${STAGE.sent} AND claimed_by = ${p('mark_claim')} AND asks = ${p('asks')} AND (${p('isOver')} = 1 OR taken_in = 0)`,
);

/** The money of the payouts that wait, at a provider or not. */
export const payoutsHold: Hold = {
  account: 'withdrawals',
  openFen: sql<number>`(SELECT COALESCE(SUM(amount), 0) FROM ${payouts} WHERE state = ${PAYOUT.waiting})`,
};
