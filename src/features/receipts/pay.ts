import { sql } from 'drizzle-orm';
import { users } from '../../../db/schema/users.ts';
import type { Fen } from '../../core/fen.ts';
import type { UserId } from '../../core/ids.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { canPay } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import { nameOf } from '../../ledger/names.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEventToOne } from '../../realtime/events.ts';
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

/** What the statements here want. */
type Wanted = PayPasswordValues & {
  readonly amount: Fen;
  readonly payee: UserId;
};

const [me, payee, amount] = [p('me'), p('payee'), p('amount')];

const exists = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${payee})`;
const isBlocked = blockedEitherWay(me, payee);
const open = openJournal<Wanted>(
  'receipt_payment',
  sql`${mayLeave(amount)} AND ${exists} AND NOT ${isBlocked} AND ${payPasswordRight}`,
);
const move = moveMoney<{ me: UserId; payee: UserId; amount: Fen }>({ from: me, to: payee, amount });
const bills = writeBills<{ me: UserId; amount: Fen; payee: UserId }>(
  {
    user: me,
    type: 'transferSent',
    direction: 'out',
    amount,
    withType: 'person',
    withId: payee,
    content: nameOf(payee),
  },
  {
    user: payee,
    type: 'transferReceived',
    direction: 'in',
    amount,
    withType: 'person',
    withId: me,
    content: nameOf(me),
  },
);
const tell = prepareEventToOne<JournalValues>(JOURNAL_OPEN);
const remember = replyRow<JournalValues>(JOURNAL_OPEN);
const obstacles = prepareRead<
  { me: UserId; amount: Fen; payee: UserId },
  Record<'covered' | 'exists', number>
>(sql`SELECT ${canPay(me, amount)}, ${exists}`, ['covered', 'exists']);

async function explain(context: CallerContext, counted: Counted, values: Wanted): Promise<never> {
  await explainPayPassword(context, counted, values);
  await explainHold(context, values, values.amount);
  const [found] = await context.db.read(obstacles(values));
  if (!found?.covered) return refuse('TOO_LITTLE_MONEY');
  return found.exists ? refuse('NOT_PAID') : refuseParameter('destId');
}

export interface Payment {
  readonly payee: UserId;
  readonly amount: Fen;
  readonly password: PasswordMd5;
}

/**
 * Pays any user whose receipt code was scanned (listing 202), at once. Event 39 to the payee.
 * Refuses `TOO_LITTLE_MONEY`, `NOT_PAID` (a block between the two), the parameter `destId` (oneself, nobody) and
 * the pay password's reasons.
 * @param reply what the handler answers
 */
export async function payReceipt<Reply>(
  context: CallerContext,
  payment: Payment,
  reply: Reply,
): Promise<Reply> {
  const { payee: to, amount: fen, password } = payment;
  const from = context.caller.userId;
  if (to === from) refuseParameter('destId');
  const pay = payPasswordValues(context, password);
  const values = {
    ...eventValues(context, {
      type: EVENT.moneyArrived,
      from,
      fromType: FROM.system,
      content: { amt: fen / 100 },
    }),
    ...pay,
    ...journalValues(context.ids, pay.now),
    payee: to,
    event_to: to,
    amount: fen,
  };
  const { counted, opened } = await context.db.write({
    noteSpent: noteSpent(values),
    counted: countWrongPayPassword(values),
    opened: open(values),
    move: move(values),
    bills: bills(values),
    tell: tell(values),
    reply: context.remember(reply, remember, values),
  });
  return opened > 0 ? reply : explain(context, counted, values);
}
