import type { Clock } from '../../src/core/clock.ts';
import { fen } from '../../src/core/fen.ts';
import { systemRandom } from '../../src/core/random.ts';
import { alipayGateway } from '../../src/platform/payments/alipay.ts';
import type { Fetch, PaymentGateway, Payments, Provider } from '../../src/platform/payments/port.ts';
import { privateKey } from '../../src/platform/payments/rsa.ts';
import { wechatGateway } from '../../src/platform/payments/wechat.ts';
import { signedReply } from '../../src/sandbox-gateway/alipay-replies.ts';
import { alipayWire } from '../../src/sandbox-gateway/alipay-wire.ts';
import type { SandboxRefund } from '../../src/sandbox-gateway/refunds.ts';
import type { Trade } from '../../src/sandbox-gateway/trades.ts';
import { wechatRefundNotice, wechatWire } from '../../src/sandbox-gateway/wechat-wire.ts';
import { type Fault, faultyNotice, merchantPair } from './faulty-notice.ts';
import { memoryRefunds, memoryTrades, noTransfers, testAccounts } from './provider-books.ts';
import { wechatHeaders } from './provider-news.ts';

/** What becomes of a request for a refund, of a question about one, or of its answer. */
export type RefundFault =
  /** It never arrives. */
  | 'dropped'
  /** It is done, and the answer lost. */
  | 'answer lost'
  /** It arrives twice; the second answer comes. */
  | 'twice'
  | 'error page'
  | 'error page, done'
  /** As documented: nobody knows whether it was done. */
  | 'SYSTEM_ERROR'
  | 'SYSTEM_ERROR, done'
  /** Done; somebody who cannot sign says that it is closed, or not there. */
  | 'forged, done'
  /** Done; well signed, but about another refund, or another amount. */
  | 'another refund, done'
  | 'another amount, done'
  /** Not done, and said so: at once, or of a copy that the network made of one that was. */
  | { readonly refuse: string; readonly first?: 'done' };

/** Faults after which a request without an honest answer may have been done or not. */
export const UNCLEAR_FAULTS: readonly RefundFault[] = [
  'dropped',
  'answer lost',
  'twice',
  'error page',
  'error page, done',
  'SYSTEM_ERROR',
  'SYSTEM_ERROR, done',
  'forged, done',
  'another refund, done',
  'another amount, done',
];

/** A refusal of each provider's. */
export const REFUSAL: Readonly<Record<Provider, string>> = {
  alipay: 'ACQ.SELLER_BALANCE_NOT_ENOUGH',
  wxpay: 'NOT_ENOUGH',
};

interface Arrival {
  readonly what: 'refund' | 'query';
  readonly refundNo: string;
}

export const PROVIDERS = ['alipay', 'wxpay'] as const;

/** Alipay and WeChat Pay with books of their own, and a hostile network before what is about refunds. */
export interface HostileRefunds {
  readonly payments: Payments;
  /** Faults of the next requests, in order: refunds and questions apart. */
  faults: { refund: RefundFault[]; query: RefundFault[] };
  /** Every request about a refund that arrived, in order. */
  readonly arrivals: Arrival[];
  /** Somebody pays; nothing is told yet. A second time it is another payment of the same order. */
  pay(provider: Provider, outTradeNo: string, amount: number): Promise<Trade>;
  notice(trade: Trade, fault?: Fault): Promise<Request>;
  /** WeChat Pay's notice of a refund. */
  refundNotice(trade: Trade, refundNo: string, changes?: Readonly<Record<string, unknown>>): Promise<Request>;
  /** What becomes of a refund that was taken in. */
  decide(refundNo: string, state: 'done' | 'closed' | 'stuck' | 'underWay'): Promise<void>;
  /** The providers' own word: the refunds whose money has left, or will leave. */
  gone(): readonly SandboxRefund[];
}

const ALIPAY = ['alipay.trade.refund', 'alipay.trade.fastpay.refund.query'];

export function hostileRefunds(clock: Clock): HostileRefunds {
  const accounts = testAccounts('http://teahouse.test', 'https://gateway.test');
  const stranger = { ...accounts, gatewayKey: privateKey(merchantPair.pkcs8) };
  const [trades, refunds] = [memoryTrades(), memoryRefunds()];
  const arrivals: Arrival[] = [];
  const faults: HostileRefunds['faults'] = { refund: [], query: [] };
  const tools = { accounts, trades, refunds, clock, random: systemRandom };

  const methodOf = (init: RequestInit) => new URLSearchParams(String(init.body)).get('method') ?? '';
  const deliver: Fetch = (url, init) =>
    url === accounts.alipay.gateway
      ? alipayWire(accounts, { trades, transfers: noTransfers, refunds }, String(init.body))
      : wechatWire(tools, new Request(url, init));
  const reset = () => Promise.reject(new Error('reset'));
  const page = () => new Response('<html>', { status: 502 });
  /** A refusal as the provider says it; WeChat Pay signs none. */
  const refusal = (url: string, init: RequestInit, code: string) =>
    url === accounts.alipay.gateway
      ? signedReply(accounts, methodOf(init), { code: '40004', msg: '', sub_code: code })
      : Response.json({ code }, { status: code === 'SYSTEM_ERROR' ? 500 : 403 });
  const systemError = (url: string, init: RequestInit) =>
    refusal(url, init, url === accounts.alipay.gateway ? 'ACQ.SYSTEM_ERROR' : 'SYSTEM_ERROR');

  async function forged(url: string, init: RequestInit, answer: Response): Promise<Response> {
    if (url === accounts.alipay.gateway) {
      const isQuestion = methodOf(init) === ALIPAY[1];
      const says = isQuestion ? { code: '10000' } : { code: '40004', sub_code: 'ACQ.TRADE_HAS_FINISHED' };
      return signedReply(stranger, methodOf(init), says);
    }
    if (init.method === 'GET') return Response.json({ code: 'RESOURCE_NOT_EXISTS' }, { status: 404 });
    const text = (await answer.text()).replace(/"(SUCCESS|PROCESSING)"/, '"CLOSED"');
    return new Response(text, answer);
  }
  /** The honest answer, signed again with something else in it. */
  async function bent(url: string, init: RequestInit, answer: Response, what: 'refund' | 'amount') {
    if (!answer.ok) return answer;
    const text = await answer.text();
    if (url !== accounts.alipay.gateway) {
      const other =
        what === 'refund'
          ? text.replace(/"out_refund_no":"\w+"/, '"out_refund_no":"refund1"')
          : text.replace(/"refund":(\d+)/, (_, fen) => `"refund":${Number(fen) + 1}`);
      const closed = other.replace(/"(SUCCESS|PROCESSING)"/, '"CLOSED"');
      return new Response(closed, { headers: wechatHeaders(accounts, clock.now(), closed) });
    }
    const facts = JSON.parse(text)[`${methodOf(init).replaceAll('.', '_')}_response`];
    const other =
      what === 'refund'
        ? { trade_no: '2026other', out_request_no: 'refund1' }
        : { refund_fee: '0.00', refund_amount: '0.00' };
    return signedReply(accounts, methodOf(init), { ...facts, ...other });
  }
  async function faulty(fault: RefundFault, url: string, init: RequestInit): Promise<Response> {
    if (fault === 'dropped') return reset();
    if (fault === 'error page') return page();
    if (fault === 'SYSTEM_ERROR') return systemError(url, init);
    if (typeof fault === 'object') {
      if (fault.first) await deliver(url, init);
      return refusal(url, init, fault.refuse);
    }
    const answer = await deliver(url, init);
    if (fault === 'answer lost') return reset();
    if (fault === 'twice') return deliver(url, init);
    if (fault === 'error page, done') return page();
    if (fault === 'SYSTEM_ERROR, done') return systemError(url, init);
    if (fault === 'forged, done') return forged(url, init, answer);
    return bent(url, init, answer, fault === 'another refund, done' ? 'refund' : 'amount');
  }
  const fetch: Fetch = async (url, init) => {
    const [, place, refundNo] = /(\/v3\/refund\/domestic\/refunds)(?:\/(\w+))?/.exec(url) ?? [];
    const at = ALIPAY.indexOf(url === accounts.alipay.gateway ? methodOf(init) : '');
    if (!place && at < 0) return deliver(url, init);
    const what = at === 1 || refundNo ? 'query' : 'refund';
    const told = new URLSearchParams(String(init.body)).get('biz_content') ?? String(init.body ?? '{}');
    const content = refundNo ? {} : JSON.parse(told);
    arrivals.push({ what, refundNo: refundNo ?? content.out_refund_no ?? content.out_request_no });
    const fault = faults[what].shift();
    return fault === undefined ? deliver(url, init) : faulty(fault, url, init);
  };
  const gateways: Readonly<Record<Provider, PaymentGateway>> = {
    alipay: alipayGateway(accounts.alipay, clock, fetch),
    wxpay: wechatGateway(accounts.wxpay, clock, systemRandom, fetch),
  };
  return {
    payments: async (provider) => gateways[provider],
    faults,
    arrivals,
    async pay(provider, outTradeNo, amount) {
      await trades.open(provider, outTradeNo, fen(amount));
      if (!(await trades.pay(outTradeNo))) return trades.payAgain(outTradeNo);
      const trade = await trades.find(outTradeNo);
      if (!trade) throw new Error('No such trade.');
      return trade;
    },
    notice: (trade, fault) => faultyNotice(accounts, clock, trade, fault),
    async refundNotice(trade, refundNo, changes) {
      const refund = refunds.all().find((each) => each.refundNo === refundNo);
      if (!refund) throw new Error('No such refund.');
      return wechatRefundNotice(tools, trade, refund, changes);
    },
    decide: refunds.decide,
    gone: () => refunds.all().filter(({ state }) => state !== 2),
  };
}
