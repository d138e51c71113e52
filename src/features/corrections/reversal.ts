import { type SQL, sql } from 'drizzle-orm';
import type { Fen } from '../../core/fen.ts';
import type { UserId } from '../../core/ids.ts';
import { canPay } from '../../ledger/accounts.ts';
import { payFromAdjustments } from '../../ledger/adjustments.ts';
import { writeBills } from '../../ledger/bills.ts';
import {
  type Correction,
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import { nameOf } from '../../ledger/names.ts';
import { canTake } from '../../ledger/recharges.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';

/** Money that went from one person to another, and is to go back. */
export interface Reversal {
  /** The number of the transfer or packet. */
  readonly record: number;
  readonly payer: UserId;
  readonly receiver: UserId;
  /** Fen that went back before. */
  readonly reversed: number;
  /** What the receiver gives back now, and what the company adds. */
  readonly taken: Fen;
  readonly added: Fen;
}

type Wanted = {
  readonly record: number;
  readonly payer: UserId;
  readonly receiver: UserId;
  readonly reversed: number;
  readonly taken: Fen;
  readonly added: Fen;
};
const [payer, receiver, taken, added] = [p('payer'), p('receiver'), p('taken'), p('added')];
const given = sql`(${taken} + ${added})`;
const isTaken = sql`${taken} > 0`;
const isAdded = sql`${added} > 0`;

const take = moveMoney<Wanted>({ from: receiver, to: payer, amount: taken, when: isTaken });
const add = payFromAdjustments<Wanted>(payer, added, isAdded);
const bills = writeBills<Wanted>(
  {
    user: payer,
    type: 'reversal',
    direction: 'in',
    amount: given,
    withType: 'person',
    withId: receiver,
    content: nameOf(receiver),
  },
  {
    user: receiver,
    type: 'reversal',
    direction: 'out',
    amount: taken,
    withType: 'person',
    withId: payer,
    content: nameOf(payer),
    when: isTaken,
  },
);
const tellPayer = prepareNotice<Wanted & JournalValues>(payer, JOURNAL_OPEN);
const tellReceiver = prepareNotice<Wanted & JournalValues>(receiver, sql`${JOURNAL_OPEN} AND ${isTaken}`);

/**
 * Prepares how a kind of record is reversed.
 * @param stands SQL of the record, over `record` and `reversed`: it paid the receiver, and so much went back before
 * @param note SQL that counts `given` into it
 */
export function prepareReversal(kind: Correction, stands: SQL, note: (given: SQL) => SQL) {
  const open = openJournal<Wanted>(
    kind,
    sql`${stands} AND ${canTake(payer, given)} AND (${taken} = 0 OR ${canPay(receiver, taken)}) AND ${given} > 0`,
    p('record'),
  );
  const counted = prepareChange<Wanted & JournalValues>(sql`${note(given)} AND ${JOURNAL_OPEN}`);
  return (home: Pick<Platform, 'ids' | 'clock' | 'random'>, reversal: Reversal) => {
    const values = { ...reversal, ...journalValues(home.ids, home.clock.now()) };
    return {
      opened: open(values),
      counted: counted(values),
      taken: take(values),
      added: add.map((line) => line(values)),
      billed: bills(values),
      toldPayer: tellPayer({ ...values, ...noticeValues(home, 'moneyReturned') }),
      toldReceiver: tellReceiver({ ...values, ...noticeValues(home, 'moneyTakenBack') }),
    };
  };
}
