import { describe, expect } from 'vitest';
import type { RefundId } from '../../../src/core/ids.ts';
import { PROVIDERS, REFUSAL, type RefundFault, UNCLEAR_FAULTS } from '../../support/hostile-refunds.ts';
import { operate } from '../../support/operate.ts';
import { refundTest } from '../../support/refund-test.ts';
import { expectRefundedOnce, ordered, paid, refunded, standing, untilEnded } from '../../support/refunds.ts';

const HOUR = 3_600_000;
const test = refundTest();

const whys = (logged: readonly Readonly<Record<string, unknown>>[]) =>
  logged.filter(({ event }) => event === 'refund provider').map(({ why }) => why);

describe.for(PROVIDERS)('a refund at %s', (type) => {
  test.for(UNCLEAR_FAULTS.map((fault) => [fault] as const))(
    'whose request meets a hostile network (%s) is asked about, and refunded once, under one number',
    async ([fault], { app, providers, li, fen }) => {
      const { tradeNo } = await paid(app, providers, type, await ordered(li, type));
      const refund = await refunded(app, tradeNo, '2.34');
      providers.faults.refund = [fault];
      await untilEnded(app);
      expect(await standing(app, refund)).toMatchObject({ state: 1 });
      expect(new Set(providers.arrivals.map(({ refundNo }) => refundNo))).toEqual(
        new Set([`refund${refund}`]),
      );
      expect(await fen()).toBe(1000);
      await expectRefundedOnce(app, providers);
    },
  );

  test('about which the questions meet a hostile network is asked about again', async ({
    app,
    providers,
    li,
    fen,
  }) => {
    for (const fault of UNCLEAR_FAULTS) {
      const { tradeNo } = await paid(app, providers, type, await ordered(li, type));
      await refunded(app, tradeNo);
      providers.faults.refund = ['answer lost'];
      providers.faults.query = [fault, fault, fault];
      await untilEnded(app);
      providers.faults.query = [];
      expect(await fen(), JSON.stringify(fault)).toBe(0);
    }
    await expectRefundedOnce(app, providers);
  });

  test('that is refused gives the money back once the question confirms it', async ({
    app,
    providers,
    li,
    run,
    fen,
    logged,
  }) => {
    const { tradeNo } = await paid(app, providers, type, await ordered(li, type));
    const refund = await refunded(app, tradeNo);
    providers.faults.refund = [{ refuse: REFUSAL[type] }];
    await run();
    expect(await standing(app, refund)).toMatchObject({ state: 0, stage: 1, reason: REFUSAL[type] });
    expect(await fen()).toBe(0);
    await untilEnded(app);
    expect(await standing(app, refund)).toMatchObject({ state: 2, reason: REFUSAL[type] });
    expect([await fen(), providers.gone()]).toEqual([1234, []]);
    expect(whys(logged)).toEqual([REFUSAL[type]]);
    const history = (await li.call('/wallet/getWalletHistory')).data;
    expect(history.map(({ content }: { content: string }) => content)).toEqual(['退款退回', '退款', '']);
    const kinds = (await li.events()).filter(({ type }) => type === 68 || type === 39);
    expect(kinds).toHaveLength(3);
    // It is free to go back again, under another number.
    await refunded(app, tradeNo);
    await untilEnded(app);
    expect(await fen()).toBe(0);
    await expectRefundedOnce(app, providers);
  });

  test('whose copy is refused although it was done is done', async ({ app, providers, li, fen }) => {
    const { tradeNo } = await paid(app, providers, type, await ordered(li, type));
    await refunded(app, tradeNo);
    providers.faults.refund = [{ refuse: REFUSAL[type], first: 'done' }];
    await untilEnded(app);
    expect(await fen()).toBe(0);
    await expectRefundedOnce(app, providers);
  });

  test('is not given up because somebody says for ever in the provider’s place that it was not done', async ({
    app,
    providers,
    li,
    later,
    fen,
  }) => {
    const { tradeNo } = await paid(app, providers, type, await ordered(li, type));
    await refunded(app, tradeNo);
    const forged = Array.from({ length: 200 }, (): RefundFault => 'forged, done');
    providers.faults.refund = [...forged];
    providers.faults.query = [...forged];
    for (let hour = 0; hour < 20; hour += 1) await later(HOUR);
    expect(await fen()).toBe(0);
    providers.faults.refund = [];
    providers.faults.query = [];
    await untilEnded(app);
    expect(await fen()).toBe(0);
    await expectRefundedOnce(app, providers);
  });

  test('that nobody could send for a day is the operator’s', async ({ app, providers, li, later, fen }) => {
    const { tradeNo } = await paid(app, providers, type, await ordered(li, type));
    const refund = await refunded(app, tradeNo);
    await later(25 * HOUR);
    expect(await standing(app, refund)).toMatchObject({ state: 0, stage: 2, reason: 'TOO_OLD' });
    expect([await fen(), providers.arrivals]).toEqual([0, []]);
    expect((await operate(app, 'finance', 'refunds.ask', { refund })).status).toBe(200);
    await untilEnded(app);
    expect(await standing(app, refund)).toMatchObject({ state: 1 });
    await expectRefundedOnce(app, providers);
  });

  test('that turns out to be done after it was given back here is told of', async ({
    app,
    providers,
    li,
    later,
    fen,
    logged,
  }) => {
    const { tradeNo } = await paid(app, providers, type, await ordered(li, type));
    const refund = await refunded(app, tradeNo);
    providers.faults.refund = ['answer lost'];
    await later(0);
    const given = { refund, reason: 'looked at the wrong one' };
    const refused = await operate(app, 'finance', 'refunds.return', given);
    expect([refused.status, refused.body.message]).toEqual([409, expect.stringContaining('--force')]);
    expect((await operate(app, 'finance', 'refunds.return', { ...given, force: true })).status).toBe(200);
    expect(await fen()).toBe(1234);
    await later(6 * HOUR);
    expect(whys(logged)).toContain('DONE_AFTER_RETURN');
  });
});

describe('WeChat Pay', () => {
  const begun = async (
    app: Parameters<typeof paid>[0],
    providers: Parameters<typeof paid>[1],
    li: Parameters<typeof ordered>[0],
  ) => {
    const trade = await paid(app, providers, 'wxpay', await ordered(li, 'wxpay'));
    return { trade, refund: await refunded(app, trade.tradeNo) };
  };
  const state = async (app: Parameters<typeof standing>[0], refund: RefundId) =>
    (await standing(app, refund)).state;

  test('that refuses the second part is believed by nobody who has not looked: its refusals are not signed', async ({
    app,
    providers,
    li,
    fen,
  }) => {
    const { tradeNo } = await paid(app, providers, 'wxpay', await ordered(li, 'wxpay'));
    await refunded(app, tradeNo, '1.00');
    await untilEnded(app);
    const refund = await refunded(app, tradeNo, '2.00');
    providers.faults.refund = [{ refuse: 'NOT_ENOUGH' }];
    await untilEnded(app);
    expect(await standing(app, refund)).toMatchObject({ state: 0, stage: 2, reason: 'NOT_ENOUGH' });
    expect(await fen()).toBe(934);
    expect((await operate(app, 'finance', 'refunds.return', { refund, reason: 'looked' })).status).toBe(200);
    expect(await fen()).toBe(1134);
    await expectRefundedOnce(app, providers);
  });

  test('that closes a refund gives the money back', async ({ app, providers, li, run, fen }) => {
    const { refund } = await begun(app, providers, li);
    await run();
    await providers.decide(`refund${refund}`, 'closed');
    await untilEnded(app);
    expect([await state(app, refund), await fen()]).toEqual([2, 1234]);
  });

  test('that cannot reach the payer leaves it to the operator, who decides there and asks again', async ({
    app,
    providers,
    li,
    run,
    fen,
  }) => {
    const { refund } = await begun(app, providers, li);
    await run();
    await providers.decide(`refund${refund}`, 'stuck');
    await untilEnded(app);
    expect(await standing(app, refund)).toMatchObject({ state: 0, stage: 2, reason: 'ABNORMAL' });
    expect((await operate(app, 'finance', 'refunds.ask', { refund })).status).toBe(200);
    await untilEnded(app);
    expect(await standing(app, refund)).toMatchObject({ stage: 2, reason: 'ABNORMAL' });
    await providers.decide(`refund${refund}`, 'done');
    expect((await operate(app, 'finance', 'refunds.ask', { refund })).status).toBe(200);
    await untilEnded(app);
    expect([await state(app, refund), await fen()]).toEqual([1, 0]);
  });

  describe('tells of a refund', () => {
    const ACKNOWLEDGED = 204;

    test('and it ends by that, once, however often it comes', async ({ app, providers, li, run, fen }) => {
      const { trade, refund } = await begun(app, providers, li);
      await run();
      await providers.decide(`refund${refund}`, 'done');
      const notices = await Promise.all(
        [1, 2, 3].map(() => providers.refundNotice(trade, `refund${refund}`)),
      );
      const answers = await Promise.all(notices.map((notice) => app.fetch(notice)));
      expect(answers.map(({ status }) => status)).toEqual([ACKNOWLEDGED, ACKNOWLEDGED, ACKNOWLEDGED]);
      expect([await state(app, refund), await fen()]).toEqual([1, 0]);
      await expectRefundedOnce(app, providers);
    });

    test('that it has closed, or that nobody takes it', async ({ app, providers, li, run, fen }) => {
      const { trade, refund } = await begun(app, providers, li);
      await run();
      const name = `refund${refund}`;
      await providers.decide(name, 'stuck');
      expect((await app.fetch(await providers.refundNotice(trade, name))).status).toBe(ACKNOWLEDGED);
      expect(await standing(app, refund)).toMatchObject({ state: 0, stage: 2, reason: 'ABNORMAL' });
      await providers.decide(name, 'closed');
      for (let i = 0; i < 2; i += 1)
        expect((await app.fetch(await providers.refundNotice(trade, name))).status).toBe(ACKNOWLEDGED);
      expect([await state(app, refund), await fen()]).toEqual([2, 1234]);
    });

    test.for([
      [{ amount: { total: 1234, refund: 1 } }, 500],
      [{ amount: { total: 1, refund: 1234 } }, 500],
      [{ transaction_id: '2026other' }, 500],
      [{ out_trade_no: '20261122other' }, 500],
      [{ mchid: '1999999999' }, 500],
      [{ amount: undefined }, 500],
      [{ refund_status: 'TOMORROW' }, ACKNOWLEDGED],
    ] as const)(
      'and nothing happens where it is about something else: %o',
      async ([changes, status], { app, providers, li, run }) => {
        const { trade, refund } = await begun(app, providers, li);
        await run();
        const before = await standing(app, refund);
        for (const decision of ['done', 'closed', 'stuck'] as const) {
          await providers.decide(`refund${refund}`, decision);
          const notice = await providers.refundNotice(trade, `refund${refund}`, changes);
          expect((await app.fetch(notice)).status).toBe(status);
          expect(await standing(app, refund)).toEqual(before);
        }
      },
    );

    test('that somebody has made in its console: what was not credited never is', async ({
      app,
      providers,
      li,
      run,
      fen,
    }) => {
      const { trade, refund } = await begun(app, providers, li);
      await run();
      const order = await ordered(li, 'wxpay', { orderType: 2 });
      const other = await paid(app, providers, 'wxpay', order);
      const facts = { out_refund_no: 'console1', transaction_id: other.tradeNo, out_trade_no: order };
      await providers.decide(`refund${refund}`, 'done');
      const notice = await providers.refundNotice(trade, `refund${refund}`, facts);
      expect((await app.fetch(notice)).status).toBe(ACKNOWLEDGED);
      expect(await app.sql('SELECT state FROM payment_orders WHERE out_trade_no = ?', order)).toEqual([[3]]);
      expect(await fen()).toBe(0);
    });
  });
});
