import { Buffer } from 'node:buffer';
import { sign } from 'node:crypto';
import { alipayGateway } from '../../src/platform/payments/alipay.ts';
import { signedText } from '../../src/platform/payments/alipay-signing.ts';
import type { Fetch, PaymentGateway, Provider } from '../../src/platform/payments/port.ts';
import { rsaSign } from '../../src/platform/payments/rsa.ts';
import { wechatGateway } from '../../src/platform/payments/wechat.ts';
import { alipayNotice } from '../../src/sandbox-gateway/alipay-wire.ts';
import type { DemoAccounts } from '../../src/sandbox-gateway/demo-accounts.ts';
import type { Trade } from '../../src/sandbox-gateway/trades.ts';
import { wechatNotice, wechatRefundNotice } from '../../src/sandbox-gateway/wechat-wire.ts';
import type { TestApp } from './app.ts';
import type { FaultyGateway } from './gateway.ts';

type Facts = Readonly<Record<string, unknown>>;
/** What a provider says to each call in place of the facts that it would have told. */
export type Said = Readonly<Partial<Record<'create' | 'query' | 'close', (facts: Facts) => unknown>>> & {
  /** Under which status WeChat Pay says it. */
  readonly status?: number;
};

/** A refusal of Alipay's. */
export const refusing = (subCode: string) => () => ({
  code: '40004',
  msg: 'Business Failed',
  sub_code: subCode,
});

/** What WeChat Pay's signature of a text is sent with. */
export function wechatHeaders({ gatewayKey, wechatSerial }: DemoAccounts, now: number, text: string) {
  const timestamp = String(Math.floor(now / 1000));
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': 'nonce',
    'wechatpay-serial': wechatSerial,
    'wechatpay-signature': rsaSign(gatewayKey, `${timestamp}\nnonce\n${text}\n`),
  };
}

/** Gateways whose providers say something else than the sandbox's, well signed. */
export function saying(
  app: TestApp,
  { accounts, fetch }: FaultyGateway,
  said: Said,
): Readonly<Record<Provider, PaymentGateway>> {
  const { clock, random } = app.platform;
  const alipay: Fetch = async (url, init) => {
    const response = await fetch(url, init);
    const method = new URLSearchParams(String(init.body)).get('method') ?? '';
    const say = method.endsWith('.close') ? said.close : said.query;
    if (!say) return response;
    const name = `${method.replaceAll('.', '_')}_response`;
    const text = JSON.stringify(say(JSON.parse(await response.text())[name]));
    return new Response(`{"${name}":${text},"sign":${JSON.stringify(rsaSign(accounts.gatewayKey, text))}}`);
  };
  const wxpay: Fetch = async (url, init) => {
    const isClose = url.endsWith('/close');
    const say = isClose ? said.close : url.endsWith('/app') ? said.create : said.query;
    if (!say) return fetch(url, init);
    // Who says something else to a close has closed nothing.
    const facts = isClose ? {} : JSON.parse(await (await fetch(url, init)).text());
    const text = JSON.stringify(say(facts));
    const { status = 200 } = said;
    return new Response(text, { status, headers: wechatHeaders(accounts, clock.now(), text) });
  };
  return {
    alipay: alipayGateway(accounts.alipay, clock, alipay),
    wxpay: wechatGateway(accounts.wxpay, clock, random, wxpay),
  };
}

/** A notice of a trade that tells something else than a payment, well signed. */
export function news(app: TestApp, { accounts }: FaultyGateway, trade: Trade, changes: Facts): Request {
  const { clock, random } = app.platform;
  if (trade.provider === 'wxpay') return wechatNotice({ accounts, clock, random }, trade, changes);
  const texts = Object.entries(changes).map(([name, value]) => [name, String(value)]);
  return alipayNotice(accounts, trade, clock.now(), Object.fromEntries(texts));
}

/** A notice of Alipay's in GBK about an order of 会员充值. */
export async function gbkNews(app: TestApp, gateway: FaultyGateway, trade: Trade, changes: Facts) {
  const notice = news(app, gateway, trade, { ...changes, charset: 'GBK' });
  const { sign: _, sign_type, ...told } = Object.fromEntries(new URLSearchParams(await notice.text()));
  // From here on every character is a byte.
  const subject = Buffer.from('bbe1d4b1b3e4d6b5', 'hex').toString('latin1');
  const bytes = Buffer.from(signedText({ ...told, subject }), 'latin1');
  const signature = sign('sha256', bytes, gateway.accounts.gatewayKey).toString('base64');
  const form = new URLSearchParams({ ...told, sign: signature, ...(sign_type ? { sign_type } : {}) });
  const body = `${form}&subject=%BB%E1%D4%B1%B3%E4%D6%B5`;
  return new Request(notice.url, { method: 'POST', headers: notice.headers, body });
}

/** What Alipay adds when it tells of a refund. */
export const refundOf = (yuan: string) => ({
  refund_fee: yuan,
  gmt_refund: '2026-11-22 20:10:00.123',
  out_biz_no: '1',
});

/** A notice of WeChat Pay about a refund of a trade, which somebody has made in its console: `SUCCESS`, `CLOSED` … */
export function wechatRefund(
  app: TestApp,
  { accounts }: FaultyGateway,
  trade: Trade,
  status: 'SUCCESS' | 'CLOSED' | 'ABNORMAL',
): Request {
  const { clock, random } = app.platform;
  const state = { SUCCESS: 1, CLOSED: 2, ABNORMAL: 3 } as const;
  const refund = {
    refundNo: 'console1',
    provider: trade.provider,
    tradeNo: trade.tradeNo,
    amount: trade.amount,
    state: state[status],
    refundId: '50300',
    takenAt: clock.now(),
  };
  return wechatRefundNotice({ accounts, clock, random }, trade, refund);
}
