import { sql } from 'drizzle-orm';
import { TRANSFER, transfers } from '../../../db/schema/transfers.ts';
import type { Hold } from '../../ledger/reconcile.ts';

/** The money of transfers that nobody has confirmed and that have not gone back. */
export const transfersHold: Hold = {
  account: 'transfers',
  openFen: sql<number>`(SELECT COALESCE(SUM(amount), 0) FROM ${transfers} WHERE status = ${TRANSFER.waits})`,
};
