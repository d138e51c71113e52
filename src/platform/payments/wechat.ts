import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import { fen } from '../../core/fen.ts';
import { type Random, randomText } from '../../core/random.ts';
import {
  aboutOrder,
  ask,
  type Fetch,
  GatewayRefusal,
  GatewayUnclear,
  type Notice,
  type PaymentGateway,
  parsedJson,
  type TradeState,
  understood,
} from './port.ts';
import {
  openWechatResource,
  type WechatSigner,
  wechatAppSign,
  wechatAuthorization,
  wechatMessageProblem,
} from './wechat-signing.ts';

/** A merchant's app at WeChat Pay (API v3). */
export interface WechatAccount {
  readonly appId: string;
  readonly signer: WechatSigner;
  /** APIv3 key, 32 characters: opens notices. */
  readonly apiKey: string;
  /** WeChat's keys by serial: `PUB_KEY_ID_…` or a platform certificate's serial. */
  readonly gatewayKeys: ReadonlyMap<string, KeyObject>;
  /** `https://api.mch.weixin.qq.com`. */
  readonly gateway: string;
  readonly notifyUrl: string;
}

const errorShape = z.looseObject({ code: z.string(), message: z.string().optional() });
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

/** An order that WeChat Pay does not know. Its documents of API v3 spell the code with and without underscores. */
const UNKNOWN = ['ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'RESOURCE_NOT_EXISTS'];

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

function caller(account: WechatAccount, clock: Clock, random: Random, fetch: Fetch) {
  const [ourSerial = ''] = account.gatewayKeys.keys();
  return async (method: 'GET' | 'POST', path: string, content?: object): Promise<unknown> => {
    const body = content ? JSON.stringify(content) : '';
    const seconds = Math.floor(clock.now() / 1000);
    const headers = {
      accept: 'application/json',
      'user-agent': 'teahouse',
      'content-type': 'application/json',
      'wechatpay-serial': ourSerial,
      authorization: wechatAuthorization(account.signer, method, path, body, seconds, randomText(random, 32)),
    };
    const init = { method, headers, ...(content ? { body } : {}) };
    const reply = await ask(fetch, `${account.gateway}${path}`, init);
    // Refusals carry no signature: the status comes first. 202: nothing is done yet, as where the buyer is just paying.
    if (reply.status >= 500 || reply.status === 202)
      throw new GatewayUnclear(`WeChat Pay answered ${reply.status}.`);
    if (reply.status >= 300) {
      const error = errorShape.safeParse(parsedJson(reply.text)).data;
      throw new GatewayRefusal(error?.code ?? String(reply.status), error?.message ?? '');
    }
    const problem = wechatMessageProblem(account.gatewayKeys, reply.headers, reply.text, seconds);
    if (problem) throw new GatewayUnclear(`The reply is not WeChat’s: ${problem}.`);
    return parsedJson(reply.text);
  };
}

function noticeOf(account: WechatAccount, headers: Headers, raw: string, now: number): Notice {
  const problem = wechatMessageProblem(account.gatewayKeys, headers, raw, Math.floor(now / 1000));
  if (problem) return { kind: 'unsigned', why: problem };
  const notice = noticeShape.safeParse(parsedJson(raw)).data;
  if (!notice) return { kind: 'refused', why: 'no notice' };
  if (notice.event_type !== 'TRANSACTION.SUCCESS') return { kind: 'irrelevant' };
  let trade: Trade;
  try {
    trade = tradeShape.parse(parsedJson(openWechatResource(account.apiKey, notice.resource)));
  } catch {
    return { kind: 'refused', why: 'resource' };
  }
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
  const call = caller(account, clock, random, fetch);
  const { appId, signer, notifyUrl } = account;
  const trade = `/v3/pay/transactions/out-trade-no`;
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
    async query(outTradeNo) {
      try {
        const path = `${trade}/${outTradeNo}?mchid=${signer.mchId}`;
        return stateOf(aboutOrder(understood(tradeShape, await call('GET', path)), outTradeNo));
      } catch (error) {
        if (error instanceof GatewayRefusal && UNKNOWN.includes(error.code)) return { state: 'unknown' };
        throw error;
      }
    },
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
    readNotice: async (headers, raw) => noticeOf(account, headers, raw, clock.now()),
    acknowledge: () => new Response(null, { status: 204 }),
    refuse: () => Response.json(FAILED, { status: 500 }),
    reject: () => Response.json(FAILED, { status: 401 }),
  };
}
