import { describe, expect } from 'vitest';
import { returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { balance } from '../../support/payments.ts';
import { payoutTest } from '../../support/payout-test.ts';
import { expectPaidOnce, standing, untilEnded, withdraw } from '../../support/payouts.ts';

const [SECOND, MINUTE] = [1000, 60_000];
const DAY = 24 * 60 * MINUTE;

const test = payoutTest();

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

  test('and returns what the bank pays later reads so in the log', async ({
    logged,
    bank,
    app,
    li,
    run,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['SYSTEM_ERROR, done'];
    await run();
    expect(await returnPayout(app.platform, payout, true)).toBe(true);
    logged.length = 0;
    await later(6 * 60 * MINUTE);
    expect(logged).toEqual([['payout provider', { provider: 'alipay', payout, why: 'PAID_AFTER_RETURN' }]]);
    expect([await standing(app, payout), await balance(li)]).toMatchObject([{ state: 2 }, '100.00']);
  });

  test('and returns what is paid at that moment reads so in the log', async ({
    logged,
    bank,
    app,
    li,
    run,
  }) => {
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
