import { and, asc, eq, gt, lte, or, sql } from 'drizzle-orm';
import { payoutTransfers } from '../../../db/schema/payout-transfers.ts';
import { IDENTITY, identityChecks, USER, users } from '../../../db/schema/users.ts';
import { bankCards, payouts } from '../../../db/schema/wallet.ts';
import type { PayoutId } from '../../core/ids.ts';
import { p, prepareSelect, type RowOf } from '../../platform/database/query.ts';
import type { Fault } from '../../platform/payments/payout-port.ts';
import { sealedKeyOf } from '../person-keys/own-key.ts';
import { prepareRequests } from '../provider-requests/statements.ts';
import { isIn, thePayout } from './rows.ts';

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
    userId: payouts.userId,
    sealedKey: sealedKeyOf(sql`${payouts.userId}`),
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

/** The steps of a transfer. It leaves for an enabled user with a confirmed name alone. */
export const transfer = prepareRequests<{ payout: PayoutId }, Fault>({
  table: payoutTransfers,
  isMeant: sql`payout_id = ${thePayout}`,
  maySend: sql`${isIn('waiting')} AND EXISTS (SELECT 1 FROM ${payouts}
    JOIN ${users} ON ${users.id} = ${payouts.userId} AND ${users.status} = ${USER.valid}
    JOIN ${identityChecks} ON ${identityChecks.userId} = ${payouts.userId} AND ${identityChecks.state} = ${IDENTITY.confirmed}
    WHERE ${payouts.id} = ${thePayout})`,
});

/** The state of a payout. */
export const stateOf = prepareSelect<{ payout: PayoutId }>()({ state: payouts.state }, (select) =>
  select.from(payouts).where(sql`${payouts.id} = ${thePayout}`),
);
