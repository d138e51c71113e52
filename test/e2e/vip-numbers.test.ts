import { beforeAll, expect, test } from 'vitest';
import {
  call,
  expectRefusal,
  freshMobile,
  newPerson,
  PASSWORD,
  type Person,
  send,
  smsCode,
} from './support/client.ts';

let me: Person;
let sessid: string;
beforeAll(async () => {
  me = await newPerson();
  sessid = (await call('/pay/getNumberType', { userId: 0 })).data.sessid;
});

const numberOf = async (type: string) => {
  const { data } = await call('/pay/getVipNumber', { userId: 0, sessid, type });
  const [{ num, price }] = data.numbers;
  return { number: num, amount: price };
};
const words = { body: '', subject: '靓号', type: 'wxpay' };
const pay = (outTradeNo: string) => send(`/sandbox/pay/${outTradeNo}`, { method: 'POST' });
const check = (number: string) => call('/pay/checkNumber', { userId: 0, number, sessid });

/** One address holds one reservation, so that each order of this file is paid before the next. */
test('a user orders a number, pays and has it', async () => {
  const wanted = await numberOf('AABB');
  const { data } = await me.call('/pay/createNumberOrder', { ...words, ...wanted, sessid });
  expectRefusal(await check(wanted.number), -1, '账号注册中');
  expect((await pay(data.outTradeNo)).status).toBe(200);
  expect(await check(wanted.number)).toMatchObject({ code: '1', data: { info: '注册成功' } });
  expect((await me.call('/chat/ready')).data.myInfo.IMNo).toBe(wanted.number);
  const again = { ...words, ...(await numberOf('AABB')), sessid };
  expectRefusal(await me.call('/pay/createNumberOrder', again), -1, '您已经绑定IM号了');
});

test('a newcomer registers by buying a number', async () => {
  const mobile = freshMobile();
  const wanted = await numberOf('4R');
  const newcomer = { userId: 0, mobile, pwd: PASSWORD, name: '新人', validateNum: await smsCode(mobile) };
  const { data } = await call('/pay/createNumberOrder', { ...words, ...wanted, ...newcomer, sessid });
  await pay(data.outTradeNo);
  expect((await check(wanted.number)).code).toBe('1');
  expect((await call('/chat/doLogin', { mobie: mobile, pwd: PASSWORD, device: 1 })).code).toBe('1');
});

test('nobody orders in another’s name', async () => {
  const wanted = await numberOf('3R');
  expectRefusal(await call('/pay/createNumberOrder', { ...words, ...wanted, sessid, userId: me.id }), 601);
});
