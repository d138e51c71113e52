import { describe, expect } from 'vitest';
import { PASSWORD_COST } from '../../../src/core/password-cost.ts';
import { md5Of } from '../../../src/http/params.ts';
import { PASSWORD, person } from '../../support/app.ts';
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
