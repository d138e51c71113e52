import { afterEach, beforeEach, expect, test } from 'vitest';
import { runJobs } from '../../src/jobs.ts';
import { sweep } from '../../src/sweep.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { befriend } from '../support/friends.ts';
import { expectBalancedBooks, PAY_PASSWORD, withPayPassword } from '../support/money.ts';
import { operate, operatedApp } from '../support/operate.ts';

const DAY = 24 * 3600_000;

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await operatedApp();
  [li, wang] = [await person(app), await person(app)];
  await befriend(li, wang);
  for (const who of [li, wang]) {
    await withPayPassword(app, who);
    await who.call('/wallet/recharge', { amount: '100.00' });
  }
});
afterEach(async () => {
  await expectBalancedBooks(app);
  await app.close();
});

const act = (verb: string, more: object = {}) =>
  operate(app, 'finance', `wallets.${verb}`, { user: li.id, reason: 'fraud', ...more });
const transfer = async (from = li, to = wang) =>
  await from.call('/transfer/createTransfer', {
    destId: to.id,
    amount: '10.00',
    payPwd: PAY_PASSWORD,
    msg: '',
  });
const balance = async (who = li) => (await who.call('/wallet/getBalance')).data;
const told = async () =>
  (await li.events())
    .filter(({ type }) => type === 68)
    .map(({ content }) => (JSON.parse(content) as { kind: string }).kind);
const shown = async () => (await operate(app, 'support', 'users.show', { user: li.id })).body;

test('a frozen wallet lets nothing leave, and its owner reads why, until an operator unfreezes it', async () => {
  expect((await act('freeze')).body).toEqual({ done: true, on: li.id, wallet: 'frozen', until: '' });
  expect(await transfer()).toMatchObject({
    code: '-1',
    data: { reason: 'WALLET_FROZEN', hint: '钱包由客服冻结，请联系客服' },
  });
  expect(await shown()).toMatchObject({
    walletFrozenByOperatorSince: '2026-11-22 20:00:00',
    walletFrozenByOperatorUntil: '',
    walletFrozenSince: '',
  });
  const again = await act('freeze');
  expect([again.status, again.body.message]).toEqual([
    409,
    `The wallet of ${li.id} is frozen since 2026-11-22 20:00:00.`,
  ]);
  // Neither the owner nor what ends another hold opens it.
  await li.call('/pay/validatePayPwd', { payPwd: PAY_PASSWORD });
  expect((await operate(app, 'support', 'users.open-wallet', { user: li.id })).status).toBe(409);
  expect((await transfer()).code).toBe('-1');
  expect((await act('unfreeze')).status).toBe(200);
  expect((await transfer()).code).toBe('1');
  expect((await act('unfreeze')).body.message).toBe(`The wallet of ${li.id} is not frozen.`);
  expect(await told()).toEqual(['walletFrozen', 'walletOpened']);
  expect(await app.sql('SELECT operation, subject_id FROM audit')).toEqual([
    ['wallets.freeze', String(li.id)],
    ['wallets.unfreeze', String(li.id)],
  ]);
});

test('money still comes in, and what is under way ends as its rules say', async () => {
  const { data: sent } = await transfer();
  const packet = { destType: 1, redPacketCount: 1, redPacketAmount: '5.00', redPacketType: 1 };
  const { data: untaken } = await li.call('/chat/sendRedPacket', { ...packet, destId: wang.id });
  const { data: coming } = await transfer(wang, li);
  const { data: gift } = await wang.call('/chat/sendRedPacket', { ...packet, destId: li.id });
  await act('freeze');
  expect((await wang.call('/transfer/confirmTransfer', { transId: sent.id })).code).toBe('1');
  expect((await li.call('/transfer/confirmTransfer', { transId: coming.id })).code).toBe('1');
  expect((await li.call('/chat/openRedPacket', { redPacketId: gift.info })).code).toBe('1');
  expect((await li.call('/wallet/recharge', { amount: '1.00' })).code).toBe('1');
  expect(await balance()).toBe('101.00');
  app.clock.advance(DAY);
  await runJobs(app.platform);
  expect(await balance()).toBe('106.00');
  expect((await wang.call('/chat/openRedPacket', { redPacketId: untaken.info })).code).not.toBe('1');
});

test('a freeze ends at its time, may be set anew, and is forgotten then', async () => {
  for (const until of ['2026-11-22', '2026-11-22 20:00', '2026-13-01', 'tomorrow', '2026-11-23T', 7])
    expect((await act('freeze', { until })).status, String(until)).toBe(400);
  expect((await act('freeze', { until: '2026-11-23 20:00' })).body.until).toBe('2026-11-23 20:00:00');
  expect((await act('freeze', { until: '2026-11-22 21:00' })).status).toBe(200);
  expect((await shown()).walletFrozenByOperatorUntil).toBe('2026-11-22 21:00:00');
  app.clock.advance(3600_000 - 1);
  expect((await transfer()).data.reason).toBe('WALLET_FROZEN');
  app.clock.advance(1);
  expect((await transfer()).code).toBe('1');
  expect((await act('unfreeze')).status).toBe(409);
  expect((await shown()).walletFrozenByOperatorSince).toBe('');
  await sweep(app.platform);
  expect(await app.sql('SELECT * FROM wallet_freezes')).toEqual([]);
});

test('two operators who freeze at once do it once', async () => {
  const replies = await Promise.all(Array.from({ length: 4 }, () => act('freeze')));
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  expect((await operate(app, 'finance', 'wallets.freeze', { user: 7, reason: 'r' })).body.message).toBe(
    'There is no user 7.',
  );
});
