import { describe, expect } from 'vitest';
import { type Allowance, SERVER_RUN } from '../../../src/core/in-slices.ts';
import { returnExpiredTransfers } from '../../../src/features/transfers/return-expired.ts';
import { runJobs } from '../../../src/jobs.ts';
import { type Person, person } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { load } from '../../support/database.ts';
import { befriend } from '../../support/friends.ts';
import { groupOf, heard } from '../../support/groups.ts';
import { PAY_PASSWORD } from '../../support/money.ts';
import { moneyTest } from '../../support/money-test.ts';
import { balances, billsOf, confirm, key, payer, transfer } from '../../support/payments.ts';

const DAY = 24 * 3600 * 1000;

const test = moneyTest()
  .extend('li', ({ app }) => payer(app, '100.00', '李'))
  .extend('wang', ({ app }) => payer(app, '0', '王'))
  .extend('stranger', ({ app }) => payer(app, '100.00'))
  .extend('sent', ({ li, wang }) => async (amount = '10.00', params = {}): Promise<string> => {
    const { code, data } = await transfer(li, wang, amount, params);
    expect(code).toBe('1');
    return data.id;
  })
  .extend(
    'sendReturns',
    ({ app }) =>
      (allowance?: Allowance) =>
        returnExpiredTransfers(app.platform, allowance),
  );
test.beforeEach(async ({ li, wang }) => {
  await befriend(li, wang);
});

interface Cast {
  readonly li: Person;
  readonly stranger: Person;
  readonly wang: Person;
}

const view = (who: Person, transId: string) => who.call('/transfer/viewTransfer', { transId });
const says = (code: string, info: string) => ({ code, data: { info } });
const groupOfFriends = async (owner: Person, friend: Person) =>
  Number((await owner.call('/chat/createGroup', { name: '茶', ids: friend.id })).data.id);

describe('createTransfer', () => {
  test('takes the money at once, tells the friend and lets nobody else look', async ({
    app,
    li,
    wang,
    stranger,
  }) => {
    const { code, data } = await transfer(li, wang, '12.5', { msg: '午饭' });
    expect({ code, data }).toEqual({
      code: '1',
      data: {
        id: expect.stringMatching(/^\d+$/),
        userId: String(li.id),
        destId: String(wang.id),
        groupId: '',
        amount: '12.50',
        msg: '午饭',
        status: '1',
        sendTime: String(app.clock.now()),
        confirmTime: '',
      },
    });
    expect(await balances(li, wang)).toEqual(['87.50', '0.00']);
    expect(await heard(wang, 18)).toEqual([
      {
        from: li.id,
        fromType: 1,
        dest: wang.id,
        content: { transId: Number(data.id), msg: '午饭', amount: '12.50' },
      },
    ]);
    expect(await billsOf(li)).toEqual([
      {
        moneyType: '5',
        moneyDirect: '-1',
        amount: '12.50',
        destType: '1',
        destId: String(wang.id),
        content: '王',
      },
    ]);
    expect(await billsOf(wang)).toEqual([]);
    for (const who of [li, wang]) expect((await view(who, data.id)).data).toEqual(data);
    expect(await view(stranger, data.id)).toMatchObject(says('-1', '查询失败'));
  });

  test('goes to a fellow member, seen by the group and taken by him alone', async ({ app, li, stranger }) => {
    const other = await person(app);
    const group = await groupOf(other, li, stranger);
    const { code, data } = await transfer(li, stranger, '3', { groupId: group });
    expect({ code, groupId: data.groupId }).toEqual({ code: '1', groupId: String(group) });
    const content = { transId: Number(data.id), msg: '', amount: '3.00', destId: stranger.id };
    for (const who of [other, stranger])
      expect(await heard(who, 18)).toEqual([{ from: li.id, fromType: 2, dest: group, content }]);
    expect(await heard(li, 18)).toEqual([]);
    expect(await billsOf(li)).toMatchObject([{ destType: '2', destId: String(group) }]);
    expect((await view(other, data.id)).code).toBe('-1');
    expect((await confirm(other, data.id)).code).toBe('-1');
    expect((await confirm(stranger, data.id)).code).toBe('1');
    expect(await heard(li, 20)).toMatchObject([{ from: group, fromType: 2, dest: group }]);
    expect(await billsOf(stranger)).toMatchObject([{ moneyType: '6', destType: '2', destId: String(group) }]);
  });

  test.for([
    ['a stranger', ({ li, stranger }: Cast) => transfer(li, stranger, '1'), says('-1', '无法向对方转账')],
    [
      'nobody',
      ({ li, wang }: Cast) => transfer(li, { ...wang, id: 999_999 }, '1'),
      says('-1', '无法向对方转账'),
    ],
    ['himself', ({ li }: Cast) => transfer(li, li, '1'), says('-1', '不能向自己转账')],
    ['more than he has', ({ li, wang }: Cast) => transfer(li, wang, '100.01'), says('3', '金额不足')],
    [
      'in a group that is none',
      ({ li, wang }: Cast) => transfer(li, wang, '1', { groupId: 77 }),
      says('4', '群资料查询失败'),
    ],
    [
      'with a wrong password',
      ({ li, wang }: Cast) => transfer(li, wang, '1', { payPwd: '000000' }),
      says('2', '支付密码不正确'),
    ],
    [
      'with a blank password',
      ({ li, wang }: Cast) => transfer(li, wang, '1', { payPwd: '' }),
      { code: '-1', data: { field: 'payPwd' } },
    ],
    ['nothing', ({ li, wang }: Cast) => transfer(li, wang, '0'), { code: '-1', data: { field: 'amount' } }],
    [
      'less than nothing',
      ({ li, wang }: Cast) => transfer(li, wang, '-5'),
      { code: '-1', data: { field: 'amount' } },
    ],
    [
      'a third of a fen',
      ({ li, wang }: Cast) => transfer(li, wang, '0.333'),
      { code: '-1', data: { field: 'amount' } },
    ],
  ] as const)('refuses %s, and nothing moves', async ([_, attempt, answer], { app, li, wang, stranger }) => {
    expect(await attempt({ li, wang, stranger })).toMatchObject(answer);
    expect(await balances(li, wang)).toEqual(['100.00', '0.00']);
    expect(await app.sql('SELECT * FROM transfers')).toEqual([]);
    expect(await heard(wang, 18)).toEqual([]);
  });

  test('refuses in a group to or from one who is no member, and after the group has ended', async ({
    app,
    li,
    wang,
    stranger,
  }) => {
    const group = await groupOf(wang, await person(app));
    expect(await transfer(li, wang, '1', { groupId: group })).toMatchObject(says('4', '群资料查询失败'));
    expect(await transfer(stranger, wang, '1', { groupId: group })).toMatchObject({ code: '4' });
    const both = await groupOfFriends(wang, li);
    expect((await transfer(li, wang, '1', { groupId: both })).code).toBe('1');
    await wang.call('/chat/dismissGroup', { groupId: both });
    expect(await transfer(li, wang, '1', { groupId: both })).toMatchObject({ code: '4' });
    expect((await transfer(li, wang, '1', { groupId: 0 })).code).toBe('1');
  });

  test.for(['the payer', 'the payee'])(
    'is stopped by a block of %s, in a group, too',
    async (who, { li, wang, sent }) => {
      const group = await groupOfFriends(li, wang);
      const [blocker, blocked] = who === 'the payer' ? [li, wang] : [wang, li];
      const onTheWay = await sent();
      await blocker.call('/chat/setBlock', { blockId: blocked.id });
      for (const params of [{}, { groupId: group }])
        expect(await transfer(li, wang, '1', params)).toMatchObject(says('-1', '无法向对方转账'));
      expect((await confirm(wang, onTheWay)).code).toBe('1');
      expect(await balances(li, wang)).toEqual(['90.00', '10.00']);
    },
  );

  test('asks who has no pay password to set one, and locks after five wrong ones', async ({
    app,
    li,
    wang,
  }) => {
    await app.executor.write([
      { sql: 'DELETE FROM pay_passwords WHERE user_id = ?', params: [wang.id], kind: 'change' },
    ]);
    expect(await transfer(wang, li, '1')).toMatchObject(says('2', '请先设置支付密码'));
    for (let tries = 0; tries < 5; tries += 1)
      expect(await transfer(li, wang, '1', { payPwd: '000000' })).toMatchObject(says('2', '支付密码不正确'));
    expect(await transfer(li, wang, '1')).toMatchObject(says('2', '密码错误次数过多，请稍后再试'));
    expect(await balances(li)).toEqual(['100.00']);
  });

  test('answers the same key with the first transfer, and only to the right password', async ({
    li,
    wang,
  }) => {
    const send = (params = {}) =>
      li.call(
        '/transfer/createTransfer',
        { destId: wang.id, amount: '5', payPwd: PAY_PASSWORD, ...params },
        key('k'),
      );
    const replies = await Promise.all(Array.from({ length: 6 }, () => send()));
    expect(new Set(replies.map(({ data }) => data.id)).size).toBe(1);
    expect(await send({ payPwd: '000000' })).toMatchObject({ code: '2' });
    expect(await send({ amount: '6' })).toMatchObject({ code: '-1', data: { field: 'requestId' } });
    expect(await balances(li)).toEqual(['95.00']);
    expect(await heard(wang, 18)).toHaveLength(1);
  });
});

describe('confirmTransfer', () => {
  test('pays the payee once, and tells the payer', async ({ app, li, wang, sent }) => {
    const transId = await sent('10.00', { msg: '书' });
    app.clock.advance(1000);
    expect(await confirm(wang, transId)).toMatchObject(says('1', 'confirm..'));
    expect(await balances(li, wang)).toEqual(['90.00', '10.00']);
    expect((await view(li, transId)).data).toMatchObject({
      status: '2',
      confirmTime: String(app.clock.now()),
    });
    expect(await heard(li, 20)).toEqual([
      {
        from: wang.id,
        fromType: 1,
        dest: li.id,
        content: { transId: Number(transId), msg: '书', amount: '10.00' },
      },
    ]);
    expect(await billsOf(wang)).toEqual([
      {
        moneyType: '6',
        moneyDirect: '1',
        amount: '10.00',
        destType: '1',
        destId: String(li.id),
        content: '李',
      },
    ]);
    expect(await confirm(wang, transId)).toMatchObject(says('-1', 'fail..'));
    expect(await balances(wang)).toEqual(['10.00']);
  });

  test('answers the real clients’ spelling, and the same key again', async ({ wang, sent }) => {
    const transId = await sent();
    const confirmAgain = () => wang.call('/transfer/confimTransfer', { transId }, key('c'));
    expect((await confirmAgain()).code).toBe('1');
    expect((await confirmAgain()).code).toBe('1');
    expect(await balances(wang)).toEqual(['10.00']);
  });

  test.for([
    ['the payer', ({ li }: Cast) => li],
    ['a stranger', ({ stranger }: Cast) => stranger],
  ] as const)('refuses %s', async ([_, who], { li, wang, stranger, sent }) => {
    const transId = await sent();
    expect(await confirm(who({ li, wang, stranger }), transId)).toMatchObject(says('-1', 'fail..'));
    expect(await balances(li, wang)).toEqual(['90.00', '0.00']);
  });

  test.for(['', '0', '-1', 'x', '99'])('refuses "%s"', async (transId, { wang, sent }) => {
    await sent();
    expect(await confirm(wang, transId)).toMatchObject(says('-1', 'fail..'));
  });

  test('needs no friendship any longer', async ({ li, wang, sent }) => {
    const transId = await sent();
    await li.call('/chat/delFriend', { destId: wang.id });
    expect((await confirm(wang, transId)).code).toBe('1');
  });
});

describe('after 24 hours', () => {
  test('a transfer can be confirmed to the last millisecond', async ({ app, wang, sent, sendReturns }) => {
    const transId = await sent();
    app.clock.advance(DAY - 1);
    expect(await sendReturns()).toBe(0);
    expect((await confirm(wang, transId)).code).toBe('1');
    app.clock.advance(DAY);
    expect(await sendReturns()).toBe(0);
  });

  test('it goes back, once, however often the job runs', async ({ app, li, wang, sent, sendReturns }) => {
    const transId = await sent('10.00', { msg: '书' });
    app.clock.advance(DAY);
    expect(await confirm(wang, transId)).toMatchObject(says('-1', 'fail..'));
    const all = runJobs(app.platform).then(() => 0);
    const runs = await Promise.all([sendReturns(), sendReturns(), all, sendReturns()]);
    expect(runs.reduce((sum, run) => sum + run, 0)).toBeLessThanOrEqual(1);
    expect(await balances(li, wang)).toEqual(['100.00', '0.00']);
    expect((await view(wang, transId)).data).toMatchObject({ status: '3', confirmTime: '' });
    expect(await heard(li, 21)).toEqual([
      {
        from: wang.id,
        fromType: 1,
        dest: li.id,
        content: { transId: Number(transId), msg: '书', amount: '10.00' },
      },
    ]);
    expect(await billsOf(li)).toMatchObject([
      { moneyType: '8', moneyDirect: '1', amount: '10.00', destType: '3', destId: transId },
      { moneyType: '5' },
    ]);
    expect((await confirm(wang, transId)).code).toBe('-1');
  });

  test('more than one run returns all of many', async ({ app, li, wang, sendReturns }) => {
    await app.executor.write(
      Array.from({ length: 250 }, (_, i) => [
        {
          sql: "INSERT INTO journals (id, kind, created_at) VALUES (?, 'transfer_sent', 0)",
          params: [i + 1],
          kind: 'change' as const,
        },
        {
          sql: 'INSERT INTO journal_lines (journal_id, debit_account, credit_account, amount) VALUES (?, ?, -4, 1)',
          params: [i + 1, li.id],
          kind: 'change' as const,
        },
        {
          sql: `INSERT INTO bills (user_id, journal_id, money_type, amount, direction, dest_type, dest_id, occurred_at)
            VALUES (?, ?, 5, 1, -1, 1, ?, 0)`,
          params: [li.id, i + 1, wang.id],
          kind: 'change' as const,
        },
        {
          sql: `INSERT INTO transfers (id, payer_id, payee_id, amount, sent_at, expires_at) VALUES (?, ?, ?, 1, 0, ?)`,
          params: [i + 1, li.id, wang.id, i],
          kind: 'change' as const,
        },
      ]).flat(),
    );
    const runs = [
      await sendReturns({ ...SERVER_RUN, trips: 200, ms: 1000 }),
      await sendReturns(),
      await sendReturns(),
    ];
    expect(runs).toEqual([200, 50, 0]);
    expect(await balances(li)).toEqual(['100.00']);
  });

  test('one that cannot go back is told of, stays, and holds up none of those behind it', async ({
    app,
    li,
    wang,
    sent,
    sendReturns,
  }) => {
    const torn = load(201, 5);
    // Transfers whose money lies nowhere: a hand in the database.
    const insert = `INSERT INTO transfers (id, payer_id, payee_id, amount, sent_at, expires_at)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
      SELECT i, ?, ?, 5000000, 0, i / 2 FROM n`;
    await app.executor.write([change(insert, torn, li.id, wang.id)]);
    const transId = await sent();
    app.clock.advance(DAY);
    const error = new RegExp(`^${torn} transfers not given back: 1 \\(ledger_accounts_covered\\), 2 `);
    await expect(sendReturns()).rejects.toThrow(error);
    expect((await view(wang, transId)).data.status).toBe('3');
    expect(await balances(li, wang)).toEqual(['100.00', '0.00']);
    expect(await app.sql('SELECT count(*) FROM transfers WHERE status = 1')).toEqual([[torn]]);
    await app.executor.write([change('DELETE FROM transfers WHERE status = 1')]);
  });
});
