import { sql } from 'drizzle-orm';
import { AA_BILL, aaBills, aaPayments } from '../../../db/schema/aa-bills.ts';
import type { Fen } from '../../core/fen.ts';
import type { AaBillId, UserId } from '../../core/ids.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { canPay, systemSql } from '../../ledger/accounts.ts';
import { type Bill, writeBills } from '../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import { nameOf } from '../../ledger/names.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { blockedEitherWay } from '../../realtime/relations.ts';
import {
  type Counted,
  countWrongPayPassword,
  explainPayPassword,
  type PayPasswordValues,
  payPasswordRight,
  payPasswordValues,
} from '../pay-password/guard.ts';
import { mayLeave, noteSpent } from '../wallet-holds/conditions.ts';
import { explainHold } from '../wallet-holds/explain.ts';
import { hasPaid, isOpen, isPayer, statusNow } from './bill.ts';
import { completeBill, organisersBill, releaseShares, tellOrganiser } from './complete.ts';

/** What a bill is found by whose number was not sent. */
type Due = { readonly me: UserId; readonly payee: UserId; readonly amount: Fen; readonly now: number };
/** What the statements of a payment want. */
type Wanted = PayPasswordValues & JournalValues & Due & { readonly bill: AaBillId };

const [me, payee, amount, bill] = [p('me'), p('payee'), p('amount'), p('bill')];

const isDue = sql`EXISTS (SELECT 1 FROM ${aaBills} AS b WHERE b.id = ${bill} AND b.organiser_id = ${payee}
  AND b.share = ${amount} AND ${isOpen} AND ${isPayer} AND NOT ${hasPaid})`;
const open = openJournal<Wanted>(
  'aa_payment',
  sql`${isDue} AND NOT ${blockedEitherWay(me, payee)} AND ${mayLeave(amount)} AND ${payPasswordRight}`,
  bill,
);
const hold = moveMoney<{ me: UserId; amount: Fen }>({ from: me, to: systemSql('aaBills'), amount });
const record = prepareChange<Wanted>(
  sql`INSERT INTO ${aaPayments} (bill_id, user_id, journal_id, paid_at)
    SELECT ${bill}, ${me}, ${p('journal_id')}, ${p('now')} WHERE ${JOURNAL_OPEN}`,
);
const payersBill: Bill = {
  user: me,
  type: 'aaPaid',
  direction: 'out',
  amount,
  withType: 'person',
  withId: payee,
  content: nameOf(payee),
};
const bills = writeBills<Wanted>(payersBill, organisersBill);
const remember = replyRow<JournalValues>(JOURNAL_OPEN);

/** The bills of `payee` that `me` may pay with this amount: two are as many as none. */
const findDue = prepareRead<Due, { id: AaBillId }>(
  sql`SELECT b.id FROM ${aaBills} AS b WHERE b.status = ${AA_BILL.open} AND b.organiser_id = ${payee} AND b.share = ${amount}
    AND ${isOpen} AND ${isPayer} AND NOT ${hasPaid} LIMIT 2`,
  ['id'],
);

type Obstacles = Record<'organiser' | 'share' | 'isPayer' | 'status' | 'hasPaid' | 'covered', number>;
const obstacles = prepareRead<Wanted, Obstacles>(
  sql`SELECT b.organiser_id, b.share, ${isPayer}, ${statusNow}, ${hasPaid}, ${canPay(me, amount)}
    FROM ${aaBills} AS b WHERE b.id = ${bill}`,
  ['organiser', 'share', 'isPayer', 'status', 'hasPaid', 'covered'],
);

/** Says why nothing was paid; who is not asked to pay learns nothing about the bill. */
async function explain(
  context: CallerContext,
  counted: Counted,
  { payee: to, amount: fen }: SharePayment,
  values: Wanted,
): Promise<never> {
  await explainPayPassword(context, counted, values);
  await explainHold(context, values, fen);
  const [found] = await context.db.read(obstacles(values));
  if (!found?.isPayer && !found?.hasPaid) return refuseParameter('transId');
  if (found.organiser !== to) return refuseParameter('destId');
  if (found.share !== fen) return refuseParameter('amount');
  if (found.status === AA_BILL.complete) return refuse('COMPLETE');
  if (found.status === AA_BILL.expired) return refuse('EXPIRED');
  if (found.hasPaid) return refuse('ALREADY_PAID');
  return refuse(found.covered ? 'NOT_PAID' : 'TOO_LITTLE_MONEY');
}

async function theOneDue(
  context: CallerContext,
  { payee: to, amount: fen }: SharePayment,
): Promise<AaBillId> {
  const values = { me: context.caller.userId, payee: to, amount: fen, now: context.clock.now() };
  const [due, another] = await context.db.read(findDue(values));
  return due && !another ? due.id : refuseParameter('transId');
}

export interface SharePayment {
  /** The bill; undefined: the one that the caller may pay to this organiser with this amount. */
  readonly bill: AaBillId | undefined;
  readonly payee: UserId;
  readonly amount: Fen;
  readonly password: PasswordMd5;
}

/**
 * Pays the caller's share of a bill (listing 207), once, into escrow; the last one completes the bill and brings
 * all shares to the organiser (event 39). Payee and amount are the bill's, and the request must agree.
 * Refuses `COMPLETE`, `EXPIRED`, `ALREADY_PAID`, `TOO_LITTLE_MONEY`, `NOT_PAID` (a block between the two), the
 * parameter that does not fit, and the pay password's reasons.
 */
export async function payShare<Reply>(
  context: CallerContext,
  payment: SharePayment,
  reply: Reply,
): Promise<Reply> {
  const { payee: to, amount: fen, password } = payment;
  const from = context.caller.userId;
  const pay = payPasswordValues(context, password);
  const values = {
    ...eventValues(context, { type: EVENT.moneyArrived, from, fromType: FROM.system }),
    ...pay,
    ...journalValues(context.ids, pay.now),
    bill: payment.bill ?? (await theOneDue(context, payment)),
    payee: to,
    event_to: to,
    amount: fen,
  };
  const { counted, opened } = await context.db.write({
    noteSpent: noteSpent(values),
    counted: countWrongPayPassword(values),
    opened: open(values),
    hold: hold(values),
    record: record(values),
    completeBill: completeBill(values),
    releaseShares: releaseShares(values),
    bills: bills(values),
    tellOrganiser: tellOrganiser(values),
    reply: context.remember(reply, remember, values),
  });
  return opened > 0 ? reply : explain(context, counted, payment, values);
}
