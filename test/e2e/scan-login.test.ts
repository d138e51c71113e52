import { describe, expect, test } from 'vitest';
import { call, expectRefusal, newPerson } from './support/client.ts';

async function openPage() {
  const { code, data } = await call('/pc/getCode');
  expect(code).toBe('1');
  return { qcode: String(data.qcode), ticket: String(data.ticket) };
}

describe('/pc/getCode, /pc/queryCode and /pc/authLogin', () => {
  test('log a page in by a phone, once', async () => {
    const li = await newPerson('李雷');
    const { qcode, ticket } = await openPage();
    const poll = () => call('/pc/queryCode', { sn: qcode, userId: 0, ticket });
    expectRefusal(await poll(), 402, '等待授权中');
    expect(await li.call('/pc/queryCode', { sn: qcode })).toMatchObject({
      code: '1',
      data: { info: '有效二维码', token: '' },
    });
    expect(await li.call('/pc/authLogin', { sn: qcode })).toMatchObject({ data: { info: '授权成功' } });
    const { code, data } = await poll();
    expect({ code, userId: data.userId }).toEqual({ code: '1', userId: String(li.id) });
    expect(await call('/chat/ready', { userId: li.id }, { token: data.token })).toMatchObject({ code: '1' });
    expectRefusal(await poll(), -1, '二维码已失效');
  });

  test('give nothing to who only sees the picture', async () => {
    const [li, thief] = [await newPerson('李雷'), await newPerson('贼')];
    const { qcode, ticket } = await openPage();
    const steal = () => call('/pc/queryCode', { sn: qcode, userId: 0, ticket: `${ticket}x` });
    await li.call('/pc/queryCode', { sn: qcode });
    expectRefusal(await thief.call('/pc/authLogin', { sn: qcode }), -1, '授权失败');
    expectRefusal(await steal(), -1, '二维码已失效');
    await li.call('/pc/authLogin', { sn: qcode });
    expectRefusal(await steal(), -1, '二维码已失效');
    expect(await call('/pc/queryCode', { sn: qcode, userId: 0, ticket })).toMatchObject({ code: '1' });
  });

  test('refuse what is no code of ours', async () => {
    const li = await newPerson();
    expectRefusal(await li.call('/pc/queryCode', { sn: 'https://example.com' }), -1, '请使用 SAMIM 进行扫码');
    expectRefusal(await li.call('/pc/authLogin', { sn: 'x' }), -1, '请使用 SAMIM 进行扫码');
    expectRefusal(await call('/pc/queryCode', { sn: 'x', userId: li.id }), 601);
  });
});
