import { describe, expect } from 'vitest';
import type { Person } from '../../support/app.ts';
import { heard } from '../../support/groups.ts';
import { PAY_PASSWORD } from '../../support/money.ts';
import { moneyTest } from '../../support/money-test.ts';
import { balances, billsOf, key, pay, payer } from '../../support/payments.ts';

const test = moneyTest()
  .extend('li', ({ app }) => payer(app, '100.00', '李'))
  .extend('wang', ({ app }) => payer(app, '0', '王'));

interface Cast {
  readonly li: Person;
  readonly wang: Person;
}

const says = (code: string, info: string) => ({ code, data: { info } });

describe('createReceipt and createPayment', () => {
  test.for([
    ['/transfer/createReceipt', 'receipt', '1'],
    ['/transfer/createPayment', 'payment', '2'],
  ] as const)('%s says who asks and how much', async ([path, kind, qrcodeType], { li }) => {
    await li.call('/chat/updateHead', { headUrl: '/upload/li.jpg' });
    const expected = (amount: string) => ({
      qrcodeType,
      [`${kind}Id`]: String(li.id),
      [`${kind}Name`]: '李',
      [`${kind}HeadUrl`]: '/upload/li.jpg',
      amount,
    });
    expect((await li.call(path, { amount: '10' })).data).toEqual(expected('10.00'));
    for (const params of [{}, { amount: '' }, { amount: '0' }])
      expect((await li.call(path, params)).data).toEqual(expected('0.00'));
    for (const amount of ['-1', '1.234', 'x', '1e3'])
      expect(await li.call(path, { amount })).toMatchObject({ code: '-1', data: { field: 'amount' } });
  });
});

describe('postPayment', () => {
  test('pays a stranger at once, and tells him', async ({ li, wang }) => {
    expect(await pay(li, wang, '19.99')).toMatchObject(says('1', '付款成功'));
    expect(await balances(li, wang)).toEqual(['80.01', '19.99']);
    expect(await heard(wang, 39)).toEqual([
      { from: li.id, fromType: 3, dest: wang.id, content: { amt: 19.99 } },
    ]);
    const common = { amount: '19.99', destType: '1' };
    expect(await billsOf(li)).toEqual([
      { ...common, moneyType: '5', moneyDirect: '-1', destId: String(wang.id), content: '王' },
    ]);
    expect(await billsOf(wang)).toEqual([
      { ...common, moneyType: '6', moneyDirect: '1', destId: String(li.id), content: '李' },
    ]);
  });

  test.for([
    ['more than there is', ({ li, wang }: Cast) => pay(li, wang, '100.01'), says('3', '金额不足')],
    [
      'to oneself',
      ({ li }: Cast) => pay(li, li, '1'),
      { code: '-1', data: { info: '参数不正确', field: 'destId' } },
    ],
    [
      'to nobody',
      ({ li, wang }: Cast) => pay(li, { ...wang, id: 999_999 }, '1'),
      { code: '-1', data: { field: 'destId' } },
    ],
    [
      'a wrong password',
      ({ li, wang }: Cast) => pay(li, wang, '1', { payPwd: '000000' }),
      says('-1', '支付密码错误'),
    ],
    [
      'a blank password',
      ({ li, wang }: Cast) => pay(li, wang, '1', { payPwd: '' }),
      { code: '-1', data: { field: 'payPwd' } },
    ],
    ['nothing', ({ li, wang }: Cast) => pay(li, wang, '0.00'), { code: '-1', data: { field: 'amount' } }],
    [
      'less than nothing',
      ({ li, wang }: Cast) => pay(li, wang, '-1'),
      { code: '-1', data: { field: 'amount' } },
    ],
    [
      'too much for a wallet',
      ({ li, wang }: Cast) => pay(li, wang, '99999999999'),
      { code: '-1', data: { field: 'amount' } },
    ],
  ] as const)('refuses %s, and nothing moves', async ([_, attempt, answer], { li, wang }) => {
    expect(await attempt({ li, wang })).toMatchObject(answer);
    expect(await balances(li, wang)).toEqual(['100.00', '0.00']);
    expect(await heard(wang, 39)).toEqual([]);
  });

  test('is refused without the parameter, and to somebody else’s wallet', async ({ li, wang }) => {
    for (const missing of ['destId', 'amount', 'payPwd']) {
      const params = { destId: wang.id, amount: '1', payPwd: PAY_PASSWORD, [missing]: '' };
      expect(await li.call('/transfer/postPayment', params)).toMatchObject({ data: { field: missing } });
    }
    expect((await pay(wang, li, '1', { userId: li.id })).code).toBe('403');
  });

  test.for(['the payer', 'the payee'])('is stopped by a block of %s', async (who, { li, wang }) => {
    const [blocker, blocked] = who === 'the payer' ? [li, wang] : [wang, li];
    await blocker.call('/chat/setBlock', { blockId: blocked.id });
    expect(await pay(li, wang, '1')).toMatchObject(says('-1', '付款异常失败'));
    expect(await balances(li, wang)).toEqual(['100.00', '0.00']);
  });

  test('looks at five of twenty wrong passwords, and at no right one among the rest', async ({
    li,
    wang,
  }) => {
    const sent = Array.from({ length: 20 }, (_, i) => (i < 12 ? '000000' : PAY_PASSWORD));
    const replies = await Promise.all(sent.map((payPwd) => pay(li, wang, '1', { payPwd })));
    expect(replies.filter(({ data }) => data.info === '支付密码错误')).toHaveLength(5);
    expect(replies.filter(({ data }) => data.info === '密码错误次数过多，请稍后再试')).toHaveLength(15);
    expect(await balances(li)).toEqual(['100.00']);
  });

  test('pays once under one key, and proves the password each time', async ({ li, wang }) => {
    const send = (payPwd: string) =>
      li.call('/transfer/postPayment', { destId: wang.id, amount: '5', payPwd }, key('k'));
    const replies = await Promise.all(Array.from({ length: 8 }, () => send(PAY_PASSWORD)));
    expect(replies.map(({ code }) => code)).toEqual(Array(8).fill('1'));
    expect(await send('000000')).toMatchObject(says('-1', '支付密码错误'));
    expect(await balances(li, wang)).toEqual(['95.00', '5.00']);
  });

  test('spends what there is and no more, at whatever moment', async ({ li, wang }) => {
    const replies = await Promise.all(Array.from({ length: 12 }, () => pay(li, wang, '15')));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(6);
    expect(replies.filter(({ code }) => code === '3')).toHaveLength(6);
    expect(await balances(li, wang)).toEqual(['10.00', '90.00']);
  });
});
