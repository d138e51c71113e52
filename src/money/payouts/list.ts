import { asc, eq } from 'drizzle-orm';
import { payoutTransfers } from '../../../db/schema/payout-transfers.ts';
import { bankCards, payouts } from '../../../db/schema/wallet.ts';
import { chinaDateText } from '../../china-time.ts';
import type { Platform } from '../../context.ts';
import { CARD_NUMBER } from '../../features/bank-cards/bind.ts';
import { build, prepareRows } from '../../platform/database/query.ts';
import { unseal } from '../../sealing.ts';
import { STAGE, STATE } from './rows.ts';

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
      sentAt: payoutTransfers.sentAt,
      nextAt: payoutTransfers.nextAt,
      reason: payoutTransfers.reason,
    })
    .from(payouts)
    .leftJoin(bankCards, eq(bankCards.id, payouts.cardId))
    .leftJoin(payoutTransfers, eq(payoutTransfers.payoutId, payouts.id))
    .where(eq(payouts.state, STATE.waiting))
    .orderBy(asc(payouts.createdAt), asc(payouts.id))
    .limit(100),
);
type WaitingRow = ReturnType<ReturnType<typeof waiting>['decode']>[number];

/** How a payout fares at its provider, in words for an operator; empty where it is his alone. */
function standingOf({ provider, stage, sentAt, nextAt, reason }: WaitingRow): string {
  const at = (time: number | null) => (time === null ? '' : chinaDateText(time));
  const why = reason ? ` (${reason})` : '';
  if (provider === null) return '';
  if (stage === STAGE.queued) return `${provider}: queued`;
  if (stage === STAGE.held) return `${provider}: held${why}`;
  return `${provider}: sent ${at(sentAt)}, asked again ${at(nextAt)}${why}`;
}

/**
 * The payouts that wait, oldest first, for an operator's eyes; at most 100. Those that are his to pay have the
 * whole card number; those that a provider has show the last digits, so that nobody pays them as well.
 */
export async function waitingPayouts({ db, keys }: Pick<Platform, 'db' | 'keys'>) {
  const [rows] = await db.read(waiting());
  return rows.map((row) => {
    const { id, userId, amount, createdAt, bankName, sealedNumber, masked, stage } = row;
    const isOperators = stage === null || stage === STAGE.held;
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
