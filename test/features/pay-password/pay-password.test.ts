import { describe, expect } from 'vitest';
import { md5Of } from '../../../src/http/params.ts';
import { runJobs } from '../../../src/jobs.ts';
import { PAY_PASSWORD, smsCodeOf, withPayPassword } from '../../support/money.ts';
import { moneyTest } from '../../support/money-test.ts';

const WRONG = md5Of('000000');
const LOCKED = '密码错误次数过多，请稍后再试';
const MINUTE = 60_000;

const test = moneyTest()
  .extend(
    'set',
    ({ app, li }) =>
      async (pwd: string, validateNum?: string, who = li) =>
        who.call('/pay/setPayPwd', { pwd, validateNum: validateNum ?? (await smsCodeOf(app, who)) }),
  )
  .extend(
    'validate',
    ({ li }) =>
      (pwd: string, who = li) =>
        who.call('/pay/validatePayPwd', { pwd }),
  );

const says = (info: string, code = '-1') => ({ code, data: { info } });

describe('setPayPwd', () => {
  test('sets the password, plain or as its md5, and another one later', async ({ set, validate }) => {
    expect(await set('135790')).toMatchObject(says('支付密码设置完成', '1'));
    for (const pwd of ['135790', PAY_PASSWORD, PAY_PASSWORD.toUpperCase()])
      expect(await validate(pwd), pwd).toMatchObject(says('success', '1'));
    expect(await set(md5Of('246801'))).toMatchObject(says('支付密码设置完成', '1'));
    expect(await validate('246801')).toMatchObject({ code: '1' });
    expect(await validate(PAY_PASSWORD)).toMatchObject(says('fail'));
  });

  test('refuses the one in use, and leaves the code good for another', async ({ app, li, set }) => {
    await withPayPassword(app, li);
    const code = await smsCodeOf(app, li);
    expect(await set(PAY_PASSWORD, code)).toMatchObject(says('支付密码不能和上次相同'));
    expect(await set('246801', code)).toMatchObject({ code: '1' });
    expect(await set('135790', code)).toMatchObject(says('验证码不正确!'));
  });

  test('refuses a code that is wrong, old, used or of another mobile, and ends a code after five tries', async ({
    app,
    li,
    wang,
    set,
    validate,
  }) => {
    const code = await smsCodeOf(app, li);
    const wrong = code === '000000' ? '111111' : '000000';
    for (const guess of [wrong, '12', 'x'])
      expect(await set('135790', guess)).toMatchObject(says('验证码不正确!'));
    expect(await set('135790', code, wang)).toMatchObject(says('验证码不正确!'));
    for (let tries = 0; tries < 2; tries += 1) await set('135790', wrong);
    expect(await set('135790', code)).toMatchObject(says('验证码不正确!'));
    const old = await smsCodeOf(app, li);
    app.clock.advance(5 * MINUTE);
    expect(await set('135790', old)).toMatchObject(says('验证码不正确!'));
    expect(await validate('135790')).toMatchObject(says('请先设置支付密码'));
  });

  test.for([
    ['pwd', { pwd: '', validateNum: '123456' }],
    ['pwd', { validateNum: '123456' }],
    ['validateNum', { pwd: '135790' }],
    ['validateNum', { pwd: '135790', validateNum: '' }],
  ] as const)('names a bad %s', async ([field, params], { li }) => {
    expect(await li.call('/pay/setPayPwd', { ...params })).toMatchObject({ code: '-1', data: { field } });
  });

  test('keeps a digest that tells nothing: the same password of two people differs', async ({
    app,
    li,
    wang,
  }) => {
    await withPayPassword(app, li);
    await withPayPassword(app, wang);
    const digests = (await app.sql('SELECT digest FROM pay_passwords')).flat().map(String);
    expect(new Set(digests).size).toBe(2);
    for (const digest of digests) expect(digest).not.toContain(PAY_PASSWORD);
  });
});

describe('validatePayPwd', () => {
  test.beforeEach(({ app, li }) => withPayPassword(app, li));

  test('stays locked for 15 minutes whatever is swept meanwhile, and is forgotten afterwards', async ({
    app,
    validate,
  }) => {
    await validate(WRONG);
    app.clock.advance(14 * MINUTE);
    for (let tries = 0; tries < 4; tries += 1) await validate(WRONG);
    app.clock.advance(14 * MINUTE);
    await runJobs(app.platform);
    expect(await validate(PAY_PASSWORD)).toMatchObject(says(LOCKED));
    app.clock.advance(2 * MINUTE);
    await runJobs(app.platform);
    expect(await app.sql('SELECT count(*) FROM wrong_tries')).toEqual([[0]]);
    expect(await validate(PAY_PASSWORD)).toMatchObject(says('success', '1'));
  });

  test('knows the caller’s own password alone', async ({ li, wang, validate }) => {
    expect(await validate(PAY_PASSWORD, wang)).toMatchObject(says('请先设置支付密码'));
    expect(await li.call('/pay/validatePayPwd', { pwd: PAY_PASSWORD, userId: wang.id })).toMatchObject({
      code: '403',
    });
    expect(await validate('')).toMatchObject({ code: '-1', data: { info: 'fail', field: 'pwd' } });
  });

  test('locks after five wrong ones, for the right one too, and opens after 15 minutes', async ({
    app,
    validate,
  }) => {
    for (let tries = 0; tries < 5; tries += 1) expect(await validate(WRONG)).toMatchObject(says('fail'));
    for (const pwd of [WRONG, PAY_PASSWORD]) expect(await validate(pwd)).toMatchObject(says(LOCKED));
    app.clock.advance(15 * MINUTE - 1);
    expect(await validate(PAY_PASSWORD)).toMatchObject(says(LOCKED));
    app.clock.advance(1);
    expect(await validate(PAY_PASSWORD)).toMatchObject({ code: '1' });
  });

  test('counts wrong ones over 15 minutes, right ones in between or not', async ({ app, validate }) => {
    for (let tries = 0; tries < 4; tries += 1) await validate(WRONG);
    expect(await validate(PAY_PASSWORD)).toMatchObject({ code: '1' });
    expect(await validate(WRONG)).toMatchObject(says('fail'));
    expect(await validate(PAY_PASSWORD)).toMatchObject(says(LOCKED));
    app.clock.advance(15 * MINUTE);
    for (let tries = 0; tries < 4; tries += 1) await validate(WRONG);
    app.clock.advance(15 * MINUTE);
    for (let tries = 0; tries < 4; tries += 1) expect(await validate(WRONG)).toMatchObject(says('fail'));
    expect(await validate(PAY_PASSWORD)).toMatchObject({ code: '1' });
  });

  test('looks at five of twelve wrong ones that come at once among right ones, and at none after them', async ({
    validate,
  }) => {
    const sent = Array.from({ length: 20 }, (_, i) => (i < 12 ? WRONG : PAY_PASSWORD));
    const replies = await Promise.all(sent.map((pwd) => validate(pwd)));
    const wrong = replies.slice(0, 12).map(({ data }) => data.info);
    expect(wrong.filter((info) => info === 'fail')).toHaveLength(5);
    expect(wrong.filter((info) => info === LOCKED)).toHaveLength(7);
    expect((await validate(PAY_PASSWORD)).data.info).toBe(LOCKED);
  });

  test('is unlocked by setting the password anew', async ({ set, validate }) => {
    for (let tries = 0; tries < 5; tries += 1) await validate(WRONG);
    await set('246801');
    expect(await validate('246801')).toMatchObject({ code: '1' });
  });

  test('writes nothing for a right one', async ({ app, validate }) => {
    await validate(PAY_PASSWORD);
    expect(await app.sql('SELECT * FROM wrong_tries')).toEqual([]);
  });
});
