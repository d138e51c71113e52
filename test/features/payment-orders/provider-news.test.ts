import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkPendingOrders } from '../../../src/features/payment-orders/check-pending.ts';
import { waitingStrays } from '../../../src/features/payment-orders/strays.ts';
import { runJobs } from '../../../src/jobs.ts';
import { GatewayUnclear, type PaymentGateway } from '../../../src/platform/payments/port.ts';
import { type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { befriend } from '../../support/friends.ts';
import { type FaultyGateway, faultyGateway, gatewayWith } from '../../support/gateway.ts';
import { expectBalancedBooks, withPayPassword } from '../../support/money.ts';
import { transfer } from '../../support/payments.ts';
import {
  gbkNews,
  news,
  refundOf,
  refusing,
  type Said,
  saying,
  wechatRefund,
} from '../../support/provider-news.ts';

type Type = 'alipay' | 'wxpay';
const MINUTE = 60_000;

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
const openSheet = (outTradeNo: string) => gateway.trades.open('alipay', outTradeNo, 1234);

/** As Alipay's own sample of a notice of a payment has it. */
const nothingRefunded = { refund_fee: '0.00', gmt_close: '2026-11-22 20:00:00' };

test.each([
  ['', {}],
  [', also where it says that nothing was refunded', nothingRefunded],
])(
  'a notice that a trade was closed unpaid is acknowledged, and its order waits for its end%s',
  async (_, changes) => {
    const order = await ordered();
    await openSheet(order);
    const trade = await gateway.trades.find(order);
    if (!trade) throw new Error('No such trade.');
    const notice = news(app, gateway, trade, { ...changes, trade_status: 'TRADE_CLOSED' });
    expect(await gateway.deliver(notice)).toEqual(acknowledged.alipay);
    expect([await balance(), (await orderOf(order))?.[0]]).toEqual(['0.00', 0]);
    expect(await app.sql('SELECT * FROM stray_payments')).toEqual([]);
  },
);

test.each(['TRADE_SUCCESS', 'TRADE_FINISHED'])(
  'a notice of Alipay of a payment (%s) of which nothing was refunded credits it, once',
  async (trade_status) => {
    const order = await ordered();
    const trade = await gateway.payThere(order);
    for (let i = 0; i < 2; i += 1) {
      const notice = news(app, gateway, trade, { ...nothingRefunded, trade_status });
      expect(await gateway.deliver(notice)).toEqual(acknowledged.alipay);
    }
    expect([await balance(), (await orderOf(order))?.[0], logged]).toEqual(['12.34', 1, []]);
    expect(await waitingStrays(app.platform)).toEqual([]);
  },
);

test('an answer of Alipay that tells the amount as a number, as its own sample does, settles the order', async () => {
  const order = await ordered();
  await gateway.payThere(order);
  said = { query: (facts) => ({ ...facts, total_amount: 12.34 }) };
  app.clock.advance(5000);
  await checkPendingOrders(app.platform);
  expect([await balance(), (await orderOf(order))?.[0], logged]).toEqual(['12.34', 1, []]);
});

test('notices of Alipay in GBK are believed: one credits a payment, one of a refund before that ends its order', async () => {
  const [paid, refunded] = [await ordered(), await ordered()];
  const told = [
    await gbkNews(app, gateway, await gateway.payThere(paid), {}),
    await gbkNews(app, gateway, await gateway.payThere(refunded), refundOf('1.00')),
  ];
  for (const notice of told) expect(await gateway.deliver(notice)).toEqual(acknowledged.alipay);
  expect([await balance(), (await orderOf(paid))?.[0], (await orderOf(refunded))?.[0]]).toEqual([
    '12.34',
    1,
    3,
  ]);
});

test.each(['alipay', 'wxpay'] as const)(
  'a notice of %s that meets the flood limit, or a fault of ours, is not taken for received',
  async (type) => {
    const order = await ordered(type);
    const trade = await gateway.payThere(order);
    const { platform } = app;
    const config = { ...platform.config, RATE_LIMITS: 'on' as const, RATE_PER_ADDRESS: 1 };
    const flooded = await testApp({ executor: app.executor, platform: { ...platform, config } });
    const deliver = async (to: TestApp) => {
      const response = await to.fetch(await gateway.faulty(trade));
      return { status: response.status, text: await response.text() };
    };
    const missing = new Request(`http://teahouse.test/wallet/${type}Notify`, { method: 'POST', body: 'x' });
    await flooded.fetch(missing);
    expect(await deliver(flooded)).toMatchObject({
      status: 429,
      text: expect.not.stringMatching(/success/i),
    });
    const failing = async () => {
      throw new Error('a fault');
    };
    const faulty = await testApp({ executor: app.executor, platform: { ...platform, payments: failing } });
    expect(await deliver(faulty)).toMatchObject({ status: 500, text: expect.not.stringMatching(/success/i) });
    expect(await balance()).toBe('0.00');
    expect(await gateway.deliver(await gateway.faulty(trade))).toEqual(acknowledged[type]);
    expect(await balance()).toBe('12.34');
  },
);

test.each(['lost', 'answered'])(
  'an order that a notice settles while it is cancelled is told of as paid (the provider’s answer is %s)',
  async (how) => {
    const order = await ordered();
    replaced = {
      close: async () => {
        expect(await gateway.pay(order)).toEqual(acknowledged.alipay);
        if (how === 'lost') throw new GatewayUnclear('lost');
        return 'closed';
      },
    };
    expect(await cancel(order)).toMatchObject({ code: '-1', data: { info: '订单已支付' } });
    expect([await balance(), (await orderOf(order))?.[0]]).toEqual(['12.34', 1]);
  },
);

describe.each(['alipay', 'wxpay'] as const)('an answer of %s that is well signed', (type) => {
  test.each([
    ['has another shape', () => ({ code: '10000', state: 'paid' })],
    ['is empty', () => ({})],
    [
      'is about another order',
      (facts: object) => ({ ...facts, out_trade_no: 'another', trade_no: 'T', transaction_id: 'T' }),
    ],
    [
      'tells no amount of a paid trade',
      (facts: object) => ({ ...facts, total_amount: '', amount: undefined }),
    ],
    [
      'tells an amount that is none, or in another currency',
      (facts: object) => ({ ...facts, total_amount: 'USD 12.34', amount: { total: 1234, currency: 'USD' } }),
    ],
  ])('and %s is no answer: nothing is credited, and the next order is asked about', async (_, say) => {
    const [odd, other] = [await ordered(type), await ordered(type)];
    for (const order of [odd, other]) await gateway.payThere(order);
    said = { query: (facts) => (facts['out_trade_no'] === odd ? say(facts) : facts) };
    app.clock.advance(5000);
    expect(await checkPendingOrders(app.platform)).toBe(2);
    expect([await balance(), (await orderOf(odd))?.[0], (await orderOf(other))?.[0]]).toEqual([
      '12.34',
      0,
      1,
    ]);
    expect(logged).toEqual(['payment provider']);
    said = {};
    app.clock.advance(30_000);
    await checkPendingOrders(app.platform);
    expect(await balance()).toBe('24.68');
  });
});

test('a provider that hangs holds up neither the orders behind it nor any job of our own', async () => {
  const wang = await person(app);
  await befriend(li, wang);
  await withPayPassword(app, li);
  await li.call('/wallet/recharge', { amount: '1.00' });
  expect((await transfer(li, wang, '1.00')).code).toBe('1');
  app.clock.advance(24 * 60 * MINUTE);
  const orders: string[] = [];
  for (let i = 0; i < 7; i += 1) orders.push(await ordered());
  await gateway.payThere(orders[6] ?? '');
  app.clock.advance(5000);
  const { promise: forever, reject } = Promise.withResolvers<never>();
  const { query } = gateway.gateways.alipay;
  let [open, most] = [0, 0];
  const returned: string[] = [];
  replaced = {
    query: async (order) => {
      returned.push(await balance());
      open += 1;
      most = Math.max(most, open);
      // Four never answer while the others are asked about.
      if (orders.indexOf(order) < 4) await forever;
      open -= 1;
      if (order === orders[6]) reject(new GatewayUnclear('no answer'));
      return query(order);
    },
  };
  await runJobs(app.platform);
  expect([(await orderOf(orders[6] ?? ''))?.[0], most]).toEqual([1, 5]);
  // The transfer had come back before the first question was asked.
  expect(new Set(returned)).toEqual(new Set(['1.00']));
  expect(logged).toEqual(['payment provider', 'payment provider', 'payment provider', 'payment provider']);
});

describe('a notice that is well signed, ours, and about no payment in yuan', () => {
  const refused = { status: 500, text: '{"code":"FAIL","message":"失败"}' };
  const untouched = async (order: string) =>
    expect([await balance(), (await orderOf(order))?.[0]]).toEqual(['0.00', 0]);

  test.each([{ total: 1234, currency: 'USD' }, { total: 1234, currency: 'HKD' }, { total: 1234 }])(
    'is refused where WeChat Pay tells of %o',
    async (amount) => {
      const order = await ordered('wxpay');
      const trade = await gateway.payThere(order);
      expect(await gateway.deliver(news(app, gateway, trade, { amount }))).toEqual(refused);
      await untouched(order);
      expect(logged).toContain('payment notice refused');
    },
  );

  test.each(['NOTPAY', 'CLOSED', 'PAYERROR', 'REFUND', 'REVOKED', 'USERPAYING'])(
    'is acknowledged where WeChat Pay tells of a trade that is %s, and credits nothing',
    async (state) => {
      const order = await ordered('wxpay');
      const trade = await gateway.payThere(order);
      const notice = news(app, gateway, trade, { trade_state: state });
      expect(await gateway.deliver(notice)).toEqual(acknowledged.wxpay);
      await untouched(order);
    },
  );

  test.each(['ABNORMAL', 'CLOSED'] as const)(
    'is acknowledged where WeChat Pay tells of a refund that is %s, and changes nothing',
    async (status) => {
      const order = await ordered('wxpay');
      const notice = wechatRefund(app, gateway, await gateway.payThere(order), status);
      expect(await gateway.deliver(notice)).toEqual(acknowledged.wxpay);
      await untouched(order);
    },
  );

  test('is acknowledged where WeChat Pay tells of a refund, and what went back is never credited', async () => {
    const order = await ordered('wxpay');
    const trade = await gateway.payThere(order);
    const told = () => gateway.deliver(wechatRefund(app, gateway, trade, 'SUCCESS'));
    expect([await told(), await told()]).toEqual([acknowledged.wxpay, acknowledged.wxpay]);
    expect(await gateway.deliver(await gateway.faulty(trade))).toEqual(acknowledged.wxpay);
    expect(await balance()).toBe('0.00');
  });

  test.each(['WAIT_BUYER_PAY', 'TRADE_CLOSED', 'TRADE_PENDING'])(
    'is acknowledged where Alipay tells of a trade that is %s, and credits nothing',
    async (status) => {
      const order = await ordered();
      const notice = news(app, gateway, await gateway.payThere(order), { trade_status: status });
      expect(await gateway.deliver(notice)).toEqual(acknowledged.alipay);
      await untouched(order);
    },
  );

  test('is refused where Alipay tells of an amount that is none', async () => {
    const order = await ordered();
    const trade = await gateway.payThere(order);
    for (const total_amount of ['', '12.345', 'USD 12.34', '-12.34'])
      expect(await gateway.deliver(news(app, gateway, trade, { total_amount }))).toEqual({
        status: 200,
        text: 'failure',
      });
    await untouched(order);
  });

  test('and TRADE_FINISHED of Alipay is a payment, once', async () => {
    const order = await ordered();
    const trade = await gateway.payThere(order);
    for (const trade_status of ['TRADE_FINISHED', 'TRADE_SUCCESS'])
      expect(await gateway.deliver(news(app, gateway, trade, { trade_status }))).toEqual(acknowledged.alipay);
    expect([await balance(), (await orderOf(order))?.[0]]).toEqual(['12.34', 1]);
  });
});

describe('an answer about a trade that is', () => {
  test.each(['NOTPAY', 'USERPAYING', 'ACCEPT', 'SOMETHING_NEW'])(
    '%s leaves the order of WeChat Pay open until its end',
    async (state) => {
      const order = await ordered('wxpay');
      said = { query: (facts) => ({ ...facts, trade_state: state }) };
      app.clock.advance(5000);
      await checkPendingOrders(app.platform);
      expect([(await orderOf(order))?.[0], await balance()]).toEqual([0, '0.00']);
      app.clock.advance(30 * MINUTE);
      await checkPendingOrders(app.platform);
      expect(await orderOf(order)).toEqual([3, null]);
    },
  );

  test.each(['CLOSED', 'REVOKED', 'PAYERROR'])('%s ends the order of WeChat Pay', async (state) => {
    const order = await ordered('wxpay');
    said = { query: (facts) => ({ ...facts, trade_state: state }) };
    replaced = {
      close: async () => {
        throw new GatewayUnclear('needless');
      },
    };
    app.clock.advance(30 * MINUTE);
    await checkPendingOrders(app.platform);
    expect([await orderOf(order), logged]).toEqual([[3, null], []]);
  });

  test('TRADE_PENDING keeps the order of Alipay, because it may still be paid', async () => {
    const order = await ordered();
    await openSheet(order);
    said = {
      query: (facts) => ({ ...facts, trade_status: 'TRADE_PENDING' }),
      close: refusing('ACQ.TRADE_STATUS_ERROR'),
    };
    app.clock.advance(30 * MINUTE);
    await checkPendingOrders(app.platform);
    expect((await orderOf(order))?.[0]).toBe(0);
    said = { query: (facts) => ({ ...facts, trade_status: 'TRADE_SUCCESS' }) };
    app.clock.advance(5 * MINUTE);
    await checkPendingOrders(app.platform);
    expect([(await orderOf(order))?.[0], await balance()]).toEqual([1, '12.34']);
  });
});

test('a fault of ours at one order is told of when all others have been asked about', async () => {
  const [faulty, ...others] = [await ordered(), await ordered(), await ordered()];
  for (const order of others) await gateway.payThere(order);
  const { query } = gateway.gateways.alipay;
  replaced = {
    query: (order) => (order === faulty ? Promise.reject(new Error('a fault of ours')) : query(order)),
  };
  app.clock.advance(5000);
  await expect(checkPendingOrders(app.platform)).rejects.toThrow('a fault of ours');
  expect(await balance()).toBe('24.68');
});
