import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { parseYuan } from '../../../src/core/fen.ts';
import { returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { waitingPayouts } from '../../../src/features/payouts/list.ts';
import { type Params, testApp } from '../../support/app.ts';
import { load } from '../../support/database.ts';
import { deposit } from '../../support/ledger.ts';
import { expectBalancedBooks, withPayPassword } from '../../support/money.ts';
import { moneyTest } from '../../support/money-test.ts';

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
  );

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
