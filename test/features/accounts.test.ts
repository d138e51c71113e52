import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApp, testApp } from '../support/app.ts';

let app: TestApp;
beforeEach(async () => {
  app = await testApp();
});
afterEach(() => app.close());

const code = async (mobile: string) =>
  (await app.call('/chat/getValidateNum', { mobile })).data.info as string;
const register = async (mobile: string, more: Record<string, string> = {}) =>
  app.call('/chat/register', { mobile, pwd: 'secret1', validateNum: await code(mobile), ...more });

describe('register', () => {
  test('makes an account that can log in, and never shows the password', async () => {
    const made = await register('15768709546', { name: '林一' });
    expect(made).toMatchObject({
      code: '1',
      data: { mobile: '15768709546', name: '林一', pwd: '', needAuth: '1' },
    });
    const login = await app.call('/chat/doLogin', { mobie: '15768709546', pwd: 'secret1' });
    expect(login.code).toBe('1');
    const me = await app.call('/chat/ready', {}, { token: login.data.token });
    expect(me.data.myInfo).toMatchObject({ id: made.data.id, mobile: '+8615768709546' });
  });

  test('refuses a number that has an account, and uses the code up', async () => {
    await register('15768709546');
    app.clock.advance(31_000);
    const again = await code('15768709546');
    const params = { mobile: '15768709546', pwd: 'other', validateNum: again };
    expect(await app.call('/chat/register', params)).toMatchObject({
      code: '2',
      data: { info: '手机号码已注册' },
    });
    expect(await app.call('/chat/register', params)).toMatchObject({
      code: '3',
      data: { info: '验证码不正确' },
    });
  });
});
