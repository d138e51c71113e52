import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fen } from '../../src/core/fen.ts';
import { createIds, type Ids } from '../../src/core/id-maker.ts';
import type { OrderId, UserId } from '../../src/core/ids.ts';
import { systemRandom } from '../../src/core/random.ts';
import {
  letGoEarlier,
  orderFor,
  reservationValues,
  reserve,
} from '../../src/features/vip-numbers/reserve.ts';
import { networksOf } from '../../src/http/address.ts';
import { md5Of } from '../../src/http/params.ts';
import { type Params, type Person, person, type TestApp, testApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { befriend } from '../support/friends.ts';
import { deposit } from '../support/ledger.ts';
import { post } from '../support/moments.ts';
import { cardNumberFrom, expectBalancedBooks, smsCodeOf, withPayPassword } from '../support/money.ts';

/**
 * Two processes on one database may make the same number in the same millisecond. Here the next numbers are
 * given, so that a call that must be refused makes the one under which somebody else's has just succeeded.
 */
let app: TestApp;
let li: Person;
let wang: Person;
/** A friend of Li's and nobody else's. */
let stranger: Person;
const given: number[] = [];

beforeEach(async () => {
  given.length = 0;
  const own = createIds({ now: () => app.clock.now() }, systemRandom);
  const ids: Ids = { ...own, next: <Kind extends number>() => (given.shift() as Kind) ?? own.next<Kind>() };
  app = await testApp({ platform: { ids } });
  [li, wang, stranger] = [await person(app, 'li'), await person(app, 'wang'), await person(app, 'stranger')];
  await befriend(li, wang);
  await befriend(li, stranger);
});
afterEach(async () => {
  await expectBalancedBooks(app);
  await app.close();
});

/**
 * Everything that is stored but what counts calls, refused ones among them (tries, messages, where the caller was),
 * and what tells senders that their message was refused.
 */
const COUNTED = ['wrong_tries', 'message_counts', 'places', 'visited_spots', 'inbox'];

async function everything() {
  const tables =
    await app.sql(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
    AND name NOT LIKE 'group_search%' AND name NOT IN (${COUNTED.map((name) => `'${name}'`).join(', ')}) ORDER BY name`);
  const rows = tables.map(async ([name]) => [name, await app.sql(`SELECT * FROM ${name}`)]);
  const inbox = ['inbox', await app.sql('SELECT * FROM inbox WHERE type <> 66')];
  return Object.fromEntries([...(await Promise.all(rows)), inbox]);
}

const newest = async (table: string) => Number((await app.sql(`SELECT MAX(id) FROM ${table}`))[0]?.[0]);
const keyed = (who: Person, path: string, params: Params) =>
  who.call(path, params, { headers: { 'idempotency-key': 'k' } });
const say = (who: Person, to: Person, msgId: string) =>
  who.call('/im/send', { msgId, fromType: 1, destId: to.id, messageType: 2, content: msgId });

/** `succeed` makes a row of the table; `fail` is refused, under whatever number. */
const refusals: readonly {
  name: string;
  table: string;
  succeed(): Promise<unknown>;
  fail(): Promise<string>;
}[] = [
  {
    name: 'a comment on a moment that one may not see',
    table: 'moment_comments',
    succeed: async () => li.call('/feed/addFeedComment', { feedId: await secret(), text: 'mine' }),
    fail: async () =>
      (await stranger.call('/feed/addFeedComment', { feedId: await theMoment(), text: 'x' })).code,
  },
  {
    name: 'praise of a moment that one may not see',
    table: 'moment_praises',
    succeed: async () => li.call('/feed/addFeedPraise', { feedId: await secret() }),
    fail: async () => (await stranger.call('/feed/addFeedPraise', { feedId: await theMoment() })).code,
  },
  {
    name: 'a gift with a wrong pay password',
    table: 'moment_gifts',
    succeed: async () => {
      await app.platform.db.write(deposit(stranger.id, 500));
      await withPayPassword(app, stranger);
      return wang.call('/feed/sendFeedGift', { destId: li.id, feedId: await post(li), gift: 'a flower' });
    },
    fail: async () => {
      const gift = '{"key":"gift_001","price":"0.01","name":"玫瑰"}';
      const params = { destId: li.id, feedId: await theMoment(), gift, payPwd: md5Of('000000') };
      return (await stranger.call('/feed/sendFeedGift', params)).code;
    },
  },
  {
    name: 'a label with a name that one has given already',
    table: 'labels',
    succeed: async () => {
      await stranger.call('/chat/addMark', { markName: 'tea', friendIds: li.id });
      return li.call('/chat/addMark', { markName: 'tea', friendIds: wang.id });
    },
    fail: async () => (await stranger.call('/chat/addMark', { markName: 'tea', friendIds: li.id })).code,
  },
  {
    name: 'a card that is bound already',
    table: 'bank_cards',
    succeed: async () => {
      await stranger.call('/wallet/bindingCard', { cardNo: card });
      return li.call('/wallet/bindingCard', { cardNo: card });
    },
    fail: async () => (await keyed(stranger, '/wallet/bindingCard', { cardNo: card })).code,
  },
  {
    name: 'a complaint about nobody',
    table: 'reports',
    succeed: () => li.call('/chat/report', { destId: wang.id, destType: 0 }),
    fail: async () => (await keyed(stranger, '/chat/report', { destId: 999, destType: 0 })).code,
  },
  {
    name: 'one reminder too many',
    table: 'reminders',
    succeed: async () => {
      await app.executor.write([
        change(
          `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
          INSERT INTO reminders (id, user_id, content, due_at, created_at) SELECT i, ?, 'x', 9e15, 0 FROM n`,
          stranger.id,
        ),
      ]);
      return li.call('/user/setMsgAlert', { content: 'tea', seconds: 60 });
    },
    fail: async () => (await keyed(stranger, '/user/setMsgAlert', { content: 'x', seconds: 60 })).code,
  },
  {
    name: 'a greeting of somebody whom one has not met',
    table: 'greetings',
    succeed: async () => {
      for (const who of [li, wang]) await who.call('/geo/findRandom', { lat: 39.9, lon: 116.4 });
      return li.call('/geo/sendGreet', { destId: wang.id, msg: 'hello' });
    },
    fail: async () => (await keyed(stranger, '/geo/sendGreet', { destId: wang.id, msg: 'x' })).code,
  },
  {
    name: 'a code too soon',
    table: 'sms_sends',
    succeed: async () => {
      for (const { mobile } of [li, wang]) await app.call('/chat/getValidateNum', { mobile });
    },
    fail: async () => (await app.call('/chat/getValidateNum', { mobile: li.mobile })).code,
  },
  {
    name: 'a message to who is no friend',
    table: 'messages',
    succeed: () => say(li, wang, 'secret'),
    fail: async () => (await say(stranger, wang, 'x')).code,
  },
  {
    name: 'a bill for a group that one is not in',
    table: 'aa_bills',
    succeed: () =>
      li.call('/transfer/aaTrans', { destType: 0, destId: wang.id, totalAmount: '2', counts: 2 }),
    fail: async () =>
      (
        await keyed(stranger, '/transfer/aaTrans', {
          destType: 1,
          destId: 9,
          totalAmount: '2',
          counts: 2,
        })
      ).code,
  },
];

const card = cardNumberFrom('621700', 19);
const secret = () => post(li, { priv: 1 });
const theMoment = () => newest('moments');

describe('what is refused under the number of another’s success leaves nothing, and is refused as ever:', () => {
  test.each(refusals)('$name', async ({ table, succeed, fail }) => {
    await succeed();
    const before = await everything();
    const [refused, other] = [await fail(), await newest(table)];
    expect(await everything()).toEqual(before);
    expect(other).toBeGreaterThan(0);
    given.push(other);
    expect(await fail()).toBe(refused);
    expect(given).toEqual([]);
    expect(refused).not.toBe('1');
    expect(await everything()).toEqual(before);
  });

  test('the record of two who meet by shaking', async () => {
    const shake = (who: Person) => who.call('/geo/findRandom', { lat: 39.9, lon: 116.4 });
    for (const who of [li, wang]) await shake(who);
    const taken = await newest('shake_records');
    app.clock.advance(60_000);
    const zhao = await person(app, 'zhao');
    // From where somebody calls is noted with their first change.
    await zhao.call('/chat/setTop', { destId: 500, destType: 1 });
    const before = await everything();
    await shake(zhao);
    given.push(taken);
    expect((await shake(stranger)).code).toBe('-1');
    expect(await everything()).toEqual(before);
  });

  test('an order for a number that has an owner', async () => {
    const gateway = {
      provider: 'alipay' as const,
      amount: fen(800),
      subject: '',
      body: '',
      me: stranger.id as UserId,
      ...reservationValues(networksOf('10.0.0.1')),
    };
    const values = (order: OrderId, number: string, buyer: string) => ({
      ...gateway,
      ...{ mobile: null, passwordHash: '', name: '', headUrl: '', now: 0, expiresAt: 9e15, nextCheckAt: 0 },
      ...{ order, number, buyer, outTradeNo: `${buyer}-${number}` },
    });
    const [one, two] = await app.sql(
      `SELECT number FROM vip_numbers WHERE type_id = (SELECT id FROM number_types WHERE price = 800 LIMIT 1) LIMIT 2`,
    );
    const { ids, db } = app.platform;
    const order = ids.next<OrderId>();
    const made = values(order, String(one?.[0]), 'user:1');
    const done = await db.write({ ordered: orderFor.user(made), reserved: reserve(made) });
    expect(done).toEqual({ ordered: 1, reserved: 1 });
    await app.executor.write([
      change('UPDATE users SET vip_number = ? WHERE id = ?', String(two?.[0]), wang.id),
    ]);
    const refused = values(order, String(two?.[0]), 'user:1');
    const batch = {
      ordered: orderFor.user(refused),
      reserved: reserve(refused),
      letGo: letGoEarlier(refused),
    };
    await expect(db.write(batch)).rejects.toMatchObject({ constraint: 'payment_orders.id' });
  });
});

describe('what has been done already is not done again under another’s number:', () => {
  test('a message that was sent before', async () => {
    await say(li, stranger, 'again');
    await say(li, wang, 'other');
    const before = await everything();
    given.push(await newest('messages'));
    expect((await say(li, stranger, 'again')).code).toBe('1');
    expect(await everything()).toEqual(before);
  });

  test('praise', async () => {
    const feedId = await post(li);
    for (const who of [stranger, wang]) await who.call('/feed/addFeedPraise', { feedId });
    const before = await everything();
    given.push(await newest('moment_praises'));
    expect((await stranger.call('/feed/addFeedPraise', { feedId })).code).toBe('1');
    expect(await everything()).toEqual(before);
  });
});

test('what would succeed under a number that is taken succeeds under another', async () => {
  const feedId = await post(li);
  await wang.call('/feed/addFeedComment', { feedId, text: 'one' });
  given.push(await newest('moment_comments'));
  expect((await stranger.call('/feed/addFeedComment', { feedId, text: 'two' })).code).toBe('1');
  expect(await app.sql('SELECT user_id, text FROM moment_comments ORDER BY id')).toEqual([
    [wang.id, 'one'],
    [stranger.id, 'two'],
  ]);
});

describe('the mark of a change is no number that another could make:', () => {
  const NUMBER = 7;

  test('a member who renames himself does not dismiss the group', async () => {
    const groupId = Number((await li.call('/chat/createGroup', { name: '茶', ids: wang.id })).data.id);
    given.push(NUMBER);
    expect((await wang.call('/chat/updateGroupMemberMark', { groupId, markName: 'w' })).code).toBe('1');
    const before = await everything();
    given.splice(0, given.length, NUMBER);
    expect((await wang.call('/chat/dismissGroup', { groupId })).code).toBe('-1');
    expect(await everything()).toEqual(before);
  });

  test('a code that was used is used up', async () => {
    const validateNum = await smsCodeOf(app, li);
    const set = (pwd: string) => li.call('/pay/setPayPwd', { pwd: md5Of(pwd), validateNum });
    given.push(NUMBER);
    expect((await set('135790')).code).toBe('1');
    const before = await everything();
    given.splice(0, given.length, NUMBER);
    expect((await set('246801')).code).toBe('-1');
    expect(await everything()).toEqual(before);
  });
});
