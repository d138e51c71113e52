import { beforeAll, describe, expect, test } from 'vitest';
import { befriend, expectRefusal, newPerson, type Person, smsCode } from './support/client.ts';

const PAY_PASSWORD = '135790';

let payer: Person;
let friend: Person;
let stranger: Person;

const balance = async (who: Person) => (await who.call('/wallet/getBalance')).data;

beforeAll(async () => {
  [payer, friend, stranger] = await Promise.all([newPerson('林一'), newPerson('王二'), newPerson('张三')]);
  await befriend(payer, friend);
  const validateNum = await smsCode(payer.mobile);
  expect((await payer.call('/pay/setPayPwd', { pwd: PAY_PASSWORD, validateNum })).code).toBe('1');
  expect((await payer.call('/wallet/recharge', { amount: '100' })).code).toBe('1');
});

const send = (who: Person, destId: number, amount: string, payPwd = PAY_PASSWORD) =>
  who.call('/transfer/createTransfer', { destId, amount, payPwd, msg: '午饭' });

describe('a transfer', () => {
  test('leaves at once, waits, and is confirmed once', async () => {
    const { data } = await send(payer, friend.id, '10.5');
    expect(data).toMatchObject({ userId: String(payer.id), destId: String(friend.id), status: '1' });
    expect([await balance(payer), await balance(friend)]).toEqual(['89.50', '0.00']);
    const transId = data.id;
    const seen = await friend.call('/transfer/viewTransfer', { transId });
    expect(seen.data).toMatchObject({ amount: '10.50', msg: '午饭', confirmTime: '' });
    const events = (await friend.call('/im/sync')).data;
    expect(JSON.stringify(events)).toContain(transId);
    expectRefusal(await stranger.call('/transfer/viewTransfer', { transId }), -1, '查询失败');
    expectRefusal(await payer.call('/transfer/confirmTransfer', { transId }), -1, 'fail..');
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => friend.call('/transfer/confirmTransfer', { transId })),
    );
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    expect(await balance(friend)).toBe('10.50');
  });

  test('is refused to a stranger, without the money and without the password', async () => {
    expectRefusal(await send(payer, stranger.id, '1'), -1, '无法向对方转账');
    expectRefusal(await send(payer, friend.id, '1000'), 3, '金额不足');
    expectRefusal(await send(payer, friend.id, '1', '000000'), 2, '支付密码不正确');
    expectRefusal(await send(friend, payer.id, '1'), 2, '请先设置支付密码');
  });
});

describe('a receipt code', () => {
  test('says whom to pay, and anybody can pay him', async () => {
    const { data } = await stranger.call('/transfer/createReceipt', { amount: '7' });
    expect(data).toMatchObject({ qrcodeType: '1', receiptId: String(stranger.id), amount: '7.00' });
    const asked = await payer.call('/transfer/createPayment', { amount: '7' });
    expect(asked.data).toMatchObject({ qrcodeType: '2', paymentId: String(payer.id) });
    const payment = { destId: data.receiptId, amount: data.amount, payPwd: PAY_PASSWORD };
    const pay = () =>
      payer.call('/transfer/postPayment', payment, { headers: { 'idempotency-key': data.receiptId } });
    const replies = await Promise.all([pay(), pay(), pay()]);
    expect(replies.map((each) => each.data)).toEqual(Array(3).fill({ info: '付款成功' }));
    expect(await balance(stranger)).toBe('7.00');
    expectRefusal(
      await payer.call('/transfer/postPayment', { ...payment, destId: payer.id }),
      -1,
      '参数不正确',
    );
    expectRefusal(await payer.call('/transfer/postPayment', { ...payment, amount: '-1' }), -1, '参数不正确');
  });
});
