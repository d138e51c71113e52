import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { befriend } from '../support/friends.ts';
import { expectBalancedBooks, PAY_PASSWORD, withPayPassword } from '../support/money.ts';
import { operate, operatedApp } from '../support/operate.ts';

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await operatedApp();
  [li, wang] = [await person(app, '李雷'), await person(app, '王芳')];
  await befriend(li, wang);
  await withPayPassword(app, li);
  await withPayPassword(app, wang);
  await li.call('/wallet/recharge', { amount: '100.00' });
});
afterEach(async () => {
  await expectBalancedBooks(app);
  const { db, keys } = app.platform;
  expect((await verifyAudit(db, keys.audit, app.clock.now())).faults).toEqual([]);
  await app.close();
});

const finance = (verb: string, given: object, headers = {}) =>
  operate(app, 'finance', `corrections.${verb}`, { reason: 'ticket 7', ...given }, headers);
const owner = (verb: string, given: object) =>
  operate(app, 'owner', `corrections.${verb}`, { reason: 'ticket 7', ...given });
const balance = async (who: Person) => (await who.call('/wallet/getBalance')).data;
const system = async (kind: string) =>
  (await app.sql('SELECT balance FROM ledger_accounts WHERE kind = ?', kind))[0]?.[0];
const bills = async (who: Person) =>
  (await who.call('/wallet/getWalletHistory')).data.map(
    ({ moneyType, moneyDirect, amount, content }: Record<string, string>) =>
      [moneyType, moneyDirect, amount, content].join(' ').trim(),
  );
const told = async (who: Person) =>
  (await who.events())
    .filter(({ type }) => type === 68)
    .map(({ content }) => (JSON.parse(content) as { kind: string }).kind);
const state = async () =>
  JSON.stringify([
    await app.sql('SELECT * FROM journal_lines'),
    await app.sql('SELECT * FROM bills'),
    await app.sql('SELECT * FROM inbox'),
    await app.sql('SELECT * FROM audit'),
  ]);

const transfer = async (amount = '100.00', take = true) => {
  const { data } = await li.call('/transfer/createTransfer', {
    destId: wang.id,
    amount,
    payPwd: PAY_PASSWORD,
    msg: '',
  });
  if (take) await wang.call('/transfer/confirmTransfer', { transId: data.id });
  return Number(data.id);
};

describe('an operator', () => {
  test('credits a wallet: first what was taken before, the rest from the company', async () => {
    expect((await finance('debit', { user: li.id, yuan: '30' })).body).toEqual({
      done: true,
      on: li.id,
      user: li.id,
      yuan: '30.00',
      to: 'adjustments',
    });
    expect([await balance(li), await system('adjustments')]).toEqual(['70.00', 3000]);
    expect((await finance('credit', { user: wang.id, yuan: '50', note: '补偿' })).body.done).toBe(true);
    expect([await balance(wang), await system('adjustments'), await system('cash_in')]).toEqual([
      '50.00',
      0,
      -12000,
    ]);
    expect(await bills(wang)).toEqual(['17 1 50.00 补偿']);
    expect(await bills(li)).toEqual(['17 -1 30.00', '1 1 100.00']);
    expect([await told(li), await told(wang)]).toEqual([['walletDebited'], ['walletCredited']]);
  });

  test('seizes all of a wallet, or some, and pays victims from what was seized', async () => {
    expect((await finance('seize', { user: li.id, yuan: '0.01' })).body.yuan).toBe('0.01');
    expect((await finance('seize', { user: li.id })).body).toMatchObject({ yuan: '99.99', to: 'seized' });
    expect((await finance('seize', { user: li.id })).body.message).toBe(`The wallet of ${li.id} is empty.`);
    expect((await finance('credit', { user: wang.id, yuan: '100.01', from: 'seized' })).body.message).toBe(
      'Only 100.00 is seized.',
    );
    expect((await finance('credit', { user: wang.id, yuan: '100', from: 'seized' })).status).toBe(200);
    expect([await balance(li), await balance(wang), await system('seized')]).toEqual(['0.00', '100.00', 0]);
    expect((await app.sql('SELECT balance FROM ledger_accounts WHERE id = -1'))[0]).toEqual([-10000]);
  });

  test('takes no fen more than a wallet holds, and then writes nothing', async () => {
    const before = await state();
    for (const verb of ['debit', 'seize']) {
      const { status, body } = await finance(verb, { user: li.id, yuan: '100.01' });
      expect([status, body.message]).toEqual([409, `The wallet of ${li.id} holds 100.00.`]);
    }
    for (const yuan of ['0', '0.00', '-1', '1.001', '1e3', ' 1', '', '99999999999'])
      expect((await finance('credit', { user: li.id, yuan })).status, yuan).toBe(400);
    expect((await finance('credit', { user: 7, yuan: '1' })).body.message).toBe('There is no user 7.');
    for (const system of [-8, -1, 0])
      expect((await finance('debit', { user: system, yuan: '1' })).status, String(system)).toBe(400);
    const full = await finance('credit', { user: li.id, yuan: '9999999999.99' });
    expect(full.body.message).toBe(`The wallet of ${li.id} cannot take so much more.`);
    expect(await state()).toBe(before);
  });

  test('races with the owner of the wallet, and one of them has the money', async () => {
    const send = li.call('/transfer/postPayment', {
      destId: wang.id,
      amount: '100.00',
      payPwd: PAY_PASSWORD,
    });
    const [paid, seized] = await Promise.all([send, finance('seize', { user: li.id, yuan: '100' })]);
    expect((paid.code === '1') !== (seized.status === 200)).toBe(true);
    expect(await balance(li)).toBe('0.00');
  });

  test('does once what is sent twice under one key', async () => {
    const key = { 'idempotency-key': 'k' };
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => finance('credit', { user: wang.id, yuan: '1' }, key)),
    );
    for (const { body } of replies) expect(body).toEqual(replies[0]?.body);
    expect(await balance(wang)).toBe('1.00');
  });
});

describe('a transfer', () => {
  test('comes back whole from a receiver who has it, once', async () => {
    const id = await transfer();
    expect((await finance('reverse-transfer', { transfer: id })).body).toEqual({
      done: true,
      on: id,
      user: li.id,
      from: wang.id,
      yuan: '100.00',
      taken: '100.00',
      fromAdjustments: '0.00',
      missing: '0.00',
    });
    expect([await balance(li), await balance(wang)]).toEqual(['100.00', '0.00']);
    expect((await bills(li))[0]).toBe('18 1 100.00 王芳');
    expect((await bills(wang))[0]).toBe('18 -1 100.00 李雷');
    expect([await told(li), await told(wang)]).toEqual([['moneyReturned'], ['moneyTakenBack']]);
    const again = await finance('reverse-transfer', { transfer: id });
    expect([again.status, again.body.message]).toEqual([409, `The transfer ${id} was given back already.`]);
  });

  test('comes back as far as the receiver has it, and the rest later, or from adjustments by an owner', async () => {
    const id = await transfer();
    await wang.call('/transfer/postPayment', { destId: li.id, amount: '70.00', payPwd: PAY_PASSWORD });
    expect((await finance('reverse-transfer', { transfer: id })).body).toMatchObject({
      taken: '30.00',
      missing: '70.00',
    });
    expect((await finance('reverse-transfer', { transfer: id })).body.message).toContain(
      `Nothing is left in the wallet of ${wang.id}`,
    );
    await finance('credit', { user: wang.id, yuan: '20' });
    const refused = await finance('reverse-transfer', { transfer: id, fromAdjustments: true });
    expect([refused.status, refused.body.error]).toEqual([403, 'NOT_ALLOWED']);
    expect((await owner('reverse-transfer', { transfer: id, fromAdjustments: true })).body).toMatchObject({
      yuan: '70.00',
      taken: '20.00',
      fromAdjustments: '50.00',
      missing: '0.00',
    });
    expect([await balance(li), await balance(wang)]).toEqual(['170.00', '0.00']);
  });

  test('that nobody has taken is not reversed: it goes back by itself', async () => {
    const id = await transfer('1.00', false);
    const { status, body } = await finance('reverse-transfer', { transfer: id });
    expect([status, body.message]).toEqual([409, expect.stringContaining('was not taken')]);
    expect((await finance('reverse-transfer', { transfer: 7 })).body.message).toBe('There is no transfer 7.');
  });

  test('comes back once, however many operators want it at once', async () => {
    const id = await transfer();
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => finance('reverse-transfer', { transfer: id })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await balance(li)).toBe('100.00');
  });
});

test('a share of a red packet comes back to its sender', async () => {
  const { data } = await li.call('/chat/sendRedPacket', {
    redPacketCount: 1,
    redPacketAmount: '66.00',
    redPacketType: 1,
    destType: 1,
    destId: wang.id,
  });
  const packet = Number(data.info);
  expect((await finance('reverse-share', { packet, user: wang.id })).body.message).toContain(
    'There is no share',
  );
  await wang.call('/chat/openRedPacket', { redPacketId: packet });
  expect((await finance('reverse-share', { packet, user: wang.id })).body).toMatchObject({
    user: li.id,
    taken: '66.00',
  });
  expect([await balance(li), await balance(wang)]).toEqual(['100.00', '0.00']);
  expect((await finance('reverse-share', { packet, user: wang.id })).status).toBe(409);
});

test('the share that a sender has opened themselves has nowhere to go back to', async () => {
  const { data: group } = await li.call('/chat/createGroup', { name: '老茶馆', ids: String(wang.id) });
  const { data } = await li.call('/chat/sendRedPacket', {
    redPacketCount: 1,
    redPacketAmount: '6.00',
    redPacketType: 1,
    destType: 2,
    destId: group.id,
  });
  await li.call('/chat/openRedPacket', { redPacketId: data.info });
  const { status, body } = await finance('reverse-share', { packet: Number(data.info), user: li.id });
  expect([status, body.message]).toEqual([409, expect.stringContaining('was the sender’s own')]);
});
