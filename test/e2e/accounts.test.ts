import { describe, expect, test } from 'vitest';
import {
  call,
  expectRefusal,
  freshMobile,
  newPerson,
  PASSWORD,
  PASSWORD_MD5,
  smsCode,
} from './support/client.ts';

const sumOfOnes = (replies: readonly { code: string }[]) => replies.filter(({ code }) => code === '1').length;

describe('/chat/register', () => {
  test('makes an account that shows the number as it was typed, and no password', async () => {
    const mobile = freshMobile();
    const validateNum = await smsCode(mobile);
    const reply = await call('/chat/register', { mobile, pwd: PASSWORD, validateNum, name: '李白' });
    expect(reply).toMatchObject({ code: '1', data: { mobile, name: '李白', pwd: '' } });
  });

  test('refuses a wrong code and a number that is taken', async () => {
    const mobile = freshMobile();
    const validateNum = await smsCode(mobile);
    const wrong = validateNum === '000000' ? '111111' : '000000';
    const attempt = (code: string) =>
      call('/chat/register', { mobile, pwd: PASSWORD, validateNum: code, name: '杜甫' });
    expectRefusal(await attempt(wrong), 3, '验证码不正确');
    expect(await attempt(validateNum)).toMatchObject({ code: '1' });
    expectRefusal(await attempt(await smsCode(mobile)), 2, '手机号码已注册');
  });

  test('gives one account to twenty registrations of one number at once', async () => {
    const mobile = freshMobile();
    const validateNum = await smsCode(mobile);
    const register = () => call('/chat/register', { mobile, pwd: PASSWORD, validateNum, name: '苏轼' });
    const replies = await Promise.all(Array.from({ length: 20 }, register));
    expect(sumOfOnes(replies)).toBe(1);
    for (const { code } of replies) expect(['1', '2', '3']).toContain(code);
    expect(await call('/chat/doLogin', { mobie: mobile, pwd: PASSWORD_MD5 })).toMatchObject({ code: '1' });
  });
});

describe('/chat/findPwd', () => {
  test('sets a new password, and ends every session', async () => {
    const person = await newPerson();
    const validateNum = await smsCode(person.mobile);
    const change = { mobile: person.mobile, pwd: 'changed2', validateNum };
    expect(await call('/chat/findPwd', change)).toMatchObject({ code: '1', data: { mobile: person.mobile } });
    expectRefusal(await person.call('/chat/ready'), 601, '请重新登录');
    const logIn = (pwd: string) => call('/chat/doLogin', { mobie: person.mobile, pwd });
    expectRefusal(await logIn(PASSWORD), 3, '密码错误');
    expect(await logIn('changed2')).toMatchObject({ code: '1' });
  });

  test('refuses a code that was not sent', async () => {
    const refused = { mobile: freshMobile(), pwd: PASSWORD, validateNum: '123456' };
    expectRefusal(await call('/chat/findPwd', refused), -1);
  });
});
