import { expect } from 'vitest';
import { testApp } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { change } from '../support/bank.ts';
import { teahouseOn } from '../support/commands.ts';
import { sharedDatabase } from '../support/database.ts';
import { dropTriggers } from '../support/ledger.ts';
import { withdraw, withdrawer } from '../support/payouts.ts';

const test = appTest()
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
  .extend('database', async ({}, { onCleanup }) => {
    const database = await sharedDatabase();
    onCleanup(() => database.dispose());
    return database;
  })
  .extend('options', ({ database }) => ({ executor: database.executor }))
  .extend(
    'teahouseWith',
    ({ database }) =>
      (settings: Readonly<Record<string, string>>, ...args: string[]) =>
        teahouseOn(database, settings)(...args),
  )
  .extend(
    'teahouse',
    ({ teahouseWith }) =>
      (...args: string[]) =>
        teahouseWith({}, ...args),
  );
test.beforeEach(async ({ li }) => {
  await li.call('/wallet/recharge', { amount: '10.00' });
});

test('teahouse reconcile says that the books balance', async ({ teahouse }) => {
  expect(await teahouse('reconcile')).toEqual({ exit: 0, lines: ['The books balance.'] });
});

test('teahouse reconcile leaves with 1 and names what is wrong', async ({ app, li, teahouse }) => {
  await dropTriggers(app.executor);
  await app.executor.write([change('UPDATE ledger_accounts SET balance = 999 WHERE id = ?', li.id)]);
  expect(await teahouse('reconcile')).toEqual({
    exit: 1,
    lines: [
      expect.stringMatching(/^WRONG {2}the database is whole: .*should be there and is not$/),
      `WRONG  each balance equals its postings: account ${li.id} has 999, its postings say 1000`,
    ],
  });
});

test('teahouse admin payouts lists what waits, settles and returns', async ({ app, li, teahouse }) => {
  const cardNo = '6214830202117965';
  await li.call('/wallet/bindingCard', { cardNo });
  app.clock.advance(24 * 3600 * 1000);
  for (const amount of ['1.00', '2.00']) await li.call('/wallet/withdraw', { amount });
  const [first = '', second = '', count] = (await teahouse('admin', 'payouts', 'list')).lines;
  // The whole number is shown for a reason only.
  const masked = '************7965';
  expect(first.split('\t').slice(1)).toEqual([String(li.id), '1.00', '招商银行', masked, expect.any(String)]);
  const shown = await teahouse(
    'admin',
    'payouts',
    'show',
    first.split('\t')[0] ?? '',
    '--reason',
    'to pay it',
  );
  expect(shown.lines).toContain(`card\t${cardNo}`);
  expect(count).toBe('2 waiting');
  const idOf = (line: string) => line.split('\t')[0] ?? '';
  expect((await teahouse('admin', 'payouts', 'settle', idOf(first))).lines).toEqual(['Done.']);
  expect((await teahouse('admin', 'payouts', 'return', idOf(first))).lines).toEqual([
    `Payout ${idOf(first)} is settled already.`,
  ]);
  expect(await teahouse('admin', 'payouts', 'return', '7')).toEqual({
    exit: 1,
    lines: ['There is no payout 7.'],
  });
  expect((await teahouse('admin', 'payouts', 'return', idOf(second))).lines).toEqual(['Done.']);
  expect((await li.call('/wallet/getBalance')).data).toBe('9.00');
  expect((await teahouse('reconcile')).exit).toBe(0);
});

test('teahouse jobs pays withdrawals through the sandbox’s Alipay, and the operator keeps his hands off them', async ({
  database,
  app,
  teahouseWith,
}) => {
  const settings = { WITHDRAW_PROVIDER: 'alipay' };
  const act = (...args: string[]) => teahouseWith(settings, ...args);
  const { keys } = app.platform;
  const paying = await testApp({ env: settings, executor: database.executor, platform: { keys } });
  for (const each of [app, paying]) each.clock.time = Date.now(); // the commands have no other
  const who = await withdrawer(paying, '10.00');
  const first = String(await withdraw(paying, who, '4.00'));
  expect((await act('admin', 'payouts', 'settle', first)).lines[0]).toMatch(/a provider may pay it/);
  expect((await act('jobs')).exit).toBe(0);
  const [sent = ''] = (await act('admin', 'payouts', 'list')).lines;
  expect(sent.split('\t').slice(4)).toEqual([
    '************7965',
    expect.any(String),
    expect.stringMatching(/^alipay: sent .*, asked again /),
  ]);
  expect((await act('admin', 'payouts', 'hold', first)).lines[0]).toMatch(/what was sent cannot be held/);
  await database.executor.write([
    change('UPDATE payout_transfers SET next_at = 0'),
    change('UPDATE sandbox_transfers SET taken_at = 0'),
  ]);
  await act('jobs');
  expect((await act('admin', 'payouts', 'send', first)).lines[0]).toMatch(/Nothing to send/);
  expect((await act('admin', 'payouts', 'bounced', first)).lines).toEqual(['Done.']);
  expect((await who.call('/wallet/getBalance')).data).toBe('10.00');
  expect((await act('reconcile')).exit).toBe(0);
}, 60_000);

test.for([
  ['admin'],
  ['admin', 'users', 'forget', '1'],
  ['admin', 'payouts', 'forget', '1'],
  ['admin', 'payouts', 'settle'],
  ['admin', 'payouts', 'settle', '1 OR 1'],
] as const)('teahouse %s %s %s %s says what to say instead', async ([...args], { teahouse }) => {
  const { exit, lines } = await teahouse(...args.filter(Boolean));
  expect(exit).toBe(1);
  expect(lines.join('\n')).toMatch(/^(Say what|Something is missing|Give the payout’s number).*$/);
});
