import { asc, eq, sql } from 'drizzle-orm';
import { payoutTransfers } from '../../../db/schema/payout-transfers.ts';
import { bankCards, payouts } from '../../../db/schema/wallet.ts';
import { chinaDateText } from '../../china-time.ts';
import type { Platform } from '../../context.ts';
import { CARD_NUMBER } from '../../features/bank-cards/bind.ts';
import { build, prepareRows } from '../../platform/database/query.ts';
import { unseal } from '../../sealing.ts';
import { STAGE, STATE, UNCLEAR } from './rows.ts';

const waiting = prepareRows(
  build
    .select({
      id: payouts.id,
      userId: payouts.userId,
      amount: payouts.amount,
      createdAt: payouts.createdAt,
      bankName: bankCards.bankName,
      sealedNumber: bankCards.sealedNumber,
      masked: bankCards.masked,
      provider: payoutTransfers.provider,
      stage: payoutTransfers.stage,
      attempts: payoutTransfers.attempts,
      sentAt: payoutTransfers.sentAt,
      nextAt: payoutTransfers.nextAt,
      reason: payoutTransfers.reason,
    })
    .from(payouts)
    .leftJoin(bankCards, eq(bankCards.id, payouts.cardId))
    .leftJoin(payoutTransfers, eq(payoutTransfers.payoutId, payouts.id))
    .where(eq(payouts.state, STATE.waiting))
    .orderBy(sql`COALESCE(${payoutTransfers.stage}, 2) <> 2`, asc(payouts.createdAt), asc(payouts.id))
    .limit(100),
);
type WaitingRow = ReturnType<ReturnType<typeof waiting>['decode']>[number];

/** How a payout fares at its provider, in words for an operator; empty where it is his alone. */
function standingOf({ provider, stage, attempts, sentAt, nextAt, reason }: WaitingRow): string {
  const at = (time: number | null) => (time === null ? '' : chinaDateText(time));
  const why = reason ? ` (${reason})` : '';
  if (provider === null) return '';
  if (stage === STAGE.queued) return `${provider}: queued`;
  if (stage === STAGE.held) return `${provider}: held${why}`;
  const times = attempts !== null && attempts > 1 ? ` (${attempts} times)` : '';
  return `${provider}: sent ${at(sentAt)}${times}, asked again ${at(nextAt)}${why}`;
}

/** Whether an operator may pay it: nobody else does, or may have. */
const isToBePaid = ({ stage, reason }: WaitingRow): boolean =>
  stage === null || (stage === STAGE.held && !Object.values<string | null>(UNCLEAR).includes(reason));

/**
 * The payouts that wait, for an operator's eyes, at most 100: first those that are his, each oldest first. What he may
 * pay has the whole card number; what a provider may pay, or may have paid, shows the last digits, so that nobody
 * pays it as well.
 */
export async function waitingPayouts({ db, keys }: Pick<Platform, 'db' | 'keys'>) {
  const [rows] = await db.read(waiting());
  return rows.map((row) => {
    const { id, userId, amount, createdAt, bankName, sealedNumber, masked } = row;
    const isOperators = isToBePaid(row);
    const whole = sealedNumber && isOperators ? unseal(keys.data, CARD_NUMBER, sealedNumber) : '';
    return {
      id,
      userId,
      amount,
      createdAt,
      bankName: bankName ?? '',
      cardNumber: isOperators ? whole : (masked ?? ''),
      standing: standingOf(row),
    };
  });
}
