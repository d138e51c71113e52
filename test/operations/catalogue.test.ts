import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { type Meeting, meeting } from '../support/barrier.ts';
import { freshDatabase } from '../support/database.ts';
import { befriend } from '../support/friends.ts';
import { groupOf } from '../support/groups.ts';
import { balance, deposit } from '../support/ledger.ts';
import { post } from '../support/moments.ts';
import { expectBalancedBooks, PAY_PASSWORD, withPayPassword } from '../support/money.ts';
import { operate, operatedApp } from '../support/operate.ts';

const MINUTE = 60_000;

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

describe('group levels', () => {
  let group: number;
  beforeEach(async () => {
    await withPayPassword(app, li);
    await app.platform.db.write(deposit(li.id, 1_000_00, app.platform.ids.next()));
    group = await groupOf(li, await person(app));
  });
  const buy = (level: number) =>
    li.call('/chat/payForGroupLevel', { groupId: group, pwd: PAY_PASSWORD, level });
  const config = async () =>
    (await li.call('/chat/queryGroupConfig')).data.info.map(({ level, fee }: Record<string, string>) => [
      level,
      fee,
    ]);

  test('get another price, at once for everybody, and the history says who set it', async () => {
    const body = await done('levels.set', { level: 1, price: '8.00', days: 3, capacity: 10_000 });
    expect(body).toEqual({
      done: true,
      on: '1',
      yuan: '8.00',
      days: 3,
      capacity: 10_000,
      state: 'offered',
    });
    expect((await config())[0]).toEqual(['1', '8.00']);
    expect((await operate(app, 'viewer', 'levels.list')).body.rows[1]).toEqual({
      level: 1,
      yuan: '8.00',
      days: 3,
      capacity: 10_000,
      state: 'offered',
    });
    expect((await buy(1)).code).toBe('1');
    expect(await balance(app.platform.db, li.id)).toBe(992_00);
    const expiry = app.clock.now() + 3 * 24 * 3600_000;
    expect((await li.call('/chat/getGroupById', { groupId: group })).data.expire).toBe(String(expiry));
    expect(await history('level', 1)).toEqual([
      expect.objectContaining({
        by: 'the finance',
        before: '{"yuan":"10.00","days":1,"capacity":200,"state":"offered"}',
        after: '{"yuan":"8.00","days":3,"capacity":10000,"state":"offered"}',
      }),
    ]);
  });

  test('cost what the app has shown for ten minutes after a raise', async () => {
    await done('levels.set', { level: 1, price: '50.00' });
    await done('levels.set', { level: 1, capacity: 300 });
    expect((await config())[0]).toEqual(['1', '50.00']);
    app.clock.advance(10 * MINUTE - 1);
    expect((await buy(1)).code).toBe('1');
    expect(await balance(app.platform.db, li.id)).toBe(990_00);
    app.clock.advance(1);
    expect((await li.call('/chat/payForGroupExt', { groupId: group, pwd: PAY_PASSWORD })).code).toBe('1');
    expect(await balance(app.platform.db, li.id)).toBe(940_00);
  });

  test('are neither sold nor renewed once withdrawn, and stay with who has them', async () => {
    await buy(1);
    await done('levels.withdraw', { level: 1 });
    expect((await config()).map(([level]: string[]) => level)).toEqual(['2', '3', '4']);
    const renewal = await li.call('/chat/payForGroupExt', { groupId: group, pwd: PAY_PASSWORD });
    expect(renewal.data.info).toBe('服务器繁忙，请稍后重试');
    expect((await li.call('/chat/getGroupById', { groupId: group })).data.level).toBe('1');
    await refused('levels.withdraw', { level: 1 }, /so already/);
    await done('levels.offer', { level: 1 });
    expect((await config()).map(([level]: string[]) => level)).toEqual(['1', '2', '3', '4']);
  });

  test('may be more than the document’s, and are sold like them', async () => {
    await done('levels.add', { level: 7, price: '88.00', days: 365, capacity: 10_000 });
    expect((await config()).at(-1)).toEqual(['7', '88.00']);
    expect((await buy(7)).data.level).toBe('7');
    await refused(
      'levels.add',
      { level: 7, price: '1.00', days: 1, capacity: 9 },
      'There is a level 7 already.',
    );
    await refused('levels.set', { level: 9, price: '1.00' }, 'There is no level 9.');
  });

  test('of two who change one at once, one is told to look again', async () => {
    const set = (given: object) => ['levels.set', { level: 2, ...given }] as const;
    expect(await atOnce(set({ price: '30.00' }), set({ capacity: 900 }))).toMatch(/changed it meanwhile/);
    expect(await history('level', 2)).toHaveLength(1);
  });

  test.each([
    [{ level: 10, price: '1.00' }, 'level'],
    [{ level: 1, price: '0' }, 'price'],
    [{ level: 1, price: '1.001' }, 'price'],
    [{ level: 1, price: 1 }, 'price'],
    [{ level: 1, days: 0 }, 'days'],
    [{ level: 1, days: 1.5 }, 'days'],
    [{ level: 1, capacity: 10_001 }, 'capacity'],
    [{ level: 0, price: '1.00' }, 'level'],
  ])('are no such thing: %j', async (given, member) => {
    const { status, body } = await finance('levels.set', given);
    expect([status, body.member]).toEqual([400, member]);
    expect(await written()).toEqual([0, 0]);
  });

  test('level 0 has a capacity, which counts for groups that have bought nothing', async () => {
    await done('levels.set', { level: 0, capacity: 2 });
    const third = await person(app);
    await befriend(li, third);
    const { code } = await li.call('/chat/addGroupMember', { groupId: group, ids: String(third.id) });
    expect(code).not.toBe('1');
  });
});

describe('gifts', () => {
  let wang: Person;
  let feedId: string;
  beforeEach(async () => {
    wang = await person(app, 'wang');
    await befriend(li, wang);
    feedId = await post(li);
    await app.platform.db.write(deposit(wang.id, 500));
  });
  const give = (key: string, price: string) =>
    wang.call('/feed/sendFeedGift', { destId: li.id, feedId, gift: JSON.stringify({ key, price }) });
  const shown = async () =>
    (await wang.call('/feed/giftList')).data.list.map(({ key }: { key: string }) => key) as string[];

  test('are added, sold at their price and at no other, and stay with who got them', async () => {
    await done('gifts.add', { gift: 'panda', name: '熊猫', price: '2.00' });
    expect(await shown()).toContain('panda');
    expect((await give('panda', '2.00')).code).toBe('1');
    await done('gifts.set', { gift: 'panda', price: '3.00' });
    expect((await give('panda', '2.00')).code).toBe('-1');
    await done('gifts.withdraw', { gift: 'panda' });
    for (const price of ['3.00', '2.00', '0']) expect((await give('panda', price)).code, price).toBe('-1');
    expect(await shown()).not.toContain('panda');
    expect((await li.call('/feed/myGift')).data.list).toHaveLength(1);
    await done('gifts.offer', { gift: 'panda' });
    expect((await give('panda', '3.00')).code).toBe('1');
    expect((await history('gift', 'panda')).map(({ after }) => JSON.parse(after).yuan)).toEqual([
      '3.00',
      '3.00',
      '3.00',
      '2.00',
    ]);
    await refused(
      'gifts.add',
      { gift: 'panda', name: '熊猫', price: '2.00' },
      'There is a gift panda already.',
    );
    await refused('gifts.set', { gift: 'nobody', price: '2.00' }, 'There is no gift nobody.');
    await refused('gifts.set', { gift: 'panda' }, /^Nothing to change/);
  });

  test('have a picture that was taken in, and no other', async () => {
    const key = '1764000000000_abcdefghijklmnopqrstuv.jpg';
    const entered = (type: string, state: number) =>
      app.executor.write([
        change(
          `INSERT OR REPLACE INTO uploads (key, bytes, sha256, content_type, made_at, state, state_since, named_at) VALUES (?, 1, '', ?, 0, ?, 0, 0)`,
          key,
          type,
          state,
        ),
      ]);
    const picture = `https://a.example/upload/${key}`;
    await refused('gifts.set', { gift: 'gift_001', picture }, /no upload that is shown/);
    await entered('application/octet-stream', 0);
    await refused('gifts.set', { gift: 'gift_001', picture }, /no upload that is shown/);
    await entered('image/jpeg', 2);
    await refused('gifts.set', { gift: 'gift_001', picture }, /no upload that is shown/);
    await entered('image/jpeg', 0);
    await done('gifts.set', { gift: 'gift_001', picture });
    const [first] = (await wang.call('/feed/giftList')).data.list;
    expect(first).toMatchObject({ key: 'gift_001', picture: `http://127.0.0.1:8787/upload/${key}` });
    // Taken down since: the price may be changed all the same.
    await entered('image/jpeg', 2);
    await done('gifts.set', { gift: 'gift_001', price: '0.02' });
  });

  test('of two who add one at once, one is told', async () => {
    const add = (price: string) => ['gifts.add', { gift: 'panda', name: '熊猫', price }] as const;
    await atOnce(add('1.00'), add('2.00'));
    expect(await history('gift', 'panda')).toHaveLength(1);
  });

  test.each([
    [{ gift: 'Ä', name: 'x', price: '1.00' }, 'gift'],
    [{ gift: 'a', name: 'x'.repeat(21), price: '1.00' }, 'name'],
    [{ gift: 'a', name: 'x', price: '0.00' }, 'price'],
    [{ gift: 'a', name: 'x\n', price: '-1' }, 'price'],
  ])('are no such thing: %j', async (given, member) => {
    const { status, body } = await finance('gifts.add', given);
    expect([status, body.member]).toEqual([400, member]);
  });
});

describe('the history', () => {
  test('is changed and deleted by nobody, and goes by pages', async () => {
    for (let i = 1; i <= 101; i += 1) await done('gifts.set', { gift: 'gift_001', price: `1.0${i % 10}` });
    const first = await operate(app, 'viewer', 'catalogue.history', { subject: 'gift' });
    expect([first.body.rows.length, first.body.total]).toEqual([100, 101]);
    const { next } = first.body;
    const second = await operate(app, 'viewer', 'catalogue.history', { subject: 'gift', after: next });
    expect(second.body).toMatchObject({ rows: [{ before: expect.stringContaining('0.01') }], next: null });
    for (const sql of ['UPDATE catalogue_changes SET at = 0', 'DELETE FROM catalogue_changes'])
      await expect(app.executor.write([change(sql)])).rejects.toThrow('catalogue_history_is_final');
  });
});
