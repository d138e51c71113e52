import type { Provider } from '../../platform/payments/port.ts';
import type { Context } from '../../realtime/context.ts';
import { hearOfRefund } from '../refunds/notice.ts';
import { keepRefunded } from './refunded.ts';
import { settle } from './settle.ts';

/** Largest notice; real ones have a few kilobytes. */
const MAX_NOTICE_BYTES = 64 * 1024;

/**
 * Takes in a provider's notice (listings 234 and 235). It is checked over its raw body before anything of it is
 * believed; the order's amount and state are compared in the batch that settles it. What has been dealt with is
 * acknowledged, so that it is not sent again; the rest is refused, logged, and comes again. What nobody has signed is
 * no fault of ours, and rings no alarm.
 */
export async function takeNotice(context: Context, provider: Provider): Promise<Response> {
  const gateway = await context.payments(provider);
  if (!gateway) return new Response(null, { status: 404 });
  const raw = await context.body.text(MAX_NOTICE_BYTES);
  const notice = await gateway.readNotice(context.request.headers, raw);
  const about = (why: string, outTradeNo = '') => ({
    requestId: context.requestId,
    provider,
    why,
    outTradeNo,
  });
  const refused = (why: string, outTradeNo = '') => {
    context.log.error('payment notice refused', about(why, outTradeNo));
    return gateway.refuse();
  };
  if (notice.kind === 'unsigned') {
    context.log.info('payment notice refused', about(notice.why));
    return gateway.reject();
  }
  if (notice.kind === 'irrelevant') return gateway.acknowledge();
  if (notice.kind === 'refused') return refused(notice.why);
  const { outTradeNo, tradeNo, amount } = notice;
  if (notice.kind === 'refund') {
    const heard = await hearOfRefund(context, provider, notice);
    if (heard === 'another refund') return refused(heard, outTradeNo);
    if (heard === 'heard' || notice.answer.state !== 'done') return gateway.acknowledge();
    // In the provider's console somebody has given it back, or a part of it.
    const { total } = notice;
    await keepRefunded(context, { provider, outTradeNo, tradeNo, amount: total }, amount === total);
    return gateway.acknowledge();
  }
  if (notice.kind === 'refunded') {
    const known = await keepRefunded(context, { provider, outTradeNo, tradeNo, amount }, notice.wholly);
    return known ? gateway.acknowledge() : refused('unknown', outTradeNo);
  }
  const outcome = await settle(context, { provider, outTradeNo, tradeNo, amount });
  if (outcome === 'unknown' || outcome === 'wrong amount') return refused(outcome, outTradeNo);
  return gateway.acknowledge();
}
