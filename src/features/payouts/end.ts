import { type SQL, sql } from 'drizzle-orm';
import { payoutTransfers } from '../../../db/schema/payout-transfers.ts';
import { STAGE } from '../../../db/schema/provider-requests.ts';
import { PAYOUT, payouts } from '../../../db/schema/wallet.ts';
import type { ChangeId, PayoutId } from '../../core/ids.ts';
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
import { hasTransfer, isIn, isUnpaid, mayBePaid, ofPayout, thePayout } from './rows.ts';

/** What every end wants. */
type Ending = JournalValues &
  EventValues & {
    readonly payout: PayoutId;
    /** The state that it leaves, and the one that it is in then. */
    readonly left: number;
    readonly state: number;
    readonly now: number;
    readonly reason: string | null;
    readonly transferNo: string | null;
    readonly nextAt: number | null;
  };
type ByOperator = { readonly force: number };
type ByProvider = { readonly mark_claim: ChangeId; readonly asks: number; readonly isOver: number };

/**
 * Every end of a payout. Each is one batch whose first statement has all conditions: the payout is in the state
 * that this end leaves, and nobody else can still decide about it. So it ends once, and never both ways.
 */

const amount = ofPayout('amount');
const user = ofPayout('user_id');

/** What a provider may pay, or may have paid, is not an operator's to end, unless they insist. */
const isOurs = sql`(${p('force')} = 1 OR NOT ${mayBePaid})`;
const opening = <By extends Values = NoMore>(kind: 'payout_settled' | 'payout_returned', condition: SQL) =>
  openJournal<By & { readonly payout: PayoutId }>(kind, sql`${isIn('waiting')} AND ${condition}`, thePayout);
const open = {
  settledByOperator: opening<ByOperator>('payout_settled', isOurs),
  /** Paid is paid, whichever request it was that has been answered. */
  settledByProvider: opening('payout_settled', hasTransfer),
  returnedByOperator: opening<ByOperator>('payout_returned', isOurs),
  /** That nothing was paid counts only as long as nothing was sent since. */
  returnedByProvider: opening<ByProvider>('payout_returned', isUnpaid),
  bounced: openJournal<{ payout: PayoutId }>('payout_bounced', isIn('settled'), thePayout),
};

const move = {
  out: moveMoney<{ payout: PayoutId }>({ from: systemSql('withdrawals'), to: systemSql('cashOut'), amount }),
  back: moveMoney<{ payout: PayoutId }>({ from: systemSql('withdrawals'), to: user, amount }),
  in: moveMoney<{ payout: PayoutId }>({ from: systemSql('cashOut'), to: user, amount }),
};
const end = prepareChange<Ending>(
  sql`UPDATE ${payouts} SET state = ${p('state')}, ended_at = ${p('now')}, ended_by = ${p('journal_id')}
    WHERE ${payouts.id} = ${thePayout} AND ${payouts.state} = ${p('left')} AND ${JOURNAL_OPEN}`,
);
/** Whatever was ever sent is watched from `nextAt` on; null: it need not be. */
const closeTransfer = prepareChange<Ending>(
  sql`UPDATE ${payoutTransfers} SET stage = ${STAGE.over}, fault = NULL, reason = COALESCE(${p('reason')}, reason),
      transfer_no = COALESCE(${p('transferNo')}, transfer_no), asks = 0,
      next_at = CASE WHEN attempts > 0 THEN ${p('nextAt')} END
    WHERE payout_id = ${thePayout} AND ${JOURNAL_OPEN}`,
);
const bill = writeBills<{ payout: PayoutId }>({
  user,
  type: 'withdrawalReturned',
  direction: 'in',
  amount,
  withType: 'person',
  withId: user,
});
/** From the same user: what comes back comes from nobody else. */
const tell = prepareEvent<Ending>(
  sql`SELECT ${user} AS user_id WHERE ${JOURNAL_OPEN}`,
  sql`json_object('amt', ${amount} / 100.0)`,
  { from: user },
);

const notice = prepareNotice<Ending>(user, JOURNAL_OPEN);

type Home = Pick<Platform, 'db' | 'clock' | 'ids' | 'random'>;

/** @param facts what this end has of its own, or other than most */
function ending<Facts extends Partial<Ending> | Values>(
  home: Home,
  payout: PayoutId,
  facts: Facts,
): Ending & Facts {
  const now = home.clock.now();
  const usual: Ending = {
    ...eventValues(home, { type: EVENT.moneyArrived, from: 0, fromType: FROM.system }),
    payout,
    ...journalValues(home.ids, now),
    now,
    left: PAYOUT.waiting,
    state: PAYOUT.returned,
    reason: null,
    transferNo: null,
    nextAt: nextWatch(0, now),
  };
  return { ...usual, ...facts };
}

/** The statements of an end; `done` changes a row if, and only if, it happens. */
type End = Batch & { readonly done: Query<number> };

/** It leaves the books. */
const settlement = <Wanted extends Ending>(
  home: Home,
  opened: Prepared<number, Wanted>,
  values: Wanted,
): End => ({
  done: opened(values),
  move: move.out(values),
  end: end(values),
  closeTransfer: closeTransfer(values),
  notice: notice({ ...values, ...noticeValues(home, 'payoutSettled') }),
});

/** It is the user's again, with bill 15 and event 39. */
const givingBack = <Wanted extends Ending>(
  home: Home,
  opened: Prepared<number, Wanted>,
  from: typeof move.back,
  values: Wanted,
) => ({
  done: opened(values),
  move: from(values),
  bill: bill(values),
  end: end(values),
  closeTransfer: closeTransfer(values),
  tell: tell(values),
  notice: notice({ ...values, ...noticeValues(home, 'payoutReturned') }),
});

/** @returns whether it happened */
async function happened({ db }: Home, steps: End): Promise<boolean> {
  const { done } = await db.write(steps);
  return done > 0;
}

/**
 * An operator has paid it: it leaves the books. Once; `done` says whether such a payout waited for the operator.
 * @param force also while a provider may pay it: only for an operator who has seen there that it was paid
 */
export function settling(home: Home, payout: PayoutId, force = false): End {
  // What the operator has paid by hand is no affair of the provider's any more.
  const watch = force ? {} : { nextAt: null };
  const facts = { state: PAYOUT.settled, force: Number(force), ...watch };
  return settlement(home, open.settledByOperator, ending(home, payout, facts));
}

/**
 * An operator has not paid it: it goes back into the wallet, with bill 15 and event 39. Once; `done` says whether such
 * a payout waited for the operator.
 * @param force also while a provider may pay it: only for an operator who has seen there that it never will be paid
 */
export const returning = (home: Home, payout: PayoutId, force = false): End =>
  givingBack(home, open.returnedByOperator, move.back, ending(home, payout, { force: Number(force) }));

/** @returns false when no such payout waits for the operator */
export const settlePayout = (home: Home, payout: PayoutId, force = false): Promise<boolean> =>
  happened(home, settling(home, payout, force));

/** @returns false when no such payout waits for the operator */
export const returnPayout = (home: Home, payout: PayoutId, force = false): Promise<boolean> =>
  happened(home, returning(home, payout, force));

/** The provider has paid it. @returns false when it does not wait any more */
export const settleTransfer = (home: Home, payout: PayoutId, transferNo: string): Promise<boolean> =>
  happened(
    home,
    settlement(
      home,
      open.settledByProvider,
      ending(home, payout, { state: PAYOUT.settled, transferNo, reason: '' }),
    ),
  );

/** What is known of a transfer that was not paid. */
export interface Unpaid {
  /** The request that it is known of, and the questions that were asked since. */
  readonly claim: ChangeId;
  readonly asks: number;
  /** The provider has the number and says that the transfer is over; else it has never known it. */
  readonly isOver: boolean;
  readonly reason: string;
}

/**
 * The provider has not paid it, and will not.
 * @returns false when it does not wait any more, was sent or asked about meanwhile, or is known there after all
 */
export const returnTransfer = (
  home: Home,
  payout: PayoutId,
  { claim, isOver, ...facts }: Unpaid,
): Promise<boolean> =>
  happened(
    home,
    givingBack(
      home,
      open.returnedByProvider,
      move.back,
      ending(home, payout, { ...facts, mark_claim: claim, isOver: Number(isOver) }),
    ),
  );

/**
 * The bank has sent a settled payout back: the money comes into the books again, and into the wallet. Once; `done`
 * says whether such a payout was settled.
 */
export const bouncing = (home: Home, payout: PayoutId, reason: string | null = null): End =>
  givingBack(
    home,
    open.bounced,
    move.in,
    ending(home, payout, { left: PAYOUT.settled, reason, nextAt: null }),
  );

/** @returns false when no such payout is settled */
export const bouncePayout = (home: Home, payout: PayoutId, reason: string | null = null): Promise<boolean> =>
  happened(home, bouncing(home, payout, reason));
