import { sql } from 'drizzle-orm';
import { AA_BILL, aaBills, aaPayments } from '../../../db/schema/aa-bills.ts';
import type { AaBillId, UserId } from '../../core/ids.ts';
import { systemSql } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import { nameOf } from '../../ledger/names.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { eventValues, prepareEvent } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { isOverdue, ofBill } from './bill.ts';

/** What the statements here want. */
type Wanted = JournalValues & {
  readonly bill: AaBillId;
};

const bill = p('bill');
const share = ofBill(sql`b.share`);
const payments = { each: sql`${aaPayments} AS x`, when: sql`x.bill_id = ${bill}` };

/** Somebody has paid a share of it; `b` is the bill. */
export const anyonePaid = sql`EXISTS (SELECT 1 FROM ${aaPayments} WHERE bill_id = b.id)`;

const open = openJournal<{ bill: AaBillId; now: number }>(
  'aa_returned',
  sql`EXISTS (SELECT 1 FROM ${aaBills} AS b WHERE b.id = ${bill} AND ${isOverdue} AND ${anyonePaid})`,
  bill,
);
const end = prepareChange<Wanted>(
  sql`UPDATE ${aaBills} SET status = ${AA_BILL.expired}, updated_at = expires_at WHERE id = ${bill} AND status = ${AA_BILL.open} AND ${JOURNAL_OPEN}`,
);
const giveBack = moveMoney<{ bill: AaBillId }>({
  from: systemSql('aaBills'),
  to: sql`x.user_id`,
  amount: share,
  ...payments,
});
const bills = writeBills<{ bill: AaBillId }>({
  user: sql`x.user_id`,
  type: 'transferReturned',
  direction: 'in',
  amount: share,
  withType: 'other',
  withId: bill,
  content: nameOf(ofBill(sql`b.organiser_id`)),
  ...payments,
});
const tell = prepareEvent<Wanted>(
  sql`SELECT user_id FROM ${aaPayments} WHERE bill_id = ${bill} AND ${JOURNAL_OPEN}`,
  sql`json_object('amt', ${share} / 100.0)`,
);

/**
 * Ends a bill whose time has passed and gives every payer the share back (bill 8, event 39), in one batch and once,
 * whoever completes or ends it at the same moment. @returns 1, or 0 where it had ended or nobody had paid
 */
export async function giveSharesBack(
  platform: Platform,
  { id, organiserId }: { readonly id: AaBillId; readonly organiserId: UserId },
): Promise<number> {
  const now = platform.clock.now();
  const values = {
    ...eventValues(platform, { type: EVENT.moneyArrived, from: organiserId, fromType: FROM.system }),
    bill: id,
    ...journalValues(platform.ids, now),
    now,
  };
  const { opened } = await platform.db.write({
    opened: open(values),
    giveBack: giveBack(values),
    bills: bills(values),
    end: end(values),
    tell: tell(values),
  });
  return opened;
}
