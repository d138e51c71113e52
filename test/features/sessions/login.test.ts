import { describe, expect } from 'vitest';
import type { UserId } from '../../../src/core/ids.ts';
import { disableAccount, enableAccount } from '../../../src/features/accounts/disable.ts';
import { md5Of } from '../../../src/http/params.ts';
import { PASSWORD } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';

const MOBILE = '15768709546';
const MINUTE = 60_000;

const test = appTest()
  .extend(
    'code',
    ({ app }) =>
      async (mobile = MOBILE) =>
        (await app.call('/chat/getValidateNum', { mobile })).data.info as string,
  )
  .extend(
    'register',
    ({ app, code }) =>
      async (more: Record<string, string> = {}) =>
        app.call('/chat/register', { mobile: MOBILE, pwd: PASSWORD, validateNum: await code(), ...more }),
  )
  .extend(
    'logIn',
    ({ app }) =>
      (more: Record<string, string | number> = {}, from?: string) =>
        app.call(
          '/chat/doLogin',
          { mobie: MOBILE, pwd: md5Of(PASSWORD), device: 1, ...more },
          from ? { from } : {},
        ),
  );

describe('doLogin', () => {
  test('refuses a wrong password and an unknown number with the document’s codes', async ({
    app,
    register,
    logIn,
  }) => {
    await register();
    expect(await logIn({ pwd: 'nope' })).toMatchObject({ code: '3', data: { info: '密码错误' } });
    expect(await logIn({ mobie: '13900000009' })).toMatchObject({ code: '2', data: { info: '用户不存在' } });
    expect(await app.sql('SELECT count(*) FROM sessions')).toEqual([[0]]);
  });

  test('locks after five wrong tries for 15 minutes, from that address alone', async ({
    app,
    register,
    logIn,
  }) => {
    await register();
    for (let tried = 0; tried < 5; tried += 1)
      expect((await logIn({ pwd: 'nope' })).data.info).toBe('密码错误');
    expect(await logIn()).toMatchObject({ code: '3', data: { info: '密码错误次数过多，请稍后再试' } });
    expect((await logIn({}, '8.8.8.8')).code).toBe('1');
    app.clock.advance(15 * MINUTE);
    expect((await logIn()).code).toBe('1');
  });

  test('counts an IPv6 network of one client as one address', async ({ register, logIn }) => {
    await register();
    for (let tried = 0; tried < 5; tried += 1)
      expect((await logIn({ pwd: 'nope' }, `2001:db8:0:7:${tried}::1`)).data.info).toBe('密码错误');
    expect((await logIn({}, '2001:db8:0:7:9::')).data.info).toBe('密码错误次数过多，请稍后再试');
    expect((await logIn({}, '2001:db8:0:8::')).code).toBe('1');
  });

  test('looks at no more than five of twenty wrong tries sent at once', async ({ register, logIn }) => {
    await register();
    const replies = await Promise.all(Array.from({ length: 20 }, () => logIn({ pwd: 'nope' })));
    expect(replies.filter((reply) => reply.data.info === '密码错误')).toHaveLength(5);
  });

  test('locks the account for everybody after fifty', async ({ register, logIn }) => {
    const mobile = MOBILE;
    await register();
    for (let tried = 0; tried < 50; tried += 1) await logIn({ pwd: 'nope' }, `10.0.0.${tried}`);
    expect((await logIn({ mobie: mobile }, '8.8.8.8')).data.info).toBe('密码错误次数过多，请稍后再试');
  });

  test('one address alone never locks the account for the others', async ({ register, logIn }) => {
    await register();
    for (let tried = 0; tried < 60; tried += 1) await logIn({ pwd: 'nope' }, '10.0.0.1');
    expect((await logIn({}, '8.8.8.8')).code).toBe('1');
  });

  test('forgets wrong tries after a right one', async ({ register, logIn }) => {
    await register();
    for (let round = 0; round < 3; round += 1) {
      for (let tried = 0; tried < 4; tried += 1) await logIn({ pwd: 'nope' });
      expect((await logIn()).code).toBe('1');
    }
  });

  test('ends the older session of the same device kind, and no other', async ({ app, register, logIn }) => {
    await register();
    const [phone, web] = [await logIn({ device: 1 }), await logIn({ device: 4 })];
    const phoneAgain = await logIn({ device: 1 });
    const codes = [phone, web, phoneAgain].map(
      async ({ data }) => (await app.call('/chat/ready', {}, { token: data.token })).code,
    );
    expect(await Promise.all(codes)).toEqual(['601', '1', '1']);
  });

  test('keeps one session a device kind when logins race', async ({ app, register, logIn }) => {
    await register();
    await Promise.all(Array.from({ length: 5 }, () => logIn()));
    expect(await app.sql('SELECT count(*) FROM sessions WHERE ended_at IS NULL')).toEqual([[1]]);
  });

  test('refuses an account that an operator has disabled', async ({ app, register, logIn }) => {
    const user = Number((await register()).data.id) as UserId;
    const { token } = (await logIn()).data;
    await app.call('/chat/bindXgToken', { token: 'phone-1', device: 1 }, { token });
    expect(await disableAccount(app.platform, user)).toBe(true);
    expect(await disableAccount(app.platform, user)).toBe(false);
    expect((await app.call('/chat/ready', {}, { token })).code).toBe('601');
    expect(await logIn()).toMatchObject({ code: '-1', data: { info: '老用户拒绝登录' } });
    expect(await app.sql('SELECT count(*) FROM push_devices')).toEqual([[0]]);
    expect(await enableAccount(app.platform, user)).toBe(true);
    expect((await app.call('/chat/ready', {}, { token })).code).toBe('601');
    expect((await logIn()).code).toBe('1');
  });

  test('bars nobody else, and no one who is not there', async ({ app, register, logIn }) => {
    const user = Number((await register()).data.id) as UserId;
    const { token } = (await logIn()).data;
    expect(await disableAccount(app.platform, (user + 1) as UserId)).toBe(false);
    expect(await enableAccount(app.platform, user)).toBe(false);
    expect((await app.call('/chat/ready', {}, { token })).code).toBe('1');
  });

  test('takes numbers with a country code, in each spelling', async ({ register, logIn }) => {
    await register();
    for (const mobie of [`+86${MOBILE}`, `0086${MOBILE}`, ' 157 6870 9546 '])
      expect((await logIn({ mobie })).code, mobie).toBe('1');
    expect((await logIn({ code: '86' })).code).toBe('1');
    expect((await logIn({ code: '+1' })).code).toBe('2');
  });

  test('gives a token that ends with the session’s days', async ({ app, register, logIn }) => {
    await register();
    const { data } = await logIn();
    app.clock.advance(91 * 24 * 60 * MINUTE);
    expect((await app.call('/chat/ready', {}, { token: data.token })).code).toBe('601');
  });

  test('sets a cookie that works for our own pages only', async ({ app, register, logIn }) => {
    await register();
    const login = await logIn();
    const cookie = login.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^token=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    const [pair = ''] = cookie.split(';');
    const ask = async (headers: Record<string, string>) =>
      (await app.call('/chat/ready', {}, { headers: { cookie: pair, ...headers } })).code;
    expect(await ask({})).toBe('1');
    expect(await ask({ 'sec-fetch-site': 'same-origin' })).toBe('1');
    expect(await ask({ origin: 'http://127.0.0.1:8787' })).toBe('1');
    expect(await ask({ 'sec-fetch-site': 'cross-site' })).toBe('601');
    expect(await ask({ origin: 'https://evil.example' })).toBe('601');
  });

  test('takes the token from each place', async ({ app, register, logIn }) => {
    await register();
    const { token } = (await logIn()).data;
    const ask = async (headers: Record<string, string>, params = {}) =>
      (await app.call('/chat/ready', params, { headers })).code;
    expect(await ask({ authorization: `Bearer ${token}` })).toBe('1');
    expect(await ask({ token })).toBe('1');
    expect(await ask({}, { token })).toBe('1');
    expect(await ask({ authorization: `Bearer ${token}x`, token })).toBe('601');
  });
});

describe('doLogout', () => {
  test('ends the session at once, and the other device kind’s when asked', async ({
    app,
    register,
    logIn,
  }) => {
    await register();
    const [phone, web] = [await logIn({ device: 1 }), await logIn({ device: 4 })];
    await app.call('/chat/bindXgToken', { token: 'push', device: 4 }, { token: web.data.token });
    expect((await app.call('/chat/doLogout', { device: 4 }, { token: phone.data.token })).data.info).toBe(
      '退出成功',
    );
    expect((await app.call('/chat/ready', {}, { token: web.data.token })).code).toBe('601');
    expect(await app.sql('SELECT * FROM push_devices')).toEqual([]);
    expect((await app.call('/chat/doLogout', {}, { token: phone.data.token })).code).toBe('1');
    expect((await app.call('/chat/ready', {}, { token: phone.data.token })).code).toBe('601');
  });
});
