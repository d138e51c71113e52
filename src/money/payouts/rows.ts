import { type SQL, sql } from 'drizzle-orm';
import { payouts } from '../../../db/schema/wallet.ts';
import type { Hold } from '../ledger/reconcile.ts';

/** `state` of a payout. */
export const STATE = { waiting: 0, settled: 1, returned: 2 } as const;

const payout = sql`${sql.placeholder('payout')}`;

/** SQL of the payout's number: the value `payout`. */
export const thePayout: SQL = payout;
/** SQL of one of its columns. Value: `payout`. */
export const ofPayout = (column: 'amount' | 'user_id'): SQL =>
  sql`(SELECT ${sql.raw(column)} FROM ${payouts} WHERE ${payouts.id} = ${payout})`;
/** Condition: the payout is in this state. Value: `payout`. */
export const isIn = (state: keyof typeof STATE): SQL =>
  sql`EXISTS (SELECT 1 FROM ${payouts} WHERE ${payouts.id} = ${payout} AND ${payouts.state} = ${sql.raw(String(STATE[state]))})`;

/** The money of the payouts that wait. */
export const payoutsHold: Hold = {
  account: 'withdrawals',
  openFen: sql<number>`(SELECT COALESCE(SUM(amount), 0) FROM ${payouts} WHERE state = 0)`,
};
