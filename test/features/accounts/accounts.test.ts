import { describe, expect } from 'vitest';
import type { UserId } from '../../../src/core/ids.ts';
import { PASSWORD_COST } from '../../../src/core/password-cost.ts';
import { disableAccount, enableAccount } from '../../../src/features/accounts/disable.ts';
import { md5Of } from '../../../src/http/params.ts';
import { PASSWORD, person, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { FULL_COST } from '../../support/password-cost.ts';

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

const wrong = (text: string) => (text === '000000' ? '111111' : '000000');

describe('getValidateNum', () => {
  test('sends six digits, one in 30 seconds, three an hour, ten a day and number', async ({ app, code }) => {
    expect(await code()).toMatch(/^\d{6}$/);
    expect(await app.call('/chat/getValidateNum', { mobile: MOBILE })).toMatchObject({
      code: '-1',
      data: { info: '30秒内只能获取1次验证码' },
    });
    for (let sent = 1; sent < 10; sent += 1) {
      app.clock.advance(21 * MINUTE);
      expect((await app.call('/chat/getValidateNum', { mobile: MOBILE })).code, `code ${sent + 1}`).toBe('1');
    }
    app.clock.advance(21 * MINUTE);
    expect(await app.call('/chat/getValidateNum', { mobile: MOBILE })).toMatchObject({
      data: { info: '今日验证码次数已达到上限' },
    });
    app.clock.advance(24 * 60 * MINUTE);
    for (let sent = 0; sent < 3; sent += 1) {
      expect((await app.call('/chat/getValidateNum', { mobile: MOBILE })).code).toBe('1');
      app.clock.advance(MINUTE);
    }
    expect(await app.call('/chat/getValidateNum', { mobile: MOBILE })).toMatchObject({
      data: { info: '1小时内只能获取3次验证码' },
    });
  });

  test('sends one code to requests that race', async ({ app }) => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => app.call('/chat/getValidateNum', { mobile: MOBILE })),
    );
    expect(replies.filter((reply) => reply.code === '1')).toHaveLength(1);
  });

  test('limits an address, too', async () => {
    const small = await testApp({ env: { SMS_PER_IP_DAY: '2' } });
    const ask = (n: number, from: string) =>
      small.call('/chat/getValidateNum', { mobile: `1390000000${n}` }, { from });
    expect([
      (await ask(1, '9.9.9.9')).code,
      (await ask(2, '9.9.9.9')).code,
      (await ask(3, '9.9.9.9')).code,
    ]).toEqual(['1', '1', '-1']);
    expect((await ask(4, '8.8.8.8')).code).toBe('1');
    await small.close();
  });

  test('limits an IPv6 network of one client as one address', async () => {
    const small = await testApp({ env: { SMS_PER_IP_DAY: '2' } });
    const ask = async (n: number, from: string) =>
      (await small.call('/chat/getValidateNum', { mobile: `1390000000${n}` }, { from })).code;
    const network = [1, 2, 3].map((n) => ask(n, `2001:db8:0:7:${n}::${n}`));
    expect((await Promise.all(network)).sort()).toEqual(['-1', '1', '1']);
    expect(await ask(4, '2001:db8:0:8::1')).toBe('1');
    await small.close();
  });

  test.for(['123', '+1234', 'abc', '12345678901'])('refuses the number %s', async (mobile, { app }) => {
    expect(await app.call('/chat/getValidateNum', { mobile })).toMatchObject({
      code: '-1',
      data: { info: '手机号格式不对' },
    });
    expect(await app.sql('SELECT * FROM sms_sends')).toEqual([]);
  });

  test('serves only the countries that are set', async () => {
    const china = await testApp({ env: { SMS_COUNTRIES: 'CN' } });
    expect(await china.call('/chat/getValidateNum', { mobile: '+12025550123' })).toMatchObject({
      data: { info: '不支持该地区' },
    });
    expect((await china.call('/chat/getValidateNum', { mobile: MOBILE })).code).toBe('1');
    await china.close();
  });

  test('never answers the code of a real provider, and gives a failed try back', async () => {
    let failing = true;
    const sent: string[] = [];
    const sms = {
      showsCode: false,
      sendCode: async (_: string, text: string) => {
        sent.push(text);
        return failing ? ('SEND_FAILED' as const) : undefined;
      },
    };
    const real = await testApp({ platform: { sms } });
    expect(await real.call('/chat/getValidateNum', { mobile: MOBILE })).toMatchObject({
      code: '-1',
      data: { info: '短信发送失败、请稍后重试' },
    });
    failing = false;
    expect(await real.call('/chat/getValidateNum', { mobile: MOBILE })).toMatchObject({
      code: '1',
      data: { info: '发送成功' },
    });
    const params = { mobile: MOBILE, pwd: PASSWORD };
    expect((await real.call('/chat/register', { ...params, validateNum: sent[0] ?? '' })).code).toBe('3');
    expect((await real.call('/chat/register', { ...params, validateNum: sent[1] ?? '' })).code).toBe('1');
    await real.close();
  });

  test('counts a sending of which nobody knows whether it happened, and its code is good', async () => {
    const sent: string[] = [];
    const sms = {
      showsCode: false,
      sendCode: async (_: string, text: string) => {
        sent.push(text);
        return 'UNCLEAR' as const;
      },
    };
    const real = await testApp({ platform: { sms } });
    const ask = async () => (await real.call('/chat/getValidateNum', { mobile: MOBILE })).data.info;
    expect(await ask()).toBe('短信发送失败、请稍后重试');
    expect(await ask()).toBe('30秒内只能获取1次验证码');
    for (let i = 0; i < 2; i += 1) {
      real.clock.advance(30_000);
      expect(await ask()).toBe('短信发送失败、请稍后重试');
    }
    real.clock.advance(30_000);
    expect(await ask()).toBe('1小时内只能获取3次验证码');
    expect(sent).toHaveLength(3);
    const params = { mobile: MOBILE, pwd: PASSWORD, validateNum: sent[2] ?? '' };
    expect((await real.call('/chat/register', params)).code).toBe('1');
    await real.close();
  });

  test('keeps no code in clear', async ({ app, code }) => {
    const text = await code();
    expect(JSON.stringify(await app.sql('SELECT * FROM sms_codes'))).not.toContain(text);
  });
});

describe('register', () => {
  test('makes an account that can log in, and never shows the password', async ({ app, register, logIn }) => {
    const made = await register({ name: '林一', headUrl: 'https://example.com/a.jpg' });
    expect(made).toMatchObject({
      code: '1',
      data: {
        mobile: MOBILE,
        name: '林一',
        headUrl: 'https://example.com/a.jpg',
        pwd: '',
        needAuth: '1',
        searchMobile: '1',
        isAuth: '0',
        status: '1',
      },
    });
    const login = await logIn();
    expect(login).toMatchObject({ code: '1', data: { imServerUrl: 'teahouse.test' } });
    const me = await app.call('/chat/ready', { token: login.data.token });
    expect(me.data.myInfo).toMatchObject({ id: made.data.id, mobile: `+86${MOBILE}`, pwd: '' });
  });

  const atFullCost = test.extend('options', () => ({ platform: { passwordCost: PASSWORD_COST } }));
  atFullCost(
    'stores scrypt over md5, so that plain text and md5 both log in',
    async ({ app, register, logIn }) => {
      await register();
      expect(await app.sql('SELECT password_hash FROM users')).toEqual([[expect.stringMatching(FULL_COST)]]);
      expect((await logIn({ pwd: PASSWORD })).code).toBe('1');
      expect((await logIn({ pwd: md5Of(PASSWORD).toUpperCase() })).code).toBe('1');
    },
  );

  test('calls who gives no name by his number, and can find him by it', async ({ app, register }) => {
    const { id, name, nickName } = (await register()).data;
    expect([name, nickName]).toEqual([`用户${id}`, `用户${id}`]);
    const li = await person(app, 'li');
    expect((await li.call('/chat/queryUser', { mobile: name })).data.info).toMatchObject([{ id, name }]);
    expect(await app.sql('SELECT nick_folded FROM users WHERE id = ?', id)).toEqual([[name]]);
  });

  test('keeps the recommender only when there is one', async ({ app, code, register }) => {
    const first = await register();
    const second = await app.call('/chat/register', {
      mobile: '13900000001',
      pwd: 'x1',
      validateNum: await code('13900000001'),
      recommandUserId: first.data.id,
    });
    const third = await app.call('/chat/register', {
      mobile: '13900000002',
      pwd: 'x1',
      validateNum: await code('13900000002'),
      recommandUserId: '555',
    });
    const fourth = await app.call('/chat/register', {
      mobile: '13900000003',
      pwd: PASSWORD,
      validateNum: await code('13900000003'),
      recommandUserId: '0',
    });
    const recommenders = [second, third, fourth].map(({ data }) => data.recommandUserId);
    expect(recommenders).toEqual([first.data.id, '0', '0']);
  });

  test('refuses a taken number, and uses the code up', async ({ app, code, register }) => {
    await register();
    app.clock.advance(31_000);
    const params = { mobile: MOBILE, pwd: 'other', validateNum: await code() };
    expect(await app.call('/chat/register', params)).toMatchObject({
      code: '2',
      data: { info: '手机号码已注册' },
    });
    expect(await app.call('/chat/register', params)).toMatchObject({
      code: '3',
      data: { info: '验证码不正确' },
    });
  });

  test('gives one account to twenty calls that race for one number', async ({ app, code }) => {
    const validateNum = await code();
    const calls = Array.from({ length: 20 }, () =>
      app.call('/chat/register', { mobile: MOBILE, pwd: PASSWORD, validateNum }),
    );
    const codes = (await Promise.all(calls)).map((reply) => reply.code);
    expect(codes.filter((each) => each === '1')).toHaveLength(1);
    expect(codes.filter((each) => each === '3')).toHaveLength(19);
    expect(await app.sql('SELECT count(*) FROM users')).toEqual([[1]]);
  });

  test('takes a code for five minutes and five wrong tries, and for its number alone', async ({
    app,
    code,
  }) => {
    const right = await code();
    const params = { mobile: MOBILE, pwd: PASSWORD };
    expect(
      (await app.call('/chat/register', { mobile: '13900000001', pwd: PASSWORD, validateNum: right })).code,
    ).toBe('3');
    for (let tried = 0; tried < 5; tried += 1)
      await app.call('/chat/register', { ...params, validateNum: wrong(right) });
    expect((await app.call('/chat/register', { ...params, validateNum: right })).code).toBe('3');
    app.clock.advance(MINUTE);
    const second = await code();
    app.clock.advance(5 * MINUTE);
    expect((await app.call('/chat/register', { ...params, validateNum: second })).code).toBe('3');
    expect(await app.sql('SELECT count(*) FROM users')).toEqual([[0]]);
  });

  test.for([
    { mobile: '12' },
    { pwd: '' },
    { validateNum: 'abc' },
    { name: 'x'.repeat(51) },
    { headUrl: 'javascript:alert(1)' },
    { recommandUserId: 'x' },
  ])('refuses %o and writes nothing', async (bad, { app, register }) => {
    expect(await register(bad)).toMatchObject({
      code: '-1',
      data: { info: '有参数不正确', field: Object.keys(bad)[0] },
    });
    expect(await app.sql('SELECT count(*) FROM users')).toEqual([[0]]);
  });
});

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

describe('findPwd', () => {
  test('sets the password by a code and ends every session', async ({ app, code, register, logIn }) => {
    await register();
    const { token } = (await logIn()).data;
    app.clock.advance(MINUTE);
    const changed = await app.call('/chat/findPwd', {
      mobile: MOBILE,
      pwd: 'fresh1',
      validateNum: await code(),
    });
    expect(changed).toMatchObject({ code: '1', data: { mobile: MOBILE, pwd: '' } });
    expect((await app.call('/chat/ready', {}, { token })).code).toBe('601');
    expect((await logIn()).code).toBe('3');
    expect((await logIn({ pwd: 'fresh1' })).code).toBe('1');
  });

  test('refuses a wrong code and an unknown number', async ({ app, code, register, logIn }) => {
    await register();
    app.clock.advance(MINUTE);
    const right = await code();
    expect(
      await app.call('/chat/findPwd', { mobile: MOBILE, pwd: 'x1', validateNum: wrong(right) }),
    ).toMatchObject({ code: '-1', data: { info: '验证码不正确' } });
    const other = { mobile: '13900000001', pwd: 'x1', validateNum: await code('13900000001') };
    expect(await app.call('/chat/findPwd', other)).toMatchObject({ code: '-1', data: { info: '操作失败' } });
    expect((await logIn()).code).toBe('1');
  });

  test('forgets the wrong tries that led to it, of that account alone', async ({
    app,
    code,
    register,
    logIn,
  }) => {
    await register();
    const other = '15768709547';
    const lock = async (mobie: string, from: string) => {
      for (let tried = 0; tried < 6; tried += 1) await logIn({ mobie, pwd: 'nope' }, from);
    };
    await lock(MOBILE, '9.9.9.9');
    await lock(other, '9.9.9.9');
    expect((await logIn({}, '9.9.9.9')).data.info).toBe('密码错误次数过多，请稍后再试');
    app.clock.advance(MINUTE);
    const change = { mobile: MOBILE, pwd: 'fresh1', validateNum: await code() };
    expect(
      (await app.call('/chat/findPwd', { ...change, validateNum: wrong(change.validateNum) })).code,
    ).toBe('-1');
    expect((await logIn({ pwd: 'fresh1' }, '9.9.9.9')).data.info).toBe('密码错误次数过多，请稍后再试');
    expect((await app.call('/chat/findPwd', change)).code).toBe('1');
    expect((await logIn({ pwd: 'fresh1' }, '9.9.9.9')).code).toBe('1');
    expect((await logIn({ mobie: other }, '9.9.9.9')).data.info).toBe('密码错误次数过多，请稍后再试');
  });

  test('ends a login that was being checked while the password changed', async ({
    app,
    code,
    register,
    logIn,
  }) => {
    await register();
    app.clock.advance(MINUTE);
    const validateNum = await code();
    const [login] = await Promise.all([
      logIn(),
      app.call('/chat/findPwd', { mobile: MOBILE, pwd: 'fresh1', validateNum }),
    ]);
    const alive =
      login.code === '1' ? (await app.call('/chat/ready', {}, { token: login.data.token })).code : '601';
    expect(alive).toBe('601');
  });
});

describe('the phone that is told of messages', () => {
  const it = test
    .extend(
      'bind',
      ({ app }) =>
        (token: string, push: string, device = 1) =>
          app.call('/chat/bindXgToken', { token: push, device }, { token }),
    )
    .extend(
      'bound',
      ({ app }) =>
        async () =>
          (await app.sql('SELECT device, token FROM push_devices ORDER BY device')).map((row) =>
            row.join(' '),
          ),
    )
    .extend(
      'tokenOf',
      ({ logIn }) =>
        async (more: Record<string, string | number> = {}) =>
          (await logIn(more)).data.token,
    );

  it.beforeEach(async ({ register }) => {
    await register();
  });

  it('is told no more once another phone of its kind has logged in, or one that does not say who it is', async ({
    logIn,
    bind,
    bound,
    tokenOf,
  }) => {
    await bind(await tokenOf({ UUID: 'mine' }), 'mine');
    await bind(await tokenOf({ device: 4 }), 'page', 4);
    await bind(await tokenOf({ UUID: 'mine' }), 'mine');
    await logIn({ UUID: 'mine' });
    expect(await bound()).toEqual(['1 mine', '4 page']);
    await logIn({ UUID: 'another' });
    expect(await bound()).toEqual(['4 page']);
    await bind(await tokenOf(), 'nameless');
    await logIn();
    expect(await bound()).toEqual(['4 page']);
  });

  it('stays when a login is refused', async ({ logIn, bind, bound, tokenOf }) => {
    await bind(await tokenOf({ UUID: 'mine' }), 'mine');
    await logIn({ UUID: 'another', pwd: 'nope' });
    expect(await bound()).toEqual(['1 mine']);
  });

  it('is bound as the kind of its session, not as one that outlives it', async ({
    app,
    bind,
    bound,
    tokenOf,
  }) => {
    const stolen = await tokenOf({ device: 4 });
    for (const device of [0, 1, 2, 3]) await bind(stolen, `thief-${device}`, device);
    expect(await bound()).toEqual(['4 thief-3']);
    const mine = await tokenOf({ device: 1 });
    await app.call('/chat/doLogout', { device: 4 }, { token: mine });
    expect(await bound()).toEqual([]);
  });

  it('of a session of no kind goes with it, whatever it said', async ({ app, bind, bound, tokenOf }) => {
    const nameless = await tokenOf({ device: 0 });
    const phone = await tokenOf({ device: 1 });
    await bind(phone, 'mine');
    for (const device of [2, 3]) await bind(nameless, `other-${device}`, device);
    await app.call('/chat/doLogout', {}, { token: nameless });
    expect(await bound()).toEqual(['1 mine']);
  });

  it('is told no more after a new password, whatever its kind', async ({
    app,
    code,
    bind,
    bound,
    tokenOf,
  }) => {
    for (const device of [1, 2, 4])
      await bind(await tokenOf({ device, UUID: 'u' }), `phone-${device}`, device);
    app.clock.advance(MINUTE);
    const change = { mobile: MOBILE, pwd: 'fresh1', validateNum: wrong(await code()) };
    await app.call('/chat/findPwd', change);
    expect(await bound()).toHaveLength(3);
    app.clock.advance(MINUTE);
    await app.call('/chat/findPwd', { ...change, validateNum: await code() });
    expect(await bound()).toEqual([]);
  });
});
