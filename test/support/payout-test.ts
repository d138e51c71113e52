import { expect } from 'vitest';
import { sendPayouts } from '../../src/features/payouts/send-due.ts';
import type { AppOptions } from './app.ts';
import { meeting } from './barrier.ts';
import { freshDatabase } from './database.ts';
import { hostileBank } from './hostile-bank.ts';
import { moneyTest } from './money-test.ts';
import { CARD, NAME, withdrawer } from './payouts.ts';

/**
 * `moneyTest` with a hostile bank, a database whose batches may be made to meet, and somebody who can withdraw. What is
 * logged names neither card nor name.
 */
export function payoutTest() {
  const test = moneyTest()
    .extend('bank', async ({ clock }, { onCleanup }) => {
      const bank = await hostileBank(clock);
      onCleanup(() => bank.close());
      return bank;
    })
    .extend('meet', async () => meeting((await freshDatabase()).executor))
    .extend('logged', (): unknown[] => [])
    .extend(
      'options',
      ({ bank, meet, logged }): AppOptions => ({
        env: { WITHDRAW_PROVIDER: 'alipay' },
        executor: meet.executor,
        platform: {
          log: { info: () => {}, error: (...line) => void logged.push(line) },
          payouts: (provider) => bank.payouts(provider),
        },
      }),
    )
    .extend('li', ({ app }) => withdrawer(app))
    .extend(
      'run',
      ({ app }) =>
        () =>
          sendPayouts(app.platform),
    )
    .extend(
      'transfers',
      ({ bank }) =>
        () =>
          bank.arrivals.filter(({ method }) => method === 'alipay.fund.trans.uni.transfer'),
    )
    .extend('later', ({ app, run }) => async (ms: number) => {
      app.clock.advance(ms);
      await run();
    });
  test.afterEach(({ logged }) => {
    expect(JSON.stringify(logged)).not.toMatch(new RegExp(`${CARD}|${NAME}`));
  });
  return test;
}
