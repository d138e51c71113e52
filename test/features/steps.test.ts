import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sweep } from '../../src/sweep.ts';
import { PASSWORD, type Params, type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { befriend } from '../support/friends.ts';
import { deposit } from '../support/ledger.ts';
import { operate, operatedApp } from '../support/operate.ts';

const DAY = 24 * 3600_000;
const WHY = '多次辱骂他人';

let app: TestApp;
let li: Person;
let wang: Person;
let group: number;
beforeEach(async () => {
  app = await operatedApp();
  [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
  await befriend(li, wang);
  group = Number((await li.call('/chat/createGroup', { name: 'tea', ids: `${wang.id}` })).data.id);
});
afterEach(() => app.close());

/** A day of Asia/Shanghai from now, as an operator writes it, and in epoch milliseconds. */
function endIn(days: number) {
  const text = new Date(app.clock.now() + days * DAY + 8 * 3600_000).toISOString().slice(0, 10);
  return { text, at: Date.parse(`${text}T00:00:00+08:00`) };
}
const moderator = (name: string, given: object = {}) =>
  operate(app, 'moderator', `users.${name}`, { user: li.id, reason: WHY, ...given });
async function done(name: string, given: object = {}): Promise<void> {
  const { status, body } = await moderator(name, given);
  expect([status, body.message]).toEqual([200, undefined]);
}
const logIn = () => app.call('/chat/doLogin', { mobie: li.mobile, pwd: PASSWORD, device: 1 });

let count = 0;
const ways: Readonly<Record<string, () => [string, Params]>> = {
  'a message': () => [
    '/im/send',
    { fromType: 1, destId: wang.id, msgId: `s${count++}`, messageType: 2, content: 'hi' },
  ],
  'a message to a group': () => [
    '/im/send',
    { fromType: 2, destId: group, msgId: `s${count++}`, messageType: 2, content: 'hi' },
  ],
  'a note': () => ['/chat/createGroupNote', { groupId: group, title: 'tea', content: 'at five' }],
  'a moment': () => ['/feed/addFeed', { text: 'hi', priv: 0 }],
};
const reasonOf = async (way: string) => {
  const [path, params] = ways[way]?.() ?? ['', {}];
  const { data } = await li.call(path, params);
  return data.reason;
};

describe('a mute', () => {
  test('lets nothing of its scope be written, says why and until when, and ends by itself', async () => {
    const end = endIn(2);
    await done('mute', { until: end.text });
    for (const way of Object.keys(ways)) expect([way, await reasonOf(way)]).toEqual([way, 'MUTED']);
    const [path, params] = ways['a message']?.() ?? ['', {}];
    const { data } = await li.call(path, params);
    expect(data).toMatchObject({ info: '您已被禁言', until: String(end.at) });
    expect(data.hint).toContain(WHY);
    expect(await app.sql('SELECT count(*) FROM messages')).toEqual([[0]]);
    const told = await app.sql('SELECT content FROM inbox WHERE type = 68 AND content LIKE \'%"muted"%\'');
    expect(JSON.parse(String(told[0]?.[0]))).toMatchObject({
      steps: ['mute-messages', 'mute-moments', 'mute-comments'],
      until: end.at,
    });
    app.clock.advance(2 * DAY);
    for (const way of Object.keys(ways)) expect([way, await reasonOf(way)]).toEqual([way, undefined]);
  });

  test('holds in its scope alone, and comments have one of their own', async () => {
    const feed = (await wang.call('/feed/addFeed', { text: 'tea', priv: 0 })).data.feedId;
    await done('mute', { scope: 'comments' });
    const comment = () => li.call('/feed/addFeedComment', { feedId: feed, text: 'no' });
    expect((await comment()).data).toMatchObject({ reason: 'MUTED', info: '您已被禁止评论', until: '0' });
    for (const way of Object.keys(ways)) expect([way, await reasonOf(way)]).toEqual([way, undefined]);
    await done('unmute', { scope: 'comments' });
    expect((await comment()).code).toBe('1');
    expect((await moderator('unmute')).body.message).toBe('Nothing of that kind is in force.');
  });

  test('stays after leaving, befriending anew and another login, and holds for packets', async () => {
    await app.platform.db.write(deposit(li.id, 1000));
    await done('mute', { scope: 'messages' });
    await li.call('/chat/delFriend', { destId: wang.id });
    await befriend(li, wang);
    const { data } = await logIn();
    expect(data.steps).toMatchObject([{ kind: 'mute-messages', until: '0', reason: WHY }]);
    li = { ...li, token: data.token, call: (path, params) => app.call(path, params, { token: data.token }) };
    expect(await reasonOf('a message')).toBe('MUTED');
    expect((await li.call('/chat/ready')).data.steps).toHaveLength(1);
    const send = () =>
      li.call('/chat/sendRedPacket', {
        ...{ destId: wang.id, destType: 1, redPacketCount: 1, redPacketAmount: '1.00', redPacketType: 1 },
      });
    expect((await send()).data).toMatchObject({ reason: 'SILENCED', until: '0' });
    await done('unmute');
    expect((await send()).code).toBe('1');
  });
});

test('a warning is told and shown at login, and taken back', async () => {
  expect((await operate(app, 'support', 'users.warn', { user: li.id, reason: WHY })).status).toBe(200);
  await done('warn');
  expect((await logIn()).data.steps).toMatchObject([{ kind: 'warning' }, { kind: 'warning', reason: WHY }]);
  await done('unwarn');
  expect((await logIn()).data.steps).toEqual([]);
});

test('a person who may look for nobody finds nobody, in whatever way, until it is lifted', async () => {
  await done('stop-search');
  const place = { longitude: 121.5, latitude: 31.2 };
  const searches: [string, Params][] = [
    ['/chat/queryUser', { mobile: String(wang.id) }],
    ['/geo/findNearby', place],
    ['/geo/findRandom', place],
    ['/chat/inviteContact', { contact: '[]' }],
    ['/chat/myContact', { contact: '[]' }],
  ];
  for (const [path, params] of searches)
    expect([path, (await li.call(path, params)).data.reason]).toEqual([path, 'NO_SEARCH']);
  expect((await wang.call('/chat/queryUser', { mobile: String(li.id) })).data.info).toHaveLength(1);
  await done('allow-search');
  for (const [path, params] of searches)
    expect([path, (await li.call(path, params)).data.reason]).not.toEqual([path, 'NO_SEARCH']);
});

describe('a ban until a day', () => {
  test('says why at login, ends by itself, and is open for others then', async () => {
    const end = endIn(3);
    await done('ban', { until: end.text });
    const refused = (await logIn()).data;
    expect(refused).toMatchObject({ info: '老用户拒绝登录', until: String(end.at) });
    expect(refused.hint).toContain(WHY);
    expect((await moderator('ban', { until: end.text })).status).toBe(409);
    const shown = (await moderator('show')).body;
    expect(shown).toMatchObject({
      state: 'disabled',
      steps: [{ kind: 'banned', why: WHY, by: 'the moderator' }],
    });
    app.clock.advance(3 * DAY);
    expect((await logIn()).code).toBe('1');
    expect((await wang.call('/chat/queryUser', { mobile: String(li.id) })).data.info).toHaveLength(1);
  });

  test('is over for others without a login, and one without an end is not', async () => {
    await done('ban', { until: endIn(1).text });
    app.clock.advance(2 * DAY);
    await sweep(app.platform);
    expect(await app.sql(`SELECT status FROM users WHERE id = ${li.id}`)).toEqual([[1]]);
    await done('ban', { until: endIn(1).text });
    await done('ban');
    app.clock.advance(2 * DAY);
    await sweep(app.platform);
    expect((await logIn()).code).toBe('-1');
    await done('lift');
    expect((await logIn()).code).toBe('1');
  });
});

test('a ban from before there were steps is shown with what the audit has of it', async () => {
  await done('ban');
  await app.executor.write([change('DELETE FROM steps')]);
  const shown = (await moderator('show')).body;
  expect(shown.steps).toMatchObject([{ kind: 'banned', why: WHY, by: 'the moderator', until: '' }]);
  expect((await moderator('ban')).status).toBe(409);
  await done('lift');
  expect((await moderator('show')).body.steps).toEqual([]);
});

test('a frozen wallet is among the steps, with its reason, until it is opened', async () => {
  const freeze = { user: li.id, reason: 'fraud' };
  await operate(app, 'finance', 'wallets.freeze', freeze);
  expect((await logIn()).data.steps).toMatchObject([{ kind: 'wallet-frozen', reason: 'fraud' }]);
  await operate(app, 'finance', 'wallets.unfreeze', freeze);
  expect((await logIn()).data.steps).toEqual([]);
});

test('steps are refused for nobody, in the past, and to those who may not', async () => {
  expect((await moderator('mute', { user: 999_999 })).body.message).toBe('There is no user 999999.');
  expect((await moderator('mute', { until: '2020-01-01' })).status).toBe(400);
  expect((await operate(app, 'support', 'users.mute', { user: li.id, reason: WHY })).status).toBe(403);
  await done('mute');
  expect((await moderator('mute')).body.message).toBe('It is so already, until then.');
  expect(await app.sql('SELECT count(*) FROM audit')).toEqual([[1]]);
});
