import { afterAll, describe, expect, test } from 'vitest';
import { migrations } from '../../../db/migrations.generated.ts';
import { expireBills } from '../../../src/features/aa-bills/expire.ts';
import { createDb } from '../../../src/platform/database/db.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { hardestAdapters } from '../../support/adapters.ts';
import { testApp } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { balance, deposit, expectBooksToBalance, makeUsers, payment } from '../../support/ledger.ts';
import { startSqld } from '../../support/sqld.ts';

const sqld = await startSqld();
const adapters = hardestAdapters(sqld);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

const before = migrations.slice(
  0,
  migrations.findIndex(({ tag }) => tag.endsWith('_aa_escrow')),
);
/** What today's payments write into beside what there was: it may come earlier, as it only adds. */
const added = migrations.filter(({ tag }) => tag.endsWith('_corrections'));
const BILL = `INSERT INTO aa_bills (id, organiser_id, dest_type, dest_id, message, total, counts, share, slots, status, created_at, updated_at, expires_at)
  VALUES (?, ?, 1, 1, '', 300, 3, 100, 2, ?, 0, ?, ?)`;
const FAR = 32_503_680_000_000; // the year 3000

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))('%s', (_, adapter) => {
  test('AA bills that were open and partly paid end, and the organiser keeps what he had; others stay as they were', async () => {
    await adapter.reset();
    const executor = adapter.open();
    await migrate(executor, 0, [...before, ...added]);
    expect(before.length).toBeGreaterThan(0);
    const db = createDb(executor);
    const [organiser = 0, payer = 0] = await makeUsers(executor, 2);
    await db.write(deposit(payer, 1000));
    const bill = (id: number, status: number, updatedAt: number, expiresAt: number) =>
      executor.write([change(BILL, id, organiser, status, updatedAt, expiresAt)]);
    await bill(1, 0, 0, FAR); // open, a share paid
    await bill(2, 0, 0, 50); // its time has passed, a share paid, no job has been here
    await bill(3, 0, 0, FAR); // open, nobody has paid
    await bill(4, 1, 7, FAR); // complete
    await bill(5, 2, 9, 9); // expired, a share paid
    for (const id of [1, 2, 4, 5]) {
      await db.write(payment(payer, organiser, 100));
      await executor.write([change('INSERT INTO aa_payments VALUES (?, ?, ?, 0)', id, payer, id)]);
    }
    const began = Math.floor(Date.now() / 1000) * 1000;
    await migrate(executor, 0);
    await expectBooksToBalance(db);
    const app = await testApp({ executor });
    const bills = () => app.sql('SELECT id, status, updated_at, expires_at FROM aa_bills ORDER BY id');
    const ended = Number((await bills())[0]?.[3]);
    expect(ended).toBeGreaterThanOrEqual(began);
    expect(ended).toBeLessThanOrEqual(Date.now());
    const untouched = [
      [4, 1, 7, FAR],
      [5, 2, 9, 9],
    ];
    expect(await bills()).toEqual([[1, 2, ended, ended], [2, 2, 50, 50], [3, 0, 0, FAR], ...untouched]);
    app.clock.time = FAR;
    expect(await expireBills(app.platform)).toBe(1);
    expect(await bills()).toEqual([[1, 2, ended, ended], [2, 2, 50, 50], [3, 2, FAR, FAR], ...untouched]);
    expect([await balance(db, organiser), await balance(db, payer), await balance(db, -7)]).toEqual([
      400, 600, 0,
    ]);
    await expectBooksToBalance(db);
    await app.close();
  });
});
