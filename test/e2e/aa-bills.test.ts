import { beforeAll, describe, expect, test } from 'vitest';
import { befriend, expectRefusal, newPerson, type Person, smsCode } from './support/client.ts';

const PAY_PASSWORD = '135790';

let organiser: Person;
let payers: Person[];
let stranger: Person;
let group: string;

const balance = async (who: Person) => (await who.call('/wallet/getBalance')).data;
const pay = (who: Person, transId: string, amount: string) =>
  who.call('/transfer/aaTransPay', { destId: organiser.id, amount, payPwd: PAY_PASSWORD, transId });

async function newPayer(name: string): Promise<Person> {
  const who = await newPerson(name);
  await befriend(organiser, who);
  const validateNum = await smsCode(who.mobile);
  expect((await who.call('/pay/setPayPwd', { pwd: PAY_PASSWORD, validateNum })).code).toBe('1');
  expect((await who.call('/wallet/recharge', { amount: '50' })).code).toBe('1');
  return who;
}

beforeAll(async () => {
  [organiser, stranger] = await Promise.all([newPerson('林一'), newPerson('张三')]);
  payers = await Promise.all(['王二', '赵四', '陈五'].map(newPayer));
  const ids = payers.map(({ id }) => id).join(',');
  group = (await organiser.call('/chat/createGroup', { name: '晚饭', ids })).data.id;
});

describe('an AA bill', () => {
  test('is paid by as many as share it, each once, and the last slot once', async () => {
    const bill = { destType: 1, destId: group, totalAmount: '10', counts: 3, msg: '火锅' };
    const { data } = await organiser.call('/transfer/aaTrans', bill);
    expect(data).toMatchObject({ totalAmt: '10.00', counts: '3', amt: '3.34', msg: '火锅' });
    const replies = await Promise.all(payers.map((who) => pay(who, data.transId, data.amt)));
    expect(replies.map((each) => each.data.info).toSorted()).toEqual(
      ['AA收款已经结束', '付款成功！', '付款成功！'].toSorted(),
    );
    expect(await balance(organiser)).toBe('6.68');
    const { data: seen } = await organiser.call('/transfer/aaTransDetail', { transId: data.transId });
    expect(seen).toMatchObject({ transInfo: { status: '1' }, isPayed: '0' });
    expect(seen.records).toHaveLength(2);
    expectRefusal(await stranger.call('/transfer/aaTransDetail', { transId: data.transId }), -1, '查询失败');
  });

  test('keeps each share until the last one, which brings the organiser all of them', async () => {
    const bill = { destType: 1, destId: group, totalAmount: '9', counts: 3 };
    const { data } = await organiser.call('/transfer/aaTrans', bill);
    const [first, second] = payers as [Person, Person];
    const [before, ofFirst] = [Number(await balance(organiser)), Number(await balance(first))];
    expect((await pay(first, data.transId, '3')).code).toBe('1');
    expect([Number(await balance(organiser)), Number(await balance(first))]).toEqual([before, ofFirst - 3]);
    const { data: seen } = await organiser.call('/transfer/aaTransDetail', { transId: data.transId });
    expect(seen).toMatchObject({ transInfo: { status: '0' }, records: [{ userId: String(first.id) }] });
    expect((await pay(second, data.transId, '3')).code).toBe('1');
    expect(Number(await balance(organiser))).toBeCloseTo(before + 6, 5);
    const [newest] = (await organiser.call('/wallet/getWalletHistory')).data;
    expect(newest).toMatchObject({ moneyType: '10', amount: '6.00', destType: '2', destId: group });
  });

  test('is refused with another amount, by a stranger, and for more people than it may have', async () => {
    const bill = { destType: 1, destId: group, totalAmount: '9', counts: 3 };
    const { data } = await organiser.call('/transfer/aaTrans', bill);
    for (const who of payers) expectRefusal(await pay(who, data.transId, '0.01'), -1, '参数不正确');
    expectRefusal(await pay(stranger, data.transId, '3'), -1);
    expectRefusal(
      await organiser.call('/transfer/aaTrans', { ...bill, counts: 51 }),
      -1,
      '收款个数不能大于50',
    );
  });
});
