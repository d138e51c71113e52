import { createPublicKey } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { fen } from '../../../src/core/fen.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { alipayGateway } from '../../../src/platform/payments/alipay.ts';
import { signedText } from '../../../src/platform/payments/alipay-signing.ts';
import { type Fetch, GatewayUnclear } from '../../../src/platform/payments/port.ts';
import type { RefundRequest } from '../../../src/platform/payments/refund-port.ts';
import { rsaVerify } from '../../../src/platform/payments/rsa.ts';
import { wechatGateway } from '../../../src/platform/payments/wechat.ts';
import { signedReply } from '../../../src/sandbox-gateway/alipay-replies.ts';
import { HeldClock } from '../../support/app.ts';
import { testAccounts } from '../../support/provider-books.ts';
import { wechatHeaders } from '../../support/provider-news.ts';

const clock = new HeldClock();
const accounts = testAccounts('https://tea.test', 'https://gateway.test');
const merchant = createPublicKey(accounts.alipay.key);
/** Somebody who signs in the provider's place. */
const stranger = { ...accounts, gatewayKey: accounts.alipay.key };

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}
let sent: Sent[];
let answer: (request: Sent) => Response | Promise<Response>;
const fetch: Fetch = async (url, init) => {
  sent.push({ url, init });
  return answer({ url, init });
};
beforeEach(() => {
  sent = [];
});
const doubtOf = (call: () => Promise<unknown>) =>
  call().then(
    (done) => done,
    (error: unknown) => (error instanceof GatewayUnclear ? 'doubt' : error),
  );

describe('Alipay', () => {
  /** The names and amounts of Alipay's own samples. */
  const REFUND: RefundRequest = {
    refundNo: 'HZ01RF001',
    tradeNo: '2014112611001004680073956707',
    outTradeNo: '20150320010101001',
    amount: fen(1233),
    total: fen(10020),
    reason: '退款',
  };
  const gateway = alipayGateway(accounts.alipay, clock, fetch);
  const parameters = () => Object.fromEntries(new URLSearchParams(String(sent[0]?.init.body)));
  const says =
    (result: object, as = accounts) =>
    ({ init }: Sent) =>
      signedReply(as, new URLSearchParams(String(init.body)).get('method') ?? '', result);
  const business = (sub_code: string) => ({ code: '40004', msg: 'Business Failed', sub_code });
  const DONE = {
    code: '10000',
    msg: 'Success',
    trade_no: REFUND.tradeNo,
    out_trade_no: REFUND.outTradeNo,
    buyer_logon_id: '159****5620',
    fund_change: 'Y',
    refund_fee: 88.88,
    send_back_fee: '1.8',
  };
  const FOUND = {
    code: '10000',
    msg: 'Success',
    trade_no: REFUND.tradeNo,
    out_trade_no: REFUND.outTradeNo,
    out_request_no: REFUND.refundNo,
    total_amount: 100.2,
    refund_amount: 12.33,
    refund_status: 'REFUND_SUCCESS',
    gmt_refund_pay: '2014-11-27 15:45:57',
  };

  test('is asked for a refund by its number, signed, in the same text every time', async () => {
    answer = says(DONE);
    for (let i = 0; i < 2; i += 1)
      expect(await gateway.refund(REFUND)).toEqual({ state: 'done', refundId: '' });
    const { sign = '', ...signed } = parameters();
    expect(rsaVerify(merchant, signedText(signed), sign)).toBe(true);
    expect(signed['method']).toBe('alipay.trade.refund');
    expect(JSON.parse(signed['biz_content'] ?? '')).toEqual({
      trade_no: REFUND.tradeNo,
      out_request_no: REFUND.refundNo,
      refund_amount: '12.33',
      refund_reason: '退款',
    });
    expect(sent[1]?.init.body).toBe(sent[0]?.init.body);
  });

  test('is asked what became of it by both numbers, and its sample is believed', async () => {
    answer = says(FOUND);
    expect(await gateway.queryRefund(REFUND)).toEqual({ state: 'done', refundId: '' });
    expect(parameters()['method']).toBe('alipay.trade.fastpay.refund.query');
    expect(JSON.parse(parameters()['biz_content'] ?? '')).toEqual({
      trade_no: REFUND.tradeNo,
      out_request_no: REFUND.refundNo,
    });
  });

  test.each([
    'ACQ.SELLER_BALANCE_NOT_ENOUGH',
    'ACQ.TRADE_HAS_FINISHED',
    'ACQ.TRADE_NOT_ALLOW_REFUND',
    'ACQ.REASON_TRADE_REFUND_FEE_ERR',
    'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
    'ACQ.REASON_TRADE_BEEN_FREEZEN',
    'ACQ.TRADE_STATUS_ERROR',
    'ACQ.INVALID_PARAMETER',
  ])('that says %s has refunded nothing', async (code) => {
    answer = says(business(code));
    expect(await gateway.refund(REFUND)).toEqual({ state: 'refused', code });
  });

  test('that has not passed the request on has refunded nothing', async () => {
    answer = says({ code: '40006', msg: '', sub_code: 'isv.insufficient-isv-permissions' });
    const code = 'isv.insufficient-isv-permissions';
    expect(await gateway.refund(REFUND)).toEqual({ state: 'refused', code });
  });

  const { refund_status: _, refund_amount: __, ...NOTHING } = FOUND;
  test.each([
    ['that it has succeeded', { code: '10000', msg: 'Success' }],
    ['and names the refund', NOTHING],
  ])('that says nothing of a refund, but %s, has none', async (_, says_) => {
    answer = says(says_);
    expect(await gateway.queryRefund(REFUND)).toEqual({ state: 'unknown', isSigned: true });
  });

  test.each<[string, object]>([
    ['another payment', { ...DONE, trade_no: '2014other' }],
    ['another order', { ...DONE, out_trade_no: 'other' }],
    ['no payment', { ...DONE, trade_no: undefined }],
    ['no change of money', { ...DONE, fund_change: 'N' }],
    ['nothing about money', { ...DONE, fund_change: undefined }],
    ['a lesser amount', { ...DONE, refund_fee: '12.32' }],
    ['no amount', { ...DONE, refund_fee: undefined }],
    ['ACQ.SYSTEM_ERROR', business('ACQ.SYSTEM_ERROR')],
    ['another content under the number', business('ACQ.DISCORDANT_REPEAT_REQUEST')],
    ['a code of tomorrow', business('ACQ.WHATEVER')],
    ['a listed code beside an unlisted one', { code: '40005', sub_code: 'ACQ.TRADE_HAS_FINISHED' }],
    ['20000', { code: '20000', sub_code: 'isp.unknow-error' }],
  ])('whose answer to a refund says %s is in doubt', async (_, result) => {
    answer = says(result);
    expect(await doubtOf(() => gateway.refund(REFUND))).toBe('doubt');
  });

  test.each<[string, object]>([
    ['another payment', { ...FOUND, trade_no: '2014other' }],
    ['another refund', { ...FOUND, out_request_no: 'HZ01RF002' }],
    ['no refund', { ...FOUND, out_request_no: undefined }],
    ['another amount', { ...FOUND, refund_amount: '12.34' }],
    ['no amount', { ...FOUND, refund_amount: undefined }],
    ['another total', { ...FOUND, total_amount: '100.21' }],
    ['another state', { ...FOUND, refund_status: 'REFUND_PROCESSING' }],
    ['an amount and no state', { ...FOUND, refund_status: undefined }],
    ['another refund, and nothing of it', { ...NOTHING, out_request_no: 'HZ01RF002' }],
    ['that there is no such payment', business('ACQ.TRADE_NOT_EXIST')],
    ['ACQ.SYSTEM_ERROR', business('ACQ.SYSTEM_ERROR')],
  ])('whose answer to a question says %s is in doubt', async (_, result) => {
    answer = says(result);
    expect(await doubtOf(() => gateway.queryRefund(REFUND))).toBe('doubt');
  });

  test.each<[string, (request: Sent) => Response | Promise<Response>]>([
    ['by a stranger', (request) => says({ ...DONE, ...FOUND }, stranger)(request)],
    ['by nobody', () => Response.json({ alipay_trade_refund_response: DONE })],
    ['in no words', () => new Response('<html>', { status: 502 })],
    ['never', () => Promise.reject(new Error('reset'))],
  ])('that is answered for %s is in doubt', async (_, given) => {
    answer = given;
    expect(await doubtOf(() => gateway.refund(REFUND))).toBe('doubt');
    expect(await doubtOf(() => gateway.queryRefund(REFUND))).toBe('doubt');
  });
});

describe('WeChat Pay', () => {
  const REFUND: RefundRequest = {
    refundNo: 'refund7301',
    tradeNo: '1217752501201407033233368018',
    outTradeNo: '20261122abc',
    amount: fen(888),
    total: fen(999),
    reason: '退款',
  };
  const gateway = wechatGateway(accounts.wxpay, clock, systemRandom, fetch);
  const says =
    (facts: object, as = accounts) =>
    () => {
      const text = JSON.stringify(facts);
      return new Response(text, { headers: wechatHeaders(as, clock.now(), text) });
    };
  const refuses =
    (code: string, status = 403) =>
    () =>
      Response.json({ code, message: '' }, { status });
  const FOUND = {
    refund_id: '50000000382019052709732678859',
    out_refund_no: REFUND.refundNo,
    transaction_id: REFUND.tradeNo,
    out_trade_no: REFUND.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: '招商银行信用卡0403',
    create_time: '2020-12-01T16:18:12+08:00',
    status: 'SUCCESS',
    funds_account: 'UNSETTLED',
    amount: {
      total: 999,
      refund: 888,
      payer_total: 999,
      payer_refund: 888,
      settlement_refund: 888,
      settlement_total: 999,
      discount_refund: 0,
      currency: 'CNY',
    },
  };
  const TRADE = {
    appid: accounts.wxpay.appId,
    mchid: accounts.wxpay.signer.mchId,
    out_trade_no: REFUND.outTradeNo,
    trade_state: 'SUCCESS',
    transaction_id: REFUND.tradeNo,
    amount: { total: 999, currency: 'CNY' },
  };
  const both = [() => gateway.refund(REFUND), () => gateway.queryRefund(REFUND)];

  test('is asked for a refund by its number, signed, with notices to us', async () => {
    answer = says({ ...FOUND, status: 'PROCESSING' });
    expect(await gateway.refund(REFUND)).toEqual({ state: 'under way' });
    const [{ url, init } = { url: '', init: {} }] = sent;
    expect([url, init.method]).toEqual(['https://gateway.test/v3/refund/domestic/refunds', 'POST']);
    expect(JSON.parse(String(init.body))).toEqual({
      transaction_id: REFUND.tradeNo,
      out_refund_no: REFUND.refundNo,
      reason: '退款',
      notify_url: 'https://tea.test/wallet/wxpayNotify',
      amount: { refund: 888, total: 999, currency: 'CNY' },
    });
    const authorization = new Request(url, init).headers.get('authorization') ?? '';
    const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(authorization)?.[1] ?? '';
    const text = `POST\n/v3/refund/domestic/refunds\n${part('timestamp')}\n${part('nonce_str')}\n${init.body}\n`;
    expect(rsaVerify(merchant, text, part('signature'))).toBe(true);
  });

  test.each([
    ['SUCCESS', { state: 'done', refundId: FOUND.refund_id }],
    ['PROCESSING', { state: 'under way' }],
    ['CLOSED', { state: 'closed', code: 'CLOSED' }],
    ['ABNORMAL', { state: 'stuck', code: 'ABNORMAL' }],
  ])('that says %s is understood, whichever was asked', async (status, expected) => {
    answer = says({ ...FOUND, status });
    for (const call of both) expect(await call()).toEqual(expected);
    expect(sent[1]?.url).toBe('https://gateway.test/v3/refund/domestic/refunds/refund7301');
  });

  test.each<[string, object]>([
    ['another refund', { ...FOUND, out_refund_no: 'refund7302' }],
    ['another payment', { ...FOUND, transaction_id: 'other' }],
    ['another order', { ...FOUND, out_trade_no: 'other' }],
    ['another amount', { ...FOUND, amount: { ...FOUND.amount, refund: 889 } }],
    ['another total', { ...FOUND, amount: { ...FOUND.amount, total: 998 } }],
    ['another currency', { ...FOUND, amount: { ...FOUND.amount, currency: 'USD' } }],
    ['another state', { ...FOUND, status: 'TOMORROW' }],
    ['nothing', {}],
  ])('whose answer says %s is in doubt', async (_, facts) => {
    answer = says(facts);
    for (const call of both) expect(await doubtOf(call)).toBe('doubt');
  });

  test.each<[string, () => Response | Promise<Response>]>([
    ['by a stranger', says({ ...FOUND, status: 'CLOSED' }, stranger)],
    ['by nobody', () => Response.json(FOUND)],
    [
      'late',
      () => {
        const text = JSON.stringify(FOUND);
        return new Response(text, { headers: wechatHeaders(accounts, clock.now() - 301_000, text) });
      },
    ],
    ['in no words', () => new Response('<html>', { status: 502 })],
    ['SYSTEM_ERROR', refuses('SYSTEM_ERROR', 500)],
    ['FREQUENCY_LIMITED', refuses('FREQUENCY_LIMITED', 429)],
    ['that it has begun nothing yet', () => new Response(null, { status: 202 })],
    ['in a code of tomorrow', refuses('WHATEVER')],
    ['never', () => Promise.reject(new Error('reset'))],
  ])('that is answered for %s is in doubt', async (_, given) => {
    answer = given;
    for (const call of both) expect(await doubtOf(call)).toBe('doubt');
  });

  test.each([
    'NOT_ENOUGH',
    'USER_ACCOUNT_ABNORMAL',
    'INVALID_REQUEST',
    'PARAM_ERROR',
    'NO_AUTH',
    'SIGN_ERROR',
  ])('that says %s has refunded nothing', async (code) => {
    answer = refuses(code);
    expect(await gateway.refund(REFUND)).toEqual({ state: 'refused', code });
    expect(await doubtOf(() => gateway.queryRefund(REFUND))).toBe('doubt');
  });

  describe('that does not know a refund', () => {
    const without = (trade: () => Response | Promise<Response>) => {
      answer = ({ url }) => (url.includes('/refund/') ? refuses('RESOURCE_NOT_EXISTS', 404)() : trade());
      return doubtOf(() => gateway.queryRefund(REFUND));
    };
    test('proves it by an order of which nothing has gone back', async () => {
      expect(await without(says(TRADE))).toEqual({ state: 'unknown', isSigned: true });
      expect(sent[1]?.url).toContain(`/out-trade-no/${REFUND.outTradeNo}?mchid=`);
    });
    test.each<[string, object]>([
      ['of which a part has', { ...TRADE, trade_state: 'REFUND' }],
      ['that another payment has paid', { ...TRADE, transaction_id: 'other' }],
      ['that is closed', { ...TRADE, trade_state: 'CLOSED' }],
    ])('does not prove it by an order %s', async (_, trade) => {
      expect(await without(says(trade))).toEqual({ state: 'unknown', isSigned: false });
    });
    test.each<[string, () => Response | Promise<Response>]>([
      ['a stranger signs', says(TRADE, stranger)],
      ['nobody signs', () => Response.json(TRADE)],
      ['nobody answers for', () => Promise.reject(new Error('reset'))],
    ])('says nothing by an order that %s', async (_, trade) => {
      expect(await without(trade)).toBe('doubt');
    });
  });
});
