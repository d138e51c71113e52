import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { type Meeting, meeting } from '../support/barrier.ts';
import { freshDatabase } from '../support/database.ts';
import { faultyGateway } from '../support/gateway.ts';
import { balance } from '../support/ledger.ts';
import { expectBalancedBooks } from '../support/money.ts';
import { operate, operatedApp } from '../support/operate.ts';

const MINUTE = 60_000;
const TOO_MANY = Array.from({ length: 2001 }, (_, i) => 20_000_000 + i).join(' ');

let app: TestApp;
let met: Meeting;
let li: Person;
beforeEach(async () => {
  met = meeting((await freshDatabase()).executor);
  app = await operatedApp({ executor: met.executor });
  li = await person(app, '李雷');
});
afterEach(async () => {
  await expectBalancedBooks(app);
  const { db, keys } = app.platform;
  expect((await verifyAudit(db, keys.audit, app.clock.now())).faults).toEqual([]);
  await app.close();
});

const finance = (name: string, given: object = {}) => operate(app, 'finance', name, given);
const done = async (name: string, given: object = {}) => {
  const { status, body } = await finance(name, given);
  expect([status, body.message]).toEqual([200, undefined]);
  return body;
};
const refused = async (name: string, given: object, message: string | RegExp) => {
  const before = await written();
  const { status, body } = await finance(name, given);
  expect([status, body.message]).toEqual([409, expect.stringMatching(message)]);
  expect(await written()).toEqual(before);
};
const written = async () => [
  (await app.sql('SELECT count(*) FROM audit'))[0]?.[0],
  (await app.sql('SELECT count(*) FROM catalogue_changes'))[0]?.[0],
];
const history = async (subject: string, item?: string | number) =>
  (await operate(app, 'viewer', 'catalogue.history', { subject, ...(item ? { item: String(item) } : {}) }))
    .body.rows as { by: string; item: string; before: string; after: string }[];
/** Two changes of the same thing at once: one is done, the other is told, and neither is lost beneath the other. */
const atOnce = async (...wishes: readonly (readonly [name: string, given: object])[]) => {
  met.hold(wishes.length);
  const replies = await Promise.all(wishes.map(([name, given]) => finance(name, given)));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, ...wishes.slice(1).map(() => 409)]);
  return replies.find(({ status }) => status === 409)?.body.message as string;
};

describe('vip numbers', () => {
  const draw = async (type: string) =>
    (await app.call('/pay/getVipNumber', { userId: 0, sessid: 'x', type })).data.numbers as {
      num: string;
      price: string;
    }[];
  const order = (number: string, amount: string) =>
    li.call('/pay/createNumberOrder', {
      amount,
      sessid: 'x',
      body: '',
      subject: '靓号',
      type: 'alipay',
      number,
    });
  const types = async () =>
    (await app.call('/pay/getNumberType')).data.types.map(({ typeName }: { typeName: string }) => typeName);
  const standing = async (number: string) =>
    (await operate(app, 'viewer', 'numbers.list', { number })).body.rows[0]?.state as string;
  let type: number;
  beforeEach(async () => {
    type = Number((await done('number-types.add', { name: '生日', price: '6.00' })).on);
  });

  test('come many at once, each once, under a type of its own', async () => {
    const file = '20101212\n20101212 20111111,20121221，88888888\r\n';
    const body = await done('numbers.add', { type, file });
    expect(body).toMatchObject({ on: '4 numbers', added: 4, left: 0, first: '20101212', last: '88888888' });
    expect(await types()).toContain('生日');
    expect(new Set((await draw('生日')).map(({ num, price }) => `${num} ${price}`))).toEqual(
      new Set(['20101212 6.00', '20111111 6.00', '20121221 6.00', '88888888 6.00']),
    );
    expect(await done('numbers.add', { type, file: `${file} 20131213` })).toMatchObject({
      on: '20131213',
      added: 1,
      left: 4,
    });
    await refused('numbers.add', { type, file }, /Each of them is a number already/);
    await refused('numbers.add', { type: 999, number: '20151215' }, 'There is no number type 999.');
    expect(await history('number', '20131213')).toHaveLength(1);
    const { body: page } = await operate(app, 'viewer', 'numbers.list', { type });
    expect([page.total, page.rows.length]).toEqual([5, 5]);
  });

  test('are shown ten at a time, others each time, however many there are', async () => {
    await app.executor.write([
      change(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
          INSERT INTO vip_numbers (type_id, number) SELECT ?, 30000000 + i FROM n`,
        type,
      ),
    ]);
    const seen = new Set<string>();
    for (let i = 0; i < 8; i += 1) {
      const drawn = await draw('生日');
      expect(new Set(drawn.map(({ num }) => num)).size).toBe(10);
      for (const { num } of drawn) seen.add(num);
    }
    expect(seen.size).toBeGreaterThan(60);
    expect((await operate(app, 'viewer', 'numbers.list', { type })).body.total).toBe(20_000);
  });

  test('of a user, or that is one, are left out', async () => {
    await app.executor.write([
      change("UPDATE users SET vip_number = '20101212' WHERE id = ?", li.id),
      change(
        "INSERT INTO users (id, mobile, password_hash, name, nick_name, created_at, updated_at) VALUES (20111111, '+8613712345678', '', 'x', 'x', 1, 1)",
      ),
    ]);
    await refused('numbers.add', { type, file: '20101212 20111111' }, /Each of them/);
  });

  test('that somebody has or has reserved are not touched; the others are withheld and released', async () => {
    const gateway = await faultyGateway(app);
    await done('numbers.add', { type, file: '20101212 20111111' });
    await done('numbers.withhold', { number: '20101212' });
    await refused('numbers.withhold', { number: '20101212' }, /so already/);
    expect(await standing('20101212')).toBe('withheld');
    expect((await draw('生日')).map(({ num }) => num)).toEqual(['20111111']);
    expect((await order('20101212', '6.00')).data.info).toBe('请选择购买号码');
    await done('numbers.release', { number: '20101212' });
    const { data } = await order('20101212', '6.00');
    await refused('numbers.withhold', { number: '20101212' }, /reserved, for ten minutes/);
    await refused('numbers.move', { number: '20101212', type: 1 }, /reserved, for ten minutes/);
    expect(await standing('20101212')).toBe('reserved');
    await gateway.pay(data.outTradeNo);
    expect(await standing('20101212')).toBe(`of user ${li.id}`);
    await refused('numbers.withhold', { number: '20101212' }, 'Somebody has the number 20101212.');
    await done('numbers.move', { number: '20111111', type: 1 });
    expect(await standing('20111111')).toBe('for sale');
    await refused('numbers.move', { number: '20111111', type: 999 }, 'There may be no type 999.');
    await refused('numbers.release', { number: '2' }, 'There is no number 2.');
  });

  test('keep the price at which they were ordered, though the type’s is another since', async () => {
    const gateway = await faultyGateway(app);
    await done('numbers.add', { type, number: '20101212' });
    const { data } = await order('20101212', '6.00');
    await done('number-types.set', { type, price: '600.00' });
    await done('number-types.withdraw', { type });
    await gateway.pay(data.outTradeNo);
    expect(await app.sql('SELECT vip_number FROM users WHERE id = ?', li.id)).toEqual([['20101212']]);
    expect(await types()).not.toContain('生日');
    expect(await draw('生日')).toEqual([]);
  });

  test('that were withheld before a late payment came go to nobody, and the money into the wallet', async () => {
    const gateway = await faultyGateway(app);
    await done('numbers.add', { type, number: '20101212' });
    const { data } = await order('20101212', '6.00');
    app.clock.advance(11 * MINUTE);
    await done('numbers.withhold', { number: '20101212' });
    await gateway.pay(data.outTradeNo);
    expect(await app.sql('SELECT vip_number FROM users WHERE id = ?', li.id)).toEqual([[null]]);
    expect(await balance(app.platform.db, li.id)).toBe(600);
  });

  test('are ordered or withheld, never both', async () => {
    await done('numbers.add', { type, number: '20101212' });
    met.hold(2);
    const [held, ordered] = await Promise.all([
      finance('numbers.withhold', { number: '20101212' }),
      order('20101212', '6.00'),
    ]);
    expect([held.status === 200, ordered.code === '1'].filter(Boolean)).toHaveLength(1);
  });

  test('types have names of their own, which are no numbers', async () => {
    await refused('number-types.add', { name: 'AABB', price: '1.00' }, 'There is a type AABB already.');
    await refused('number-types.set', { type, name: 'AABB' }, /Another type may have that name/);
    await done('number-types.set', { type, name: '生辰', price: '7.00' });
    await atOnce(
      ['number-types.add', { name: '5A', price: '1.00' }],
      ['number-types.add', { name: '5A', price: '2.00' }],
    );
    expect((await finance('number-types.add', { name: '123', price: '1.00' })).body.member).toBe('name');
  });

  test.each([
    [{ number: '10000000' }, 'number'],
    [{ number: '2000000' }, 'number'],
    [{ file: '20101212 x' }, 'file'],
    [{ file: ',' }, 'file'],
    [{ file: TOO_MANY }, 'file'],
    [{ number: '20101212', file: '20101212' }, 'file'],
  ])('are none: %#', async (given, member) => {
    const { status, body } = await finance('numbers.add', { type, ...given });
    expect([status, body.member]).toEqual([400, member]);
  });
});
