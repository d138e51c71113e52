import { sql } from 'drizzle-orm';
import { AA_BILL, AA_PAYERS, aaBills, aaPayments } from '../../../db/schema/aa-bills.ts';
import { groups } from '../../../db/schema/groups.ts';
import { BILL_WITH } from '../../../db/schema/ledger.ts';
import type { AaBillId, UserId } from '../../core/ids.ts';
import { systemSql } from '../../ledger/accounts.ts';
import type { Bill } from '../../ledger/bills.ts';
import { JOURNAL_OPEN, type JournalValues, moveMoney } from '../../ledger/journal.ts';
import { nameOf } from '../../ledger/names.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import { prepareEventToOne } from '../../realtime/events.ts';
import { ofBill } from './bill.ts';

/** What the statements here want. */
type Wanted = JournalValues & {
  readonly now: number;
  readonly bill: AaBillId;
};

/**
 * What the last payment of a bill does besides, in the same batch and journal, with the payment's values.
 * `completeBill` comes after the payment's row, everything else after `completeBill`.
 */

const [me, payee, bill] = [p('me'), p('payee'), p('bill')];

/** Ends the bill once its shares are all paid, this one counted. */
export const completeBill = prepareChange<Wanted>(
  sql`UPDATE ${aaBills} SET status = ${AA_BILL.complete}, updated_at = ${p('now')} WHERE id = ${bill} AND status = ${AA_BILL.open} AND ${JOURNAL_OPEN}
    AND slots = (SELECT count(*) FROM ${aaPayments} WHERE bill_id = ${bill})`,
);
/** This payment was the last one: a journal opens for an open bill alone, so that only its own batch sees it complete. */
const isComplete = sql`${ofBill(sql`b.status`)} = ${AA_BILL.complete}`;
const whole = ofBill(sql`b.slots * b.share`);

/** All shares go to the organiser. */
export const releaseShares = moveMoney<{ payee: UserId; bill: AaBillId }>({
  from: systemSql('aaBills'),
  to: payee,
  amount: whole,
  when: isComplete,
});

/** The organiser's bill over all shares: with the person or the group that was asked. */
export const organisersBill: Bill = {
  user: payee,
  type: 'aaReceived',
  direction: 'in',
  amount: whole,
  withType: ofBill(
    sql`CASE b.dest_type WHEN ${AA_PAYERS.person} THEN ${BILL_WITH.person} ELSE ${BILL_WITH.group} END`,
  ),
  withId: ofBill(sql`b.dest_id`),
  content: ofBill(
    sql`CASE b.dest_type WHEN ${AA_PAYERS.person} THEN ${nameOf(me)} ELSE (SELECT g.name FROM ${groups} AS g WHERE g.id = b.dest_id) END`,
  ),
  when: isComplete,
};

/** Event 39 to the organiser, with all shares. */
export const tellOrganiser = prepareEventToOne<Wanted>(
  sql`${JOURNAL_OPEN} AND ${isComplete}`,
  sql`json_object('amt', ${whole} / 100.0)`,
);
