import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkPendingOrders } from '../../../src/features/payment-orders/check-pending.ts';
import { strayRefunded, waitingStrays } from '../../../src/features/payment-orders/strays.ts';
import type { PaymentGateway } from '../../../src/platform/payments/port.ts';
import { type Params, type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { type FaultyGateway, faultyGateway, gatewayWith } from '../../support/gateway.ts';
import { expectBalancedBooks } from '../../support/money.ts';

type Type = 'alipay' | 'wxpay';
const TYPES = ['alipay', 'wxpay'] as const;
const ACKNOWLEDGED = { alipay: { status: 200, text: 'success' }, wxpay: { status: 204, text: '' } };
const REFUSED = {
  alipay: { status: 200, text: 'failure' },
  wxpay: { status: 500, text: '{"code":"FAIL","message":"失败"}' },
};
/** Of what nobody has signed. */
const REJECTED = { ...REFUSED, wxpay: { ...REFUSED.wxpay, status: 401 } };
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
const strays = () => app.sql('SELECT amount FROM stray_payments ORDER BY found_at, trade_no');

describe.each(TYPES)('a notice of %s', (type) => {
  test('credits the order, with one bill, and is acknowledged', async () => {
    const order = await ordered(type);
    expect(await balance()).toBe('0.00');
    expect(await gateway.pay(order)).toEqual(ACKNOWLEDGED[type]);
    expect([await balance(), await balance(wang)]).toEqual(['12.34', '0.00']);
    expect((await li.call('/wallet/getWalletHistory')).data).toMatchObject([
      { moneyType: '1', amount: '12.34', moneyDirect: '1' },
    ]);
  });

  test('that comes forty times at once credits once', async () => {
    const order = await ordered(type);
    const trade = await gateway.payThere(order);
    const notices = await Promise.all(Array.from({ length: 40 }, () => gateway.faulty(trade)));
    const answers = await Promise.all(notices.map(gateway.deliver));
    expect(answers).toEqual(answers.map(() => ACKNOWLEDGED[type]));
    expect([await balance(), await strays()]).toEqual(['12.34', []]);
  });

  test.each([
    ['of another amount', { amount: 123_400 }, 'error'],
    ['with a bad signature', { badSignature: true }, 'info'],
    ['that was tampered with', { tampered: true }, 'info'],
    ['of another merchant', { otherMerchant: true }, 'error'],
    ['of another app', { otherApp: true }, 'error'],
    ['of an order that is none', { outTradeNo: '20261122nobody' }, 'error'],
  ] as const)('%s is refused, logged, and credits nothing', async (_, fault, level) => {
    const order = await ordered(type);
    expect(await gateway.pay(order, fault)).toEqual((level === 'info' ? REJECTED : REFUSED)[type]);
    expect([await balance(), await stateOf(order)]).toEqual(['0.00', 0]);
    const lines = logged.filter(([event]) => event === 'payment notice refused');
    expect(lines.map(([, , each]) => each)).toEqual([level]);
    expect(JSON.stringify(logged)).not.toMatch(/sign=|ciphertext/);
  });

  test('of the true amount credits after one of another amount, and leaves nothing to refund', async () => {
    const order = await ordered(type);
    const trade = await gateway.payThere(order);
    expect(await gateway.deliver(await gateway.faulty(trade, { amount: 1 }))).toEqual(REFUSED[type]);
    expect([await balance(), (await strays()).length]).toEqual(['0.00', 1]);
    expect(await gateway.deliver(await gateway.faulty(trade))).toEqual(ACKNOWLEDGED[type]);
    expect([await balance(), await strays()]).toEqual(['12.34', []]);
  });

  test('of the other provider credits nothing', async () => {
    const order = await ordered(type);
    const trade = await gateway.payThere(order);
    const other = type === 'alipay' ? 'wxpay' : 'alipay';
    expect(await gateway.deliver(await gateway.faulty({ ...trade, provider: other }))).toEqual(
      REFUSED[other],
    );
    expect(await balance()).toBe('0.00');
  });

  test('of another payment of a paid order is kept for a refund, once, and not credited', async () => {
    const order = await ordered(type);
    await gateway.pay(order);
    for (let i = 0; i < 3; i += 1) {
      expect(await gateway.pay(order, { tradeNo: '20269999' })).toEqual(ACKNOWLEDGED[type]);
    }
    expect([await balance(), await strays()]).toEqual(['12.34', [[1234]]]);
    expect(logged.filter(([event]) => event === 'stray payment')).toHaveLength(1);
  });

  test('of another payment waits for the operator until he has refunded it', async () => {
    const order = await ordered(type);
    await gateway.pay(order);
    await gateway.pay(order, { tradeNo: '20269999' });
    expect(await waitingStrays(app.platform)).toMatchObject([
      { provider: type, tradeNo: '20269999', amount: 1234, outTradeNo: order },
    ]);
    expect(await strayRefunded(app.platform, 'other')).toBe(false);
    expect(await strayRefunded(app.platform, '20269999')).toBe(true);
    expect(await strayRefunded(app.platform, '20269999')).toBe(false);
    expect(await waitingStrays(app.platform)).toEqual([]);
  });

  test('of two payments at the same moment credits one of them', async () => {
    const order = await ordered(type);
    const trade = await gateway.payThere(order);
    const notices = await Promise.all(
      Array.from({ length: 20 }, (_, i) => gateway.faulty(trade, { tradeNo: `2026000${i % 2}` })),
    );
    await Promise.all(notices.map(gateway.deliver));
    expect([await balance(), await strays()]).toEqual(['12.34', [[1234]]]);
  });

  test('with a payment that another order has is refused', async () => {
    const [one, two] = [await ordered(type), await ordered(type)];
    await gateway.pay(one, { tradeNo: '2026777' });
    await gateway.pay(two, { tradeNo: '2026777' });
    expect([await balance(), await stateOf(two)]).toEqual(['12.34', 0]);
  });

  test('in any order with others credits each', async () => {
    const orders = [await ordered(type), await ordered(type, { amount: '0.01' }, wang)];
    const notices = await Promise.all(
      orders.map(async (order) => gateway.faulty(await gateway.payThere(order))),
    );
    for (const notice of notices.reverse()) expect(await gateway.deliver(notice)).toEqual(ACKNOWLEDGED[type]);
    expect([await balance(), await balance(wang)]).toEqual(['12.34', '0.01']);
  });

  test('that comes after the order was cancelled, or has expired, credits all the same', async () => {
    const [cancelled, expired] = [await ordered(type), await ordered(type)];
    const [first, second] = [await gateway.payThere(cancelled), await gateway.payThere(expired)];
    replaced = { close: async () => 'closed', query: async () => ({ state: 'closed' }) };
    expect(await cancel(cancelled, type)).toMatchObject({ code: '1', data: { info: '支付已取消' } });
    app.clock.advance(31 * MINUTE);
    await checkPendingOrders(app.platform);
    expect([await stateOf(cancelled), await stateOf(expired)]).toEqual([2, 3]);
    for (const trade of [first, second]) {
      expect(await gateway.deliver(await gateway.faulty(trade))).toEqual(ACKNOWLEDGED[type]);
    }
    expect(await balance()).toBe('24.68');
  });

  test.each(['', '{', '<xml></xml>', 'a=b&a=c', '\u0000', 'sign=x&sign=y', '{"event_type":1}'])(
    'that is no notice (%j) is refused, and rings no alarm',
    async (body) => {
      const request = new Request(`http://teahouse.test/wallet/${type}Notify`, { method: 'POST', body });
      expect(await gateway.deliver(request)).toEqual(REJECTED[type]);
      expect(logged.filter(([, , level]) => level === 'error')).toEqual([]);
    },
  );

  test('larger than any notice is refused unread', async () => {
    const body = 'a'.repeat(65 * 1024);
    const request = new Request(`http://teahouse.test/wallet/${type}Notify`, { method: 'POST', body });
    expect((await gateway.deliver(request)).status).toBe(413);
  });
});

test('a notice of WeChat Pay that is older than five minutes is refused', async () => {
  const order = await ordered('wxpay');
  expect(await gateway.pay(order, { age: 301 })).toEqual(REJECTED.wxpay);
  expect(await gateway.pay(order, { age: 299 })).toEqual(ACKNOWLEDGED.wxpay);
  expect(await balance()).toBe('12.34');
});
