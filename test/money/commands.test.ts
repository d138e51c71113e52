import { execFile } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { type SharedDatabase, sharedDatabase } from '../support/database.ts';
import { dropTriggers } from '../support/ledger.ts';

let database: SharedDatabase;
let app: TestApp;
let li: Person;
beforeEach(async () => {
  database = await sharedDatabase();
  app = await testApp({ executor: database.executor });
  li = await person(app);
  await li.call('/wallet/recharge', { amount: '10.00' });
});
afterEach(async () => {
  await app.close();
  database.dispose();
});

interface Ended {
  readonly exit: number;
  readonly lines: readonly string[];
}

/** Runs `teahouse …` in a process of its own on the same database. */
const teahouse = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], MODE: 'sandbox', ...database.settings }; // vitest has a MODE of its own
    execFile(process.execPath, ['src/cli.ts', ...args], { env }, (error, stdout, stderr) =>
      resolve({ exit: Number(error?.code ?? 0), lines: `${stdout}${stderr}`.trim().split('\n') }),
    );
  });

test('teahouse reconcile says that the books balance', async () => {
  expect(await teahouse('reconcile')).toEqual({ exit: 0, lines: ['The books balance.'] });
});

test('teahouse reconcile leaves with 1 and names what is wrong', async () => {
  await dropTriggers(app.executor);
  await app.executor.write([change('UPDATE ledger_accounts SET balance = 999 WHERE id = ?', li.id)]);
  expect(await teahouse('reconcile')).toEqual({
    exit: 1,
    lines: [`WRONG  each balance equals its postings: account ${li.id} has 999, its postings say 1000`],
  });
});

test('teahouse admin payouts lists what waits, settles and returns', async () => {
  const cardNo = '6214830202117965';
  await li.call('/wallet/bindingCard', { cardNo });
  app.clock.advance(24 * 3600 * 1000);
  for (const amount of ['1.00', '2.00']) await li.call('/wallet/withdraw', { amount });
  const [first = '', second = '', count] = (await teahouse('admin', 'payouts', 'list')).lines;
  expect(first.split('\t').slice(1)).toEqual([String(li.id), '1.00', '招商银行', cardNo, expect.any(String)]);
  expect(count).toBe('2 waiting');
  const idOf = (line: string) => line.split('\t')[0] ?? '';
  expect((await teahouse('admin', 'payouts', 'settle', idOf(first))).lines).toEqual(['Done.']);
  expect((await teahouse('admin', 'payouts', 'return', idOf(first))).lines).toEqual([
    'No such payout waits.',
  ]);
  expect((await teahouse('admin', 'payouts', 'return', idOf(second))).lines).toEqual(['Done.']);
  expect((await li.call('/wallet/getBalance')).data).toBe('9.00');
  expect((await teahouse('reconcile')).exit).toBe(0);
});

test('teahouse admin users disables and enables', async () => {
  const id = String(li.id);
  expect((await teahouse('admin', 'users', 'disable', id)).lines).toEqual(['Done.']);
  expect((await li.call('/wallet/getBalance')).code).toBe('601');
  expect((await teahouse('admin', 'users', 'disable', id)).lines).toEqual(['No such user is enabled.']);
  expect((await teahouse('admin', 'users', 'enable', id)).lines).toEqual(['Done.']);
});

test.each([
  ['admin'],
  ['admin', 'users', 'forget', '1'],
  ['admin', 'payouts', 'forget', '1'],
  ['admin', 'payouts', 'settle'],
  ['admin', 'payouts', 'settle', '1 OR 1'],
])('teahouse %s %s %s %s says what to say instead', async (...args) => {
  const { exit, lines } = await teahouse(...args.filter(Boolean));
  expect(exit).toBe(1);
  expect(lines.join('\n')).toMatch(/Say: admin|Give the payout’s number/);
});
