import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Fault } from '../support/faulty-notice.ts';
import { type PaymentProviders, startPaymentProviders } from '../support/payment-providers.ts';
import { expectRefusal, newPerson, type Params, type Person, type Reply, send } from './support/client.ts';
import { PUBLIC_URL, startProduction } from './support/production.ts';
import { until } from './support/socket.ts';
import { isAddress } from './support/target.ts';

const TYPES = ['alipay', 'wxpay'] as const;
type Type = (typeof TYPES)[number];
const ACKNOWLEDGED = { alipay: { status: 200, text: 'success' }, wxpay: { status: 204, text: '' } };
const REFUSED = {
  alipay: { status: 200, text: 'failure' },
  wxpay: { status: 500, text: '{"code":"FAIL","message":"失败"}' },
};
/** Of what nobody has signed. */
const REJECTED = { ...REFUSED, wxpay: { ...REFUSED.wxpay, status: 401 } };
const OTHER = { alipay: 'wxpay', wxpay: 'alipay' } as const;

let providers: PaymentProviders;
let server: Awaited<ReturnType<typeof startProduction>>;
let li: Person;
let wang: Person;
/** Somebody of whose payments nobody tells. */
let zhao: Person;
/** Orders of zhao's, made first, so that their time has come when the rest is done. */
const untold: { readonly paid: string; readonly forged: string; readonly type: Type }[] = [];
let unanswered: Promise<Reply>;

const create = (type: Type, params: Params = {}, who = li): Promise<Reply> =>
  who.call('/wallet/createRechargeOrder', {
    amount: '12.34',
    body: '',
    subject: '茶馆充值',
    type,
    orderType: 0,
    ...params,
  });
/** A new order, on which the provider's app has opened its pay sheet; the provider answers no questions about it. */
async function ordered(type: Type, params: Params = {}, who = li): Promise<string> {
  const { code, data } = await create(type, params, who);
  expect(code).toBe('1');
  expect((await providers.open(data.orderString)).outTradeNo).toBe(data.outTradeNo);
  providers.bend(data.outTradeNo, 'refuse');
  return data.outTradeNo;
}
async function deliver(notice: Request) {
  const path = notice.url.slice(PUBLIC_URL.length);
  const { headers, method } = notice;
  const response = await send(path, { method, headers, body: await notice.text() }, server.url);
  return { status: response.status, text: await response.text() };
}
/** Delivers again while the server says that it is too busy, as the real ones do. */
async function deliverUntilHeard(notice: Request) {
  for (;;) {
    const answer = await deliver(notice.clone());
    if (answer.status !== 503 && answer.status !== 504) return answer;
  }
}
/** Pays and tells, as the real ones do. */
const paid = async (outTradeNo: string, fault?: Fault) =>
  deliver(await providers.notice(await providers.pay(outTradeNo), fault));
const cancel = (outTradeNo: string, type: Type, who = li) =>
  who.call('/wallet/cancelOrder', { outTradeNo, type });
const fen = async (who = li) => Math.round(Number((await who.call('/wallet/getBalance')).data) * 100);
/** What somebody has more afterwards, in fen. */
async function gain(work: () => Promise<unknown>, who = li): Promise<number> {
  const before = await fen(who);
  await work();
  return (await fen(who)) - before;
}

describe.skipIf(isAddress(inject('target')))('payments in production over a hostile network', () => {
  beforeAll(async () => {
    providers = await startPaymentProviders(PUBLIC_URL);
    server = await startProduction(inject('target'), providers.settings);
    [li, wang, zhao] = await Promise.all([
      newPerson('李', server),
      newPerson('王', server),
      newPerson('赵', server),
    ]);
    for (const type of TYPES) {
      const [paid, forged] = [await ordered(type, {}, zhao), await ordered(type, {}, zhao)];
      await providers.pay(paid);
      providers.bend(paid, 'pass');
      providers.bend(forged, 'forge');
      untold.push({ paid, forged, type });
    }
    const asked = providers.asked.length;
    providers.bend('create', 'hang');
    unanswered = create('wxpay', {}, zhao);
    await until('the provider to be asked', () => providers.asked.length > asked);
    providers.bend('create', 'pass');
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await providers?.stop();
  });

  test('nothing is free', async () => {
    expectRefusal(await li.call('/wallet/recharge', { amount: '1.00' }), -1, '充值失败');
    const order = await ordered('alipay');
    for (const method of ['GET', 'POST'])
      expect((await send(`/sandbox/pay/${order}`, { method }, server.url)).status).toBe(404);
    expect(await fen()).toBe(0);
  });

  describe.each(TYPES)('a notice of %s', (type) => {
    // Nobody orders more than thirty times a minute.
    beforeAll(async () => {
      li = await newPerson('李', server);
    });

    test('credits the order, with one bill, and once, however often it comes', async () => {
      const order = await ordered(type);
      const bills = async () => (await li.call('/wallet/getWalletHistory')).data.length;
      const before = await bills();
      expect(
        await gain(async () => {
          for (let i = 0; i < 3; i += 1) expect(await paid(order)).toEqual(ACKNOWLEDGED[type]);
        }),
      ).toBe(1234);
      expect(await bills()).toBe(before + 1);
    });

    test('that comes forty times at once credits once', async () => {
      const trade = await providers.pay(await ordered(type));
      const notices = await Promise.all(Array.from({ length: 40 }, () => providers.notice(trade)));
      expect(
        await gain(async () => {
          const answers = await Promise.all(notices.map(deliverUntilHeard));
          expect(answers).toEqual(answers.map(() => ACKNOWLEDGED[type]));
        }),
      ).toBe(1234);
    });

    test('that is forged, tampered with, or about something else credits nothing, and the true one does', async () => {
      const order = await ordered(type);
      const trade = await providers.pay(order);
      const faults: readonly Fault[] = [
        { amount: 123_400 },
        { amount: 1 },
        { badSignature: true },
        { tampered: true },
        { otherMerchant: true },
        { otherApp: true },
        { outTradeNo: '20261122nobody' },
      ];
      const refused = async () => {
        for (const fault of faults)
          expect(await deliver(await providers.notice(trade, fault)), JSON.stringify(fault)).toEqual(
            (fault.badSignature || fault.tampered ? REJECTED : REFUSED)[type],
          );
        const elsewhere = await providers.notice({ ...trade, provider: OTHER[type] });
        expect(await deliver(elsewhere)).toEqual(REFUSED[OTHER[type]]);
      };
      expect(await gain(refused)).toBe(0);
      expect(await gain(() => paid(order))).toBe(1234);
    });

    test('of another payment of a paid order is acknowledged and not credited', async () => {
      const order = await ordered(type);
      const again = { tradeNo: `2026again${type}` };
      await paid(order);
      expect(
        await gain(async () => {
          for (let i = 0; i < 3; i += 1) expect(await paid(order, again)).toEqual(ACKNOWLEDGED[type]);
        }),
      ).toBe(0);
    });

    test('of two payments at the same moment credits one of them', async () => {
      const trade = await providers.pay(await ordered(type));
      const notices = await Promise.all(
        Array.from({ length: 20 }, (_, i) => providers.notice(trade, { tradeNo: `2026two${type}${i % 2}` })),
      );
      expect(await gain(() => Promise.all(notices.map(deliverUntilHeard)))).toBe(1234);
    });

    test('credits each order, in whatever order they come', async () => {
      const orders = [await ordered(type), await ordered(type, { amount: '0.01' }, wang)];
      const trades = await Promise.all(orders.map(providers.pay));
      const reversed = async () => {
        for (const trade of trades.reverse())
          expect(await deliver(await providers.notice(trade))).toEqual(ACKNOWLEDGED[type]);
      };
      const mine = await fen();
      expect(await gain(reversed, wang)).toBe(1);
      expect(await fen()).toBe(mine + 1234);
    });

    test('that comes after its order was cancelled credits all the same', async () => {
      const order = await ordered(type);
      expect(await cancel(order, type)).toMatchObject({ code: '1', data: { info: '支付已取消' } });
      expect(await gain(() => paid(order))).toBe(1234);
    });
  });

  describe.each(TYPES)('cancelOrder at %s', (type) => {
    test('closes the order there, also when the answer is lost', async () => {
      for (const how of ['pass', 'lose'] as const) {
        const order = await ordered(type);
        providers.bend(order, how);
        expect(await cancel(order, type)).toMatchObject({ code: '1', data: { info: '支付已取消' } });
        await expect(providers.pay(order)).rejects.toThrow('closed');
      }
    });

    test('settles an order that was paid meanwhile, and says so', async () => {
      const order = await ordered(type);
      providers.bend(order, 'pass');
      await providers.pay(order);
      for (const credited of [1234, 0])
        expect(await gain(async () => expectRefusal(await cancel(order, type), -1, '订单已支付'))).toBe(
          credited,
        );
    });

    test('and a notice at the same moment credit once', async () => {
      const order = await ordered(type);
      providers.bend(order, 'pass');
      const notice = await providers.notice(await providers.pay(order));
      expect(await gain(() => Promise.all([cancel(order, type), deliver(notice), cancel(order, type)]))).toBe(
        1234,
      );
    });

    test('believes nobody who says in the provider’s place that it was paid', async () => {
      const order = await ordered(type);
      providers.bend(order, 'forge');
      expect(await gain(async () => expect((await cancel(order, type)).code).toBe('1'))).toBe(0);
    });
  });

  describe('WeChat Pay', () => {
    test('is not believed when its news is older than five minutes', async () => {
      const order = await ordered('wxpay');
      expect(await gain(async () => expect(await paid(order, { age: 301 })).toEqual(REJECTED.wxpay))).toBe(0);
      expect(await gain(() => paid(order, { age: 280 }))).toBe(1234);
    });

    test('may tell of a payment before it has answered: refused then, believed when it tells again', async () => {
      const answers: unknown[] = [];
      providers.bend('create', async () => {
        answers.push(await paid(providers.asked.at(-1)?.outTradeNo ?? ''));
      });
      const before = await fen();
      const order = await ordered('wxpay');
      providers.bend('create', 'pass');
      expect([answers, await fen()]).toEqual([[REFUSED.wxpay], before]);
      expect(await gain(() => paid(order))).toBe(1234);
    });

    test.each(['refuse', 'lose', 'forge'] as const)(
      'whose answer to an order is bent (%s) has no order',
      async (how) => {
        providers.bend('create', how);
        expectRefusal(await create('wxpay'), -1, '订单创建失败');
        providers.bend('create', 'pass');
        const { outTradeNo = '' } = providers.asked.at(-1) ?? {};
        expectRefusal(await cancel(outTradeNo, 'wxpay'), -1, '订单不存在');
        if (how !== 'refuse') expect(await gain(() => paid(outTradeNo))).toBe(0);
      },
    );

    test('that never answers keeps nobody waiting for ever', async () => {
      expectRefusal(await unanswered, -1, '订单创建失败');
    });
  });

  test('an order of type 2 is credited when recharge claims it: paid, by its owner, its amount, once', async () => {
    const order = await ordered('alipay', { orderType: 2 });
    const claim = (params: Params = {}, who = li) =>
      who.call('/wallet/recharge', { amount: '12.34', outTradeNo: order, ...params });
    expect(
      await gain(async () => {
        expectRefusal(await claim(), -1, '充值失败');
        await paid(order);
        expectRefusal(await claim({}, wang), -1, '充值失败');
        expectRefusal(await claim({ amount: '12.35' }), -1, '充值失败');
      }),
    ).toBe(0);
    expect(
      await gain(async () => {
        const replies = await Promise.all(Array.from({ length: 10 }, () => claim()));
        expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
      }),
    ).toBe(1234);
  });

  test('orders of which nobody tells are settled by asking, and a forged answer settles none', async () => {
    const isAsked = (order: string) => providers.asked.some(({ outTradeNo }) => outTradeNo === order);
    await until('every order to be asked about', async () => {
      await server.runJobs?.();
      return untold.every(({ paid, forged }) => isAsked(paid) && isAsked(forged));
    });
    await until('the paid ones to be credited', async () => (await fen(zhao)) >= 2 * 1234);
    for (const { forged, type } of untold) {
      providers.bend(forged, 'pass');
      expect(await gain(async () => expect(await paid(forged)).toEqual(ACKNOWLEDGED[type]), zhao)).toBe(1234);
    }
    expect(await fen(zhao)).toBe(4 * 1234);
  });

  test('what was paid twice waits for a refund, once, the books balance, and no log line tells a secret', async () => {
    const [strays = '', books] = [
      await server.teahouse?.('admin', 'strays', 'list'),
      await server.teahouse?.('reconcile'),
    ];
    for (const type of TYPES) expect(strays.split(`2026again${type}`)).toHaveLength(2);
    expect(books).toBe('The books balance.');
    const log = server.lines?.join('\n') ?? '';
    for (const why of ['signature', 'another merchant', 'wrong amount', 'unknown'])
      expect(log).toContain(`"${why}"`);
    const secret = /sign=|ciphertext|PRIVATE KEY|MII[A-Za-z0-9+/]{20}/;
    expect(server.lines?.filter((line) => secret.test(line))).toEqual([]);
    expect(log).not.toContain(providers.settings['WXPAY_API_V3_KEY']);
  });
});
