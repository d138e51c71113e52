import { afterEach, describe, expect, test } from 'vitest';
import { isCommonPassword } from '../../../src/features/accounts/password-rules.ts';
import { isWeakPayPassword } from '../../../src/features/pay-password/weak.ts';
import { hashPassword } from '../../../src/features/sessions/password.ts';
import { md5Of } from '../../../src/http/params.ts';
import { type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { PRODUCTION } from '../../support/production-settings.ts';

const MOBILE = '15768709546';
const WEAK = { code: '-1', data: { info: '密码过于简单，请使用至少6位且不常见的密码' } };

let app: TestApp;
let sent = '';
const sms = {
  showsCode: false,
  sendNotice: async () => undefined,
  async sendCode(_: string, code: string) {
    sent = code;
    return undefined;
  },
};
const open = async (env: Readonly<Record<string, string>> = {}) => {
  app = await testApp({ env: { ...PRODUCTION, RATE_LIMITS: 'off', ...env }, platform: { sms } });
};
afterEach(() => app.close());

async function codeFor(mobile: string): Promise<string> {
  app.clock.advance(31_000);
  await app.call('/chat/getValidateNum', { mobile });
  return sent;
}

describe('a new login password in production', () => {
  test.each(['1', 'abc12', '123456', 'iloveyou', md5Of('123456'), md5Of('password').toUpperCase()])(
    'may not be %s, in any call, and the code stays good',
    async (pwd) => {
      await open();
      const mine = await person(app);
      const code = await codeFor(MOBILE);
      const register = { mobile: MOBILE, validateNum: code };
      expect(await app.call('/chat/register', { ...register, pwd })).toMatchObject(WEAK);
      const order = {
        userId: 0,
        number: '66666666',
        amount: '8.00',
        subject: 'x',
        type: 'alipay',
        sessid: 'x',
        body: '',
      };
      const buyer = { ...order, ...register, name: 'x', pwd };
      expect(await app.call('/pay/createNumberOrder', buyer)).toMatchObject(WEAK);
      const reset = { mobile: mine.mobile, validateNum: await codeFor(mine.mobile), pwd };
      expect(await app.call('/chat/findPwd', reset)).toMatchObject(WEAK);
      expect((await app.call('/chat/findPwd', { ...reset, pwd: 'tea-house-7' })).code).toBe('1');
    },
  );

  test('may be any other, plain or as its md5', async () => {
    await open();
    const plain = { mobile: MOBILE, pwd: 'tea-house-7', validateNum: await codeFor(MOBILE) };
    expect((await app.call('/chat/register', plain)).code).toBe('1');
    const other = '15768709547';
    const hashed = { mobile: other, pwd: md5Of('x1'), validateNum: await codeFor(other) };
    expect((await app.call('/chat/register', hashed)).code).toBe('1');
  });

  test('may be the document’s own where the operator says so', async () => {
    await open({ PASSWORD_RULES: 'document' });
    const params = { mobile: MOBILE, pwd: '123456', validateNum: await codeFor(MOBILE) };
    expect((await app.call('/chat/register', params)).code).toBe('1');
  });

  test('that was chosen before goes on', async () => {
    await open();
    const { mobile } = await person(app);
    const hash = await hashPassword(md5Of('123456'), app.platform);
    await app.executor.write([{ sql: 'UPDATE users SET password_hash = ?', params: [hash], kind: 'change' }]);
    expect((await app.call('/chat/doLogin', { mobie: mobile, pwd: '123456' })).code).toBe('1');
  });
});

test('the commonest passwords are a thousand, and few others are taken for them', async () => {
  await open();
  for (const word of ['123456', 'qwerty', '111111', 'iloveyou', 'password1', '123123'])
    expect(isCommonPassword(md5Of(word)), word).toBe(true);
  const others = Array.from({ length: 5000 }, (_, i) => md5Of(`tea-${i}`));
  expect(others.filter(isCommonPassword)).toEqual([]);
});

describe('a new pay password in production', () => {
  const WEAK_ONE = { data: { info: '支付密码过于简单，请勿使用重复、连续的数字、日期或手机号末位' } };
  let mine: Person;
  const set = (pwd: string, validateNum: string) => mine.call('/pay/setPayPwd', { pwd, validateNum });

  test.each([
    '1',
    '111111',
    '112233',
    '123123',
    '121212',
    '123456',
    '654321',
    '890123',
    '901231',
    '311290',
    '199001',
  ])('may not be %s, plain or as its md5', async (pwd) => {
    expect(await isWeakPayPassword({ md5: md5Of(pwd), length: pwd.length }, MOBILE)).toBe(true);
    expect(await isWeakPayPassword({ md5: md5Of(pwd), length: undefined }, MOBILE)).toBe(true);
  });

  test('is refused while it is weak, and the code stays good for another', async () => {
    await open();
    mine = await person(app);
    const code = await codeFor(mine.mobile);
    expect(await set('111111', code)).toMatchObject(WEAK_ONE);
    expect(await set(md5Of('199001'), code)).toMatchObject(WEAK_ONE);
    expect((await set('135790', code)).code).toBe('1');
  });

  test('may not end the mobile', async () => {
    await open();
    mine = await person(app);
    const code = await codeFor(mine.mobile);
    expect(await set(mine.mobile.slice(-6), code)).toMatchObject(WEAK_ONE);
    expect(await set(md5Of(mine.mobile.slice(-6)), code)).toMatchObject(WEAK_ONE);
  });

  test('is judged only for who has the code, and not in a sandbox', async () => {
    await open();
    mine = await person(app);
    await codeFor(mine.mobile);
    expect(await set('111111', '1')).toMatchObject({ data: { info: '验证码不正确!' } });
    await app.close();
    app = await testApp();
    mine = await person(app);
    app.clock.advance(31_000);
    const { data } = await app.call('/chat/getValidateNum', { mobile: mine.mobile });
    expect((await set('111111', data.info)).code).toBe('1');
  });

  test('is refused for few: most that are drawn are taken', async () => {
    await open();
    let taken = 0;
    for (let i = 0; i < 5; i += 1) {
      const digits = String((i * 7_368_787 + 417_283) % 1_000_000).padStart(6, '0');
      if (!(await isWeakPayPassword({ md5: md5Of(digits), length: 6 }, '+8613912345678'))) taken += 1;
    }
    expect(taken).toBeGreaterThan(2);
  });
});
