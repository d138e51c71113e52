import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { TRADE } from '../../db/schema/payment-orders.ts';
import { SANDBOX_REFUND } from '../../db/schema/refunds.ts';
import { systemClock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import type { Provider } from '../../src/platform/payments/port.ts';
import { alipayWire } from '../../src/sandbox-gateway/alipay-wire.ts';
import type { SandboxRefund } from '../../src/sandbox-gateway/refunds.ts';
import type { Trade } from '../../src/sandbox-gateway/trades.ts';
import { wechatRefundNotice, wechatWire } from '../../src/sandbox-gateway/wechat-wire.ts';
import { type Fault, faultyNotice } from './faulty-notice.ts';
import { alipaySheet, wechatSheet } from './pay-sheet.ts';
import { accountSettings, memoryRefunds, memoryTrades, noTransfers, testAccounts } from './provider-books.ts';

/** What a server asks of a provider. */
export interface Asked {
  readonly provider: Provider;
  readonly what: 'create' | 'query' | 'close' | 'refund' | 'refund query';
  /** Of what is about a refund, the provider's number of the payment. */
  readonly outTradeNo: string;
}

/**
 * What becomes of it. `refuse`: the provider fails before it does anything. `lose`: it is done, and the answer
 * is lost. `forge`: it is done, and somebody else answers that it has been paid, or that the refund has failed. `hang`:
 * nobody ever answers.
 * A function: it is done, and answered when that has ended.
 */
export type Bend = 'pass' | 'refuse' | 'lose' | 'forge' | 'hang' | (() => Promise<unknown>);

/** Alipay and WeChat Pay as a server of its own, on a network that can be made hostile. */
export interface PaymentProviders {
  /** The merchant's accounts there, for the server under test. */
  readonly settings: Readonly<Record<string, string>>;
  /** Every call, in order. */
  readonly asked: readonly Asked[];
  /** Decides what becomes of calls about an order, or a payment's refunds, from now on; of `create`, those that place new ones. */
  bend(order: string, how: Bend): void;
  /** Opens the pay sheet as the provider's app does; throws where it would not. */
  open(orderString: string): Promise<Trade>;
  /** Somebody pays; nothing is told yet. Throws where the order is closed. */
  pay(outTradeNo: string): Promise<Trade>;
  /** Somebody pays an order that is paid. */
  payAgain(outTradeNo: string): Promise<Trade>;
  /** What has gone back, or is on its way. */
  readonly refunds: () => readonly SandboxRefund[];
  /** A refund is done, and WeChat Pay tells of it. */
  refundNotice(trade: Trade): Promise<Request>;
  /** The notice of a trade, addressed as the order said, with a fault. */
  notice(trade: Trade, fault?: Fault): Promise<Request>;
  stop(): Promise<void>;
}

const ALIPAY: Readonly<Record<string, Asked['what']>> = {
  'alipay.trade.close': 'close',
  'alipay.trade.query': 'query',
  'alipay.trade.refund': 'refund',
  'alipay.trade.fastpay.refund.query': 'refund query',
};

/** @param paymentOf the payment of a refund that was asked for before */
function askedOf(path: string, body: string, paymentOf: (refundNo: string) => string): Asked {
  if (path === '/gateway.do') {
    const parameters = new URLSearchParams(body);
    const content = JSON.parse(parameters.get('biz_content') ?? '{}');
    const what = ALIPAY[parameters.get('method') ?? ''] ?? 'query';
    return { provider: 'alipay', what, outTradeNo: String(content.out_trade_no ?? content.trade_no) };
  }
  const provider = 'wxpay';
  const [, outTradeNo, closes] = /out-trade-no\/(\w+)(\/close)?/.exec(path) ?? [];
  if (outTradeNo) return { provider, what: closes ? 'close' : 'query', outTradeNo };
  const [isRefund, refundNo] = /domestic\/refunds(?:\/(\w+))?/.exec(path) ?? [];
  if (refundNo) return { provider, what: 'refund query', outTradeNo: paymentOf(refundNo) };
  const content = JSON.parse(body);
  if (isRefund) return { provider, what: 'refund', outTradeNo: String(content['transaction_id']) };
  return { provider, what: 'create', outTradeNo: String(content['out_trade_no']) };
}

/** What somebody on the way makes of an answer, who cannot sign: that the order has been paid. */
async function forged(asked: Asked, honest: Response): Promise<Response> {
  // As at the real one, refusals of WeChat Pay carry no signature.
  if (asked.provider === 'wxpay' && asked.what === 'close')
    return Response.json({ code: 'ORDERPAID' }, { status: 400 });
  const isRefund = asked.what === 'refund' || asked.what === 'refund query';
  if (isRefund && asked.provider === 'wxpay') {
    const closed = (await honest.text()).replace(/"(PROCESSING|SUCCESS)"/, '"CLOSED"');
    return new Response(closed, honest);
  }
  const answer = (await honest.text())
    .replace(
      /(?<="alipay_trade_refund_response":)\{.*?\}/,
      '{"code":"40004","sub_code":"ACQ.TRADE_HAS_FINISHED"}',
    )
    .replace(/(?<="alipay_trade_fastpay_refund_query_response":)\{.*?\}/, '{"code":"10000"}')
    .replace(
      /(?<="alipay_trade_close_response":)\{.*?\}/,
      '{"code":"40004","sub_code":"ACQ.TRADE_STATUS_ERROR"}',
    )
    .replace(/WAIT_BUYER_PAY|TRADE_CLOSED/, 'TRADE_SUCCESS')
    .replace(/"(NOTPAY|CLOSED)"/, '"SUCCESS","transaction_id":"2026forged"')
    .replace('"prepay_id":"wx', '"prepay_id":"xw');
  return new Response(answer, honest);
}

/**
 * Starts both providers on loopback.
 * @param publicUrl the PUBLIC_URL of the server under test: orders must name notices to it
 */
export async function startPaymentProviders(publicUrl: string): Promise<PaymentProviders> {
  const bends = new Map<string, Bend>();
  const calls: Asked[] = [];
  const trades = memoryTrades();
  const refunds = memoryRefunds();
  /** Orders at WeChat Pay by the prepay id that was given for them. */
  const prepaid = new Map<string, string>();

  async function openAtAlipay(orderString: string): Promise<string> {
    const { outTradeNo, amount } = alipaySheet(accounts.alipay, orderString);
    await trades.open('alipay', outTradeNo, amount);
    return outTradeNo;
  }
  async function known(outTradeNo: string): Promise<Trade> {
    const trade = await trades.find(outTradeNo);
    if (!trade) throw new Error('The provider does not know this order.');
    return trade;
  }
  async function answer(asked: Asked, request: Request, body: string): Promise<Response> {
    if (asked.provider === 'alipay')
      return alipayWire(accounts, { trades, transfers: noTransfers, refunds }, body);
    const tools = { accounts, trades, refunds, clock: systemClock, random: systemRandom };
    const response = await wechatWire(tools, request);
    if (asked.what !== 'create' || !response.ok) return response;
    if (JSON.parse(body)['notify_url'] !== accounts.wxpay.notifyUrl)
      return new Response(null, { status: 400 });
    const { prepay_id: prepayId } = JSON.parse(await response.clone().text());
    prepaid.set(String(prepayId), asked.outTradeNo);
    return response;
  }
  async function respond(incoming: IncomingMessage): Promise<Response | 'cut' | 'hang'> {
    const { method = 'GET', url: path = '/' } = incoming;
    const body = await text(incoming);
    const headers = { authorization: incoming.headers.authorization ?? '' };
    const request = new Request(`${url}${path}`, { method, headers, ...(body ? { body } : {}) });
    const paymentOf = (refundNo: string) =>
      refunds.all().find((each) => each.refundNo === refundNo)?.tradeNo ?? '';
    const asked = askedOf(path, body, paymentOf);
    calls.push(asked);
    const how = bends.get(asked.what === 'create' ? 'create' : asked.outTradeNo);
    if (how === 'hang') return 'hang';
    if (how === 'refuse') return new Response('', { status: 503 });
    const response = await answer(asked, request, body);
    if (how === 'lose') return 'cut';
    if (how === 'forge') return forged(asked, response);
    if (typeof how === 'function') await how();
    return response;
  }

  const server = createServer(async (incoming, outgoing) => {
    const response = await respond(incoming);
    if (response === 'hang') return;
    if (response === 'cut') return void outgoing.destroy();
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(await response.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  const url = `http://127.0.0.1:${address.port}`;
  const accounts = testAccounts(publicUrl, url);

  return {
    settings: accountSettings(accounts),
    asked: calls,
    bend: (order, how) => void bends.set(order, how),
    async open(orderString) {
      const outTradeNo = orderString.startsWith('{')
        ? prepaid.get(wechatSheet(accounts.wxpay, orderString))
        : await openAtAlipay(orderString);
      return known(outTradeNo ?? '');
    },
    async pay(outTradeNo) {
      await trades.pay(outTradeNo);
      const trade = await known(outTradeNo);
      if (trade.state !== TRADE.paid) throw new Error('The order is closed.');
      return trade;
    },
    payAgain: trades.payAgain,
    refunds: refunds.all,
    async refundNotice(trade) {
      const refund = refunds.all().find(({ tradeNo }) => tradeNo === trade.tradeNo);
      if (!refund) throw new Error('No such refund.');
      await refunds.decide(refund.refundNo, 'done');
      const tools = { accounts, clock: systemClock, random: systemRandom };
      return wechatRefundNotice(tools, trade, { ...refund, state: SANDBOX_REFUND.done });
    },
    notice: (trade, fault) => faultyNotice(accounts, systemClock, trade, fault),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
