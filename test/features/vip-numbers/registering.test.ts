import { describe, expect } from 'vitest';
import { waitingStrays } from '../../../src/features/payment-orders/strays.ts';
import { jobs, runJobs } from '../../../src/jobs.ts';
import type { Params, Person } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { faultyGateway } from '../../support/gateway.ts';
import { smsCodeOf } from '../../support/money.ts';
import { moneyTest } from '../../support/money-test.ts';

const MINUTE = 60_000;
const MOBILE = '13711112222';

const test = moneyTest()
  .extend('gateway', { auto: true }, ({ app }) => faultyGateway(app))
  .extend(
    'draw',
    ({ app }) =>
      async (type = 'AABB', token?: string) =>
        (await app.call('/pay/getVipNumber', { userId: 0, sessid: 'x', type }, token ? { token } : {})).data
          .numbers as { nid: string; num: string; price: string }[],
  )
  .extend('anyNumber', ({ draw }) => async (type = 'AABB'): Promise<string> => {
    const [first] = await draw(type);
    if (!first) throw new Error('No number is free.');
    return first.num;
  })
  .extend('codeFor', ({ app }) => async (mobile = MOBILE) => {
    app.clock.advance(31_000);
    return (await app.call('/chat/getValidateNum', { mobile })).data.info;
  })
  .extend(
    'orderNew',
    ({ app, codeFor }) =>
      async (number: string, params: Params = {}, from = '10.9.9.9') => {
        const validateNum = params['validateNum'] ?? (await codeFor());
        const newcomer = { userId: 0, mobile: MOBILE, pwd: 'secret9', name: '新人', validateNum };
        return app.call('/pay/createNumberOrder', words(number, { ...newcomer, ...params }), { from });
      },
  )
  .extend(
    'check',
    ({ app }) =>
      async (number: string) =>
        (await app.call('/pay/checkNumber', { userId: 0, number, sessid: 'x' })).data.info,
  )
  .extend(
    'pay',
    ({ gateway }) =>
      (outTradeNo: string) =>
        gateway.pay(outTradeNo),
  )
  /** Alone, because the other jobs would find the payments of which nobody was told. */
  .extend(
    'sweep',
    ({ app }) =>
      () =>
        runJobs(
          app.platform,
          jobs.filter(({ name }) => name === 'sweep'),
        ),
  );

const words = (number: string, params: Params = {}) => ({
  amount: '8.00',
  sessid: 'x',
  body: '',
  subject: '靓号',
  type: 'alipay',
  number,
  ...params,
});
const order = (who: Person, number: string, params: Params = {}, from = `10.0.0.${who.id % 250}`) =>
  who.call('/pay/createNumberOrder', words(number, params), { from });
const refused = (info: string) => ({ code: '-1', data: { info } });

describe('who registers by buying', () => {
  test('is one of at most five behind one address, who hold a number each', async ({
    app,
    li,
    draw,
    codeFor,
    orderNew,
  }) => {
    const numbers = await draw();
    const from = '10.8.8.8';
    const withCode = async (i: number, at = from) => {
      const validateNum = await codeFor(`1371111330${i}`);
      return orderNew(numbers[i]?.num ?? '', { mobile: `1371111330${i}`, validateNum }, at);
    };
    for (let i = 0; i < 5; i += 1) expect((await withCode(i)).code, String(i)).toBe('1');
    const crowded = refused('当前网络未支付的靓号订单过多，请先支付已有订单，或10分钟后再试');
    expect(await withCode(5)).toMatchObject(crowded);
    expect((await withCode(6, '10.8.8.9')).code).toBe('1');
    // An earlier reservation of the same mobile is let go.
    const again = { mobile: '13711113300', validateNum: await codeFor('13711113300') };
    expect((await orderNew(numbers[7]?.num ?? '', again, from)).code).toBe('1');
    expect((await order(li, numbers[8]?.num ?? '', {}, from)).code).toBe('1');
    app.clock.advance(10 * MINUTE);
    expect((await withCode(5)).code).toBe('1');
  });

  test('has an account with the number once it is paid, and can log in', async ({
    app,
    anyNumber,
    orderNew,
    check,
    pay,
  }) => {
    const number = await anyNumber();
    const { code, data } = await orderNew(number);
    expect(code).toBe('1');
    expect(await app.sql('SELECT * FROM users WHERE mobile = ?', `+86${MOBILE}`)).toEqual([]);
    await pay(data.outTradeNo);
    expect(await check(number)).toBe('注册成功');
    const login = await app.call('/chat/doLogin', { mobie: MOBILE, pwd: 'secret9', device: 1 });
    expect(login).toMatchObject({ code: '1' });
    const [row] = await app.sql('SELECT vip_number, name FROM users WHERE mobile = ?', `+86${MOBILE}`);
    expect(row).toEqual([number, '新人']);
    expect(await app.sql("SELECT count(*) FROM number_orders WHERE password_hash <> ''")).toEqual([[0]]);
    const { data: history } = await app.call('/wallet/getWalletHistory', {}, { token: login.data.token });
    expect(history).toMatchObject([{ moneyType: '9', moneyDirect: '0', amount: '8.00' }]);
  });

  test.for([
    [{ name: '' }, '昵称不能为空'],
    [{ mobile: '' }, '手机号不能为空'],
    [{ pwd: '' }, '密码不能为空'],
    [{ mobile: '123' }, '有参数不正确'],
    [{ validateNum: '' }, '验证码不正确'],
    [{ number: '' }, '请选择购买号码'],
    [{ number: '7' }, '请选择购买号码'],
    [{ amount: '7.99' }, '金额格式不正确'],
  ] as const)('is refused %o', async ([params, info], { app, anyNumber, orderNew }) => {
    expect(await orderNew(await anyNumber(), params)).toMatchObject(refused(info));
    expect(await app.sql('SELECT * FROM payment_orders')).toEqual([]);
  });

  test('needs the right code, used once, and may guess five times', async ({
    anyNumber,
    codeFor,
    orderNew,
  }) => {
    const number = await anyNumber();
    const code = await codeFor();
    const wrong = code === '000000' ? '111111' : '000000';
    expect(await orderNew(number, { validateNum: wrong })).toMatchObject(refused('验证码不正确'));
    expect((await orderNew(number, { validateNum: code })).code).toBe('1');
    expect(await orderNew(number, { validateNum: code })).toMatchObject(refused('验证码不正确'));
    const next = await codeFor();
    for (let i = 0; i < 5; i += 1)
      await orderNew(number, { validateNum: next === '000000' ? '111111' : '000000' });
    expect(await orderNew(number, { validateNum: next })).toMatchObject(refused('验证码不正确'));
  });

  test('learns that a mobile is registered by a code alone, which is used up', async ({
    app,
    li,
    anyNumber,
    orderNew,
  }) => {
    const number = await anyNumber();
    const code = await smsCodeOf(app, li);
    const taken = { mobile: li.mobile, validateNum: code };
    expect(await orderNew(number, { ...taken, validateNum: '1234' })).toMatchObject(refused('验证码不正确'));
    expect(await orderNew(number, taken)).toMatchObject(refused('手机号码已存在'));
    expect(await orderNew(number, taken)).toMatchObject(refused('验证码不正确'));
  });

  test('with a mobile that was registered meanwhile keeps that password and gets the number', async ({
    app,
    anyNumber,
    codeFor,
    orderNew,
    check,
    pay,
  }) => {
    const number = await anyNumber();
    const { outTradeNo } = (await orderNew(number)).data;
    const validateNum = await codeFor();
    await app.call('/chat/register', { mobile: MOBILE, pwd: 'meanwhile', validateNum, name: '早到' });
    await pay(outTradeNo);
    expect(await check(number)).toBe('注册成功');
    const logIn = (pwd: string) => app.call('/chat/doLogin', { mobie: MOBILE, pwd, device: 1 });
    expect((await logIn('meanwhile')).code).toBe('1');
    expect((await logIn('secret9')).code).not.toBe('1');
  });

  test('and never pays is forgotten 30 days after the end; who pays before that has his account', async ({
    app,
    gateway,
    li,
    draw,
    anyNumber,
    codeFor,
    orderNew,
    sweep,
  }) => {
    const DAY = 24 * 60 * MINUTE;
    const rows = async () => JSON.stringify(await app.sql('SELECT * FROM number_orders ORDER BY order_id'));
    const number = await anyNumber();
    const never = (await orderNew(number)).data.outTradeNo;
    const trade = await gateway.payThere(never);
    app.clock.advance(10 * MINUTE);
    const [mobile, other] = ['13711113333', await anyNumber('3A')];
    const amount = (await draw('3A'))[0]?.price ?? '';
    const late = (
      await orderNew(other, { mobile, amount, name: '迟到', validateNum: await codeFor(mobile) }, '10.9.9.8')
    ).data.outTradeNo;
    const lateTrade = await gateway.payThere(late);
    await order(li, await anyNumber());
    app.clock.advance(29 * DAY);
    await sweep();
    for (const told of ['新人', '迟到', MOBILE, mobile, '10.9.9.9', 'scrypt'])
      expect(await rows()).toContain(told);
    await gateway.deliver(await gateway.faulty(lateTrade));
    expect((await app.call('/chat/doLogin', { mobie: mobile, pwd: 'secret9', device: 1 })).code).toBe('1');
    app.clock.advance(DAY + 10 * MINUTE);
    await sweep();
    for (const told of ['新人', MOBILE, '10.9.9.9', 'scrypt']) expect(await rows()).not.toContain(told);
    for (const told of ['迟到', mobile, `user:${li.id}`]) expect(await rows()).toContain(told);
    // Whose money it is cannot be known any more: it is in no wallet, and waits for the operator.
    expect((await gateway.deliver(await gateway.faulty(trade))).text).toBe('success');
    expect(await waitingStrays(app.platform)).toMatchObject([{ outTradeNo: never, amount: 800 }]);
    expect(await app.sql('SELECT * FROM users WHERE mobile = ?', `+86${MOBILE}`)).toEqual([]);
  });

  test('too late has the account, and the money in its wallet', async ({
    app,
    gateway,
    wang,
    anyNumber,
    orderNew,
  }) => {
    const number = await anyNumber();
    const trade = await gateway.payThere((await orderNew(number)).data.outTradeNo);
    await app.executor.write([change('UPDATE users SET vip_number = ? WHERE id = ?', number, wang.id)]);
    await gateway.deliver(await gateway.faulty(trade));
    const { data } = await app.call('/chat/doLogin', { mobie: MOBILE, pwd: 'secret9', device: 1 });
    const call = (path: string) => app.call(path, {}, { token: data.token });
    expect((await call('/wallet/getBalance')).data).toBe('8.00');
    expect((await call('/wallet/getWalletHistory')).data).toMatchObject([
      { moneyType: '1', content: number },
    ]);
  });
});
