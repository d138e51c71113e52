import { createPublicKey } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { fen } from '../../../src/core/fen.ts';
import { signedText } from '../../../src/platform/payments/alipay-signing.ts';
import { alipayPayouts, type TransferScene } from '../../../src/platform/payments/alipay-transfer.ts';
import { GatewayUnclear } from '../../../src/platform/payments/port.ts';
import { privateKey, publicKey, rsaSign, rsaVerify } from '../../../src/platform/payments/rsa.ts';
import { HeldClock } from '../../support/app.ts';
import { gatewayPair, merchantPair } from '../../support/faulty-notice.ts';

const METHODS = ['alipay.fund.trans.uni.transfer', 'alipay.fund.trans.common.query'] as const;
const CARD = '6214830202117965';
const TRANSFER = {
  outBizNo: 'payout7301',
  amount: fen(1234),
  cardNumber: CARD,
  holder: '李雷雷',
  bank: '招商银行',
};
const DONE = { code: '10000', msg: 'Success', out_biz_no: 'payout7301', order_id: '2026112211007000' };
const business = (sub_code: string) => ({ code: '40004', msg: 'Business Failed', sub_code });

const account = {
  appId: '2021',
  sellerId: '2088',
  key: privateKey(merchantPair.pkcs8),
  gatewayKey: publicKey(gatewayPair.spki),
  certificates: { app: 'a'.repeat(32), root: 'b'.repeat(32) },
  gateway: 'https://gateway.test/gateway.do',
  notifyUrl: '',
};
const signingKey = privateKey(gatewayPair.pkcs8);

/** What was sent, and what the gateway answers. */
let sent: URLSearchParams[];
let answer: (name: string) => Response | Promise<Response>;
const signed =
  (result: object, key = signingKey) =>
  (name: string) => {
    const text = JSON.stringify(result);
    return new Response(`{"${name}":${text},"sign":"${rsaSign(key, text).replaceAll('/', '\\/')}"}`);
  };
const gateway = (scene: TransferScene = { name: '', infos: [] }) =>
  alipayPayouts(account, scene, new HeldClock(), async (url, { method, body }) => {
    const parameters = new URLSearchParams(String(body));
    expect([url, method]).toEqual([account.gateway, 'POST']);
    sent.push(parameters);
    return answer(`${parameters.get('method')?.replaceAll('.', '_')}_response`);
  });
const content = () => JSON.parse(sent[0]?.get('biz_content') ?? '');

beforeEach(() => {
  sent = [];
  answer = signed({ ...DONE, status: 'SUCCESS' });
});

describe('a transfer', () => {
  test('is asked for once, to the card and name, signed in certificate mode', async () => {
    expect(await gateway().transfer(TRANSFER)).toEqual({ state: 'paid', transferNo: DONE.order_id });
    expect(content()).toEqual({
      out_biz_no: 'payout7301',
      trans_amount: '12.34',
      product_code: 'TRANS_BANKCARD_NO_PWD',
      biz_scene: 'DIRECT_TRANSFER',
      order_title: '提现',
      remark: '提现',
      payee_info: {
        identity_type: 'BANKCARD_ACCOUNT',
        identity: CARD,
        name: '李雷雷',
        bankcard_ext_info: { inst_name: '招商银行', account_type: '2' },
      },
    });
    const { sign = '', ...parameters } = Object.fromEntries(sent[0] ?? []);
    expect(parameters).toMatchObject({
      method: METHODS[0],
      app_cert_sn: account.certificates.app,
      alipay_root_cert_sn: account.certificates.root,
      timestamp: '2026-11-22 20:00:00',
    });
    expect(rsaVerify(createPublicKey(account.key), signedText(parameters), sign)).toBe(true);
    expect(sent).toHaveLength(1);
  });

  test('names the declared purpose, and no bank that is not known', async () => {
    const scene = { name: '业务结算', infos: [['结算说明', '提现']] as const };
    await gateway(scene).transfer({ ...TRANSFER, bank: '' });
    expect(content()).toMatchObject({
      transfer_scene_name: '业务结算',
      transfer_scene_report_infos: [{ info_type: '结算说明', info_content: '提现' }],
    });
    expect(content().payee_info.bankcard_ext_info).toEqual({ account_type: '2' });
  });

  test('is the same text however often it is asked for', async () => {
    for (let i = 0; i < 2; i += 1) await gateway().transfer(TRANSFER);
    expect(sent[1]?.get('biz_content')).toBe(sent[0]?.get('biz_content'));
  });

  test.each([
    ['PAYEE_CARD_INFO_ERROR', 'payee'],
    ['INVALID_CARDNO', 'payee'],
    ['PAYER_BALANCE_NOT_ENOUGH', 'payer'],
    ['EXCEED_LIMIT_DM_MAX_AMOUNT', 'payer'],
    ['PRODUCT_NOT_SIGN', 'payer'],
    ['INVALID_PARAMETER', 'payer'],
  ])('that is refused with %s is the affair of the %s', async (code, fault) => {
    answer = signed(business(code));
    expect(await gateway().transfer(TRANSFER)).toEqual({ state: 'refused', code, fault });
  });

  test.each([
    ['20001', 'aop.invalid-auth-token'],
    ['40001', 'isv.missing-signature'],
    ['40002', 'isv.invalid-signature'],
    ['40006', 'isv.insufficient-isv-permissions'],
  ])('that the open platform did not pass on (%s) is the merchant’s affair', async (code, sub_code) => {
    answer = signed({ code, msg: '', sub_code });
    expect(await gateway().transfer(TRANSFER)).toEqual({ state: 'refused', code: sub_code, fault: 'payer' });
  });
});

describe('a question', () => {
  test('names the transfer as it was sent', async () => {
    expect(await gateway().query('payout7301', fen(1234))).toEqual({
      state: 'paid',
      transferNo: DONE.order_id,
    });
    expect(sent[0]?.get('method')).toBe(METHODS[1]);
    expect(content()).toEqual({
      out_biz_no: 'payout7301',
      product_code: 'TRANS_BANKCARD_NO_PWD',
      biz_scene: 'DIRECT_TRANSFER',
    });
  });

  test('about a number that is not known is answered by that alone', async () => {
    answer = signed(business('ORDER_NOT_EXIST'));
    expect(await gateway().query('payout7301', fen(1234))).toEqual({ state: 'unknown' });
  });

  test.each(['INVALID_PARAMETER', 'NO_ORDER_PERMISSION', 'PAYEE_CARD_INFO_ERROR'])(
    'that is refused with %s says nothing about the transfer',
    async (code) => {
      answer = signed(business(code));
      await expect(gateway().query('payout7301', fen(1234))).rejects.toThrow(GatewayUnclear);
    },
  );
});

describe.each(METHODS)('an answer to %s', (method) => {
  const call = () =>
    method === METHODS[0] ? gateway().transfer(TRANSFER) : gateway().query('payout7301', fen(1234));

  test.each([
    [{ status: 'SUCCESS' }, { state: 'paid', transferNo: DONE.order_id }],
    [
      { status: 'SUCCESS', trans_amount: '12.34' },
      { state: 'paid', transferNo: DONE.order_id },
    ],
    [
      { status: 'SUCCESS', trans_amount: 12.34 },
      { state: 'paid', transferNo: DONE.order_id },
    ],
    [{ status: 'DEALING' }, { state: 'pending' }],
    [{ status: 'WAIT_PAY' }, { state: 'pending' }],
    [
      { status: 'FAIL', error_code: 'PAYEE_CARD_INFO_ERROR' },
      { state: 'failed', code: 'PAYEE_CARD_INFO_ERROR', fault: 'payee' },
    ],
    [{ status: 'FAIL' }, { state: 'failed', code: 'FAIL', fault: 'payee' }],
    [
      { status: 'FAIL', error_code: 'BALANCE_NOT_ENOUGH_FOR_CARD_FEE' },
      { state: 'failed', code: 'BALANCE_NOT_ENOUGH_FOR_CARD_FEE', fault: 'payer' },
    ],
    [
      { status: 'REFUND', error_code: 'X' },
      { state: 'bounced', code: 'X' },
    ],
    [{ status: 'CLOSED' }, { state: 'failed', code: 'CLOSED', fault: 'payer' }],
  ])('with %o is known by its status', async (facts, expected) => {
    answer = signed({ ...DONE, ...facts });
    expect(await call()).toEqual(expected);
  });

  const doubts: [string, typeof answer][] = [
    ['10000 and no status', signed(DONE)],
    ['another status', signed({ ...DONE, status: 'PAID' })],
    ['another number', signed({ ...DONE, out_biz_no: 'payout7302', status: 'SUCCESS' })],
    ['no number', signed({ code: '10000', status: 'SUCCESS' })],
    ['another amount', signed({ ...DONE, status: 'SUCCESS', trans_amount: '12.35' })],
    ['SYSTEM_ERROR', signed(business('SYSTEM_ERROR'))],
    ['PAYMENT_INFO_INCONSISTENCY', signed(business('PAYMENT_INFO_INCONSISTENCY'))],
    ['a code of tomorrow', signed(business('WHATEVER_FAILED'))],
    ['a listed code beside an unlisted one', signed({ code: '40005', sub_code: 'PAYEE_CARD_INFO_ERROR' })],
    ['20000', signed({ code: '20000', sub_code: 'isp.unknow-error' })],
    ['no code', signed({ status: 'SUCCESS', out_biz_no: 'payout7301' })],
    ['a stranger’s signature', signed({ ...DONE, status: 'SUCCESS' }, account.key)],
    ['no signature', (name) => Response.json({ [name]: business('PAYEE_CARD_INFO_ERROR') })],
    ['a page of an error', () => new Response('<html>502</html>', { status: 502 })],
    ['nothing', () => Promise.reject(new Error(`reset at ${CARD}`))],
  ];
  test.each(doubts)('with %s is in doubt, and says neither card nor name', async (_, given) => {
    answer = given;
    const error = await call().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GatewayUnclear);
    if (error instanceof GatewayUnclear) expect(error.message).not.toMatch(/\d{12}|李/);
  });
});
