import { expect, test } from 'vitest';
import { expireBills } from '../../src/features/aa-bills/expire.ts';
import { returnExpiredTransfers } from '../../src/features/transfers/return-expired.ts';
import { testApp } from '../support/app.ts';
import { freshDatabase } from '../support/database.ts';
import { befriend } from '../support/friends.ts';
import { groupOf } from '../support/groups.ts';
import { expectBalancedBooks } from '../support/money.ts';
import { confirm, key, pay, payer, payShare, startBill, transfer } from '../support/payments.ts';
import { recordedScans, recording } from '../support/plans.ts';

const DAY = 24 * 3600 * 1000;

/**
 * Tables that refer to `journals`. The plan of an INSERT … SELECT into it names them for the case that the statement
 * itself has left a reference open, which is skipped where there is none (OP_FkIfZero); nothing here reads them.
 */
const REFERRING = ['journal_lines', 'bills', 'payouts', 'payment_orders'];

test('no payment, and no job, walks through a whole table', async () => {
  const record = recording((await freshDatabase()).executor);
  const app = await testApp({ executor: record.executor });
  const li = await payer(app, '100.00');
  const wang = await payer(app, '100.00');
  const group = await groupOf(li, wang);
  await befriend(wang, await payer(app, '0'));
  record.clear();
  for (const groupId of [0, group]) {
    const { data } = await transfer(li, wang, '1', { groupId });
    await li.call('/transfer/viewTransfer', { transId: data.id });
    await confirm(wang, data.id);
  }
  await transfer(li, wang, '1');
  await transfer(li, wang, '1000');
  await pay(li, wang, '1', { requestId: key('k').headers['idempotency-key'] });
  await pay(li, wang, '1000');
  const { data: bill } = await startBill(li, group, '10', 3);
  await payShare(wang, li, '3.34');
  await payShare(wang, li, '3.34', { transId: bill.transId });
  await li.call('/transfer/aaTransDetail', { transId: bill.transId });
  const { data: complete } = await startBill(li, group, '10', 2);
  expect((await payShare(wang, li, '5', { transId: complete.transId })).code).toBe('1');
  await startBill(li, group, '10', 3);
  app.clock.advance(DAY);
  expect([await returnExpiredTransfers(app.platform), await expireBills(app.platform)]).toEqual([1, 2]);
  expect(record.writes.length).toBeGreaterThan(10);
  expect(await recordedScans(record, REFERRING)).toEqual([]);
  await expectBalancedBooks(app);
  await app.close();
});
