import { describe, expect } from 'vitest';
import { type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend, friendsOf, seenBy } from '../../support/friends.ts';

const DAY = 24 * 3600 * 1000;
const test = appTest()
  .extend('li', ({ app }) => person(app, 'li'))
  .extend('wang', ({ app }) => person(app, 'wang'));

const ask = (from: Person, to: Person) => from.call('/chat/requestFriend', { destId: to.id, destType: 1 });
const accept = (by: Person, from: Person) => by.call('/chat/acceptRequest', { destId: from.id, destType: 1 });
const allow = (who: Person) =>
  who.call('/chat/updatePrivateSetting', { needAuth: 0, newNotification: 0, searchMobile: 1 });
const refused = { code: '-1', data: { info: '可能参数不对' } };
const card = (who: string) => JSON.stringify({ name: who, headUrl: '' });

describe('a friend request', () => {
  test('waits, is told of once, and makes no friends by itself', async ({ li, wang }) => {
    expect(await ask(li, wang)).toMatchObject({ code: '1', data: { info: '完成' } });
    expect(await ask(li, wang)).toMatchObject({ code: '1', data: { info: '完成' } });
    expect(await wang.events()).toEqual([
      { type: 11, from: li.id, fromType: 1, dest: wang.id, content: card('li') },
    ]);
    expect(await friendsOf(li)).toEqual([]);
    expect((await seenBy(wang, li)).isFriend).toBe('0');
  });

  test('makes friends at once where nothing needs to be accepted: code 2 and event 23', async ({
    li,
    wang,
  }) => {
    await allow(wang);
    expect(await ask(li, wang)).toMatchObject({ code: '2', data: { info: '完成' } });
    expect(await wang.events()).toEqual([
      { type: 23, from: li.id, fromType: 1, dest: wang.id, content: card('li') },
    ]);
    expect((await friendsOf(wang)).map(({ id }) => id)).toEqual([String(li.id)]);
    expect((await friendsOf(li)).map(({ id }) => id)).toEqual([String(wang.id)]);
  });

  test('that crosses another is its acceptance: code 2, and event 12 to who asked first', async ({
    li,
    wang,
  }) => {
    await ask(li, wang);
    expect((await ask(wang, li)).code).toBe('2');
    expect((await li.events()).map(({ type }) => type)).toEqual([12]);
    expect((await wang.events()).map(({ type }) => type)).toEqual([11]);
    expect((await friendsOf(li)).length + (await friendsOf(wang)).length).toBe(2);
  });

  test('of oneself, of nobody, of a disabled account or without a type is refused', async ({
    app,
    li,
    wang,
  }) => {
    const gone = await person(app, 'gone');
    await app.executor.write([
      { sql: 'UPDATE users SET status = 0 WHERE id = ?', params: [gone.id], kind: 'change' },
    ]);
    expect(await ask(li, li)).toMatchObject(refused);
    expect(await ask(li, gone)).toMatchObject(refused);
    expect(await li.call('/chat/requestFriend', { destId: 999_999_999, destType: 1 })).toMatchObject(refused);
    expect(await li.call('/chat/requestFriend', { destId: wang.id })).toMatchObject(refused);
    expect(await li.call('/chat/requestFriend', { destId: wang.id, destType: 3 })).toMatchObject(refused);
    expect(await app.sql('SELECT * FROM friendships')).toEqual([]);
  });

  test('of a friend changes nothing, not even with a remark, a mute flag and permissions set', async ({
    app,
    li,
    wang,
  }) => {
    await befriend(li, wang);
    await li.call('/chat/updateRemark', { destId: wang.id, remark: '老王' });
    await li.call('/chat/setlgonre', { destType: 1, destId: wang.id, receiveTip: 0 });
    const before = await app.sql('SELECT * FROM friendships ORDER BY user_id');
    const told = (await wang.events()).length;
    app.clock.advance(8 * DAY);
    await allow(wang);
    expect(await ask(li, wang)).toMatchObject({ code: '1', data: { info: '完成' } });
    expect(await app.sql('SELECT * FROM friendships ORDER BY user_id')).toEqual(before);
    expect(await wang.events()).toHaveLength(told);
  });

  test('lapses after seven days: it cannot be accepted, and can be made again', async ({ app, li, wang }) => {
    await ask(li, wang);
    app.clock.advance(7 * DAY);
    expect(await accept(wang, li)).toMatchObject({ code: '-1', data: { info: '加好友失败' } });
    expect((await ask(wang, li)).code).toBe('1');
    expect((await friendsOf(li)).length).toBe(0);
    expect((await accept(li, wang)).code).toBe('1');
  });

  test('counts until the last millisecond of its seven days', async ({ app, li, wang }) => {
    await ask(li, wang);
    app.clock.advance(7 * DAY - 1);
    expect((await accept(wang, li)).code).toBe('1');
  });

  test('is told of again when it is made anew after it has lapsed', async ({ app, li, wang }) => {
    await ask(li, wang);
    app.clock.advance(8 * DAY);
    await ask(li, wang);
    expect((await wang.events()).map(({ type }) => type)).toEqual([11, 11]);
  });
});

describe('accepting', () => {
  test('makes both friends, answers with the new friend and tells who asked', async ({ li, wang }) => {
    await ask(li, wang);
    const reply = await accept(wang, li);
    expect(reply).toMatchObject({
      code: '1',
      data: {
        id: String(li.id),
        mobile: li.mobile,
        isFriend: '1',
        feedPrivUser: '1',
        feedPrivFriend: '1',
        pwd: '',
      },
    });
    expect(await li.events()).toEqual([
      { type: 12, from: wang.id, fromType: 1, dest: li.id, content: card('wang') },
    ]);
    expect(await seenBy(li, wang)).toMatchObject({ isFriend: '1', mobile: wang.mobile });
  });

  test('needs a request from that very person', async ({ app, li, wang }) => {
    const zhao = await person(app, 'zhao');
    expect((await accept(li, wang)).code).toBe('-1');
    await ask(li, wang);
    expect((await accept(li, wang)).code).toBe('-1');
    expect((await accept(zhao, li)).code).toBe('-1');
    expect((await accept(wang, zhao)).code).toBe('-1');
    expect(await friendsOf(li)).toEqual([]);
    expect(await li.events()).toEqual([]);
  });

  test('happens once', async ({ li, wang }) => {
    await ask(li, wang);
    await accept(wang, li);
    expect((await accept(wang, li)).code).toBe('-1');
    expect((await li.events()).length).toBe(1);
  });

  test('takes destType 1 alone', async ({ li, wang }) => {
    await ask(li, wang);
    const reply = await wang.call('/chat/acceptRequest', { destId: li.id, destType: 2 });
    expect(reply).toMatchObject({ code: '-1', data: { info: '加好友失败' } });
    expect(await friendsOf(li)).toEqual([]);
  });
});

describe('when calls meet', () => {
  async function meetingApp() {
    const met = meeting((await freshDatabase()).executor);
    const racing = await testApp({ executor: met.executor });
    return { racing, met, a: await person(racing, 'a'), b: await person(racing, 'b') };
  }
  const rows = async (racing: TestApp) =>
    racing.sql('SELECT user_id, friend_id, state FROM friendships ORDER BY user_id');

  test('two crossing requests make one friendship and tell one acceptance', async () => {
    const { racing, met, a, b } = await meetingApp();
    met.hold(2);
    const replies = await Promise.all([ask(a, b), ask(b, a)]);
    expect(replies.map(({ code }) => code).sort()).toEqual(['1', '2']);
    expect(await rows(racing)).toEqual([
      [a.id, b.id, 2],
      [b.id, a.id, 2],
    ]);
    const told = [...(await a.events()), ...(await b.events())].map(({ type }) => type);
    expect(told.sort()).toEqual([11, 12]);
    await racing.close();
  });

  test('one request sent many times is one request', async () => {
    const { racing, met, a, b } = await meetingApp();
    met.hold(8);
    const replies = await Promise.all(Array.from({ length: 8 }, () => ask(a, b)));
    expect(replies.every(({ code }) => code === '1')).toBe(true);
    expect((await b.events()).length).toBe(1);
    await racing.close();
  });

  test('one acceptance sent many times succeeds once', async () => {
    const { racing, met, a, b } = await meetingApp();
    await ask(a, b);
    met.hold(5);
    const replies = await Promise.all(Array.from({ length: 5 }, () => accept(b, a)));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    expect((await a.events()).length).toBe(1);
    await racing.close();
  });

  test.each([
    ['the block first', true],
    ['the request first', false],
  ])('a request and a block never end as a waiting request (%s)', async (_, blockFirst) => {
    const { racing, met, a, b } = await meetingApp();
    const block = () => b.call('/chat/setBlock', { blockId: a.id });
    met.hold(2);
    await Promise.all(blockFirst ? [ask(a, b), block()] : [block(), ask(a, b)]);
    expect((await accept(b, a)).code).toBe('-1');
    expect((await ask(a, b)).code).toBe('-1');
    expect((await rows(racing)).every(([, , state]) => state === 0)).toBe(true);
    await racing.close();
  });

  test('two who delete each other at once are told once', async () => {
    const { racing, met, a, b } = await meetingApp();
    await befriend(a, b);
    const before = (await a.events()).length + (await b.events()).length;
    met.hold(2);
    await Promise.all([
      a.call('/chat/delFriend', { destId: b.id }),
      b.call('/chat/delFriend', { destId: a.id }),
    ]);
    expect((await a.events()).length + (await b.events()).length).toBe(before + 1);
    expect((await rows(racing)).map(([, , state]) => state)).toEqual([0, 0]);
    await racing.close();
  });
});
