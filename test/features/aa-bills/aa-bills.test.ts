import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Person, type TestApp, testApp } from '../../support/app.ts';
import { groupOf, heard } from '../../support/groups.ts';
import { expectBalancedBooks } from '../../support/money.ts';
import { balances, billsOf, key, payer, payShare, startBill } from '../../support/payments.ts';

const HOUR = 3600 * 1000;

let app: TestApp;
let li: Person;
let wang: Person;
let zhao: Person;
let stranger: Person;
let group: number;
beforeEach(async () => {
  app = await testApp({ env: { AA_EXPIRES_SECONDS: '3600' } });
  li = await payer(app, '0', '李');
  wang = await payer(app, '100.00', '王');
  zhao = await payer(app, '100.00', '赵');
  stranger = await payer(app, '100.00');
  group = await groupOf(li, wang, zhao);
});
afterEach(async () => {
  await expectBalancedBooks(app);
  await app.close();
});

const says = (info: string, code = '-1') => ({ code, data: { info } });
const detail = (who: Person, transId: string) => who.call('/transfer/aaTransDetail', { transId });
const started = async (counts = 3, total = '10.00', dest: Person | number = group): Promise<string> => {
  const { code, data } = await startBill(li, dest, total, counts);
  expect(code).toBe('1');
  return data.transId;
};
const statusOf = async (transId: string) => (await detail(li, transId)).data.transInfo.status;

describe('aaTrans', () => {
  test('asks a group for shares, rounded up to a fen, and moves nothing', async () => {
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

  test.each([
    ['nobody in particular', () => startBill(li, 77, '10', 2), '发起失败'],
    ['a stranger', () => startBill(li, stranger, '10', 2), '发起失败'],
    ['oneself', () => startBill(li, li, '10', 2), '发起失败'],
    ['a group that one is not in', () => startBill(stranger, group, '10', 2), '发起失败'],
    ['a friend and a third', () => startBill(li, wang, '10', 3), '发起失败'],
    ['51 people', () => startBill(li, group, '100', 51), '收款个数不能大于50'],
    ['less than a fen each', () => startBill(li, group, '0.02', 3), '单笔金额不得小于0.01元'],
    [
      'more than the total',
      () => startBill(li, group, '0.10', 9),
      '人均金额不足以分摊，请提高总金额或减少人数',
    ],
    ['no people', () => startBill(li, group, '10', 0), '发起失败'],
    ['-1 people', () => startBill(li, group, '10', -1), '发起失败'],
    ['no money', () => startBill(li, group, '0', 2), '单笔金额不得小于0.01元'],
    ['no money for one', () => startBill(li, wang, '0.00', 1), '单笔金额不得小于0.01元'],
    ['less than no money', () => startBill(li, group, '-3', 2), '发起失败'],
    ['a kind that is none', () => startBill(li, group, '10', 2, { destType: 2 }), '发起失败'],
  ])('refuses to ask %s', async (_, attempt, info) => {
    expect(await attempt()).toMatchObject(says(info));
    expect(await app.sql('SELECT * FROM aa_bills')).toEqual([]);
  });

  test('starts one bill under one key', async () => {
    const params = { destType: 1, destId: group, totalAmount: '10', counts: 2 };
    const start = () => li.call('/transfer/aaTrans', params, key('a'));
    const replies = await Promise.all([start(), start(), start()]);
    expect(new Set(replies.map(({ data }) => data.transId)).size).toBe(1);
    expect(replies[0]?.data.msg).toBe('有福同享，有难同当');
  });

  test('is stopped by a block', async () => {
    await wang.call('/chat/setBlock', { blockId: li.id });
    expect(await startBill(li, wang, '10', 2)).toMatchObject(says('发起失败'));
  });
});

describe('aaTransPay', () => {
  test('puts a share by until the last one is paid, which brings the organiser all of them', async () => {
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

  test('takes one share a person', async () => {
    const transId = await started();
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => payShare(wang, li, '3.34', { transId })),
    );
    expect(replies.map(({ data }) => data.info).toSorted()).toEqual(
      ['付款成功！', ...Array(4).fill('您已经支付过该笔转账')].toSorted(),
    );
    expect(await balances(li, wang)).toEqual(['0.00', '96.66']);
  });

  test.each([
    [1, '10.00'],
    [2, '5.00'],
  ])('of a friend with counts %i is one payment of %s', async (counts, amount) => {
    const transId = await started(counts, '10', wang);
    expect((await payShare(zhao, li, amount, { transId })).code).toBe('-1');
    expect(await payShare(wang, li, amount, { transId })).toMatchObject({ code: '1' });
    expect(await statusOf(transId)).toBe('1');
    expect(await balances(li)).toEqual([amount]);
    const received = { moneyType: '10', moneyDirect: '1', amount, destType: '1' };
    expect(await billsOf(li)).toEqual([{ ...received, destId: String(wang.id), content: '王' }]);
    expect(await heard(li, 39)).toMatchObject([{ from: wang.id, content: { amt: Number(amount) } }]);
  });

  const field = (name: string) => ({ code: '-1', data: { info: '参数不正确', field: name } });
  test.each([
    ['another amount', (transId: string) => payShare(wang, li, '3.33', { transId }), field('amount')],
    ['a larger amount', (transId: string) => payShare(wang, li, '99', { transId }), field('amount')],
    ['another payee', (transId: string) => payShare(wang, zhao, '3.34', { transId }), field('destId')],
    ['a stranger', (transId: string) => payShare(stranger, li, '3.34', { transId }), field('transId')],
    ['the organiser', (transId: string) => payShare(li, li, '3.34', { transId }), { code: '-1' }],
    ['a bill that is none', () => payShare(wang, li, '3.34', { transId: 7 }), field('transId')],
    [
      'a wrong password',
      (transId: string) => payShare(wang, li, '3.34', { transId, payPwd: '1' }),
      says('支付密码错误'),
    ],
    [
      'a blank password',
      (transId: string) => payShare(wang, li, '3.34', { transId, payPwd: '' }),
      field('payPwd'),
    ],
    ['less than nothing', (transId: string) => payShare(wang, li, '-3.34', { transId }), field('amount')],
  ])('refuses %s, and nothing moves', async (_, attempt, answer) => {
    expect(await attempt(await started())).toMatchObject(answer);
    expect(await balances(li, wang, zhao, stranger)).toEqual(['0.00', '100.00', '100.00', '100.00']);
  });

  test('says when money is missing, a block is in the way, or the time is over', async () => {
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

  test('without transId pays the one bill that fits, and none of two', async () => {
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

  test('lets who has left the group pay no more, and see only what he has paid', async () => {
    const paid = await started();
    const unpaid = await started();
    await payShare(wang, li, '3.34', { transId: paid });
    await wang.call('/chat/quitGroup', { groupId: group });
    expect(await payShare(wang, li, '3.34', { transId: unpaid })).toMatchObject(field('transId'));
    expect((await detail(wang, paid)).code).toBe('1');
    expect((await detail(wang, unpaid)).code).toBe('-1');
  });

  test('pays once under one key', async () => {
    const transId = await started(2);
    const params = { destId: li.id, amount: '5', payPwd: '135790', transId };
    const send = () => wang.call('/transfer/aaTransPay', params, key('p'));
    const replies = await Promise.all([send(), send(), send()]);
    expect(replies.map(({ code }) => code)).toEqual(['1', '1', '1']);
    expect(await balances(li)).toEqual(['5.00']);
  });
});

describe('an AA bill', () => {
  test('is seen by who takes part in it, and by nobody else', async () => {
    const transId = await started();
    for (const who of [li, wang, zhao]) expect((await detail(who, transId)).code).toBe('1');
    for (const id of [transId, '77', '0', 'x'])
      expect(await detail(stranger, id)).toMatchObject(says('查询失败'));
    const forWang = await started(2, '5', wang);
    expect((await detail(wang, forWang)).code).toBe('1');
    expect((await detail(zhao, forWang)).code).toBe('-1');
  });
});
