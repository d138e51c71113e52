import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { parseYuan } from '../../../src/core/fen.ts';
import { returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { waitingPayouts } from '../../../src/features/payouts/list.ts';
import { type Params, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { load } from '../../support/database.ts';
import { deposit } from '../../support/ledger.ts';
import { cardNumberFrom, expectBalancedBooks, PAY_PASSWORD, withPayPassword } from '../../support/money.ts';

const CMB = '6214830202117965';
const DAY = 24 * 3600 * 1000;

const test = appTest()
  .extend(
    'balance',
    ({ li }) =>
      async (who = li) =>
        (await who.call('/wallet/getBalance')).data,
  )
  .extend(
    'history',
    ({ li }) =>
      async (params: Params = {}, who = li) =>
        (await who.call('/wallet/getWalletHistory', params)).data,
  )
  .extend(
    'recharge',
    ({ li }) =>
      (amount: string, who = li) =>
        who.call('/wallet/recharge', { amount }),
  )
  .extend(
    'withdraw',
    ({ li }) =>
      (amount: string, params: Params = {}, who = li) =>
        who.call('/wallet/withdraw', { amount, ...params }),
  )
  .extend(
    'waiting',
    ({ app }) =>
      () =>
        waitingPayouts(app.platform),
  )
  .extend(
    'bindCard',
    ({ li }) =>
      async (cardNo = CMB) =>
        (await li.call('/wallet/bindingCard', { cardNo })).data.id,
  );
test.afterEach(async ({ app }) => {
  await expectBalancedBooks(app);
});

const failed = (reason: string) => ({ code: '-1', data: { info: '提现失败', reason } });

/** What is no amount (docs/decisions.md#amounts). */
const NO_AMOUNTS = [
  '',
  '0',
  '0.00',
  '-1',
  '+1',
  '1.234',
  '01',
  '.5',
  '1.',
  '1e3',
  'NaN',
  '12345678901',
  '１',
  '1,000',
  '0x10',
  ' ',
];

describe('recharge', () => {
  test('credits a sandbox’s wallet at once and answers the bill', async ({
    app,
    li,
    wang,
    balance,
    history,
    recharge,
  }) => {
    expect(await balance()).toBe('0.00');
    const { code, data } = await recharge('1.5');
    expect(code).toBe('1');
    expect(data).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        userId: String(li.id),
        moneyType: '1',
        amount: '1.50',
        destType: '1',
        destId: String(li.id),
        moneyDirect: '1',
        content: '',
        occurTime: String(app.clock.now()),
      },
    ]);
    expect(await history()).toEqual(data);
    expect([await balance(), await balance(wang)]).toEqual(['1.50', '0.00']);
  });

  test.for(NO_AMOUNTS)('refuses "%s"', async (amount, { balance, recharge, withdraw }) => {
    expect(await recharge(amount)).toMatchObject({ code: '-1', data: { info: '充值失败', field: 'amount' } });
    expect(await withdraw(amount)).toMatchObject({ code: '-1', data: { info: '提现失败', field: 'amount' } });
    expect(await balance()).toBe('0.00');
  });

  test('takes the largest amount once, and never more than a wallet can hold', async ({
    balance,
    recharge,
  }) => {
    expect((await recharge('9999999999.99')).code).toBe('1');
    expect(await recharge('9999999999.99')).toMatchObject({ code: '-1', data: { info: '充值失败' } });
    expect(await balance()).toBe('9999999999.99');
  });

  test('credits once under one key, however often it is sent at once', async ({ li, balance }) => {
    const options = { headers: { 'idempotency-key': 'once' } };
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => li.call('/wallet/recharge', { amount: '3.00' }, options)),
    );
    expect(new Set(replies.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(await balance()).toBe('3.00');
    expect(await li.call('/wallet/recharge', { amount: '4.00' }, options)).toMatchObject({ code: '-1' });
  });

  test('gives nothing away in production', async ({ app, li, balance }) => {
    const secret = 'abcdefghijklmnopqrstuvwxyz012345';
    const config = { ...app.platform.config, MODE: 'production' as const, SESSION_SECRET: secret };
    const production = await testApp({
      executor: app.executor,
      platform: { config, keys: app.platform.keys },
    });
    const call = (params: Params) => production.call('/wallet/recharge', params, { token: li.token });
    for (const params of [{ amount: '1.00' }, { amount: '1.00', outTradeNo: 'none' }])
      expect(await call(params)).toMatchObject({ code: '-1', data: { info: '充值失败' } });
    expect(await balance()).toBe('0.00');
  });
});

describe('getWalletHistory', () => {
  test('shows the newest 1000 first, or a page of 20, of the caller alone', async ({
    app,
    li,
    wang,
    history,
    recharge,
  }) => {
    const bills = Array.from({ length: 1005 }, (_, i) => deposit(li.id, (i + 1) * 100));
    await app.platform.db.write({
      bills: bills.flatMap(({ opened, moved, billed }) => [opened, moved, billed]),
    });
    await recharge('7.77', wang);
    const amounts = async (params: Params = {}) =>
      (await history(params)).map(({ amount }: { amount: string }) => Number(amount));
    const descending = Array.from({ length: 1005 }, (_, i) => 1005 - i);
    expect(await amounts()).toEqual(descending.slice(0, 1000));
    expect(await amounts({ pageNo: 1 })).toEqual(descending.slice(0, 20));
    expect(await amounts({ page: 51 })).toEqual(descending.slice(1000));
    expect(await amounts({ pageNo: 52 })).toEqual([]);
    expect(await li.call('/wallet/getWalletHistory', { pageNo: 'x' })).toMatchObject({
      code: '-1',
      data: { info: '发生异常' },
    });
  });
});

describe('withdraw', () => {
  test.beforeEach(async ({ recharge }) => void (await recharge('5000.00')));

  test('freezes the money and records a payout', async ({ li, balance, history, withdraw, waiting }) => {
    const { code, data } = await withdraw('12.34');
    expect(code).toBe('1');
    expect(data).toMatchObject([
      { moneyType: '2', amount: '12.34', destType: '1', destId: String(li.id), moneyDirect: '-1' },
    ]);
    expect(await history()).toMatchObject([...data, { moneyType: '1' }]);
    expect(await balance()).toBe('4987.66');
    expect(await waiting()).toMatchObject([{ userId: li.id, amount: 1234, bankName: '', cardNumber: '' }]);
  });

  test('never takes more than there is, at whatever moment', async ({
    wang,
    balance,
    recharge,
    withdraw,
  }) => {
    await recharge('1.00', wang);
    expect(await withdraw('1.01', {}, wang)).toMatchObject(failed('金额不足'));
    const replies = await Promise.all(Array.from({ length: 10 }, () => withdraw('0.30', {}, wang)));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(3);
    expect(await balance(wang)).toBe('0.10');
  });

  const limited = test.extend('options', () => ({ env: { PASSWORDLESS_DAY_MAX: '1000.00' } }));
  limited(
    'takes at most PASSWORDLESS_DAY_MAX per day of Asia/Shanghai without the pay password',
    async ({ app, li, recharge, withdraw }) => {
      await recharge('5000.00');
      expect(await withdraw('1000.01')).toMatchObject(failed('PAY_PASSWORD_UNSET'));
      await withPayPassword(app, li);
      expect(await withdraw('1000.01')).toMatchObject(failed('PAY_PASSWORD_NEEDED'));
      const replies = await Promise.all(Array.from({ length: 6 }, () => withdraw('300.00')));
      expect(replies.filter(({ code }) => code === '1')).toHaveLength(3);
      expect((await withdraw('100.00')).code).toBe('1');
      expect(await withdraw('0.01')).toMatchObject(failed('PAY_PASSWORD_NEEDED'));
      expect((await withdraw('2000.00', { payPwd: PAY_PASSWORD })).code).toBe('1');
      app.clock.time = Date.UTC(2026, 10, 22, 15, 59, 59, 999);
      expect(await withdraw('0.01')).toMatchObject(failed('PAY_PASSWORD_NEEDED'));
      app.clock.advance(1);
      expect((await withdraw('1000.00')).code).toBe('1');
    },
  );

  test('counts wrong pay passwords inside the same batch: five of twenty are looked at, nothing is taken', async ({
    app,
    li,
    balance,
    withdraw,
  }) => {
    await withPayPassword(app, li);
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => withdraw('1.00', { payPwd: '999999' })),
    );
    expect(replies.filter(({ data }) => data.info === '支付密码不正确')).toHaveLength(5);
    expect(replies.filter(({ data }) => data.info === '密码错误次数过多，请稍后再试')).toHaveLength(15);
    expect(await withdraw('1.00', { payPwd: PAY_PASSWORD })).toMatchObject({
      data: { info: '密码错误次数过多，请稍后再试' },
    });
    expect(await balance()).toBe('5000.00');
    app.clock.advance(15 * 60_000);
    expect((await withdraw('1.00', { payPwd: PAY_PASSWORD })).code).toBe('1');
  });

  test('says that there is no pay password', async ({ withdraw }) => {
    expect(await withdraw('1.00', { payPwd: PAY_PASSWORD })).toMatchObject({
      code: '-1',
      data: { info: '请先设置支付密码' },
    });
  });

  test('wants the pay password for a card that was bound within 24 hours', async ({
    app,
    li,
    withdraw,
    waiting,
    bindCard,
  }) => {
    await withPayPassword(app, li);
    const cardId = await bindCard();
    for (const params of [{}, { cardId }])
      expect(await withdraw('1.00', params)).toMatchObject(failed('PAY_PASSWORD_NEEDED'));
    expect((await withdraw('1.00', { payPwd: PAY_PASSWORD })).code).toBe('1');
    app.clock.advance(DAY - 1);
    expect(await withdraw('1.00')).toMatchObject(failed('PAY_PASSWORD_NEEDED'));
    app.clock.advance(1);
    expect((await withdraw('1.00')).code).toBe('1');
    expect(await waiting()).toMatchObject([1, 2].map(() => ({ bankName: '招商银行', cardNumber: CMB })));
  });

  test('takes the card that is named, else the newest; credit cards and those of others get nothing', async ({
    app,
    li,
    wang,
    recharge,
    withdraw,
    waiting,
    bindCard,
  }) => {
    const first = await bindCard();
    await bindCard('6212261610006439041');
    const credit = await bindCard(cardNumberFrom('622575', 16));
    app.clock.advance(DAY);
    const [[kind] = []] = await app.sql('SELECT kind FROM bank_cards WHERE id = ?', credit);
    expect(kind).toBe('CC');
    expect((await withdraw('1.00')).code).toBe('1');
    expect((await withdraw('2.00', { cardId: first })).code).toBe('1');
    expect(await waiting()).toMatchObject([{ bankName: '工商银行' }, { bankName: '招商银行' }]);
    expect(await withdraw('1.00', { cardId: credit })).toMatchObject(failed('请先绑定储蓄卡'));
    await recharge('9.00', wang);
    expect(await withdraw('1.00', { cardId: first }, wang)).toMatchObject(failed('请先绑定储蓄卡'));
    await li.call('/wallet/dissCard', { cardId: first });
    expect(await withdraw('1.00', { cardId: first })).toMatchObject(failed('请先绑定储蓄卡'));
    expect(await waiting()).toHaveLength(2);
  });

  test('needs a card in production', async ({ app, li }) => {
    const config = { ...app.platform.config, MODE: 'production' as const };
    const production = await testApp({
      executor: app.executor,
      platform: { config, keys: app.platform.keys },
    });
    const call = () => production.call('/wallet/withdraw', { amount: '1.00' }, { token: li.token });
    expect(await call()).toMatchObject(failed('请先绑定储蓄卡'));
  });

  test('withdraws once under one key, and looks at the pay password of a repetition all the same', async ({
    app,
    li,
    balance,
  }) => {
    await withPayPassword(app, li);
    const again = (payPwd: string) =>
      li.call('/wallet/withdraw', { amount: '5.00', payPwd }, { headers: { 'idempotency-key': 'once' } });
    const first = await again(PAY_PASSWORD);
    expect(await again(PAY_PASSWORD)).toMatchObject({ code: '1', data: first.data });
    expect(await again('999999')).toMatchObject({ code: '-1', data: { info: '支付密码不正确' } });
    expect(await balance()).toBe('4995.00');
  });
});

describe('a payout', () => {
  const it = test.extend('onlyPayout', ({ waiting }) => async () => {
    const [payout] = await waiting();
    if (!payout) throw new Error('No payout waits.');
    return payout.id;
  });
  it.beforeEach(async ({ recharge }) => void (await recharge('10.00')));

  it('that is settled leaves the books', async ({ app, balance, withdraw, waiting, onlyPayout }) => {
    await withdraw('4.00');
    expect(await settlePayout(app.platform, await onlyPayout())).toBe(true);
    expect(await waiting()).toEqual([]);
    expect(await balance()).toBe('6.00');
    expect(
      await app.sql(
        "SELECT balance FROM ledger_accounts WHERE kind IN ('withdrawals', 'cash_out') ORDER BY kind",
      ),
    ).toEqual([[400], [0]]);
  });

  it('that is returned goes back with bill 15 and event 39', async ({
    app,
    li,
    balance,
    history,
    withdraw,
    onlyPayout,
  }) => {
    await withdraw('4.00');
    expect(await returnPayout(app.platform, await onlyPayout())).toBe(true);
    expect(await balance()).toBe('10.00');
    expect((await li.events()).filter(({ type }) => type !== 68)).toEqual([
      { type: 39, from: li.id, fromType: 3, dest: li.id, content: '{"amt":4.0}' },
    ]);
    expect(await history()).toMatchObject([
      { moneyType: '15', amount: '4.00', moneyDirect: '1', destType: '1', destId: String(li.id) },
      { moneyType: '2' },
      { moneyType: '1' },
    ]);
  });

  it('ends once, whoever ends it at the same moment', async ({ app, withdraw, onlyPayout }) => {
    await withdraw('4.00');
    const payout = await onlyPayout();
    const ends = await Promise.all(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? settlePayout : returnPayout)(app.platform, payout)),
    );
    expect(ends.filter(Boolean)).toHaveLength(1);
  });
});

test('whatever people do in whatever order, the wallets are what a simple count says', async ({
  app,
  li,
  wang,
  balance,
  waiting,
}) => {
  await withPayPassword(app, li);
  const people = [li, wang];
  const yuanText = fc
    .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 99 }))
    .map(([y, f]) => `${y}.${String(f).padStart(2, '0')}`);
  const step = fc.record({
    kind: fc.constantFrom('recharge', 'withdraw', 'withdraw', 'settle', 'return', 'wait'),
    who: fc.constantFrom(0, 1),
    amount: yuanText,
    repeat: fc.boolean(),
  });
  let keys = 0;
  const moves = { recharge: 1, withdraw: -1 } as const;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const expected = await Promise.all(
        people.map(async (who) => parseYuan(await balance(who)) ?? Number.NaN),
      );
      for (const { kind, who, amount, repeat } of steps) {
        const caller = people[who];
        if (!caller) continue;
        if (kind === 'wait') app.clock.advance(DAY / 4);
        if (kind === 'settle' || kind === 'return') {
          const [payout] = await waiting();
          const ended =
            payout && (await (kind === 'settle' ? settlePayout : returnPayout)(app.platform, payout.id));
          const owner = people.findIndex(({ id }) => id === payout?.userId);
          if (ended && kind === 'return') expected[owner] = (expected[owner] ?? 0) + payout.amount;
        }
        if (kind !== 'recharge' && kind !== 'withdraw') continue;
        keys += 1;
        const options = { headers: { 'idempotency-key': `step-${keys}` } };
        const calls = Array.from({ length: repeat ? 2 : 1 }, () =>
          caller.call(`/wallet/${kind}`, { amount }, options),
        );
        const codes = new Set((await Promise.all(calls)).map(({ code }) => code));
        expect(codes.size).toBe(1);
        if (codes.has('1')) expected[who] = (expected[who] ?? 0) + (parseYuan(amount) ?? 0) * moves[kind];
        else expect(kind === 'withdraw' || parseYuan(amount) === 0).toBe(true);
      }
      for (const [i, who] of people.entries()) expect(parseYuan(await balance(who))).toBe(expected[i]);
      await expectBalancedBooks(app);
    }),
    { numRuns: load(60, 15) },
  );
});
