import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkPendingOrders } from '../../../src/features/payment-orders/check-pending.ts';
import { GatewayUnclear, type PaymentGateway } from '../../../src/platform/payments/port.ts';
import { type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { type FaultyGateway, faultyGateway, gatewayWith } from '../../support/gateway.ts';
import { expectBalancedBooks } from '../../support/money.ts';
import { refusing, type Said, saying } from '../../support/provider-news.ts';

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
const openSheet = (outTradeNo: string) => gateway.trades.open('alipay', outTradeNo, 1234);

describe.each(['ACQ.TRADE_STATUS_ERROR', 'ACQ.REASON_TRADE_STATUS_INVALID', 'ACQ.REASON_ILLEGAL_STATUS'])(
  'a trade that Alipay will not close (%s)',
  (code) => {
    beforeEach(() => {
      said = { close: refusing(code) };
    });

    test('and that is closed already lets its order expire, and is asked about no more', async () => {
      const order = await ordered();
      await openSheet(order);
      app.clock.advance(30 * MINUTE);
      await checkPendingOrders(app.platform);
      expect([await orderOf(order), logged]).toEqual([[3, null], []]);
    });

    test('and that was closed while it was looked at does the same', async () => {
      const order = await ordered();
      let asked = 0;
      said = {
        ...said,
        query: (facts) => {
          asked += 1;
          const status = asked === 1 ? 'WAIT_BUYER_PAY' : 'TRADE_CLOSED';
          return { ...facts, code: '10000', out_trade_no: order, trade_status: status };
        },
      };
      app.clock.advance(30 * MINUTE);
      await checkPendingOrders(app.platform);
      expect([asked, await orderOf(order), logged]).toEqual([2, [3, null], []]);
    });

    test('and that was paid is settled when its order is cancelled', async () => {
      const order = await ordered();
      await gateway.payThere(order);
      expect(await cancel(order)).toMatchObject({ code: '-1', data: { info: '订单已支付' } });
      expect([await balance(), logged]).toEqual(['12.34', []]);
    });

    test('and that is closed already lets its order be cancelled', async () => {
      const order = await ordered();
      await openSheet(order);
      await gateway.trades.close(order);
      expect(await cancel(order)).toMatchObject({ code: '1', data: { info: '支付已取消' } });
      expect([(await orderOf(order))?.[0], logged]).toEqual([2, []]);
    });
  },
);

test('the sandbox’s Alipay closes a trade itself when its time is over, and will not close it again', async () => {
  const [over, paid] = [await ordered(), await ordered()];
  await openSheet(over);
  await gateway.payThere(paid);
  const { alipay } = gateway.gateways;
  expect(await alipay.query(over)).toEqual({ state: 'pending' });
  app.clock.advance(30 * MINUTE);
  expect(await alipay.query(over)).toEqual({ state: 'closed' });
  expect([await alipay.close(over), await alipay.close(paid)]).toEqual(['not closable', 'not closable']);
  expect(await alipay.query(paid)).toMatchObject({ state: 'paid' });
});

// Documented for closing an order, with 202 and under both names.
test.each(['USERPAYING', 'USER_PAYING'])(
  'an order whose buyer is just paying when it ends (%s of WeChat Pay) is asked about again, and found paid',
  async (code) => {
    const order = await ordered('wxpay');
    app.clock.advance(30 * MINUTE);
    said = { close: () => ({ code, message: '用户支付中，需要输入密码' }), status: 202 };
    await checkPendingOrders(app.platform);
    expect([(await orderOf(order))?.[0], logged]).toEqual([0, ['payment provider']]);
    said = { query: (facts) => ({ ...facts, trade_state: 'SUCCESS', transaction_id: 'T' }) };
    app.clock.advance(5 * MINUTE);
    await checkPendingOrders(app.platform);
    expect([await balance(), await orderOf(order)]).toEqual(['12.34', [1, null]]);
  },
);

// Names that WeChat Pay has for one fact.
test.each(['ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'RESOURCE_NOT_EXISTS'])(
  'an order that WeChat Pay does not know (%s) is over at its end, and asked about no more',
  async (code) => {
    const order = await ordered('wxpay');
    const unknown = () => ({ code, message: '订单不存在' });
    said = { query: unknown, close: unknown, status: 404 };
    app.clock.advance(30 * MINUTE);
    await checkPendingOrders(app.platform);
    expect([await orderOf(order), logged]).toEqual([[3, null], []]);
  },
);

test('an order about which the provider says nothing for a day expires, and is asked about no more', async () => {
  const order = await ordered();
  const away = async () => {
    throw new GatewayUnclear('away');
  };
  replaced = { query: away };
  for (let minutes = 0; minutes < 25 * 60; minutes += 5) {
    app.clock.advance(5 * MINUTE);
    await checkPendingOrders(app.platform);
  }
  expect(await orderOf(order)).toEqual([3, null]);
});
