import { type Fen, yuan } from '../../core/fen.ts';
import { type FoundPayment, paymentsNamed, refundableOf } from '../../features/refunds/payments.ts';
import type { Refundable } from '../../features/refunds/start.ts';
import { balanceOf } from '../../ledger/accounts.ts';
import type { Platform } from '../../realtime/context.ts';
import { nothingDone } from '../refused.ts';

/** The one payment that has this number. Throws `Refused` where there is none, or several. */
export async function onlyPayment(home: Pick<Platform, 'db'>, number: string): Promise<FoundPayment> {
  const [found, ...others] = await paymentsNamed(home, number);
  if (!found)
    return nothingDone('No payment has that number: give the provider’s number of it, or our order’s.');
  const trades = [found, ...others].map(({ tradeNo }) => tradeNo);
  if (new Set(trades).size > 1)
    return nothingDone(`That order has several payments: give the provider’s number: ${trades.join(', ')}.`);
  if (others.length > 0)
    return nothingDone('Both providers have a payment of that number: give our order’s number.');
  return found;
}

/** What can be refunded of it. Throws `Refused` where nothing of it can. */
export const refundable = (payment: FoundPayment): Refundable =>
  refundableOf(payment) ??
  nothingDone(
    payment.whereabouts === 'number'
      ? 'That payment has bought a number, which cannot be taken back.'
      : 'That payment has gone back already.',
  );

/** Why a refund has not begun, as it looks now. */
export async function whyNotStarted(
  home: Pick<Platform, 'db'>,
  number: string,
  amount: Fen,
): Promise<string> {
  const found = await onlyPayment(home, number);
  const { user } = refundable(found);
  const left = found.total - found.givenBack;
  if (amount > left) return `Only ${yuan(left)} of that payment is left.`;
  const [account] = user === null ? [] : await home.db.read(balanceOf({ account: user }));
  if (account && account.balance < amount)
    return `The wallet of user ${user} holds ${yuan(account.balance)} alone.`;
  return 'Nothing was done: it changed meanwhile. Look at it again.';
}
