import { type SQL, sql } from 'drizzle-orm';
import { ORDER, paymentOrders, strayPayments } from '../../../db/schema/payment-orders.ts';
import { refundRequests, refunds } from '../../../db/schema/refunds.ts';
import type { Fen } from '../../core/fen.ts';
import type { OrderId, RefundId, UserId } from '../../core/ids.ts';
import { canPay, systemSql } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  kindOf,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import type { Batch } from '../../platform/database/db.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, type Query } from '../../platform/database/query.ts';
import type { Provider } from '../../platform/payments/port.ts';
import type { Platform } from '../../realtime/context.ts';
import type { EventValues } from '../../realtime/events.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { givenBack } from './rows.ts';

/** A payment that is to go back, as it was read: each part of it is a condition of the batch. */
export interface Refundable {
  readonly provider: Provider;
  readonly tradeNo: string;
  readonly order: OrderId;
  /** Fen that were paid. */
  readonly total: Fen;
  /** The user in whose wallet it is; null where it is in nobody's. */
  readonly user: UserId | null;
}

type Wanted = Omit<Refundable, 'user'> & {
  readonly refund: RefundId;
  readonly me: UserId | null;
  readonly amount: Fen;
  readonly now: number;
};
type OfWallet = Wanted & JournalValues & { readonly me: UserId };

const me = p('me');
const amount = p('amount');
const isPaidBy = sql`o.id = ${p('order')} AND o.state = ${ORDER.paid} AND o.provider = ${p('provider')} AND o.trade_no = ${p('tradeNo')}
  AND o.amount = ${p('total')}`;
/** Condition: no more goes back than was paid. */
const isLeft = sql`${amount} + ${givenBack(p('provider'), p('tradeNo'))} <= ${p('total')}`;
/** Condition: it has paid an order, and lies in the wallet of `me`: what bought a number does not. */
const isInWallet = sql`EXISTS (SELECT 1 FROM ${paymentOrders} AS o
  WHERE ${isPaidBy} AND o.user_id = ${me} AND ${kindOf(sql`o.credited_by`)} IN ('recharge', 'number_refunded'))`;
/** Condition: it waits for a refund, or for an owner to claim it. */
const isNobodys = sql`(EXISTS (SELECT 1 FROM ${strayPayments} AS s WHERE s.provider = ${p('provider')} AND s.trade_no = ${p('tradeNo')}
    AND s.order_id = ${p('order')} AND s.amount = ${p('total')} AND s.refunded_at IS NULL)
  OR EXISTS (SELECT 1 FROM ${paymentOrders} AS o WHERE ${isPaidBy} AND o.credited_by IS NULL))`;

const STARTED = rowOf(refunds, 'refund');
const refundRow = (condition: SQL) =>
  sql`INSERT INTO ${refunds} (id, provider, trade_no, order_id, user_id, amount, total, created_at)
    SELECT ${p('refund')}, ${p('provider')}, ${p('tradeNo')}, ${p('order')}, ${me}, ${amount}, ${p('total')}, ${p('now')}
    WHERE ${condition}`;

const open = openJournal<Wanted>(
  'refund_started',
  sql`${isInWallet} AND ${isLeft} AND ${canPay(me, amount)}`,
  p('refund'),
);
const takeOut = moveMoney<OfWallet>({ from: me, to: systemSql('refunds'), amount });
const bill = writeBills<OfWallet>({
  user: me,
  type: 'recharge',
  direction: 'out',
  amount,
  withType: 'person',
  withId: me,
  content: sql`'退款'`,
});
const keepOfWallet = prepareChange<OfWallet>(refundRow(JOURNAL_OPEN));
const notice = prepareNotice<OfWallet & EventValues>(me, JOURNAL_OPEN);

const keepOfNobody = prepareChange<Wanted>(refundRow(orTaken(sql`${isNobodys} AND ${isLeft}`, STARTED)));
/** Whoever has not claimed it yet cannot any more: like every payment of no order it waits for its refund. */
const keepStray = prepareChange<Wanted>(
  sql`INSERT INTO ${strayPayments} (provider, trade_no, order_id, amount, found_at)
    SELECT ${p('provider')}, ${p('tradeNo')}, ${p('order')}, ${p('total')}, ${p('now')} WHERE ${STARTED} ON CONFLICT DO NOTHING`,
);
const takeOff = prepareChange<Wanted>(
  sql`UPDATE ${paymentOrders} SET state = ${ORDER.expired}, trade_no = NULL, settled_by = NULL, paid_at = NULL
    WHERE id = ${p('order')} AND state = ${ORDER.paid} AND credited_by IS NULL AND trade_no = ${p('tradeNo')} AND ${STARTED}`,
);

const ask = prepareChange<Wanted>(
  sql`INSERT INTO ${refundRequests} (refund_id, next_at) SELECT ${p('refund')}, ${p('now')} WHERE ${STARTED}`,
);

type Home = Pick<Platform, 'clock' | 'ids' | 'random'>;

/**
 * The statements by which a payment, or a part of it, begins to go back; `started` changes a row if, and only if, it
 * does. What lies in a wallet leaves it in the same batch. The provider is asked afterwards, by a job.
 */
export function starting(
  home: Home,
  { user, ...payment }: Refundable,
  amount: Fen,
): { readonly refund: RefundId; readonly batch: Batch & { readonly started: Query<number> } } {
  const now = home.clock.now();
  const refund = home.ids.next<RefundId>();
  const values = { ...payment, refund, amount, now };
  if (user === null) {
    const wanted = { ...values, me: null };
    const steps = [keepStray(wanted), takeOff(wanted), ask(wanted)];
    return { refund, batch: { started: keepOfNobody(wanted), steps } };
  }
  const wanted = { ...values, me: user, ...journalValues(home.ids, now) };
  const steps = [
    takeOut(wanted),
    bill(wanted),
    keepOfWallet(wanted),
    ask(wanted),
    notice({ ...wanted, ...noticeValues(home, 'refundStarted') }),
  ];
  return { refund, batch: { started: open(wanted), steps } };
}
