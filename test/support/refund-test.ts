import { test as bare, expect } from 'vitest';
import { sendRefunds } from '../../src/features/refunds/send-due.ts';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { HeldClock, person, type TestApp } from './app.ts';
import { type HostileRefunds, hostileRefunds } from './hostile-refunds.ts';
import { expectBalancedBooks } from './money.ts';
import { operatedApp } from './operate.ts';
import { seededRandom, seedOf } from './seeded.ts';

type Logged = Readonly<Record<string, unknown>>[];

/** An application that has an operator, and takes payments by hostile providers. */
function openWith(
  clock: HeldClock,
  providers: HostileRefunds,
  seed: string,
  logged: Logged = [],
): Promise<TestApp> {
  const log = {
    info: () => {},
    error: (event: string, facts: object = {}) => void logged.push({ event, ...facts }),
  };
  const platform = { log, payments: providers.payments, publicUrl: 'http://teahouse.test' };
  return operatedApp({ clock, random: seededRandom(seedOf(seed)), platform });
}

/** A test with such an application of its own; afterwards the books and the audit hold. */
export function refundTest() {
  const test = bare
    .extend('clock', () => new HeldClock())
    .extend('providers', ({ clock }) => hostileRefunds(clock))
    .extend('logged', (): Logged => [])
    .extend('app', async ({ task, clock, providers, logged }, { onCleanup }) => {
      const app = await openWith(clock, providers, task.fullTestName, logged);
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

/** The same with one application for all tests of a file. */
export const sharedRefundTest = () =>
  bare
    .extend('clock', { scope: 'file' }, () => new HeldClock())
    .extend('providers', { scope: 'file' }, ({ clock }) => hostileRefunds(clock))
    .extend('app', { scope: 'file' }, async ({ clock, providers }, { onCleanup }) => {
      const app = await openWith(clock, providers, '');
      onCleanup(() => app.close());
      return app;
    })
    .extend('li', { scope: 'file' }, ({ app }) => person(app, '李雷'));
