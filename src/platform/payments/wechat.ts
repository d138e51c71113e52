import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import { fen } from '../../core/fen.ts';
import { type Random, randomText } from '../../core/random.ts';
import {
  aboutOrder,
  type Fetch,
  GatewayRefusal,
  GatewayUnclear,
  type Notice,
  type PaymentGateway,
  parsedJson,
  type TradeState,
  understood,
} from './port.ts';
import { UNKNOWN, type WechatAccount, wechatCaller } from './wechat-caller.ts';
import { isRefundEvent, wechatRefundNotice, wechatRefunds } from './wechat-refund.ts';
import { openWechatResource, wechatAppSign, wechatMessageProblem } from './wechat-signing.ts';

const prepayShape = z.looseObject({ prepay_id: z.string().min(1) });
const tradeShape = z.looseObject({
  appid: z.string().optional(),
  mchid: z.string().optional(),
  out_trade_no: z.string(),
  trade_state: z.string(),
  transaction_id: z.string().optional(),
  amount: z.looseObject({ total: z.number().int(), currency: z.string().optional() }).optional(),
});
const noticeShape = z.looseObject({ event_type: z.string(), resource: z.unknown() });

/** WeChat sends a notice again after everything but 200 and 204. */
const FAILED = { code: 'FAIL', message: '失败' };

type Trade = z.output<typeof tradeShape>;

/**
 * What WeChat calls a trade's state, in our words. `total`, not `payer_total`: coupons are WeChat's affair. REFUND
 * is said of the smallest refund, too.
 */
function stateOf(answer: Trade): TradeState {
  if (answer.trade_state === 'SUCCESS' || answer.trade_state === 'REFUND') {
    const { transaction_id: tradeNo, amount } = answer;
    if (!tradeNo || !amount || (amount.currency ?? 'CNY') !== 'CNY')
      throw new GatewayUnclear('A paid trade without its amount.');
    const payment = { tradeNo, amount: fen(amount.total) };
    return answer.trade_state === 'SUCCESS'
      ? { state: 'paid', ...payment }
      : { state: 'refunded', ...payment, wholly: false };
  }
  return { state: ['CLOSED', 'REVOKED', 'PAYERROR'].includes(answer.trade_state) ? 'closed' : 'pending' };
}

function noticeOf(account: WechatAccount, headers: Headers, raw: string, now: number): Notice {
  const problem = wechatMessageProblem(account.gatewayKeys, headers, raw, Math.floor(now / 1000));
  if (problem) return { kind: 'unsigned', why: problem };
  const notice = noticeShape.safeParse(parsedJson(raw)).data;
  if (!notice) return { kind: 'refused', why: 'no notice' };
  const isRefund = isRefundEvent(notice.event_type);
  if (!isRefund && notice.event_type !== 'TRANSACTION.SUCCESS') return { kind: 'irrelevant' };
  let inside: unknown;
  try {
    inside = parsedJson(openWechatResource(account.apiKey, notice.resource));
  } catch {
    return { kind: 'refused', why: 'resource' };
  }
  if (isRefund) return wechatRefundNotice(account, inside);
  const trade = tradeShape.safeParse(inside).data;
  if (!trade) return { kind: 'refused', why: 'resource' };
  if (trade.appid !== account.appId || trade.mchid !== account.signer.mchId)
    return { kind: 'refused', why: 'another merchant' };
  const { transaction_id: tradeNo, amount, out_trade_no: outTradeNo } = trade;
  if (trade.trade_state !== 'SUCCESS') return { kind: 'irrelevant' };
  if (!tradeNo || !amount || amount.currency !== 'CNY') return { kind: 'refused', why: 'amount' };
  return { kind: 'paid', outTradeNo, tradeNo, amount: fen(amount.total) };
}

/** WeChat Pay's app payment (v3). */
export function wechatGateway(
  account: WechatAccount,
  clock: Clock,
  random: Random,
  fetch: Fetch,
): PaymentGateway {
  const call = wechatCaller(account, clock, random, fetch);
  const { appId, signer, notifyUrl } = account;
  const trade = `/v3/pay/transactions/out-trade-no`;
  async function tradeOf(outTradeNo: string): Promise<TradeState> {
    try {
      const path = `${trade}/${outTradeNo}?mchid=${signer.mchId}`;
      return stateOf(aboutOrder(understood(tradeShape, await call('GET', path)), outTradeNo));
    } catch (error) {
      if (error instanceof GatewayRefusal && UNKNOWN.includes(error.code)) return { state: 'unknown' };
      throw error;
    }
  }
  return {
    provider: 'wxpay',
    async createAppPayment({ outTradeNo, amount, subject, expiresAt }) {
      const order = {
        appid: appId,
        mchid: signer.mchId,
        description: subject,
        out_trade_no: outTradeNo,
        time_expire: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, '+00:00'),
        notify_url: notifyUrl,
        amount: { total: amount, currency: 'CNY' },
      };
      const { prepay_id: prepayid } = understood(
        prepayShape,
        await call('POST', '/v3/pay/transactions/app', order),
      );
      const timestamp = Math.floor(clock.now() / 1000);
      const noncestr = randomText(random, 32);
      const sign = wechatAppSign(signer.key, appId, timestamp, noncestr, prepayid);
      const parts = { appid: appId, partnerid: signer.mchId, prepayid, package: 'Sign=WXPay', noncestr };
      return JSON.stringify({ ...parts, timestamp: String(timestamp), sign });
    },
    query: tradeOf,
    async close(outTradeNo) {
      try {
        await call('POST', `${trade}/${outTradeNo}/close`, { mchid: signer.mchId });
        return 'closed';
      } catch (error) {
        if (!(error instanceof GatewayRefusal)) throw error;
        if ([...UNKNOWN, 'ORDER_CLOSED'].includes(error.code)) return 'closed';
        if (['ORDERPAID', 'ORDER_PAID'].includes(error.code)) return 'not closable';
        throw error;
      }
    },
    ...wechatRefunds(account, call, tradeOf),
    readNotice: async (headers, raw) => noticeOf(account, headers, raw, clock.now()),
    acknowledge: () => new Response(null, { status: 204 }),
    refuse: () => Response.json(FAILED, { status: 500 }),
    reject: () => Response.json(FAILED, { status: 401 }),
  };
}
