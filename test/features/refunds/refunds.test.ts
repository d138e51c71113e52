import { describe, expect } from 'vitest';
import type { Person } from '../../support/app.ts';
import { PROVIDERS } from '../../support/hostile-refunds.ts';
import { PAY_PASSWORD, withPayPassword } from '../../support/money.ts';
import { operate } from '../../support/operate.ts';
import { refundTest } from '../../support/refund-test.ts';
import { expectRefundedOnce, ordered, paid, refunded, standing, untilEnded } from '../../support/refunds.ts';

const test = refundTest();
test.afterEach(({ app, providers }) => expectRefundedOnce(app, providers));

const bills = async (who: Person) =>
  (await who.call('/wallet/getWalletHistory')).data.map(
    ({ moneyType, moneyDirect, amount, content }: Record<string, string>) => [
      moneyType,
      moneyDirect,
      amount,
      content,
    ],
  );
const kinds = async (who: Person) =>
  (await who.events()).flatMap(({ type, content }) =>
    type === 68 ? [JSON.parse(content).kind] : type === 39 ? ['moneyArrived'] : [],
  );

describe.for(PROVIDERS)('a recharge by %s', (type) => {
  test('goes back to its payer: out of the wallet at once, and once at the provider', async ({
    app,
    providers,
    li,
    run,
    fen,
  }) => {
    const trade = await paid(app, providers, type, await ordered(li, type));
    expect(await fen()).toBe(1234);
    const refund = await refunded(app, trade.tradeNo);
    expect([await fen(), providers.gone()]).toEqual([0, []]);
    await run();
    await untilEnded(app);
    expect(await standing(app, refund)).toMatchObject({ state: 1, stage: 3, attempts: 1 });
    expect(providers.gone()).toMatchObject([
      { refundNo: `refund${refund}`, tradeNo: trade.tradeNo, amount: 1234 },
    ]);
    expect(await fen()).toBe(0);
    expect(await bills(li)).toEqual([
      ['1', '-1', '12.34', '退款'],
      ['1', '1', '12.34', ''],
    ]);
    expect(await kinds(li)).toEqual(['refundStarted', 'refundDone']);
    expect(providers.arrivals.filter(({ what }) => what === 'refund')).toHaveLength(1);
  });

  test('goes back in parts, and never more than was paid', async ({ app, providers, li, fen }) => {
    const order = await ordered(li, type);
    const { tradeNo } = await paid(app, providers, type, order);
    await paid(app, providers, type, await ordered(li, type));
    await refunded(app, tradeNo, '10.00');
    const tooMuch = await operate(app, 'finance', 'refunds.refund', {
      payment: order,
      yuan: '2.35',
      reason: 'r',
    });
    expect([tooMuch.status, tooMuch.body.message]).toEqual([409, 'Only 2.34 of that payment is left.']);
    const both = await Promise.all(
      [1, 2].map(() =>
        operate(app, 'finance', 'refunds.refund', { payment: tradeNo, yuan: '1.20', reason: 'r' }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    await refunded(app, order);
    const { body } = await operate(app, 'finance', 'refunds.refund', { payment: order, reason: 'r' });
    expect(body.message).toBe('All of that payment has gone back, or is on its way.');
    await untilEnded(app);
    expect(await fen()).toBe(1234);
    expect(
      providers
        .gone()
        .map(({ amount }) => amount)
        .sort(),
    ).toEqual([1000, 114, 120].sort());
  });

  test('stays where the wallet has not as much any more', async ({ app, providers, li, fen }) => {
    const { tradeNo } = await paid(app, providers, type, await ordered(li, type));
    await withPayPassword(app, li);
    await li.call('/wallet/withdraw', { amount: '2.00', payPwd: PAY_PASSWORD });
    const given = { payment: tradeNo, reason: 'r' };
    const { status, body } = await operate(app, 'finance', 'refunds.refund', given);
    expect([status, body.message]).toEqual([409, `The wallet of user ${li.id} holds 10.34 alone.`]);
    expect([await fen(), await app.sql('SELECT * FROM refunds')]).toEqual([1034, []]);
    await refunded(app, tradeNo, '10.34');
    await untilEnded(app);
    expect(await fen()).toBe(0);
  });

  test('that paid an order twice goes back out of nobody’s wallet', async ({ app, providers, li, fen }) => {
    const order = await ordered(li, type);
    const first = await paid(app, providers, type, order);
    const again = await paid(app, providers, type, order);
    const { body } = await operate(app, 'finance', 'refunds.refund', { payment: order, reason: 'r' });
    expect(body.message).toBe(
      `That order has several payments: give the provider’s number: ${first.tradeNo}, ${again.tradeNo}.`,
    );
    expect((await operate(app, 'support', 'refunds.payment', { payment: again.tradeNo })).body).toMatchObject(
      {
        where: 'nobody',
        left: '12.34',
        user: li.id,
      },
    );
    await refunded(app, again.tradeNo, '2.34');
    const byHand = { tradeNumber: again.tradeNo };
    expect((await operate(app, 'finance', 'strays.refunded', byHand)).status).toBe(409);
    await untilEnded(app);
    expect((await operate(app, 'viewer', 'strays.list')).body.total).toBe(1);
    await refunded(app, again.tradeNo);
    await untilEnded(app);
    expect((await operate(app, 'viewer', 'strays.list')).body.total).toBe(0);
    expect([await fen(), await kinds(li)]).toEqual([1234, ['refundDone', 'refundDone']]);
    const looked = await operate(app, 'support', 'refunds.payment', { payment: again.tradeNo });
    expect(looked.body).toMatchObject({ where: 'gone back', left: '0.00', refunds: [{}, {}] });
    expect(
      (await operate(app, 'finance', 'refunds.refund', { payment: again.tradeNo, reason: 'r' })).status,
    ).toBe(409);
  });

  test('of another amount goes back, and is not credited when the provider names the right one afterwards', async ({
    app,
    providers,
    li,
    fen,
  }) => {
    const order = await ordered(li, type);
    const trade = await providers.pay(type, order, 1);
    await app.fetch(await providers.notice(trade));
    await refunded(app, trade.tradeNo);
    await app.fetch(await providers.notice(trade, { amount: 1234 }));
    await untilEnded(app);
    await app.fetch(await providers.notice(trade, { amount: 1234 }));
    expect(await fen()).toBe(0);
  });

  test('that nobody has claimed yet goes back, and cannot be claimed', async ({
    app,
    providers,
    li,
    fen,
  }) => {
    const order = await ordered(li, type, { orderType: 2 });
    const { tradeNo } = await paid(app, providers, type, order);
    await refunded(app, tradeNo);
    expect(await app.sql('SELECT state FROM payment_orders')).toEqual([[3]]);
    await untilEnded(app);
    expect(await fen()).toBe(0);
    expect((await operate(app, 'viewer', 'strays.list')).body.total).toBe(0);
  });
});

test('what bought a number stays', async ({ app, providers, li }) => {
  const [[number] = []] = await app.sql(
    'SELECT v.number FROM vip_numbers v JOIN number_types t ON t.id = v.type_id WHERE t.price = 800 LIMIT 1',
  );
  const words = { amount: '8.00', sessid: 'x', body: '', subject: '靓号', type: 'alipay' };
  const { data } = await li.call('/pay/createNumberOrder', { ...words, number: String(number) });
  const { tradeNo } = await paid(app, providers, 'alipay', data.outTradeNo, 800);
  const { status, body } = await operate(app, 'finance', 'refunds.refund', { payment: tradeNo, reason: 'r' });
  expect([status, body.message]).toEqual([
    409,
    'That payment has bought a number, which cannot be taken back.',
  ]);
});

test('an act is asked for with a reason, by finance alone, and once for one key', async ({
  app,
  providers,
  li,
  fen,
}) => {
  const { tradeNo: payment } = await paid(app, providers, 'alipay', await ordered(li, 'alipay'));
  expect((await operate(app, 'finance', 'refunds.refund', { payment })).body.error).toBe('REASON_NEEDED');
  expect((await operate(app, 'support', 'refunds.refund', { payment, reason: 'r' })).status).toBe(403);
  for (const yuan of ['0', '0.001', '-1', '1e3', ''])
    expect((await operate(app, 'finance', 'refunds.refund', { payment, yuan, reason: 'r' })).status).toBe(
      400,
    );
  expect(await fen()).toBe(1234);
  const key = { 'idempotency-key': 'once' };
  const given = { payment, yuan: '1.00', reason: 'r' };
  const replies = await Promise.all(
    [1, 2, 3].map(() => operate(app, 'finance', 'refunds.refund', given, key)),
  );
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(new Set(replies.map(({ body }) => body.on)).size).toBe(1);
  expect(await fen()).toBe(1134);
  const audit = await app.sql('SELECT operation, subject, subject_id FROM audit');
  expect(audit).toEqual([['refunds.refund', 'refund', String(replies[0]?.body.on)]]);
  const { body } = await operate(app, 'viewer', 'refunds.list');
  expect(body).toMatchObject({
    total: 1,
    rows: [{ user: li.id, yuan: '1.00', of: '12.34', standing: 'alipay: queued' }],
  });
  await untilEnded(app);
  expect((await operate(app, 'viewer', 'refunds.list')).body.total).toBe(0);
  const { body: his } = await operate(app, 'support', 'refunds.list', { user: li.id });
  expect(his).toMatchObject({ total: 1, rows: [{ state: 'done' }] });
  const shown = await operate(app, 'support', 'refunds.show', { refund: his.rows[0].refund });
  expect(shown.body).toMatchObject({ name: `refund${his.rows[0].refund}`, attempts: 1, state: 'done' });
});
