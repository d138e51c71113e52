import { describe, expect } from 'vitest';
import { returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { waitingPayouts } from '../../../src/features/payouts/list.ts';
import { type Params, testApp } from '../../support/app.ts';
import { cardNumberFrom, PAY_PASSWORD, withPayPassword } from '../../support/money.ts';
import { moneyTest } from '../../support/money-test.ts';

const CMB = '6214830202117965';
const DAY = 24 * 3600 * 1000;

const test = moneyTest()
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

const failed = (reason: string, hint: unknown = expect.any(String)) => ({
  code: '-1',
  data: { info: '提现失败', reason, hint },
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
    expect(await withdraw('1.01', {}, wang)).toMatchObject(failed('NOT_COVERED', '金额不足'));
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
    expect(await withdraw('1.00', { cardId: credit })).toMatchObject(failed('NO_CARD', '请先绑定储蓄卡'));
    await recharge('9.00', wang);
    expect(await withdraw('1.00', { cardId: first }, wang)).toMatchObject(
      failed('NO_CARD', '请先绑定储蓄卡'),
    );
    await li.call('/wallet/dissCard', { cardId: first });
    expect(await withdraw('1.00', { cardId: first })).toMatchObject(failed('NO_CARD', '请先绑定储蓄卡'));
    expect(await waiting()).toHaveLength(2);
  });

  test('needs a card in production', async ({ app, li }) => {
    const config = { ...app.platform.config, MODE: 'production' as const };
    const production = await testApp({
      executor: app.executor,
      platform: { config, keys: app.platform.keys },
    });
    const call = () => production.call('/wallet/withdraw', { amount: '1.00' }, { token: li.token });
    expect(await call()).toMatchObject(failed('NO_CARD', '请先绑定储蓄卡'));
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
