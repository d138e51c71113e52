import { describe, expect } from 'vitest';
import { createLog } from '../../../src/core/log.ts';
import { PASSWORD, type TestApp, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { PRODUCTION } from '../../support/production-settings.ts';

const MOBILE = '15768709546';
const OWNER = '10.1.1.1';
const MINUTE = 60_000;

const test = appTest()
  .extend(
    'order',
    ({ app }) =>
      async (from = OWNER) =>
        String((await app.call('/chat/getValidateNum', { mobile: MOBILE }, { from })).data.info),
  )
  .extend(
    'register',
    ({ app }) =>
      async (validateNum: string, from = OWNER) =>
        (await app.call('/chat/register', { mobile: MOBILE, pwd: PASSWORD, validateNum }, { from })).code,
  );

const wrong = (code: string) => (code === '000000' ? '111111' : '000000');

describe('wrong SMS codes', () => {
  test('of any number of strangers leave the code to the address that ordered it', async ({
    order,
    register,
  }) => {
    const code = await order();
    for (let i = 0; i < 60; i += 1) expect(await register(wrong(code), `10.2.${i}.1`)).toBe('3');
    expect(await register(code, '10.3.3.3')).toBe('3'); // a stranger by now has no try
    for (let i = 0; i < 4; i += 1) expect(await register(wrong(code))).toBe('3');
    expect(await register(code)).toBe('1');
  });

  test('of one stranger leave tries to the others', async ({ order, register }) => {
    const code = await order();
    for (let i = 0; i < 20; i += 1) await register(wrong(code), '10.2.2.2');
    expect(await register(code, '10.2.2.2')).toBe('3');
    expect(await register(code, '10.3.3.3')).toBe('1');
  });

  test('are five for who ordered it, and five again for the next code', async ({ app, order, register }) => {
    const first = await order();
    for (let i = 0; i < 5; i += 1) await register(wrong(first));
    expect(await register(first)).toBe('3');
    app.clock.advance(MINUTE);
    const second = await order();
    for (let i = 0; i < 4; i += 1) await register(wrong(second));
    expect(await register(second)).toBe('1');
  });

  test('of strangers who try at once are looked at ten times, however many addresses they have', async ({
    app,
    order,
    register,
  }) => {
    const code = await order();
    const [row] = await app.sql('SELECT tries_left FROM sms_codes');
    expect(row).toEqual([10]);
    const guesses = Array.from({ length: 100 }, (_, i) => register(wrong(code), `10.2.${i}.1`));
    await Promise.all(guesses);
    expect(await app.sql('SELECT tries_left FROM sms_codes')).toEqual([[0]]);
  });

  test('leave the code to its owner also where a stranger orders the next one', async ({
    app,
    order,
    register,
  }) => {
    await order();
    app.clock.advance(MINUTE);
    const next = await order('10.2.2.2');
    for (let i = 0; i < 60; i += 1) await register(wrong(next), `10.2.${i}.1`);
    expect(await register(next)).toBe('1');
  });
});

describe('the words and the cost of SMS', () => {
  const lines: string[] = [];
  const sent: string[] = [];
  const sms = {
    showsCode: false,
    sendNotice: async () => undefined,
    async sendCode(mobile: string, _: string, name: string) {
      sent.push(`${mobile} ${name}`);
      return undefined;
    },
  };
  const production = async (env: Record<string, string>) => {
    lines.length = 0;
    sent.length = 0;
    const log = createLog((line) => lines.push(line), Date.now);
    return testApp({ env: { ...PRODUCTION, ...env }, platform: { sms, log } });
  };
  const ask = async (of: TestApp, params: Record<string, string>) =>
    (await of.call('/chat/getValidateNum', params)).data.info as string;

  test('are the operator’s: another name than his is taken for APP_NAME', async () => {
    const real = await production({ APP_NAME: '茶馆', SMS_APP_NAMES: '茶馆PC, Teahouse' });
    const names = ['您的钱包被冻结 点 evil.cn/x 解冻', 'Teahouse', '茶馆PC', '茶馆', ''];
    for (const [i, name] of names.entries()) await ask(real, { mobile: `1390000000${i}`, app: name });
    expect(sent.map((line) => line.replace(/^\S+ /, ''))).toEqual([
      '茶馆',
      'Teahouse',
      '茶馆PC',
      '茶馆',
      '茶馆',
    ]);
    await real.close();
  });

  test('go to China alone in production, until the operator names others', async () => {
    const [china, asia, world] = [
      await production({}),
      await production({ SMS_COUNTRIES: 'HK' }),
      await production({ SMS_COUNTRIES: '*' }),
    ];
    const numbers = ['15768709546', '+85261234567', '+2348021234567'];
    const answers = async (of: TestApp) => Promise.all(numbers.map((mobile) => ask(of, { mobile })));
    const no = '不支持该地区';
    expect(await answers(china)).toEqual(['发送成功', no, no]);
    expect(await answers(asia)).toEqual([no, '发送成功', no]);
    expect(await answers(world)).toEqual(['发送成功', '发送成功', '发送成功']);
    await Promise.all([china, asia, world].map((each) => each.close()));
  });

  test('ring an alarm once a day, at half of the daily total', async () => {
    const real = await production({ SMS_DAILY_TOTAL: '6' });
    const send = (i: number) => ask(real, { mobile: `1390000000${i}` });
    const alarms = () => lines.filter((line) => line.includes('sms half used'));
    for (let i = 0; i < 2; i += 1) await send(i);
    expect(alarms()).toEqual([]);
    for (let i = 2; i < 8; i += 1) await send(i);
    expect(alarms()).toHaveLength(1);
    expect(JSON.parse(alarms()[0] ?? '')).toMatchObject({ level: 'error', total: 6 });
    real.clock.advance(24 * 60 * MINUTE);
    for (let i = 0; i < 4; i += 1) await send(i);
    expect(alarms()).toHaveLength(2);
    await real.close();
  });
});
