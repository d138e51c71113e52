import { describe, expect } from 'vitest';
import { migrations } from '../../../db/migrations.generated.ts';
import { NUMBER_TYPES, numbersOf, seedSql } from '../../../scripts/vip-numbers.ts';
import { type Params, type Person, person } from '../../support/app.ts';
import { faultyGateway } from '../../support/gateway.ts';
import { moneyTest } from '../../support/money-test.ts';

const MINUTE = 60_000;
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
  .extend(
    'vipNumberOf',
    ({ app }) =>
      async (id: number) =>
        (await app.sql('SELECT vip_number FROM users WHERE id = ?', id))[0]?.[0] ?? null,
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
const bills = async (who: Person) => (await who.call('/wallet/getWalletHistory')).data;
const refused = (info: string) => ({ code: '-1', data: { info } });

describe('the numbers', () => {
  /** Each type in words of its own; the digit before the ending must not prolong it. */
  const FORMS: Readonly<Record<string, (number: string) => boolean>> = {
    AABB: (n) => /(\d)\1(\d)\2$/.test(n) && !/(\d)\1{3}$/.test(n),
    AAABBB: (n) => /(\d)\1\1(\d)\2\2$/.test(n) && !/(\d)\1{5}$/.test(n),
    ABCABC: (n) => n.slice(2, 5) === n.slice(5) && new Set(n.slice(5)).size === 3,
    '3A': (n) => /(\d)\1\1$/.test(n) && !/(\d)\1{3}$/.test(n),
    '4A': (n) => /(\d)\1{3}$/.test(n) && !/(\d)\1{4}$/.test(n),
    '3R': (n) => '0123456789'.includes(n.slice(-3)) && !'0123456789'.includes(n.slice(-4)),
    '4R': (n) => '0123456789'.includes(n.slice(-4)) && !'0123456789'.includes(n.slice(-5)),
  };

  test.for(NUMBER_TYPES)(
    'of type $name are at least 100, and what their type says',
    async ({ id, name }, { app }) => {
      const rows = await app.sql('SELECT number FROM vip_numbers WHERE type_id = ?', id);
      expect(rows.length).toBeGreaterThanOrEqual(100);
      for (const [number] of rows) {
        expect(String(number)).toMatch(/^[6-9]\d{7}$/);
        expect(FORMS[name]?.(String(number)), String(number)).toBe(true);
      }
    },
  );

  test('are always the same', () => {
    for (const type of NUMBER_TYPES) expect(numbersOf(type)).toEqual(numbersOf(type));
    const seeded = migrations.find(({ tag }) => tag.endsWith('_vip_numbers_seed'));
    expect(seeded?.statements.map((statement) => statement.replace(/^--.*\n/, ''))).toEqual(
      seedSql()
        .split('--> statement-breakpoint')
        .map((statement) => statement.replace(/^--.*\n/, '').trim()),
    );
  });

  test('have types, with a sessid', async ({ app }) => {
    const { data } = await app.call('/pay/getNumberType', { userId: 0, device: 1 });
    expect(data.types).toEqual(NUMBER_TYPES.map(({ id, name }) => ({ tid: String(id), typeName: name })));
    expect(data.sessid).toMatch(/^[0-9A-Z]{32}$/);
  });

  test('come ten at a time, others each time, with the price of their type', async ({ draw }) => {
    const numbers = await draw('aabb');
    expect(numbers).toHaveLength(10);
    expect(new Set(numbers.map(({ price }) => price))).toEqual(new Set(['8.00']));
    const seen = new Set<string>();
    for (let i = 0; i < 20; i += 1) for (const { num } of await draw('1')) seen.add(num);
    expect(seen.size).toBeGreaterThan(50);
    expect(await draw('none')).toEqual([]);
  });
});

describe('a user who buys', () => {
  test('has the number once it is paid, with bill 9 outside of the wallet', async ({
    app,
    li,
    wang,
    anyNumber,
    check,
    pay,
    vipNumberOf,
  }) => {
    const number = await anyNumber();
    const { code, data } = await order(li, number);
    expect(code).toBe('1');
    expect(await check(number)).toBe('账号注册中');
    await pay(data.outTradeNo);
    expect(await check(number)).toBe('注册成功');
    expect(await vipNumberOf(li.id)).toBe(number);
    expect(await bills(li)).toMatchObject([
      { moneyType: '9', moneyDirect: '0', amount: '8.00', content: number, destType: '3' },
    ]);
    expect((await li.call('/wallet/getBalance')).data).toBe('0.00');
    expect(await app.sql("SELECT balance FROM ledger_accounts WHERE kind = 'fees'")).toEqual([[800]]);
    expect(await order(li, await anyNumber())).toMatchObject(refused('您已经绑定IM号了'));
    expect(await order(wang, number)).toMatchObject(refused('您手慢了，该号码已被注册'));
  });

  test.for([
    [{ number: '' }, '请选择购买号码'],
    [{ number: '12345' }, '请选择购买号码'],
    [{ amount: '0.01' }, '金额格式不正确'],
    [{ amount: 'x' }, '金额格式不正确'],
    [{ subject: '' }, '订单创建失败'],
    [{ type: 'cash' }, '有参数不正确'],
  ] as const)('is refused %o', async ([params, info], { app, li, anyNumber }) => {
    expect(await order(li, await anyNumber(), params)).toMatchObject(refused(info));
    expect(await app.sql('SELECT * FROM payment_orders')).toEqual([]);
  });

  test('must be who he says', async ({ app, li, wang, anyNumber }) => {
    const number = await anyNumber();
    const call = (params: Params) => li.call('/pay/createNumberOrder', words(number, params));
    expect(await call({ userId: wang.id })).toMatchObject({ code: '403' });
    expect(await app.call('/pay/createNumberOrder', words(number, { userId: li.id }))).toMatchObject({
      code: '601',
    });
    // 0 is nobody, whatever token comes with it.
    expect(await call({ userId: 0 })).toMatchObject(refused('昵称不能为空'));
    for (const path of ['/pay/getNumberType', '/pay/getVipNumber', '/pay/checkNumber']) {
      const params = { userId: wang.id, sessid: 'x', type: 'AABB', number };
      expect((await li.call(path, params)).code, path).toBe('403');
    }
  });

  test('keeps others from a number for ten minutes', async ({ app, li, wang, draw, anyNumber }) => {
    const number = await anyNumber();
    await order(li, number);
    expect(await order(wang, number)).toMatchObject(refused('服务器繁忙，请稍后重试'));
    for (let i = 0; i < 20; i += 1) expect((await draw()).map(({ num }) => num)).not.toContain(number);
    app.clock.advance(10 * MINUTE);
    expect((await order(wang, number)).code).toBe('1');
  });

  test('holds one number: an earlier one is let go', async ({ li, wang, draw }) => {
    const [one, two] = await draw();
    await order(li, one?.num ?? '');
    expect((await order(li, two?.num ?? '')).code).toBe('1');
    expect((await order(wang, one?.num ?? '')).code).toBe('1');
  });

  test('keeps nobody behind the same address from buying', async ({ app, draw }) => {
    const numbers = await draw();
    const buyers = await Promise.all(Array.from({ length: 8 }, () => person(app)));
    const replies = await Promise.all(
      buyers.map((buyer, i) => order(buyer, numbers[i]?.num ?? '', {}, '10.1.1.1')),
    );
    expect(replies.map(({ code }) => code)).toEqual(Array(8).fill('1'));
  });

  test('of many at once, one gets the reservation', async ({ app, anyNumber }) => {
    const number = await anyNumber();
    const buyers = await Promise.all(Array.from({ length: 10 }, () => person(app)));
    const replies = await Promise.all(buyers.map((each, i) => order(each, number, {}, `10.2.2.${i}`)));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    for (const reply of replies.filter(({ code }) => code !== '1'))
      expect(reply).toMatchObject(refused('服务器繁忙，请稍后重试'));
  });

  test('makes one order under one key, however often it is sent', async ({ app, li, draw }) => {
    const [one, two] = await draw();
    const headers = { 'idempotency-key': 'once' };
    const send = (number = '') =>
      li.call('/pay/createNumberOrder', words(number), { headers, from: '10.3.3.3' });
    const first = await send(one?.num);
    expect(first.code).toBe('1');
    const replies = await Promise.all(Array.from({ length: 5 }, () => send(one?.num)));
    for (const reply of replies) expect(reply).toMatchObject({ code: '1', data: first.data });
    expect(await app.sql('SELECT count(*) FROM payment_orders')).toEqual([[1]]);
    expect(await send(two?.num)).toMatchObject(refused('有参数不正确'));
    const others = { headers: { 'idempotency-key': 'other' }, from: '10.3.3.3' };
    const meeting = await Promise.all(
      Array.from({ length: 5 }, () => li.call('/pay/createNumberOrder', words(two?.num ?? ''), others)),
    );
    expect(new Set(meeting.map(({ code, data }) => `${code} ${data.outTradeNo}`)).size).toBe(1);
    expect(await app.sql('SELECT count(*) FROM payment_orders')).toEqual([[2]]);
    // Of a session that has ended nothing is told again.
    await li.call('/chat/doLogout');
    expect(await send(one?.num)).toMatchObject({ code: '601' });
  });

  test('late gets the number if it is still free', async ({ app, gateway, li, anyNumber, vipNumberOf }) => {
    const number = await anyNumber();
    const { outTradeNo } = (await order(li, number)).data;
    const trade = await gateway.payThere(outTradeNo);
    app.clock.advance(10 * MINUTE);
    await gateway.deliver(await gateway.faulty(trade));
    expect(await vipNumberOf(li.id)).toBe(number);
  });

  test('too late has the money in his wallet', async ({
    app,
    gateway,
    li,
    wang,
    anyNumber,
    pay,
    vipNumberOf,
  }) => {
    const number = await anyNumber();
    const late = (await order(li, number)).data.outTradeNo;
    const trade = await gateway.payThere(late);
    app.clock.advance(10 * MINUTE);
    await pay((await order(wang, number)).data.outTradeNo);
    await gateway.deliver(await gateway.faulty(trade));
    expect([await vipNumberOf(li.id), await vipNumberOf(wang.id)]).toEqual([null, number]);
    expect(await bills(li)).toMatchObject([{ moneyType: '1', moneyDirect: '1', amount: '8.00' }]);
    expect((await li.call('/wallet/getBalance')).data).toBe('8.00');
  });

  test('twice has one number, and the money for the other', async ({
    gateway,
    li,
    draw,
    pay,
    vipNumberOf,
  }) => {
    const [one, two] = await draw();
    const first = (await order(li, one?.num ?? '')).data.outTradeNo;
    const trade = await gateway.payThere(first);
    await pay((await order(li, two?.num ?? '')).data.outTradeNo);
    await gateway.deliver(await gateway.faulty(trade));
    expect(await vipNumberOf(li.id)).toBe(two?.num);
    expect((await li.call('/wallet/getBalance')).data).toBe('8.00');
  });

  test('is sold to once by forty notices at once', async ({ gateway, li, anyNumber }) => {
    const number = await anyNumber();
    const trade = await gateway.payThere((await order(li, number)).data.outTradeNo);
    const notices = await Promise.all(Array.from({ length: 40 }, () => gateway.faulty(trade)));
    await Promise.all(notices.map(gateway.deliver));
    expect(await bills(li)).toHaveLength(1);
    expect((await li.call('/wallet/getBalance')).data).toBe('0.00');
  });
});
