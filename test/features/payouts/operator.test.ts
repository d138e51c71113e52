import { describe, expect } from 'vitest';
import type { PayoutId } from '../../../src/core/ids.ts';
import { returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { sendPayouts } from '../../../src/features/payouts/send-due.ts';
import type { AppOptions } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { hostileBank } from '../../support/hostile-bank.ts';
import { expectBalancedBooks } from '../../support/money.ts';
import { balance } from '../../support/payments.ts';
import {
  CARD,
  expectPaidOnce,
  NAME,
  standing,
  untilEnded,
  withdraw,
  withdrawer,
} from '../../support/payouts.ts';

const [SECOND, MINUTE] = [1000, 60_000];
const DAY = 24 * 60 * MINUTE;

const byHand = new Set<PayoutId>();
const logged: unknown[] = [];
const log = { info: () => {}, error: (...line: unknown[]) => void logged.push(line) };

const test = appTest()
  .extend('bank', async ({ clock }, { onCleanup }) => {
    const bank = await hostileBank(clock);
    onCleanup(() => bank.close());
    return bank;
  })
  .extend('meet', async () => meeting((await freshDatabase()).executor))
  .extend(
    'options',
    ({ bank, meet }): AppOptions => ({
      env: { WITHDRAW_PROVIDER: 'alipay' },
      executor: meet.executor,
      platform: { log, payouts: (provider) => bank.payouts(provider) },
    }),
  )
  .extend('li', ({ app }) => withdrawer(app))
  .extend(
    'run',
    ({ app }) =>
      () =>
        sendPayouts(app.platform),
  )
  .extend('later', ({ app, run }) => async (ms: number) => {
    app.clock.advance(ms);
    await run();
  });
test.beforeEach(() => {
  byHand.clear();
  logged.length = 0;
});
test.afterEach(async ({ app }) => {
  await expectBalancedBooks(app);
  expect(JSON.stringify(logged)).not.toMatch(new RegExp(`${CARD}|${NAME}`));
});

describe('an operator who insists', () => {
  test('settles what the provider never answers about; a late answer changes nothing', async ({
    bank,
    app,
    li,
    run,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['answer lost'];
    await run();
    expect(await settlePayout(app.platform, payout, true)).toBe(true);
    await later(DAY);
    expect(await standing(app, payout)).toMatchObject({ state: 1, stage: 3 });
    await expectPaidOnce(app, bank);
  });

  test('is watched in what he says was paid there, and not in what he has paid by hand', async ({
    bank,
    app,
    li,
    run,
    later,
  }) => {
    const first = await withdraw(app, li, '1.00');
    bank.faults.transfer = [{ refuse: 'PAYER_BALANCE_NOT_ENOUGH' }];
    await untilEnded(app);
    expect(await settlePayout(app.platform, first)).toBe(true);
    const second = await withdraw(app, li, '2.00');
    bank.faults.transfer = ['SYSTEM_ERROR, done'];
    await run();
    expect(await settlePayout(app.platform, second, true)).toBe(true);
    const before = bank.arrivals.length;
    await bank.decide(`payout${second}`, 'sentBack', 'X');
    await later(6 * 60 * MINUTE);
    expect(bank.arrivals.slice(before).map(({ outBizNo }) => outBizNo)).toEqual([`payout${second}`]);
    expect(await standing(app, second)).toMatchObject({ state: 2, reason: 'X' });
    await expectPaidOnce(app, bank, new Set([first]));
  });

  test('and returns what the bank pays later reads so in the log', async ({ bank, app, li, run, later }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['SYSTEM_ERROR, done'];
    await run();
    expect(await returnPayout(app.platform, payout, true)).toBe(true);
    logged.length = 0;
    await later(6 * 60 * MINUTE);
    expect(logged).toEqual([['payout provider', { provider: 'alipay', payout, why: 'PAID_AFTER_RETURN' }]]);
    expect([await standing(app, payout), await balance(li)]).toMatchObject([{ state: 2 }, '100.00']);
  });

  test('and returns what is paid at that moment reads so in the log', async ({ bank, app, li, run }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['late'];
    const late = bank.late();
    const slow = run();
    const answer = await late;
    await bank.decide(`payout${payout}`, 'paid');
    bank.faults.query = ['late'];
    const lateQuestion = bank.late();
    app.clock.advance(30 * SECOND);
    const asking = run();
    const answerQuestion = await lateQuestion;
    expect(await returnPayout(app.platform, payout, true)).toBe(true);
    answer();
    answerQuestion();
    await Promise.all([slow, asking]);
    expect(logged).toContainEqual([
      'payout provider',
      { provider: 'alipay', payout, why: 'PAID_AFTER_RETURN' },
    ]);
    expect(await standing(app, payout)).toMatchObject({ state: 2, stage: 3 });
    expect(await balance(li)).toBe('100.00');
  });
});
