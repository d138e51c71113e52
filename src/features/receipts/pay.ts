import { sql } from 'drizzle-orm';
import { users } from '../../../db/schema/users.ts';
import type { Fen } from '../../core/fen.ts';
import type { JournalId, UserId } from '../../core/ids.ts';
import { refuse, refuseParameter } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import type { PasswordMd5 } from '../../http/params.ts';
import { canPay } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import { JOURNAL_OPEN, moveMoney, openJournal } from '../../ledger/journal.ts';
import { nameOf } from '../../ledger/names.ts';
import { p, prepareRead, type Untyped, type Values } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { eventValues, prepareEventToOne } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { blockedEitherWay } from '../../realtime/relations.ts';
import {
  countWrongPayPassword,
  explainPayPassword,
  payPasswordRight,
  payPasswordValues,
} from '../pay-password/guard.ts';
import { mayLeave, noteSpent } from '../wallet-holds/conditions.ts';
import { explainHold } from '../wallet-holds/explain.ts';

const [me, payee, amount] = [p('me'), p('payee'), p('amount')];

const exists = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${payee})`;
const isBlocked = blockedEitherWay(me, payee);
const open = openJournal(
  'receipt_payment',
  sql`${mayLeave(amount)} AND ${exists} AND NOT ${isBlocked} AND ${payPasswordRight}`,
);
const move = moveMoney({ from: me, to: payee, amount });
const bills = writeBills(
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
const tell = prepareEventToOne(JOURNAL_OPEN);
const remember = replyRow(JOURNAL_OPEN);
const obstacles = prepareRead<Untyped, Record<'covered' | 'exists', number>>(
  sql`SELECT ${canPay(me, amount)}, ${exists}`,
  ['covered', 'exists'],
);

async function explain(
  context: CallerContext,
  counted: number,
  values: Values & { amount: Fen },
): Promise<never> {
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
  const values = {
    ...eventValues(context, {
      type: EVENT.moneyArrived,
      from,
      fromType: FROM.system,
      content: { amt: fen / 100 },
    }),
    ...payPasswordValues(context, password),
    journal: context.ids.next<JournalId>(),
    payee: to,
    to,
    amount: fen,
  };
  const [, counted, opened] = await context.db.write(
    noteSpent(values),
    countWrongPayPassword(values),
    open(values),
    move(values),
    bills(values),
    tell(values),
    ...context.remember(reply, remember, values),
  );
  return opened > 0 ? reply : explain(context, counted, values);
}
