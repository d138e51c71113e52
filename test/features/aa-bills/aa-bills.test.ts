import { describe, expect } from 'vitest';
import type { Person } from '../../support/app.ts';
import { groupOf, heard } from '../../support/groups.ts';
import { moneyTest } from '../../support/money-test.ts';
import { balances, billsOf, key, payer, payShare, startBill } from '../../support/payments.ts';

const HOUR = 3600 * 1000;

const test = moneyTest({ env: { AA_EXPIRES_SECONDS: '3600' } })
  .extend('li', ({ app }) => payer(app, '0', '李'))
  .extend('wang', ({ app }) => payer(app, '100.00', '王'))
  .extend('zhao', ({ app }) => payer(app, '100.00', '赵'))
  .extend('stranger', ({ app }) => payer(app, '100.00'))
  .extend('group', ({ li, wang, zhao }) => groupOf(li, wang, zhao))
  .extend(
    'started',
    ({ li, group }) =>
      async (counts = 3, total = '10.00', dest: Person | number = group): Promise<string> => {
        const { code, data } = await startBill(li, dest, total, counts);
        expect(code).toBe('1');
        return data.transId;
      },
  )
  .extend(
    'statusOf',
    ({ li }) =>
      async (transId: string) =>
        (await detail(li, transId)).data.transInfo.status,
  );

interface Cast {
  readonly li: Person;
  readonly stranger: Person;
  readonly group: number;
  readonly wang: Person;
  readonly zhao: Person;
}

const says = (info: string, code = '-1') => ({ code, data: { info } });
const detail = (who: Person, transId: string) => who.call('/transfer/aaTransDetail', { transId });

describe('aaTrans', () => {
  test('asks a group for shares, rounded up to a fen, and moves nothing', async ({
    app,
    li,
    wang,
    zhao,
    group,
  }) => {
    const { code, data } = await startBill(li, group, '10', 3, { msg: '晚饭' });
    expect({ code, data }).toEqual({
      code: '1',
      data: {
        totalAmt: '10.00',
        msg: '晚饭',
        counts: '3',
        amt: '3.34',
        transId: expect.stringMatching(/^\d+$/),
      },
    });
    expect(await balances(li, wang, zhao)).toEqual(['0.00', '100.00', '100.00']);
    const now = String(app.clock.now());
    const { data: found } = await detail(zhao, data.transId);
    expect(found).toEqual({
      transInfo: {
        id: data.transId,
        userId: String(li.id),
        destId: String(group),
        msg: '晚饭',
        destType: '1',
        totalAmount: '10.00',
        status: '0',
        createTime: now,
        updateTime: now,
        counts: '3',
      },
      records: [],
      isPayed: '0',
    });
  });

  test.for([
    ['nobody in particular', ({ li }: Cast) => startBill(li, 77, '10', 2), '发起失败'],
    ['a stranger', ({ li, stranger }: Cast) => startBill(li, stranger, '10', 2), '发起失败'],
    ['oneself', ({ li }: Cast) => startBill(li, li, '10', 2), '发起失败'],
    [
      'a group that one is not in',
      ({ stranger, group }: Cast) => startBill(stranger, group, '10', 2),
      '发起失败',
    ],
    ['a friend and a third', ({ li, wang }: Cast) => startBill(li, wang, '10', 3), '发起失败'],
    ['51 people', ({ li, group }: Cast) => startBill(li, group, '100', 51), '收款个数不能大于50'],
    [
      'less than a fen each',
      ({ li, group }: Cast) => startBill(li, group, '0.02', 3),
      '单笔金额不得小于0.01元',
    ],
    [
      'more than the total',
      ({ li, group }: Cast) => startBill(li, group, '0.10', 9),
      '人均金额不足以分摊，请提高总金额或减少人数',
    ],
    ['no people', ({ li, group }: Cast) => startBill(li, group, '10', 0), '发起失败'],
    ['-1 people', ({ li, group }: Cast) => startBill(li, group, '10', -1), '发起失败'],
    ['no money', ({ li, group }: Cast) => startBill(li, group, '0', 2), '单笔金额不得小于0.01元'],
    ['no money for one', ({ li, wang }: Cast) => startBill(li, wang, '0.00', 1), '单笔金额不得小于0.01元'],
    ['less than no money', ({ li, group }: Cast) => startBill(li, group, '-3', 2), '发起失败'],
    [
      'a kind that is none',
      ({ li, group }: Cast) => startBill(li, group, '10', 2, { destType: 2 }),
      '发起失败',
    ],
  ] as const)('refuses to ask %s', async ([_, attempt, info], { app, li, wang, zhao, stranger, group }) => {
    expect(await attempt({ li, wang, zhao, stranger, group })).toMatchObject(says(info));
    expect(await app.sql('SELECT * FROM aa_bills')).toEqual([]);
  });

  test('starts one bill under one key', async ({ li, group }) => {
    const params = { destType: 1, destId: group, totalAmount: '10', counts: 2 };
    const start = () => li.call('/transfer/aaTrans', params, key('a'));
    const replies = await Promise.all([start(), start(), start()]);
    expect(new Set(replies.map(({ data }) => data.transId)).size).toBe(1);
    expect(replies[0]?.data.msg).toBe('有福同享，有难同当');
  });

  test('is stopped by a block', async ({ li, wang }) => {
    await wang.call('/chat/setBlock', { blockId: li.id });
    expect(await startBill(li, wang, '10', 2)).toMatchObject(says('发起失败'));
  });
});

describe('aaTransPay', () => {
  test('puts a share by until the last one is paid, which brings the organiser all of them', async ({
    app,
    li,
    wang,
    zhao,
    group,
    started,
    statusOf,
  }) => {
    const transId = await started();
    expect(await payShare(wang, li, '3.34', { transId })).toMatchObject(says('付款成功！', '1'));
    expect(await statusOf(transId)).toBe('0');
    expect(await balances(li, wang, zhao)).toEqual(['0.00', '96.66', '100.00']);
    expect([await billsOf(li), await heard(li, 39)]).toEqual([[], []]);
    expect((await detail(li, transId)).data.records).toMatchObject([{ userId: String(wang.id) }]);
    app.clock.advance(1000);
    expect(await payShare(zhao, li, '3.34', { transId })).toMatchObject({ code: '1' });
    expect(await statusOf(transId)).toBe('1');
    expect(await balances(li, wang, zhao)).toEqual(['6.68', '96.66', '96.66']);
    const { data } = await detail(wang, transId);
    expect(data).toMatchObject({ isPayed: '1', transInfo: { updateTime: String(app.clock.now()) } });
    expect(data.records).toMatchObject([
      { userId: String(wang.id), destId: transId, amount: '3.34', name: '王' },
      { userId: String(zhao.id), name: '赵', createTime: String(app.clock.now()) },
    ]);
    expect(await heard(li, 39)).toEqual([
      { from: zhao.id, fromType: 3, dest: li.id, content: { amt: 6.68 } },
    ]);
    const paid = { moneyType: '11', moneyDirect: '-1', amount: '3.34', destType: '1', content: '李' };
    for (const who of [wang, zhao]) {
      expect(await billsOf(who)).toEqual([{ ...paid, destId: String(li.id) }]);
      expect(await heard(who, 39)).toEqual([]);
    }
    const received = { moneyType: '10', moneyDirect: '1', amount: '6.68', destType: '2' };
    expect(await billsOf(li)).toEqual([{ ...received, destId: String(group), content: '老茶馆' }]);
    for (const who of [wang, zhao])
      expect(await payShare(who, li, '3.34', { transId })).toMatchObject(says('AA收款已经结束'));
  });

  test('takes one share a person', async ({ li, wang, started }) => {
    const transId = await started();
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => payShare(wang, li, '3.34', { transId })),
    );
    expect(replies.map(({ data }) => data.info).toSorted()).toEqual(
      ['付款成功！', ...Array(4).fill('您已经支付过该笔转账')].toSorted(),
    );
    expect(await balances(li, wang)).toEqual(['0.00', '96.66']);
  });

  test.for([
    [1, '10.00'],
    [2, '5.00'],
  ] as const)(
    'of a friend with counts %i is one payment of %s',
    async ([counts, amount], { li, wang, zhao, started, statusOf }) => {
      const transId = await started(counts, '10', wang);
      expect((await payShare(zhao, li, amount, { transId })).code).toBe('-1');
      expect(await payShare(wang, li, amount, { transId })).toMatchObject({ code: '1' });
      expect(await statusOf(transId)).toBe('1');
      expect(await balances(li)).toEqual([amount]);
      const received = { moneyType: '10', moneyDirect: '1', amount, destType: '1' };
      expect(await billsOf(li)).toEqual([{ ...received, destId: String(wang.id), content: '王' }]);
      expect(await heard(li, 39)).toMatchObject([{ from: wang.id, content: { amt: Number(amount) } }]);
    },
  );

  const field = (name: string) => ({ code: '-1', data: { info: '参数不正确', field: name } });
  test.for([
    [
      'another amount',
      ({ li, wang }: Cast, transId: string) => payShare(wang, li, '3.33', { transId }),
      field('amount'),
    ],
    [
      'a larger amount',
      ({ li, wang }: Cast, transId: string) => payShare(wang, li, '99', { transId }),
      field('amount'),
    ],
    [
      'another payee',
      ({ wang, zhao }: Cast, transId: string) => payShare(wang, zhao, '3.34', { transId }),
      field('destId'),
    ],
    [
      'a stranger',
      ({ li, stranger }: Cast, transId: string) => payShare(stranger, li, '3.34', { transId }),
      field('transId'),
    ],
    [
      'the organiser',
      ({ li }: Cast, transId: string) => payShare(li, li, '3.34', { transId }),
      { code: '-1' },
    ],
    [
      'a bill that is none',
      ({ li, wang }: Cast) => payShare(wang, li, '3.34', { transId: 7 }),
      field('transId'),
    ],
    [
      'a wrong password',
      ({ li, wang }: Cast, transId: string) => payShare(wang, li, '3.34', { transId, payPwd: '1' }),
      says('支付密码错误'),
    ],
    [
      'a blank password',
      ({ li, wang }: Cast, transId: string) => payShare(wang, li, '3.34', { transId, payPwd: '' }),
      field('payPwd'),
    ],
    [
      'less than nothing',
      ({ li, wang }: Cast, transId: string) => payShare(wang, li, '-3.34', { transId }),
      field('amount'),
    ],
  ] as const)(
    'refuses %s, and nothing moves',
    async ([_, attempt, answer], { li, wang, zhao, stranger, group, started }) => {
      expect(await attempt({ li, wang, zhao, stranger, group }, await started())).toMatchObject(answer);
      expect(await balances(li, wang, zhao, stranger)).toEqual(['0.00', '100.00', '100.00', '100.00']);
    },
  );

  test('says when money is missing, a block is in the way, or the time is over', async ({
    app,
    li,
    wang,
    zhao,
    started,
  }) => {
    const dear = await started(3, '400');
    expect(await payShare(wang, li, '133.34', { transId: dear })).toMatchObject(says('金额不足'));
    const transId = await started();
    await wang.call('/chat/setBlock', { blockId: li.id });
    expect(await payShare(wang, li, '3.34', { transId })).toMatchObject(says('付款失败！'));
    app.clock.advance(HOUR - 1);
    expect((await payShare(zhao, li, '3.34', { transId })).code).toBe('1');
    app.clock.advance(1);
    expect(await payShare(wang, li, '3.34', { transId })).toMatchObject(says('AA收款已过期'));
  });

  test('without transId pays the one bill that fits, and none of two', async ({
    li,
    wang,
    zhao,
    started,
  }) => {
    const first = await started();
    await started(2, '5');
    expect(await payShare(wang, li, '3.34')).toMatchObject({ code: '1' });
    expect((await detail(wang, first)).data.isPayed).toBe('1');
    expect(await payShare(wang, li, '3.34')).toMatchObject(field('transId'));
    await started();
    expect(await payShare(wang, li, '3.34', { transId: 0 })).toMatchObject({ code: '1' });
    expect(await payShare(zhao, li, '3.34')).toMatchObject(field('transId'));
    expect(await balances(zhao)).toEqual(['100.00']);
  });

  test('lets who has left the group pay no more, and see only what he has paid', async ({
    li,
    wang,
    group,
    started,
  }) => {
    const paid = await started();
    const unpaid = await started();
    await payShare(wang, li, '3.34', { transId: paid });
    await wang.call('/chat/quitGroup', { groupId: group });
    expect(await payShare(wang, li, '3.34', { transId: unpaid })).toMatchObject(field('transId'));
    expect((await detail(wang, paid)).code).toBe('1');
    expect((await detail(wang, unpaid)).code).toBe('-1');
  });

  test('pays once under one key', async ({ li, wang, started }) => {
    const transId = await started(2);
    const params = { destId: li.id, amount: '5', payPwd: '135790', transId };
    const send = () => wang.call('/transfer/aaTransPay', params, key('p'));
    const replies = await Promise.all([send(), send(), send()]);
    expect(replies.map(({ code }) => code)).toEqual(['1', '1', '1']);
    expect(await balances(li)).toEqual(['5.00']);
  });
});

describe('an AA bill', () => {
  test('is seen by who takes part in it, and by nobody else', async ({
    li,
    wang,
    zhao,
    stranger,
    started,
  }) => {
    const transId = await started();
    for (const who of [li, wang, zhao]) expect((await detail(who, transId)).code).toBe('1');
    for (const id of [transId, '77', '0', 'x'])
      expect(await detail(stranger, id)).toMatchObject(says('查询失败'));
    const forWang = await started(2, '5', wang);
    expect((await detail(wang, forWang)).code).toBe('1');
    expect((await detail(zhao, forWang)).code).toBe('-1');
  });
});
