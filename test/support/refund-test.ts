import { test as bare, expect } from 'vitest';
import { sendRefunds } from '../../src/features/refunds/send-due.ts';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { HeldClock, person } from './app.ts';
import { hostileRefunds } from './hostile-refunds.ts';
import { expectBalancedBooks } from './money.ts';
import { operatedApp } from './operate.ts';
import { seededRandom, seedOf } from './seeded.ts';

/** A test with an application that has an operator, and hostile providers; afterwards the books and the audit hold. */
export function refundTest() {
  const test = bare
    .extend('clock', () => new HeldClock())
    .extend('random', ({ task }) => seededRandom(seedOf(task.fullTestName)))
    .extend('providers', ({ clock }) => hostileRefunds(clock))
    .extend('logged', (): Readonly<Record<string, unknown>>[] => [])
    .extend('app', async ({ clock, random, providers, logged }, { onCleanup }) => {
      const log = {
        info: () => {},
        error: (event: string, facts: object = {}) => void logged.push({ event, ...facts }),
      };
      const platform = { log, payments: providers.payments, publicUrl: 'http://teahouse.test' };
      const app = await operatedApp({ clock, random, platform });
      onCleanup(() => app.close());
      return app;
    })
    .extend('li', ({ app }) => person(app, '李雷'))
    .extend(
      'run',
      ({ app }) =>
        () =>
          sendRefunds(app.platform),
    )
    .extend('later', ({ app, run }) => async (ms: number) => {
      app.clock.advance(ms);
      await run();
    })
    .extend(
      'fen',
      ({ li }) =>
        async () =>
          Math.round(Number((await li.call('/wallet/getBalance')).data) * 100),
    );
  test.afterEach(async ({ app }) => {
    await expectBalancedBooks(app);
    const { db, keys } = app.platform;
    expect((await verifyAudit(db, keys.audit, app.clock.now())).faults).toEqual([]);
  });
  return test;
}
