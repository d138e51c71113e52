import { describe, expect } from 'vitest';
import { PASSWORD, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';

const MOBILE = '15768709546';
const MINUTE = 60_000;

const test = appTest().extend(
  'code',
  ({ app }) =>
    async (mobile = MOBILE) =>
      (await app.call('/chat/getValidateNum', { mobile })).data.info as string,
);

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
      sendNotice: async () => undefined,
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
      sendNotice: async () => undefined,
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
