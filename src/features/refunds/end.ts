import { type SQL, sql } from 'drizzle-orm';
import { paymentOrders, strayPayments } from '../../../db/schema/payment-orders.ts';
import { STAGE } from '../../../db/schema/provider-requests.ts';
import { REFUND, refundRequests, refunds } from '../../../db/schema/refunds.ts';
import type { ChangeId, RefundId } from '../../core/ids.ts';
import { systemSql } from '../../ledger/accounts.ts';
import { writeBills } from '../../ledger/bills.ts';
import {
  JOURNAL_OPEN,
  type JournalValues,
  journalValues,
  moveMoney,
  openJournal,
} from '../../ledger/journal.ts';
import type { Batch } from '../../platform/database/db.ts';
import {
  type NoMore,
  type Prepared,
  p,
  prepareChange,
  type Query,
  type Values,
} from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { type EventValues, eventValues, prepareEvent } from '../../realtime/events.ts';
import { EVENT, FROM } from '../../realtime/message-types.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { nextWatch } from '../provider-requests/schedule.ts';
import { isHeld, isUndone, ofRefund, theRefund } from './rows.ts';

/** What every end wants. */
type Ending = JournalValues &
  EventValues & {
    readonly refund: RefundId;
    readonly mark_end: ChangeId;
    readonly state: number;
    readonly now: number;
    readonly reason: string | null;
    readonly refundId: string | null;
    readonly nextAt: number | null;
  };
type ByOperator = { readonly force: number };
type ByProvider = { readonly mark_claim: ChangeId; readonly asks: number; readonly isOver: number };

/**
 * Every end of a refund. Each is one batch whose first statement has all conditions, and is the mark of the others. So
 * it ends once, and never both ways.
 */
const ending = <By extends Values = NoMore>(condition: SQL) =>
  prepareChange<By & Pick<Ending, 'refund' | 'mark_end' | 'state' | 'now'>>(
    sql`UPDATE ${refunds} SET state = ${p('state')}, ended_at = ${p('now')}, ended_by = ${p('mark_end')}
      WHERE ${refunds.id} = ${theRefund} AND ${refunds.state} = ${REFUND.underWay} AND ${condition}`,
  );
const end = {
  /** Refunded is refunded, whichever request it was that has been answered. */
  byProvider: ending(sql`1`),
  /** That nothing went back counts only as long as nothing was sent since. */
  undone: ending<ByProvider>(isUndone),
  /** What the provider may do, or may have done, is not an operator's to end, unless they insist. */
  byOperator: ending<ByOperator>(sql`(${p('force')} = 1 OR ${isHeld})`),
};

const ENDED = sql`EXISTS (SELECT 1 FROM ${refunds} WHERE ${refunds.id} = ${theRefund} AND ${refunds.endedBy} = ${p('mark_end')})`;
const amount = ofRefund('amount');
const user = ofRefund('user_id');
const isOfWallet = sql`${ENDED} AND ${user} IS NOT NULL`;
type Marked = Pick<Ending, 'refund' | 'mark_end'>;
const openDone = openJournal<Marked>('refund_done', isOfWallet, theRefund);
const openReturned = openJournal<Marked>('refund_returned', isOfWallet, theRefund);
const moveOut = moveMoney<{ refund: RefundId }>({
  from: systemSql('refunds'),
  to: systemSql('cashOut'),
  amount,
});
const moveBack = moveMoney<{ refund: RefundId }>({ from: systemSql('refunds'), to: user, amount });
const bill = writeBills<{ refund: RefundId }>({
  user,
  type: 'recharge',
  direction: 'in',
  amount,
  withType: 'person',
  withId: user,
  content: sql`'退款退回'`,
});
/** From the same user: what comes back comes from nobody else. */
const tell = prepareEvent<Ending>(
  sql`SELECT ${user} AS user_id WHERE ${JOURNAL_OPEN}`,
  sql`json_object('amt', ${amount} / 100.0)`,
  { from: user },
);
/** A payment of no order waits no more once all of it has gone back. */
const closeStray = prepareChange<Ending>(
  sql`UPDATE ${strayPayments} SET refunded_at = ${p('now')}
    WHERE provider = ${ofRefund('provider')} AND trade_no = ${ofRefund('trade_no')} AND refunded_at IS NULL AND ${ENDED}
      AND amount <= (SELECT COALESCE(SUM(r.amount), 0) FROM ${refunds} AS r
        WHERE r.provider = stray_payments.provider AND r.trade_no = stray_payments.trade_no AND r.state = ${REFUND.done})`,
);
/** What was ever sent is watched from `nextAt` on; null: it need not be. */
const closeRequest = prepareChange<Ending>(
  sql`UPDATE ${refundRequests} SET stage = ${STAGE.over}, fault = NULL, reason = COALESCE(${p('reason')}, reason),
      transfer_no = COALESCE(${p('refundId')}, transfer_no), asks = 0, next_at = CASE WHEN attempts > 0 THEN ${p('nextAt')} END
    WHERE refund_id = ${theRefund} AND ${ENDED}`,
);
/** Whoever paid: also where the payment was in nobody's wallet. */
const payer = sql`COALESCE(${user}, (SELECT user_id FROM ${paymentOrders} WHERE id = ${ofRefund('order_id')}))`;
const noticeDone = prepareNotice<Ending>(payer, ENDED);
const noticeReturned = prepareNotice<Ending>(user, ENDED);

type Home = Pick<Platform, 'db' | 'clock' | 'ids' | 'random'>;

/** @param facts what this end has of its own, or other than most */
function endingValues<Facts extends Partial<Ending> | Values>(
  home: Home,
  refund: RefundId,
  facts: Facts,
): Ending & Facts {
  const now = home.clock.now();
  const usual: Ending = {
    ...eventValues(home, { type: EVENT.moneyArrived, from: 0, fromType: FROM.system }),
    refund,
    ...journalValues(home.ids, now),
    mark_end: home.ids.mark(),
    now,
    state: REFUND.done,
    reason: null,
    refundId: null,
    nextAt: null,
  };
  return { ...usual, ...facts };
}

/** The statements of an end; `done` changes a row if, and only if, it happens. */
type End = Batch & { readonly done: Query<number> };

/** It leaves the books. */
const goneBack = <Wanted extends Ending>(
  home: Home,
  first: Prepared<number, Wanted>,
  values: Wanted,
): End => ({
  done: first(values),
  open: openDone(values),
  move: moveOut(values),
  stray: closeStray(values),
  closeRequest: closeRequest(values),
  notice: noticeDone({ ...values, ...noticeValues(home, 'refundDone') }),
});

/** It is the user's again, with a bill and event 39. */
const keptHere = <Wanted extends Ending>(
  home: Home,
  first: Prepared<number, Wanted>,
  values: Wanted,
): End => ({
  done: first(values),
  open: openReturned(values),
  move: moveBack(values),
  bill: bill(values),
  closeRequest: closeRequest(values),
  tell: tell(values),
  notice: noticeReturned({ ...values, ...noticeValues(home, 'refundReturned') }),
});

async function happened({ db }: Home, steps: End): Promise<boolean> {
  const { done } = await db.write(steps);
  return done > 0;
}

/** The provider has given it back. @returns false when it has ended already */
export const refundDone = (home: Home, refund: RefundId, refundId: string): Promise<boolean> =>
  happened(home, goneBack(home, end.byProvider, endingValues(home, refund, { refundId, reason: '' })));

/** What is known of a refund by which nothing went back. */
export interface Undone {
  /** The request that it is known of, and the questions that were asked since. */
  readonly claim: ChangeId;
  readonly asks: number;
  /** The provider has the number and says that the refund is over; else it has never known it. */
  readonly isOver: boolean;
  readonly reason: string;
}

/**
 * The provider has given nothing back, and will not: what was taken is in the wallet again.
 * @returns false when it has ended already, was sent or asked about meanwhile, or is known there after all
 */
export function refundUndone(
  home: Home,
  refund: RefundId,
  { claim, isOver, asks, reason }: Undone,
): Promise<boolean> {
  const facts = { state: REFUND.returned, mark_claim: claim, asks, reason, isOver: Number(isOver) };
  const nextAt = nextWatch(0, home.clock.now());
  return happened(home, keptHere(home, end.undone, endingValues(home, refund, { ...facts, nextAt })));
}

/**
 * An operator has seen that the money is with the payer: at the provider, or because they gave it back otherwise.
 * @param force also while the provider may still do it
 */
export const settlingRefund = (home: Home, refund: RefundId, force: boolean): End =>
  goneBack(home, end.byOperator, endingValues(home, refund, { force: Number(force) }));

/** An operator has seen that nothing went back, and nothing will. @param force as above */
export function returningRefund(home: Home, refund: RefundId, force: boolean): End {
  const nextAt = nextWatch(0, home.clock.now());
  const facts = { state: REFUND.returned, force: Number(force), nextAt };
  return keptHere(home, end.byOperator, endingValues(home, refund, facts));
}
