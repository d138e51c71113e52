import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { yuan } from '../../src/core/fen.ts';
import type { PayoutId } from '../../src/core/ids.ts';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { readCsv } from '../../src/operations/payouts/csv.ts';
import type { Person, TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { cardNumberFrom, expectBalancedBooks } from '../support/money.ts';
import { operate, operatedApp } from '../support/operate.ts';
import { withdraw, withdrawer } from '../support/payouts.ts';

let app: TestApp;
let li: Person;
beforeEach(async () => {
  app = await operatedApp();
  li = await withdrawer(app);
});
afterEach(async () => {
  await expectBalancedBooks(app);
  const { db, keys } = app.platform;
  expect((await verifyAudit(db, keys.audit, app.clock.now())).faults).toEqual([]);
  await app.close();
});

const finance = (name: string, given: object = {}, headers = {}) =>
  operate(app, 'finance', name, given, headers);
const written = () => app.sql('SELECT operation, subject, subject_id FROM audit ORDER BY id');
const stateOf = async (payout: PayoutId) =>
  (await app.sql('SELECT state FROM payouts WHERE id = ?', payout))[0]?.[0];

describe('an act', () => {
  test('happens once and is answered the same for one key, however often and how many at once', async () => {
    const payout = await withdraw(app, li, '4.00');
    const key = { 'idempotency-key': 'once' };
    const settle = () => finance('payouts.settle', { payout }, key);
    const replies = [...(await Promise.all([settle(), settle(), settle()])), await settle()];
    for (const { status, body } of replies)
      expect([status, body]).toEqual([
        200,
        { done: true, on: payout, user: li.id, yuan: '4.00', payout: 'settled' },
      ]);
    expect(replies.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(3);
    expect(await written()).toEqual([['payouts.settle', 'payout', String(payout)]]);
    const other = await finance('payouts.settle', { payout: 7 }, key);
    expect([other.status, other.body.error]).toEqual([400, 'KEY_REUSED']);
    // Somebody else's key is their own, and what is refused is remembered by nobody.
    const again = await operate(app, 'owner', 'payouts.settle', { payout }, key);
    expect([again.status, again.body.message]).toEqual([409, `Payout ${payout} is settled already.`]);
    expect((await finance('payouts.settle', { payout: 7 }, { 'idempotency-key': 'é' })).status).toBe(400);
  });

  test('of two operators who decide differently at once is one', async () => {
    const payout = await withdraw(app, li, '4.00');
    const replies = await Promise.all(
      ['settle', 'return', 'settle', 'return'].map((verb) => finance(`payouts.${verb}`, { payout })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(await written()).toHaveLength(1);
  });

  test('leaves its row for each of its ways', async () => {
    const payout = await withdraw(app, li, '4.00');
    expect((await finance('payouts.send', { payout })).body.message).toMatch(/^Nothing to send/);
    expect((await finance('payouts.hold', { payout })).status).toBe(409);
    expect((await finance('payouts.settle', { payout })).status).toBe(200);
    expect((await finance('payouts.bounced', { payout })).status).toBe(200);
    expect((await finance('payouts.bounced', { payout })).status).toBe(409);
    expect((await written()).map(([operation]) => operation)).toEqual(['payouts.settle', 'payouts.bounced']);
    expect((await li.call('/wallet/getBalance')).data).toBe('100.00');
  });

  test('gives to the provider, and takes back, in one row each', async () => {
    const paying = await operatedApp({
      env: { WITHDRAW_PROVIDER: 'alipay' },
      executor: app.executor,
      platform: { keys: app.platform.keys },
    });
    const payout = await withdraw(app, li, '4.00');
    for (const verb of ['send', 'hold', 'send', 'hold'])
      expect((await operate(paying, 'finance', `payouts.${verb}`, { payout })).status, verb).toBe(200);
    expect(await written()).toHaveLength(4);
  });
});

describe('what is sealed', () => {
  test('shows for a reason, which is written down before', async () => {
    const payout = await withdraw(app, li, '4.00');
    const list = await operate(app, 'viewer', 'payouts.list');
    expect(list.body.rows).toMatchObject([{ payout, card: '************7965' }]);
    expect((await finance('payouts.show', { payout })).body.error).toBe('REASON_NEEDED');
    expect(await written()).toEqual([]);
    const { body } = await finance('payouts.show', { payout, reason: 'to pay it' });
    expect(body).toMatchObject({ card: '6214830202117965', yuan: '4.00' });
    expect(await written()).toEqual([['payouts.show', 'payout', String(payout)]]);
    const details = JSON.stringify(await app.sql('SELECT * FROM audit_details'));
    expect(details).not.toContain('6214830202117965');
  });
});

describe('the table for the bank', () => {
  test('has what the operator may pay, digit for digit, and no cell that is a formula', async () => {
    const long = cardNumberFrom('622202', 19);
    await li.call('/wallet/bindingCard', { cardNo: long });
    const payouts = [await withdraw(app, li, '4.00'), await withdraw(app, li, '0.50')];
    const banks = ['=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)', '\t=1', '%0a=1', 'a"b,c\r\nd'];
    for (const bank of banks) {
      await app.executor.write([change('UPDATE bank_cards SET bank_name = ?', bank)]);
      const { body } = await finance('payouts.export', { reason: 'Monday’s run' });
      expect([body.payouts, body.yuan, body.left]).toEqual([2, '4.50', 0]);
      expect(body.csv.startsWith('\uFEFF')).toBe(true);
      const [, ...lines] = readCsv(body.csv) ?? [];
      expect(lines.map(([payout]) => Number(payout))).toEqual(payouts);
      for (const cells of lines) {
        expect(cells[2]).toMatch(/^\d{16,19}$/);
        for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@|%]/);
      }
      expect(body.csv).not.toMatch(/(^|[,\n])"?\d{16,19}/);
    }
    expect(await written()).toEqual(banks.map(() => ['payouts.export', 'bank file', '2 payouts']));
  });

  test('is empty where nobody waits, and then nothing is written', async () => {
    expect((await finance('payouts.export', { reason: 'r' })).status).toBe(409);
    expect(await written()).toEqual([]);
  });
});

describe('the bank’s answer', () => {
  const answer = (...lines: (readonly [payout: number | string, amount: string, result: string])[]) =>
    `\uFEFF付款编号,收款人,金额,结果\r\n${lines.map(([payout, amount, result]) => `"\t${payout}",谁,"${amount}",${result}`).join('\r\n')}\r\n`;
  const send = (file: string) => finance('payouts.import', { file });

  test('settles what was paid and returns what was not, and twice it does nothing more', async () => {
    const [paid, unpaid] = [await withdraw(app, li, '4.00'), await withdraw(app, li, '5.00')];
    const file = answer([paid, '4.00', '成功'], [unpaid, '5.00', '失败']);
    const first = await send(file);
    expect(first.body).toMatchObject({ done: true, count: 2, of: 2 });
    expect([await stateOf(paid), await stateOf(unpaid)]).toEqual([1, 2]);
    const rows = await written();
    expect(rows).toEqual([paid, unpaid].map((payout) => ['payouts.import', 'payout', String(payout)]));
    const second = await send(file);
    expect(second.body).toMatchObject({ done: false, count: 0 });
    expect(second.body.lines.map(({ why }: { why: string }) => why)).toEqual([
      'It is settled already.',
      'It is returned already.',
    ]);
    expect(await written()).toEqual(rows);
    expect((await li.call('/wallet/getBalance')).data).toBe('96.00');
  });

  test('does nothing for a line that is not right, and all for the others', async () => {
    const payouts: PayoutId[] = [];
    for (const amount of [1, 2, 3, 4, 5]) payouts.push(await withdraw(app, li, yuan(amount * 100)));
    const [right = 0, wrong = 0, odd = 0, twice = 0, thousand = 0] = payouts;
    const { body } = await send(
      answer(
        [right, '1.00', 'success'],
        [wrong, '2.01', '成功'],
        [odd, '3.00', '处理中'],
        [twice, '4.00', '成功'],
        [twice, '4.00', '失败'],
        ['999', '1.00', '成功'],
        ['1e15', '1.00', '成功'],
        [thousand, '5', '成功'],
      ),
    );
    expect(body.lines.map(({ done }: { done: boolean }) => done)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(body.lines[1]).toMatchObject({ line: 3, why: 'The amount is not the payout’s, which is 2.00.' });
    expect(await Promise.all(payouts.map(stateOf))).toEqual([1, 0, 0, 0, 1]);
  });

  test('is done once for one key, even where two send it at once', async () => {
    const payout = await withdraw(app, li, '4.00');
    const file = answer([payout, '4.00', '成功']);
    const both = await Promise.all([send(file), send(file)]);
    expect(both.map(({ body }) => body.count).sort()).toEqual([0, 1]);
    const key = { 'idempotency-key': 'k' };
    const first = await finance('payouts.import', { file }, key);
    expect(await finance('payouts.import', { file }, key)).toMatchObject({ status: 200, body: first.body });
  });

  test.each([
    '',
    '付款编号,金额\n',
    'x',
    '付款编号,金额,结果\n',
    '付款编号,金额,结果\n"1,2',
    `付款编号,金额,结果\n${'1,1.00,成功\n'.repeat(2001)}`,
  ])('is refused whole where it is no such table: %j', async (file) => {
    const { status, body } = await send(file);
    expect([status, body.member]).toEqual([400, 'file']);
    expect(await written()).toEqual([]);
  });

  test('takes time that grows with its length alone', () => {
    for (const text of [
      '"'.repeat(900_001),
      `"${'""'.repeat(400_000)}`,
      '"a'.repeat(300_000),
      ','.repeat(900_000),
    ])
      readCsv(text);
  });
});
