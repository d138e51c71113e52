import type { Provider } from '../../platform/payments/port.ts';
import type { RefundNews } from '../../platform/payments/refund-port.ts';
import { conclude, done, type Home } from './conclude.ts';
import { findRequest } from './requests.ts';
import { refundNamed } from './rows.ts';

/** What came of news: `not ours`: the merchant has refunded it in the provider's console, under another number. */
export type Heard = 'heard' | 'not ours' | 'another refund';

/**
 * Does what a notice of a refund says. It must be about the refund as it was asked for: its payment, and its amounts.
 */
export async function hearOfRefund(home: Home, provider: Provider, news: RefundNews): Promise<Heard> {
  const refund = refundNamed(news.refundNo);
  const [found] = refund === undefined ? [] : await home.db.read(findRequest({ refund }));
  if (!found) return 'not ours';
  const isMeant =
    found.provider === provider &&
    found.tradeNo === news.tradeNo &&
    found.outTradeNo === news.outTradeNo &&
    found.amount === news.amount &&
    found.total === news.total;
  if (!isMeant) return 'another refund';
  const { answer } = news;
  // What is done is done, also where this database has forgotten that it asked.
  if (answer.state === 'done') await done(home, found, answer.refundId);
  else if (found.claimedBy !== null) await conclude(home, { ...found, claim: found.claimedBy }, answer);
  return 'heard';
}
