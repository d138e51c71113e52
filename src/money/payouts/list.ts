import { asc, eq } from 'drizzle-orm';
import { bankCards, payouts } from '../../../db/schema/wallet.ts';
import type { Platform } from '../../context.ts';
import { CARD_NUMBER } from '../../features/bank-cards/bind.ts';
import { build, prepareRows } from '../../platform/database/query.ts';
import { unseal } from '../../sealing.ts';
import { STATE } from './rows.ts';

const waiting = prepareRows(
  build
    .select({
      id: payouts.id,
      userId: payouts.userId,
      amount: payouts.amount,
      createdAt: payouts.createdAt,
      bankName: bankCards.bankName,
      sealedNumber: bankCards.sealedNumber,
    })
    .from(payouts)
    .leftJoin(bankCards, eq(bankCards.id, payouts.cardId))
    .where(eq(payouts.state, STATE.waiting))
    .orderBy(asc(payouts.createdAt), asc(payouts.id))
    .limit(100),
);

/** The payouts that wait, oldest first, with whole card numbers, for an operator's eyes; at most 100. */
export async function waitingPayouts({ db, keys }: Pick<Platform, 'db' | 'keys'>) {
  const [rows] = await db.read(waiting());
  return rows.map(({ sealedNumber, bankName, ...payout }) => ({
    ...payout,
    bankName: bankName ?? '',
    cardNumber: sealedNumber ? unseal(keys.data, CARD_NUMBER, sealedNumber) : '',
  }));
}
