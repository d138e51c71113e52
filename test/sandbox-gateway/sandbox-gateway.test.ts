import { describe, expect } from 'vitest';
import { fen } from '../../src/core/fen.ts';
import { createPayouts } from '../../src/homes/payments.ts';
import { alipayGateway } from '../../src/platform/payments/alipay.ts';
import { alipayPayouts } from '../../src/platform/payments/alipay-transfer.ts';
import { GatewayRefusal } from '../../src/platform/payments/port.ts';
import { privateKey } from '../../src/platform/payments/rsa.ts';
import { wechatGateway } from '../../src/platform/payments/wechat.ts';
import { openDemoAccounts } from '../../src/sandbox-gateway/demo-accounts.ts';
import { openSandboxGateway } from '../../src/sandbox-gateway/gateway.ts';
import { testApp } from '../support/app.ts';
import { gatewayPair } from '../support/faulty-notice.ts';
import { faultyGateway } from '../support/gateway.ts';
import { moneyTest } from '../support/money-test.ts';

const test = moneyTest()
  .extend('gateway', { auto: true }, ({ app }) => faultyGateway(app))
  .extend('ordered', ({ li }) => async (type = 'alipay', subject = '茶馆充值'): Promise<string> => {
    const params = { amount: '12.34', body: '', subject, type, orderType: 0 };
    return (await li.call('/wallet/createRechargeOrder', params)).data.outTradeNo;
  })
  .extend('page', ({ app }) => async (outTradeNo: string, method = 'GET', of = app) => {
    const response = await of.fetch(
      new Request(`http://teahouse.test/sandbox/pay/${outTradeNo}`, { method }),
    );
    return { status: response.status, text: await response.text(), headers: response.headers };
  })
  .extend(
    'balance',
    ({ li }) =>
      async () =>
        (await li.call('/wallet/getBalance')).data,
  )
  .extend('production', ({ app }) => () => ({ ...app.platform.config, MODE: 'production' as const }));

describe.each(['alipay', 'wxpay'])('the pay page of %s', (type) => {
  test('shows the order, pays it, and the money is there when it says so', async ({
    ordered,
    page,
    balance,
  }) => {
    const order = await ordered(type);
    const before = await page(order);
    expect(before.status).toBe(200);
    for (const shown of ['12.34', '茶馆充值', '待支付', '确认支付']) expect(before.text).toContain(shown);
    expect((await page(order, 'POST')).text).toContain('支付成功');
    expect(await balance()).toBe('12.34');
    expect((await page(order)).text).toContain('已支付');
    expect((await page(order, 'POST')).text).toContain('支付成功');
    expect(await balance()).toBe('12.34');
  });

  test('does not pay an order that was cancelled, or that is over', async ({
    app,
    li,
    ordered,
    page,
    balance,
  }) => {
    const [cancelled, over] = [await ordered(type), await ordered(type)];
    await page(cancelled);
    await li.call('/wallet/cancelOrder', { outTradeNo: cancelled, type });
    app.clock.advance(30 * 60_000);
    for (const order of [cancelled, over]) {
      expect((await page(order)).text).toContain('订单已关闭');
      expect((await page(order, 'POST')).text).toContain('订单已关闭');
    }
    expect(await balance()).toBe('0.00');
  });
});

test('the pay page shows a subject as text and runs nothing', async ({ ordered, page }) => {
  const { text, headers } = await page(await ordered('alipay', '<script>alert(1)</script>'));
  expect(text).not.toContain('<script>');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('the pay page knows no other order, and does not exist in production', async ({
  app,
  ordered,
  page,
  balance,
  production,
}) => {
  expect((await page('nothing')).status).toBe(404);
  const order = await ordered();
  const real = await testApp({
    executor: app.executor,
    platform: { config: production(), keys: app.platform.keys },
  });
  for (const method of ['GET', 'POST']) expect((await page(order, method, real)).status).toBe(404);
  expect(await balance()).toBe('0.00');
});

test('the sandbox’s gateway does not start in production', async ({ app, production }) => {
  const { platform } = app;
  await expect(openSandboxGateway(production(), platform.publicUrl, platform)).rejects.toThrow(
    /refused in production/,
  );
});

test('the demo keys are made once and kept', async () => {
  const fresh = await testApp();
  const open = () => openDemoAccounts(fresh.platform.db, fresh.platform.random, 'http://x');
  const [one, two] = await Promise.all([open(), open()]);
  expect(one.gatewayKey.equals(two.gatewayKey)).toBe(true);
  expect((await open()).wxpay.apiKey).toBe(one.wxpay.apiKey);
  expect(await fresh.sql("SELECT count(*) FROM instance WHERE name LIKE 'SANDBOX_%'")).toEqual([[3]]);
  await fresh.close();
});

describe('the wire', () => {
  test('says of a trade what the real ones say', async ({ gateway, ordered, page }) => {
    for (const type of ['alipay', 'wxpay'] as const) {
      const each = gateway.gateways[type];
      const order = await ordered(type);
      expect(await each.query(order)).toEqual({ state: type === 'alipay' ? 'unknown' : 'pending' });
      expect(await each.close('20261122none')).toBe('closed');
      const { tradeNo } = await gateway.payThere(order);
      expect(await each.query(order)).toEqual({ state: 'paid', tradeNo, amount: 1234 });
      expect(await each.close(order)).toBe('not closable');
      const other = await ordered(type);
      await page(other);
      expect([await each.close(other), await each.query(other)]).toEqual(['closed', { state: 'closed' }]);
    }
  });

  test('refuses calls that another merchant has signed', async ({ app, gateway }) => {
    const { platform } = app;
    const { alipay, wxpay } = gateway.accounts;
    const { fetch } = gateway;
    const key = privateKey(gatewayPair.pkcs8);
    const calls = [
      alipayGateway({ ...alipay, key }, platform.clock, fetch).query('20261122none'),
      wechatGateway(
        { ...wxpay, signer: { ...wxpay.signer, key } },
        platform.clock,
        platform.random,
        fetch,
      ).query('20261122none'),
    ];
    for (const call of calls) await expect(call).rejects.toThrow(GatewayRefusal);
  });
});

describe('transfers to bank cards', () => {
  const TRANSFER = {
    outBizNo: 'payout7301',
    amount: fen(1234),
    cardNumber: '6214830202117965',
    holder: '李雷雷',
    bank: '招商银行',
  };
  const { outBizNo, amount } = TRANSFER;

  const it = test.extend(
    'alipay',
    ({ gateway }) =>
      () =>
        gateway.payouts.alipay,
  );

  it('are taken in, and paid a while later', async ({ app, alipay }) => {
    expect(await alipay().query(outBizNo, amount)).toEqual({ state: 'unknown' });
    expect(await alipay().transfer(TRANSFER)).toEqual({ state: 'pending' });
    app.clock.advance(4999);
    expect(await alipay().query(outBizNo, amount)).toEqual({ state: 'pending' });
    app.clock.advance(1);
    const paid = { state: 'paid', transferNo: expect.stringMatching(/^20261122\d{20}$/) };
    expect(await alipay().query(outBizNo, amount)).toEqual(paid);
    expect(await alipay().transfer(TRANSFER)).toEqual(paid);
  });

  it('are taken in once a number, of forty at once, and never with other content', async ({
    app,
    alipay,
  }) => {
    await Promise.all(Array.from({ length: 40 }, () => alipay().transfer(TRANSFER)));
    expect(await app.sql('SELECT count(*) FROM sandbox_transfers')).toEqual([[1]]);
    for (const change of [{ amount: fen(1235) }, { cardNumber: '6212261610006439041' }, { holder: '韩梅梅' }])
      await expect(alipay().transfer({ ...TRANSFER, ...change })).rejects.toThrow(
        'PAYMENT_INFO_INCONSISTENCY',
      );
    expect(await app.sql('SELECT amount FROM sandbox_transfers')).toEqual([[1234]]);
    expect(JSON.stringify(await app.sql('SELECT * FROM sandbox_transfers'))).not.toMatch(/62148|李/);
  });

  it('end as the bank decides', async ({ gateway, alipay }) => {
    await alipay().transfer(TRANSFER);
    await gateway.transfers.decide(outBizNo, 'failed', 'PAYEE_CARD_INFO_ERROR');
    const failed = { state: 'failed', code: 'PAYEE_CARD_INFO_ERROR', fault: 'payee' };
    expect(await alipay().query(outBizNo, amount)).toEqual(failed);
    expect(await alipay().transfer(TRANSFER)).toEqual(failed);
    await gateway.transfers.decide(outBizNo, 'sentBack', 'X');
    expect(await alipay().query(outBizNo, amount)).toEqual({ state: 'bounced', code: 'X' });
  });

  it.for([
    [{ cardNumber: '6214830202117964' }, 'CARD_BIN_ERROR', 'payee'],
    [{ amount: fen(9) }, 'EXCEED_LIMIT_SM_MIN_AMOUNT', 'payer'],
    [{ holder: '' }, 'INVALID_PARAMETER', 'payer'],
  ] as const)('are refused with what is wrong: %o', async ([change, code, fault], { app, alipay }) => {
    expect(await alipay().transfer({ ...TRANSFER, ...change })).toEqual({ state: 'refused', code, fault });
    expect(await app.sql('SELECT * FROM sandbox_transfers')).toEqual([]);
  });

  it('are refused to who signs with another key, or without certificates', async ({ app, gateway }) => {
    const { accounts, fetch } = gateway;
    const certificates = { app: '', root: '' };
    const key = privateKey(gatewayPair.pkcs8);
    const scene = { name: '', infos: [] };
    const calls = [
      { account: { ...accounts.alipay, key }, code: 'isv.invalid-signature' },
      { account: { ...accounts.alipay, certificates }, code: 'isv.missing-cert' },
    ];
    for (const { account, code } of calls)
      expect(await alipayPayouts(account, scene, app.clock, fetch).transfer(TRANSFER)).toEqual({
        state: 'refused',
        code,
        fault: 'payer',
      });
    expect(await app.sql('SELECT * FROM sandbox_transfers')).toEqual([]);
  });

  it('are no one’s in production', async ({ app, production }) => {
    const { platform } = app;
    expect(await createPayouts(production(), '', platform)('alipay')).toBeUndefined();
    expect(await createPayouts(platform.config, '', platform)('alipay')).toBeDefined();
  });
});
