import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runJobs } from '../../src/jobs.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { befriend } from '../support/friends.ts';
import { PAY_PASSWORD, withPayPassword } from '../support/money.ts';
import { operate, operatedApp } from '../support/operate.ts';

const HOUR = 3600_000;

let app: TestApp;
let li: Person;
let wang: Person;
let lines: { event: string; facts?: Readonly<Record<string, unknown>> | undefined }[];
beforeEach(async () => {
  lines = [];
  const note = (event: string, facts?: Readonly<Record<string, unknown>>) =>
    void lines.push({ event, facts });
  app = await operatedApp({ platform: { log: { info: note, error: note } } });
  [li, wang] = [await person(app, '李雷'), await person(app, '王芳')];
  await befriend(li, wang);
  for (const who of [li, wang]) await withPayPassword(app, who);
  await li.call('/wallet/recharge', { amount: '1000.00' });
});
afterEach(() => app.close());

const look = async (name: string, given: object = {}, role = 'finance') =>
  (await operate(app, role, name, given)).body;
const transfer = async (amount: string) =>
  Number(
    (
      await li.call('/transfer/createTransfer', {
        destId: wang.id,
        amount,
        payPwd: PAY_PASSWORD,
        msg: '秘密',
      })
    ).data.id,
  );
const packet = async (params: object) =>
  Number(
    (
      await li.call('/chat/sendRedPacket', {
        redPacketCount: 1,
        redPacketAmount: '8.88',
        redPacketType: 1,
        destType: 1,
        destId: wang.id,
        payPwd: PAY_PASSWORD,
        ...params,
      })
    ).data.info,
  );

describe('transfers', () => {
  const numbers = async (given: object) =>
    (await look('transfers.find', given)).rows.map(({ transfer }: { transfer: number }) => transfer);

  test('are found by either person, amount, time and state, newest first', async () => {
    const first = await transfer('10.00');
    app.clock.advance(2 * HOUR);
    const second = await transfer('20.00');
    await wang.call('/transfer/confirmTransfer', { transId: second });
    for (const user of [li.id, wang.id]) {
      expect(await numbers({ user })).toEqual([second, first]);
      expect(await numbers({ user, yuan: '10' })).toEqual([first]);
      expect(await numbers({ user, from: '2026-11-22 21:00' })).toEqual([second]);
      expect(await numbers({ user, to: '2026-11-22 21:00' })).toEqual([first]);
      expect(await numbers({ user, state: 'confirmed' })).toEqual([second]);
      expect(await numbers({ user, state: 'returned' })).toEqual([]);
    }
    expect(await numbers({ user: 7 })).toEqual([]);
    expect(await numbers({ yuan: '20.00' })).toEqual([second]);
    expect(await numbers({})).toEqual([second, first]);
    expect(await numbers({ from: '2026-11-22 21:00', to: '2026-11-23 21:00', state: 'waits' })).toEqual([]);
    expect((await look('transfers.find', { user: li.id })).total).toBe(2);
    for (const given of [
      { from: '2026-11-01', to: '2026-11-22' },
      { to: '2026-11-22', from: '2026-11-22' },
      { from: 'now' },
    ])
      expect((await look('transfers.find', given)).error, JSON.stringify(given)).toBe('INVALID_PARAMETER');
    expect((await operate(app, 'viewer', 'transfers.find', { user: li.id })).status).toBe(403);
  });

  test('come by pages that lose none and count all', async () => {
    await app.executor.write([
      change(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
          INSERT INTO transfers (id, payer_id, payee_id, amount, status, sent_at, expires_at, ended_by)
          SELECT i, CASE i % 2 WHEN 0 THEN ?1 ELSE ?2 END, CASE i % 2 WHEN 0 THEN ?2 ELSE ?1 END, 1, 2, 0, 0, 1 FROM n`,
        li.id,
        wang.id,
      ),
    ]);
    for (const given of [{ user: li.id }, { yuan: '0.01' }]) {
      const seen: number[] = [];
      let after: string | undefined;
      do {
        const body = await look('transfers.find', { ...given, ...(after ? { after } : {}) });
        expect(body.total).toBe(250);
        seen.push(...body.rows.map(({ transfer }: { transfer: number }) => transfer));
        after = body.next ?? undefined;
      } while (after);
      expect(seen).toEqual(Array.from({ length: 250 }, (_, i) => 250 - i));
    }
  });

  test('are looked through some thousands at a time, and none is lost', async () => {
    // As many again of the other way, as far apart: three searches of each end at different numbers.
    await app.executor.write([
      change(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 21000)
          INSERT INTO transfers (id, payer_id, payee_id, amount, status, sent_at, expires_at, ended_by)
          SELECT i, CASE i % 3 WHEN 0 THEN ?1 ELSE ?2 END, CASE i % 3 WHEN 0 THEN ?2 ELSE ?1 END,
            CASE i % 2000 WHEN 7 THEN 500 ELSE 1 END, 2, 0, 0, 1 FROM n`,
        li.id,
        wang.id,
      ),
    ]);
    const all = async (given: object) => {
      const seen: number[] = [];
      let pages = 0;
      let after: string | undefined;
      do {
        const body = await look('transfers.find', { ...given, ...(after ? { after } : {}) });
        seen.push(...body.rows.map(({ transfer }: { transfer: number }) => transfer));
        after = body.next ?? undefined;
        pages += 1;
      } while (after && pages < 20);
      return { seen, pages };
    };
    const rare = Array.from({ length: 11 }, (_, i) => 20_007 - i * 2000);
    expect(await all({ user: li.id, yuan: '5.00' })).toEqual({ seen: rare, pages: 3 });
    expect(await all({ user: li.id, state: 'waits' })).toEqual({ seen: [], pages: 3 });
    expect(await all({ yuan: '0.01', state: 'returned' })).toEqual({ seen: [], pages: 5 });
    expect((await look('transfers.find', { yuan: '0.01' })).total).toBe(20_989);
  });

  test('show where their money is, and never their words', async () => {
    const id = await transfer('10.00');
    const where = async () => (await look('transfers.show', { transfer: id }, 'support')).where;
    expect(await where()).toContain('in escrow');
    await wang.call('/transfer/confirmTransfer', { transId: id });
    expect(await where()).toBe(`with ${wang.id}`);
    await operate(app, 'finance', 'corrections.reverse-transfer', { transfer: id, reason: 'r' });
    expect(await where()).toBe(`10.00 of 10.00 given back to ${li.id}`);
    const back = await transfer('5.00');
    app.clock.advance(24 * HOUR);
    await runJobs(app.platform);
    expect((await look('transfers.show', { transfer: back })).where).toBe(`back with ${li.id}`);
    expect(JSON.stringify(await look('transfers.show', { transfer: id }))).not.toContain('秘密');
    expect((await look('transfers.show', { transfer: 7 })).error).toBe('NOTHING_DONE');
  });
});

describe('red packets', () => {
  const numbers = async (given: object) =>
    (await look('packets.find', given)).rows.map(({ packet }: { packet: number }) => packet);

  test('are found by who has sent or opened them, amount, time and state', async () => {
    const { data: made } = await li.call('/chat/createGroup', { name: '老茶馆', ids: String(wang.id) });
    const group = Number(made.id);
    const personal = await packet({});
    const equal = await packet({
      redPacketType: 2,
      redPacketCount: 3,
      redPacketAmount: '2.00',
      destType: 2,
      destId: group,
    });
    await wang.call('/chat/openRedPacket', { redPacketId: equal });
    await li.call('/chat/openRedPacket', { redPacketId: equal });
    expect(await numbers({ user: li.id })).toEqual([equal, personal]);
    expect(await numbers({ user: wang.id })).toEqual([equal]);
    for (const yuan of ['2.00', '6.00']) {
      expect(await numbers({ user: li.id, yuan }), yuan).toEqual([equal]);
      expect(await numbers({ user: wang.id, yuan }), yuan).toEqual([equal]);
    }
    expect(await numbers({ yuan: '8.88' })).toEqual([personal]);
    expect(await numbers({ state: 'open' })).toEqual([equal, personal]);
    expect(await numbers({ user: li.id, state: 'taken' })).toEqual([]);
    expect(await numbers({ user: li.id, to: '2026-11-22' })).toEqual([]);
    expect((await look('packets.find', { user: li.id })).rows[0]).toMatchObject({
      sender: li.id,
      to: `group ${group}`,
      kind: 'equal',
      yuan: '6.00',
      shares: 3,
      opened: 2,
      left: '2.00',
      state: 'open',
    });
  });

  test('show who opened what, and where the rest is', async () => {
    const id = await packet({});
    const shown = () => look('packets.show', { packet: id }, 'support');
    expect(await shown()).toMatchObject({ where: expect.stringContaining('8.88 in escrow'), takers: [] });
    await wang.call('/chat/openRedPacket', { redPacketId: id });
    const taken = await shown();
    expect(taken).toMatchObject({
      state: 'taken',
      takers: [{ user: wang.id, yuan: '8.88', reversed: '0.00' }],
    });
    const { journal } = taken.takers[0];
    expect(await look('ledger.journal', { journal })).toMatchObject({
      kind: 'red_packet_opened',
      of: id,
      lines: [{ from: 'redPackets', to: `user ${wang.id}`, yuan: '8.88' }],
      bills: [{ user: wang.id, moneyType: 4, yuan: '8.88' }],
    });
    const back = await packet({});
    app.clock.advance(24 * HOUR);
    await runJobs(app.platform);
    expect((await look('packets.show', { packet: back })).where).toContain(`8.88 back with ${li.id}`);
  });
});

describe('the ledger', () => {
  test('shows the accounts that belong to nobody', async () => {
    await transfer('10.00');
    await operate(app, 'finance', 'corrections.seize', { user: li.id, yuan: '5', reason: 'r' });
    const { rows, total } = await look('ledger.accounts', {}, 'viewer');
    expect(total).toBe(rows.length);
    expect(
      Object.fromEntries(rows.map(({ account, yuan }: Record<string, string>) => [account, yuan])),
    ).toEqual({
      cashIn: '-1000.00',
      cashOut: '0.00',
      redPackets: '0.00',
      transfers: '10.00',
      withdrawals: '0.00',
      fees: '0.00',
      aaBills: '0.00',
      refunds: '0.00',
      adjustments: '0.00',
      seized: '5.00',
      unclaimed: '0.00',
    });
  });

  test('lists movements of a person, of an account, of a kind and of a time', async () => {
    await transfer('10.00');
    await operate(app, 'finance', 'corrections.debit', { user: li.id, yuan: '5', reason: 'r' });
    const kinds = async (given: object) =>
      (await look('ledger.journals', given)).rows.map(
        ({ kind, yuan }: Record<string, string>) => `${kind} ${yuan}`,
      );
    expect(await kinds({ user: li.id })).toEqual([
      'correction_debited -5.00',
      'transfer_sent -10.00',
      'recharge 1000.00',
    ]);
    expect(await kinds({ user: li.id, kind: 'recharge' })).toEqual(['recharge 1000.00']);
    expect(await kinds({ user: li.id, to: '2026-11-22' })).toEqual([]);
    expect(await kinds({ user: wang.id })).toEqual([]);
    expect(await kinds({ account: 'adjustments' })).toEqual(['correction_debited 5.00']);
    expect(await kinds({ kind: 'transfer_sent' })).toEqual(['transfer_sent 10.00']);
    expect(await kinds({ from: '2026-11-22 21:00', to: '2026-11-22 22:00' })).toEqual([]);
    expect((await look('ledger.journals', { user: li.id, account: 'fees' })).member).toBe('account');
    expect((await look('ledger.journal', { journal: 7 })).error).toBe('NOTHING_DONE');
  });
});

describe('a check of all books', () => {
  const checks = () => look('ledger.checks', {}, 'viewer');

  test('says that they balance, whoever wants it, and each night', async () => {
    await transfer('10.00');
    expect(await look('ledger.reconcile')).toMatchObject({
      standing: 'balances',
      problems: 0,
      journals: 2,
      bills: 2,
      findings: [],
    });
    await runJobs(app.platform);
    expect((await checks()).total).toBe(1);
    // 20:00 it is; the next night's begins at 03:30.
    app.clock.advance(7.5 * HOUR - 1);
    await runJobs(app.platform);
    expect((await checks()).total).toBe(1);
    app.clock.advance(1);
    await runJobs(app.platform);
    await runJobs(app.platform);
    expect(await checks()).toMatchObject({
      total: 2,
      rows: [
        { standing: 'balances', begun: '2026-11-23 03:30:00', askedBy: 'check-books' },
        { standing: 'balances', askedBy: 'an operator' },
      ],
    });
    expect(lines.filter(({ event }) => event === 'the books balance')).toHaveLength(2);
  });

  test('says what is wrong, in the table and in the log', async () => {
    await app.executor.write([
      change('UPDATE ledger_accounts SET balance = balance + 1 WHERE id = ?', li.id),
    ]);
    expect(await look('ledger.reconcile')).toMatchObject({
      standing: 'WRONG',
      problems: 1,
      findings: [{ detail: `account ${li.id} has 100001, its bills say 100000` }],
    });
    expect(lines.filter(({ event }) => event === 'the books do not balance')).toMatchObject([
      { facts: { problems: 1 } },
    ]);
  });

  test('goes on where a run ends, by one of many who go on at once', async () => {
    await app.executor.write([
      change(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
          INSERT INTO journals (id, kind, created_at) SELECT i, 'recharge', 0 FROM n`,
      ),
      change(
        'INSERT INTO journal_lines (journal_id, debit_account, credit_account, amount) SELECT id, -1, ?, 1 FROM journals WHERE id <= 1500',
        li.id,
      ),
      change(
        `INSERT INTO bills (user_id, journal_id, money_type, amount, direction, dest_type, dest_id, content, occurred_at)
          SELECT ?1, id, 1, 1, 1, 1, ?1, '', 0 FROM journals WHERE id <= 1500`,
        li.id,
      ),
    ]);
    for (let run = 0; run < 20; run += 1)
      await Promise.all(
        Array.from({ length: 3 }, () =>
          runJobs(app.platform, undefined, { trips: 80, ms: 1000, connections: 1 }),
        ),
      );
    expect(await checks()).toMatchObject({
      total: 1,
      rows: [{ standing: 'balances', journals: 1501, bills: 1501 }],
    });
  });
});
