import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkPendingOrders } from '../../../src/features/payment-orders/check-pending.ts';
import { waitingStrays } from '../../../src/features/payment-orders/strays.ts';
import { GatewayUnclear, type PaymentGateway } from '../../../src/platform/payments/port.ts';
import { type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { type FaultyGateway, faultyGateway, gatewayWith } from '../../support/gateway.ts';
import { expectBalancedBooks } from '../../support/money.ts';
import { news, refundOf, type Said, saying } from '../../support/provider-news.ts';

type Type = 'alipay' | 'wxpay';
let app: TestApp;
let li: Person;
let gateway: FaultyGateway;
/** What the providers say in place of the sandbox's facts, and calls that a test replaces. */
let said: Said;
let replaced: Partial<PaymentGateway>;
const logged: string[] = [];
beforeEach(async () => {
  said = {};
  replaced = {};
  logged.length = 0;
  app = await testApp({
    platform: {
      log: { info: () => {}, error: (event) => void logged.push(event) },
      payments: async (provider) => gatewayWith(saying(app, gateway, said)[provider], replaced),
    },
  });
  gateway = await faultyGateway(app);
  li = await person(app);
});
afterEach(async () => {
  await expectBalancedBooks(app);
  await app.close();
});

const ordered = async (type: Type = 'alipay', orderType = 0): Promise<string> => {
  const params = { amount: '12.34', body: '', subject: '茶馆充值', type, orderType };
  return (await li.call('/wallet/createRechargeOrder', params)).data.outTradeNo;
};
const cancel = (outTradeNo: string, type: Type = 'alipay') =>
  li.call('/wallet/cancelOrder', { outTradeNo, type });
const balance = async () => (await li.call('/wallet/getBalance')).data;
const orderOf = async (outTradeNo: string) =>
  (await app.sql('SELECT state, next_check_at FROM payment_orders WHERE out_trade_no = ?', outTradeNo))[0];
const acknowledged = { alipay: { status: 200, text: 'success' }, wxpay: { status: 204, text: '' } };
describe('a payment that went back before it was credited', () => {
  /** Each way in which a provider tells of it; after `tell`, the order is as it was told. */
  const partly: [string, Type, (order: string) => Promise<unknown>][] = [
    [
      'an answer of WeChat Pay (REFUND)',
      'wxpay',
      () => {
        said = { query: (facts) => ({ ...facts, trade_state: 'REFUND' }) };
        app.clock.advance(5000);
        return checkPendingOrders(app.platform);
      },
    ],
    [
      'WeChat Pay, when its order is cancelled',
      'wxpay',
      async (order) => {
        said = { query: (facts) => ({ ...facts, trade_state: 'REFUND' }) };
        expect(await cancel(order, 'wxpay')).toMatchObject({ code: '1', data: { info: '支付已取消' } });
      },
    ],
    [
      'a notice of Alipay of a refund in part',
      'alipay',
      async (order) => {
        const trade = await gateway.payThere(order);
        const notice = news(app, gateway, trade, refundOf('1.00'));
        expect(await gateway.deliver(notice)).toEqual(acknowledged.alipay);
      },
    ],
  ];

  test.each(partly)('is not credited, by %s, and its rest waits for the operator', async (_, type, tell) => {
    const order = await ordered(type);
    const trade = await gateway.payThere(order);
    await tell(order);
    await tell(order);
    expect([await balance(), await orderOf(order)]).toEqual(['0.00', [3, null]]);
    expect(await waitingStrays(app.platform)).toMatchObject([{ outTradeNo: order, amount: 1234 }]);
    expect(logged.filter((event) => event === 'stray payment')).toHaveLength(1);
    // The notice of the payment itself was late: it comes after all, and again.
    for (let i = 0; i < 2; i += 1)
      expect(await gateway.deliver(await gateway.faulty(trade))).toEqual(acknowledged[type]);
    expect([await balance(), (await orderOf(order))?.[0]]).toEqual(['0.00', 3]);
  });

  const wholly: [string, (order: string) => Promise<unknown>][] = [
    [
      'an answer',
      () => {
        const paidAt = { send_pay_date: '2026-11-22 20:00:00' };
        said = { query: (facts) => ({ ...facts, ...paidAt, trade_status: 'TRADE_CLOSED' }) };
        app.clock.advance(5000);
        return checkPendingOrders(app.platform);
      },
    ],
    [
      'a notice',
      async (order) => {
        const closed = { ...refundOf('12.34'), trade_status: 'TRADE_CLOSED' };
        const notice = news(app, gateway, await gateway.payThere(order), closed);
        expect(await gateway.deliver(notice)).toEqual(acknowledged.alipay);
      },
    ],
  ];

  test.each(wholly)(
    'to the last fen is not credited, by %s of Alipay (TRADE_CLOSED), and nobody has to do anything',
    async (_, tell) => {
      const order = await ordered();
      const trade = await gateway.payThere(order);
      await tell(order);
      expect([await balance(), await orderOf(order), logged]).toEqual(['0.00', [3, null], []]);
      expect(await waitingStrays(app.platform)).toEqual([]);
      await gateway.deliver(await gateway.faulty(trade));
      expect([await balance(), (await orderOf(order))?.[0]]).toEqual(['0.00', 3]);
    },
  );

  test.each([
    ['wholly', { ...refundOf('12.34'), trade_status: 'TRADE_CLOSED' }, []],
    ['in part', refundOf('1.00'), [{ amount: 1234 }]],
  ])('%s is not credited, though another amount was told of before', async (_, changes, waiting) => {
    const order = await ordered();
    const trade = await gateway.payThere(order);
    await gateway.deliver(await gateway.faulty(trade, { amount: 1 }));
    for (let i = 0; i < 2; i += 1)
      expect(await gateway.deliver(news(app, gateway, trade, changes))).toEqual(acknowledged.alipay);
    expect(await waitingStrays(app.platform)).toMatchObject(waiting);
    // The notice of the true amount comes last.
    expect(await gateway.deliver(await gateway.faulty(trade))).toEqual(acknowledged.alipay);
    expect([await balance(), (await orderOf(order))?.[0]]).toEqual(['0.00', 3]);
    expect(await waitingStrays(app.platform)).toMatchObject(waiting);
  });

  test('and one that goes back when it has been credited changes nothing here', async () => {
    const order = await ordered();
    await gateway.pay(order);
    const trade = await gateway.payThere(order);
    for (const changes of [refundOf('1.00'), { ...refundOf('12.34'), trade_status: 'TRADE_CLOSED' }])
      expect(await gateway.deliver(news(app, gateway, trade, changes))).toEqual(acknowledged.alipay);
    expect([await balance(), (await orderOf(order))?.[0], logged]).toEqual(['12.34', 1, []]);
    expect(await app.sql('SELECT * FROM stray_payments')).toEqual([]);
  });
});

describe('the payment of an order of type 2, which waits for recharge', () => {
  const claim = async (outTradeNo: string) => {
    const config = { ...app.platform.config, MODE: 'production' as const };
    const { keys, payments, log } = app.platform;
    const real = await testApp({ executor: app.executor, platform: { config, keys, payments, log } });
    const params = { amount: '12.34', outTradeNo };
    return real.call('/wallet/recharge', params, { token: li.token });
  };
  const failed = { code: '-1', data: { info: '充值失败' } };

  test.each([
    ['in part', refundOf('1.00'), 1],
    ['to the last fen', { ...refundOf('12.34'), trade_status: 'TRADE_CLOSED' }, 0],
  ])('cannot be claimed once it has gone back %s', async (_, changes, waiting) => {
    const order = await ordered('alipay', 2);
    await gateway.pay(order);
    const trade = await gateway.payThere(order);
    for (let i = 0; i < 2; i += 1)
      expect(await gateway.deliver(news(app, gateway, trade, changes))).toEqual(acknowledged.alipay);
    expect(await claim(order)).toMatchObject(failed);
    // The notice of the payment itself comes once more.
    expect(await gateway.deliver(await gateway.faulty(trade))).toEqual(acknowledged.alipay);
    expect(await claim(order)).toMatchObject(failed);
    expect([await balance(), await orderOf(order)]).toEqual(['0.00', [3, null]]);
    expect(await waitingStrays(app.platform)).toHaveLength(waiting);
    expect(logged).toHaveLength(waiting);
  });

  test.each<[string, Type, (facts: Readonly<Record<string, unknown>>) => unknown, number]>([
    ['WeChat Pay (REFUND)', 'wxpay', (facts) => ({ ...facts, trade_state: 'REFUND' }), 1],
    [
      'Alipay (TRADE_CLOSED)',
      'alipay',
      (facts) => ({ ...facts, send_pay_date: '2026-11-22 20:00:00', trade_status: 'TRADE_CLOSED' }),
      0,
    ],
  ])('cannot be claimed where it has gone back at %s, which told nobody', async (_, type, query, waiting) => {
    const order = await ordered(type, 2);
    await gateway.pay(order);
    said = { query };
    expect(await claim(order)).toMatchObject(failed);
    said = {};
    expect(await claim(order)).toMatchObject(failed);
    expect([await balance(), await orderOf(order)]).toEqual(['0.00', [3, null]]);
    expect(await waitingStrays(app.platform)).toHaveLength(waiting);
  });

  test('is claimed although the provider does not answer: it has said once that it is paid', async () => {
    const order = await ordered('wxpay', 2);
    await gateway.pay(order);
    replaced = {
      query: async () => {
        throw new GatewayUnclear('away');
      },
    };
    expect(await claim(order)).toMatchObject({ code: '1' });
    expect([await balance(), logged]).toEqual(['12.34', ['payment provider']]);
  });

  test('stays in the wallet where it goes back after it was claimed', async () => {
    const order = await ordered('alipay', 2);
    await gateway.pay(order);
    expect(await claim(order)).toMatchObject({ code: '1' });
    const closed = { ...refundOf('12.34'), trade_status: 'TRADE_CLOSED' };
    await gateway.deliver(news(app, gateway, await gateway.payThere(order), closed));
    expect([await balance(), (await orderOf(order))?.[0], logged]).toEqual(['12.34', 1, []]);
    expect(await app.sql('SELECT * FROM stray_payments')).toEqual([]);
  });
});
