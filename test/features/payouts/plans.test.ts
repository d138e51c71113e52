import { expect, test } from 'vitest';
import { bouncePayout, returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { waitingPayouts } from '../../../src/features/payouts/list.ts';
import { holdPayout, isDoubtful, sendPayout } from '../../../src/features/payouts/queue.ts';
import { sendPayouts } from '../../../src/features/payouts/send-due.ts';
import { testApp } from '../../support/app.ts';
import { freshDatabase } from '../../support/database.ts';
import { hostileBank } from '../../support/hostile-bank.ts';
import { untilEnded, withdraw, withdrawer } from '../../support/payouts.ts';
import { recordedScans, recording } from '../../support/plans.ts';

/** As in payments-plans.test.ts: what refers to `journals`, and to `payouts`, is named by the plan of an insert. */
const REFERRING = ['journal_lines', 'bills', 'payouts', 'payment_orders', 'payout_transfers'];

test('no withdrawal, no job and no operator walks through a whole table', async () => {
  const record = recording((await freshDatabase()).executor);
  const app = await testApp({
    env: { WITHDRAW_PROVIDER: 'alipay' },
    executor: record.executor,
    platform: { payouts: (provider) => bank.payouts(provider) },
  });
  const bank = await hostileBank(app.clock);
  const li = await withdrawer(app);
  record.clear();
  bank.faults.transfer = [
    'dropped',
    { refuse: 'PAYER_BALANCE_NOT_ENOUGH' },
    'dropped',
    { refuse: 'INVALID_CARDNO' },
  ];
  const first = await withdraw(app, li, '1.00');
  await sendPayouts(app.platform);
  await untilEnded(app);
  expect(await sendPayout(app.platform, first)).toBe(true);
  expect(await isDoubtful(app.platform, first)).toBe(true);
  await sendPayouts(app.platform);
  const second = await withdraw(app, li, '1.00');
  expect(await holdPayout(app.platform, second)).toBe(true);
  expect(await settlePayout(app.platform, second)).toBe(true);
  expect(await returnPayout(app.platform, second)).toBe(false);
  const third = await withdraw(app, li, '1.00');
  await sendPayouts(app.platform);
  await waitingPayouts(app.platform);
  await untilEnded(app);
  expect(await bouncePayout(app.platform, third)).toBe(false);
  expect(await bouncePayout(app.platform, second)).toBe(true);
  app.clock.advance(24 * 3_600_000);
  await sendPayouts(app.platform);
  expect(record.writes.length).toBeGreaterThan(20);
  expect(await recordedScans(record, REFERRING)).toEqual([]);
  await app.close();
  await bank.close();
});
