import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkPendingOrders } from '../../../src/features/payment-orders/check-pending.ts';
import { runJobs } from '../../../src/jobs.ts';
import { GatewayUnclear, type PaymentGateway } from '../../../src/platform/payments/port.ts';
import { type Params, type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { type FaultyGateway, faultyGateway, gatewayWith } from '../../support/gateway.ts';
import { expectBalancedBooks } from '../../support/money.ts';

type Type = 'alipay' | 'wxpay';
const TYPES = ['alipay', 'wxpay'] as const;
const ACKNOWLEDGED = { alipay: { status: 200, text: 'success' }, wxpay: { status: 204, text: '' } };
const MINUTE = 60_000;

let app: TestApp;
let li: Person;
let wang: Person;
let gateway: FaultyGateway;
/** Calls of the gateway that a test replaces. */
let replaced: Partial<PaymentGateway>;
const logged: [string, unknown, 'info' | 'error'][] = [];
beforeEach(async () => {
  replaced = {};
  logged.length = 0;
  const log = {
    info: (event: string, facts?: unknown) => void logged.push([event, facts, 'info']),
    error: (event: string, facts?: unknown) => void logged.push([event, facts, 'error']),
  };
  app = await testApp({
    platform: {
      log,
      payments: async (provider) => gatewayWith(gateway.gateways[provider], replaced),
    },
  });
  gateway = await faultyGateway(app);
  [li, wang] = [await person(app), await person(app)];
});
afterEach(async () => {
  await expectBalancedBooks(app);
  await app.close();
});

const create = (params: Params = {}, who = li) =>
  who.call('/wallet/createRechargeOrder', {
    amount: '12.34',
    body: '充值',
    subject: '茶馆充值',
    type: 'alipay',
    orderType: 0,
    ...params,
  });
const ordered = async (type: Type = 'alipay', params: Params = {}, who = li): Promise<string> =>
  (await create({ type, ...params }, who)).data.outTradeNo;
const cancel = (outTradeNo: string, type: Type = 'alipay', who = li) =>
  who.call('/wallet/cancelOrder', { outTradeNo, type });
const balance = async (who = li) => (await who.call('/wallet/getBalance')).data;
const stateOf = async (outTradeNo: string) =>
  (await app.sql('SELECT state FROM payment_orders WHERE out_trade_no = ?', outTradeNo))[0]?.[0];
describe('createRechargeOrder', () => {
  test('answers a signed Alipay call', async () => {
    const { code, data } = await create();
    expect(code).toBe('1');
    expect(data.outTradeNo).toMatch(/^20261122[0-9A-Za-z]{20}$/);
    const parameters = new URLSearchParams(data.orderString);
    expect(parameters.get('method')).toBe('alipay.trade.app.pay');
    expect(parameters.get('notify_url')).toBe('http://127.0.0.1:8787/wallet/alipayNotify');
    expect(JSON.parse(parameters.get('biz_content') ?? '')).toEqual({
      out_trade_no: data.outTradeNo,
      total_amount: '12.34',
      subject: '茶馆充值',
      body: '充值',
      product_code: 'QUICK_MSECURITY_PAY',
      time_expire: '2026-11-22 20:30:00',
    });
  });

  test('answers a signed WeChat Pay call', async () => {
    const { code, data } = await create({ type: 'wxpay' });
    expect(code).toBe('1');
    expect(JSON.parse(data.orderString)).toMatchObject({
      partnerid: '1900000000',
      package: 'Sign=WXPay',
      prepayid: expect.stringMatching(/^wx/),
      sign: expect.any(String),
    });
  });

  test.each([
    [{ amount: '0' }, '金额格式不正确'],
    [{ amount: '-1' }, '金额格式不正确'],
    [{ amount: '1.234' }, '金额格式不正确'],
    [{ amount: 'x' }, '金额格式不正确'],
    [{ subject: ' ' }, '订单创建失败'],
    [{ type: 'paypal' }, '订单创建失败'],
    [{ orderType: 1 }, '订单创建失败'],
    [{ orderType: 9 }, '订单创建失败'],
  ])('refuses %o and writes nothing', async (params, info) => {
    expect(await create(params)).toMatchObject({ code: '-1', data: { info } });
    expect(await app.sql('SELECT * FROM payment_orders')).toEqual([]);
  });

  test('fails where the provider gives no answer, and leaves no order', async () => {
    replaced = {
      createAppPayment: async () => {
        throw new GatewayUnclear('away');
      },
    };
    expect(await create()).toMatchObject({ code: '-1', data: { info: '订单创建失败' } });
    expect(await app.sql('SELECT * FROM payment_orders')).toEqual([]);
  });

  test('fails in production without an account', async () => {
    const config = { ...app.platform.config, MODE: 'production' as const };
    const bare = await testApp({
      executor: app.executor,
      platform: { config, keys: app.platform.keys, payments: async () => undefined },
    });
    const params = { amount: '1', body: '', subject: 'x', type: 'alipay', orderType: 0 };
    expect(await bare.call('/wallet/createRechargeOrder', params, { token: li.token })).toMatchObject({
      code: '-1',
      data: { info: '订单创建失败' },
    });
  });

  test('makes one order under one key, however often it is sent', async () => {
    const params = { amount: '1', body: '', subject: 'x', type: 'alipay', orderType: 0 };
    const options = { headers: { 'idempotency-key': 'once' } };
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => li.call('/wallet/createRechargeOrder', params, options)),
    );
    expect(new Set(replies.map(({ data }) => data.outTradeNo)).size).toBe(1);
    expect(await app.sql('SELECT count(*) FROM payment_orders')).toEqual([[1]]);
  });
});

describe.each(TYPES)('cancelOrder at %s', (type) => {
  test('closes the order there, and may be repeated', async () => {
    const order = await ordered(type);
    for (let i = 0; i < 2; i += 1)
      expect(await cancel(order, type)).toMatchObject({ code: '1', data: { info: '支付已取消' } });
    expect(await stateOf(order)).toBe(2);
  });

  test('settles an order that was paid meanwhile, and says so', async () => {
    const order = await ordered(type);
    await gateway.payThere(order);
    expect(await cancel(order, type)).toMatchObject({ code: '-1', data: { info: '订单已支付' } });
    expect([await balance(), await stateOf(order)]).toEqual(['12.34', 1]);
    expect(await cancel(order, type)).toMatchObject({ code: '-1', data: { info: '订单已支付' } });
  });

  test('cancels also where the provider does not answer', async () => {
    const order = await ordered(type);
    replaced = {
      close: async () => {
        throw new GatewayUnclear('away');
      },
    };
    expect(await cancel(order, type)).toMatchObject({ code: '1' });
    expect(await stateOf(order)).toBe(2);
  });

  test('leaves the orders of others, and of other providers, alone', async () => {
    const order = await ordered(type);
    const other = type === 'alipay' ? 'wxpay' : 'alipay';
    for (const reply of [
      await cancel(order, type, wang),
      await cancel(order, other),
      await cancel('none', type),
    ])
      expect(reply).toMatchObject({ code: '-1', data: { info: '订单不存在' } });
    expect(await stateOf(order)).toBe(0);
  });

  test('and a notice at the same moment credit once', async () => {
    const order = await ordered(type);
    const notice = await gateway.faulty(await gateway.payThere(order));
    await Promise.all([cancel(order, type), gateway.deliver(notice), cancel(order, type)]);
    expect([await balance(), await stateOf(order)]).toEqual(['12.34', 1]);
  });
});

describe.each(TYPES)('orders that nobody tells of, at %s', (type) => {
  test('are asked about after 5 s and settled when they are paid', async () => {
    const order = await ordered(type);
    await gateway.payThere(order);
    app.clock.advance(4999);
    expect(await checkPendingOrders(app.platform)).toBe(0);
    app.clock.advance(1);
    await runJobs(app.platform);
    expect([await balance(), await stateOf(order)]).toEqual(['12.34', 1]);
    app.clock.advance(60 * MINUTE);
    expect(await checkPendingOrders(app.platform)).toBe(0);
  });

  test('are asked about 7 times and then closed', async () => {
    const order = await ordered(type);
    const asked: number[] = [];
    const started = app.clock.now();
    for (let second = 0; second <= 1830; second += 1) {
      app.clock.time = started + second * 1000;
      if ((await checkPendingOrders(app.platform)) > 0) asked.push(second);
    }
    expect(asked).toEqual([5, 30, 60, 180, 300, 600, 1800]);
    expect(await stateOf(order)).toBe(3);
  });

  test('are asked again while the provider does not answer, and by one of two runs alone', async () => {
    const order = await ordered(type);
    let calls = 0;
    replaced = {
      query: async () => {
        calls += 1;
        throw new GatewayUnclear('away');
      },
    };
    app.clock.advance(31 * MINUTE);
    await Promise.all([checkPendingOrders(app.platform), checkPendingOrders(app.platform)]);
    expect([calls, await stateOf(order)]).toEqual([1, 0]);
    replaced = {};
    app.clock.advance(5 * MINUTE);
    await checkPendingOrders(app.platform);
    expect(await stateOf(order)).toBe(3);
  });

  test('and were cancelled but paid all the same are found at their end', async () => {
    const order = await ordered(type);
    replaced = { close: async () => 'closed' };
    await cancel(order, type);
    replaced = {};
    await gateway.payThere(order);
    app.clock.advance(30 * MINUTE);
    await checkPendingOrders(app.platform);
    expect([await balance(), await stateOf(order)]).toEqual(['12.34', 1]);
  });
});

describe('an order of type 2', () => {
  const production = async () => {
    const config = { ...app.platform.config, MODE: 'production' as const };
    return testApp({ executor: app.executor, platform: { config, keys: app.platform.keys } });
  };

  test('is credited when recharge claims it in production: paid, by its owner, with its amount, once', async () => {
    const order = await ordered('alipay', { orderType: 2 });
    const real = await production();
    const claim = (params: Params = {}, who = li) =>
      real.call('/wallet/recharge', { amount: '12.34', outTradeNo: order, ...params }, { token: who.token });
    const failed = { code: '-1', data: { info: '充值失败' } };
    expect(await claim()).toMatchObject(failed);
    await gateway.pay(order);
    expect(await balance()).toBe('0.00');
    expect(await claim({}, wang)).toMatchObject(failed);
    expect(await claim({ amount: '12.35' })).toMatchObject(failed);
    const replies = await Promise.all(Array.from({ length: 10 }, () => claim()));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    expect([await balance(), await balance(wang)]).toEqual(['12.34', '0.00']);
  });

  test('of type 0 has been credited already', async () => {
    const order = await ordered();
    await gateway.pay(order);
    const real = await production();
    expect(
      await real.call('/wallet/recharge', { amount: '12.34', outTradeNo: order }, { token: li.token }),
    ).toMatchObject({ code: '-1' });
    expect(await balance()).toBe('12.34');
  });
});

test('a payment that a full wallet cannot take stays with its order until it is claimed', async () => {
  await li.call('/wallet/recharge', { amount: '9999999999.99' });
  const order = await ordered();
  expect(await gateway.pay(order)).toEqual(ACKNOWLEDGED.alipay);
  expect([await balance(), await stateOf(order)]).toEqual(['9999999999.99', 1]);
  await li.call('/wallet/withdraw', { amount: '1000.00' });
  const config = { ...app.platform.config, MODE: 'production' as const };
  const real = await testApp({ executor: app.executor, platform: { config, keys: app.platform.keys } });
  expect(
    await real.call('/wallet/recharge', { amount: '12.34', outTradeNo: order }, { token: li.token }),
  ).toMatchObject({ code: '1' });
  expect(await balance()).toBe('9999999012.33');
});
