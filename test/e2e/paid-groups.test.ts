import { beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Params, type Person, smsCode } from './support/client.ts';

const PAY_PASSWORD = '246810';
const DAY_MS = 24 * 3600 * 1000;

let owner: Person;
let member: Person;
let guest: Person;
let group: string;

/** Somebody with a pay password and 100.00 in the wallet. */
async function customer(name: string): Promise<Person> {
  const who = await newPerson(name);
  const validateNum = await smsCode(who.mobile);
  expect((await who.call('/pay/setPayPwd', { pwd: PAY_PASSWORD, validateNum })).code).toBe('1');
  expect((await who.call('/wallet/recharge', { amount: '100.00' })).code).toBe('1');
  return who;
}

beforeAll(async () => {
  [owner, member, guest] = (await Promise.all(['东家', '茶友', '客人'].map((name) => customer(name)))) as [
    Person,
    Person,
    Person,
  ]; // three names, three people
  await owner.call('/chat/requestFriend', { destId: member.id, destType: 1 });
  expect((await member.call('/chat/acceptRequest', { destId: owner.id, destType: 1 })).code).toBe('1');
  group = (await owner.call('/chat/createGroup', { name: '雅座', ids: member.id })).data.id;
});

const pay = (who: Person, path: string, params: Params = {}) =>
  who.call(path, { groupId: group, pwd: PAY_PASSWORD, ...params });
const balance = async (who: Person) => (await who.call('/wallet/getBalance')).data;

describe('a group’s level', () => {
  test('is bought by the owner, with the pay password and the money', async () => {
    const level = { level: 1 };
    expectRefusal(await pay(guest, '/chat/payForGroupLevel', level), -1, '您不在群组，无法操作');
    expectRefusal(await pay(member, '/chat/payForGroupLevel', level), -1, '无权操作');
    const wrong = { ...level, pwd: '000000' };
    expectRefusal(await pay(owner, '/chat/payForGroupLevel', wrong), 2, '支付密码不正确');
    expectRefusal(await pay(owner, '/chat/payForGroupLevel', { level: 9 }), -1, '服务器繁忙，请稍后重试');
    expectRefusal(await pay(owner, '/chat/payForGroupExt'), -1, '服务器繁忙，请稍后重试');
    const sent = Date.now();
    const { code, data } = await pay(owner, '/chat/payForGroupLevel', level);
    expect(code).toBe('1');
    expect(data).toMatchObject({ id: group, level: '1', creatorId: String(owner.id) });
    expect(Math.abs(Number(data.expire) - sent - DAY_MS)).toBeLessThan(60_000);
    expect(await balance(owner)).toBe('90.00');
    expectRefusal(await pay(owner, '/chat/payForGroupLevel', level), -1);
  });

  test('is renewed, which adds to what is left', async () => {
    const { expire } = (await owner.call('/chat/getGroupById', { groupId: group })).data;
    expectRefusal(await pay(member, '/chat/payForGroupExt'), -1, '无权操作');
    const { code, data } = await pay(owner, '/chat/payForGroupExt');
    expect([code, Number(data.expire)]).toEqual(['1', Number(expire) + DAY_MS]);
    expect(await balance(owner)).toBe('80.00');
  });
});

test('a fee for joining goes to the owner, and lets in once, however often it is sent at once', async () => {
  expectRefusal(await pay(guest, '/chat/payForGroupJoin', { groupId: 1 }), -1, '群不存在');
  expect((await pay(owner, '/chat/updateJoinstatus', { status: 6, fee: '12.5' })).code).toBe('1');
  expectRefusal(await guest.call('/chat/requestGroupJoin', { groupId: group }), -4, '请先支付');
  expectRefusal(await pay(guest, '/chat/payForGroupJoin', { pwd: '000000' }), 2, '支付密码不正确');
  const replies = await Promise.all(Array.from({ length: 5 }, () => pay(guest, '/chat/payForGroupJoin')));
  expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
  expect(await Promise.all([guest, owner].map(balance))).toEqual(['87.50', '92.50']);
  const { info } = (await guest.call('/chat/getGroupMember', { groupId: group })).data;
  expect(info).toHaveLength(3);
  const [bill] = (await owner.call('/wallet/getWalletHistory')).data;
  expect(bill).toMatchObject({ moneyType: '13', amount: '12.50', moneyDirect: '1' });
});
