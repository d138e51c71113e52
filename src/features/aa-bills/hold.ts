import { sql } from 'drizzle-orm';
import { AA_BILL, aaBills, aaPayments } from '../../../db/schema/aa-bills.ts';
import type { Hold } from '../../ledger/reconcile.ts';

/** The shares that were paid of bills which are neither complete nor given back. */
export const aaBillsHold: Hold = {
  account: 'aaBills',
  openFen: sql<number>`(SELECT COALESCE(SUM(b.share), 0) FROM ${aaBills} AS b
    JOIN ${aaPayments} AS x ON x.bill_id = b.id WHERE b.status = ${AA_BILL.open})`,
};
