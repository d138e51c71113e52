import { and, asc, eq, gt, lte, or, sql } from 'drizzle-orm';
import { payoutTransfers, STAGE } from '../../../db/schema/payout-transfers.ts';
import { IDENTITY, identityChecks, USER, users } from '../../../db/schema/users.ts';
import { bankCards, payouts } from '../../../db/schema/wallet.ts';
import type { ChangeId, PayoutId } from '../../core/ids.ts';
import { p, prepareChange, prepareSelect, type RowOf } from '../../platform/database/query.ts';
import type { Fault } from '../../platform/payments/payout-port.ts';
import { isIn, thePayout } from './rows.ts';

/** A transfer as it was read, and one whose last request is this claim's. */
type Seen = { readonly payout: PayoutId; readonly seen: ChangeId | null; readonly asks: number };
type Sent = { readonly payout: PayoutId; readonly mark_claim: ChangeId };

/** Transfers looked at in one run; what is left waits for the next. */
const AT_ONCE = 20;

/** What is to be sent, asked about or watched now, with what is needed to send it. Values: `now`, `tooFar`. */
export const findDue = prepareSelect<{ now: number; tooFar: number }>()(
  {
    payout: payoutTransfers.payoutId,
    provider: payoutTransfers.provider,
    stage: payoutTransfers.stage,
    claimedBy: payoutTransfers.claimedBy,
    firstSentAt: payoutTransfers.firstSentAt,
    takenIn: payoutTransfers.takenIn,
    nextAt: payoutTransfers.nextAt,
    fault: payoutTransfers.fault,
    reason: payoutTransfers.reason,
    asks: payoutTransfers.asks,
    state: payouts.state,
    amount: payouts.amount,
    userStatus: users.status,
    sealedNumber: bankCards.sealedNumber,
    bankName: bankCards.bankName,
    sealedName: identityChecks.sealedName,
  },
  (select) =>
    select
      .from(payoutTransfers)
      .innerJoin(payouts, eq(payouts.id, payoutTransfers.payoutId))
      .innerJoin(users, eq(users.id, payouts.userId))
      .leftJoin(bankCards, eq(bankCards.id, payouts.cardId))
      .leftJoin(
        identityChecks,
        and(eq(identityChecks.userId, payouts.userId), eq(identityChecks.state, IDENTITY.confirmed)),
      )
      .where(or(lte(payoutTransfers.nextAt, p('now')), gt(payoutTransfers.nextAt, p('tooFar'))))
      .orderBy(asc(payoutTransfers.nextAt))
      .limit(AT_ONCE),
);
export type DueTransfer = RowOf<typeof findDue>;

/** Nobody has claimed it or asked about it since it was read. */
const asSeen = sql`payout_id = ${thePayout} AND claimed_by IS ${p('seen')} AND asks = ${p('asks')}`;

/**
 * Claims a request, before it leaves: whoever dies afterwards leaves a transfer that is asked about, and never
 * one that is sent under a second number.
 */
export const claim = prepareChange<Seen & Sent & { stage: number; now: number; next: number | null }>(
  sql`UPDATE ${payoutTransfers} SET stage = ${STAGE.sent}, claimed_by = ${p('mark_claim')}, attempts = attempts + 1,
      first_sent_at = COALESCE(first_sent_at, ${p('now')}), sent_at = ${p('now')}, fault = NULL, asks = 0, next_at = ${p('next')}
    WHERE ${asSeen} AND stage = ${p('stage')} AND stage IN (${STAGE.queued}, ${STAGE.sent}) AND ${isIn('waiting')}
      AND EXISTS (SELECT 1 FROM ${payouts} JOIN ${users} ON ${users.id} = ${payouts.userId} AND ${users.status} = ${USER.valid}
        JOIN ${identityChecks} ON ${identityChecks.userId} = ${payouts.userId} AND ${identityChecks.state} = ${IDENTITY.confirmed}
        WHERE ${payouts.id} = ${thePayout})`,
);

/** Takes the next question, so that of two runs one asks. */
export const takeQuestion = prepareChange<Seen & { next: number | null }>(
  sql`UPDATE ${payoutTransfers} SET asks = asks + 1, next_at = ${p('next')}
    WHERE ${asSeen} AND stage IN (${STAGE.sent}, ${STAGE.over}) AND next_at IS NOT NULL`,
);

/**
 * It is the operator's: nothing is under way any more, or nobody knows (`UNCLEAR`). A number that the provider has
 * known is so only where `evenIfKnown` is 1: the provider says that the transfer is over, or does not know it any
 * more.
 */
export const holdTransfer = prepareChange<Seen & { stage: number; reason: string; evenIfKnown: number }>(
  sql`UPDATE ${payoutTransfers} SET stage = ${STAGE.held}, fault = NULL, reason = ${p('reason')}, next_at = NULL
    WHERE ${asSeen} AND stage = ${p('stage')} AND (stage = ${STAGE.queued} OR stage = ${STAGE.sent} AND (${p('evenIfKnown')} = 1 OR taken_in = 0))`,
);

const lastSentBy = sql`payout_id = ${thePayout} AND stage = ${STAGE.sent} AND claimed_by = ${p('mark_claim')}`;

/** Taken in, and without an end. */
export const notePending = prepareChange<Sent>(
  sql`UPDATE ${payoutTransfers} SET reason = '', fault = NULL, taken_in = 1 WHERE ${lastSentBy}`,
);
/** The provider's last word, which was none. A refusal before it stays noted. */
export const noteDoubt = prepareChange<Sent & { reason: string }>(
  sql`UPDATE ${payoutTransfers} SET reason = ${p('reason')} WHERE ${lastSentBy} AND fault IS NULL`,
);
/** A refusal, which the next questions have to confirm. */
export const noteRefusal = prepareChange<Sent & { reason: string; fault: Fault }>(
  sql`UPDATE ${payoutTransfers} SET reason = ${p('reason')}, fault = ${p('fault')} WHERE ${lastSentBy}`,
);

/** The state of a payout. */
export const stateOf = prepareSelect<{ payout: PayoutId }>()({ state: payouts.state }, (select) =>
  select.from(payouts).where(sql`${payouts.id} = ${thePayout}`),
);
