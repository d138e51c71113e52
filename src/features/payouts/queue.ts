import { type SQL, sql } from 'drizzle-orm';
import { payoutTransfers } from '../../../db/schema/payout-transfers.ts';
import { STAGE } from '../../../db/schema/provider-requests.ts';
import { IDENTITY, identityChecks } from '../../../db/schema/users.ts';
import { PAYOUT, payouts } from '../../../db/schema/wallet.ts';
import type { Fen } from '../../core/fen.ts';
import type { PayoutId, UserId } from '../../core/ids.ts';
import { countSince, spentSince } from '../../ledger/bills.ts';
import { JOURNAL_OPEN, type JournalValues } from '../../ledger/journal.ts';
import type { WithoutPasswordValues } from '../../ledger/without-password.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { isIn, mayBePaid, thePayout } from './rows.ts';

/** What the statements here want. */
type Wanted = WithoutPasswordValues &
  JournalValues & {
    readonly provider: string;
    readonly now: number;
    readonly payout: PayoutId;
    readonly me: UserId;
    readonly autoDayMax: Fen;
    readonly autoDayCount: number;
  };

/** Alipay transfers no less than 0.10. */
const SMALLEST_FEN = sql.raw('10');

/** Gives a payout to a provider if it can pay it: to a card, whose holder's name an operator has confirmed. */
const enqueue = (condition: SQL) =>
  sql`INSERT INTO ${payoutTransfers} (payout_id, provider, next_at)
    SELECT id, ${p('provider')}, ${p('now')} FROM ${payouts} WHERE id = ${thePayout} AND state = ${PAYOUT.waiting}
      AND card_id IS NOT NULL AND amount >= ${SMALLEST_FEN}
      AND EXISTS (SELECT 1 FROM ${identityChecks} WHERE user_id = ${payouts.userId} AND state = ${IDENTITY.confirmed}) AND ${condition}`;

/**
 * Prepares what gives a new payout to a provider, in the batch that made it and behind its bill. What it does not
 * take is the operator's, and stays so: they may be paying it.
 */
export const giveToProvider = prepareChange<Wanted>(
  enqueue(
    sql`${JOURNAL_OPEN} AND ${spentSince('withdrawal')} <= ${p('autoDayMax')}
      AND ${countSince('withdrawal')} <= ${p('autoDayCount')}`,
  ),
);

const enqueueByHand = prepareChange<{ provider: string; now: number; payout: PayoutId }>(
  sql`${enqueue(sql`1`)} ON CONFLICT DO NOTHING`,
);
const requeue = prepareChange<{ now: number; payout: PayoutId; force: number }>(
  sql`UPDATE ${payoutTransfers} SET stage = ${STAGE.queued}, first_sent_at = NULL, sent_at = NULL, asks = 0, reason = '',
      next_at = ${p('now')}
    WHERE payout_id = ${thePayout} AND stage = ${STAGE.held} AND ${isIn('waiting')} AND (${p('force')} = 1 OR NOT ${mayBePaid})`,
);
const takeBack = prepareChange<{ payout: PayoutId }>(
  sql`UPDATE ${payoutTransfers} SET stage = ${STAGE.held}, reason = 'TAKEN_BACK', next_at = NULL
    WHERE payout_id = ${thePayout} AND stage = ${STAGE.queued} AND ${isIn('waiting')}`,
);

type Home = Pick<Platform, 'db' | 'clock'>;

/**
 * The statements by which an operator gives a payout that waits for them to the provider: one of the two changes a
 * row where it is given. None where WITHDRAW_PROVIDER names nobody.
 */
export function sending(
  { clock, config }: Pick<Platform, 'clock' | 'config'>,
  payout: PayoutId,
  force: boolean,
) {
  if (config.WITHDRAW_PROVIDER === 'operator') return undefined;
  const values = { payout, provider: config.WITHDRAW_PROVIDER, now: clock.now(), force: Number(force) };
  return { requeued: requeue(values), queued: enqueueByHand(values) };
}

/** The statement by which an operator takes a payout out of the queue, to end it by hand. */
export const holding = (payout: PayoutId) => ({ held: takeBack({ payout }) });

/**
 * An operator gives a payout that waits for them to the provider, again or for the first time. It has the same
 * number as before, so that what was paid is not paid again.
 * @param force also where the provider has been asked about it in vain: only for an operator who has looked there
 * @returns false when there is nothing to give
 */
export async function sendPayout(
  home: Home & Pick<Platform, 'config'>,
  payout: PayoutId,
  force = false,
): Promise<boolean> {
  const steps = sending(home, payout, force);
  if (!steps) return false;
  const { requeued, queued } = await home.db.write(steps);
  return requeued + queued > 0;
}

/**
 * An operator takes a payout out of the queue, to end it by hand. @returns false when it was sent, or is not there
 */
export async function holdPayout({ db }: Home, payout: PayoutId): Promise<boolean> {
  const { held } = await db.write(holding(payout));
  return held > 0;
}

const standing = prepareRead<{ payout: PayoutId }, { may: number }>(
  sql`SELECT ${mayBePaid} AND ${isIn('waiting')}`,
  ['may'],
);

/** Whether a provider may pay it, or have paid it, to tell an operator why nothing was done. */
export async function isDoubtful({ db }: Home, payout: PayoutId): Promise<boolean> {
  const [found] = await db.read(standing({ payout }));
  return found?.may === 1;
}
