import { describe, expect } from 'vitest';
import { type AppOptions, type Person, person, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend, friendsOf, seenBy } from '../../support/friends.ts';
import { recordedScans, recording } from '../../support/plans.ts';

const test = appTest()
  .extend('li', ({ app }) => person(app, 'li'))
  .extend('wang', ({ app }) => person(app, 'wang'))
  /** Gives a person so many friends more. */
  .extend('crowd', ({ app }) => async (who: Person, friends: number) => {
    const isNew = "FROM users WHERE name = 'friend of ' || ?";
    await app.executor.write([
      change(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
      INSERT INTO users (mobile, password_hash, name, created_at, updated_at)
      SELECT 'm' || ? || '-' || i, '', 'friend of ' || ?, 0, 0 FROM n`,
        friends,
        who.id,
        who.id,
      ),
      change(
        `INSERT INTO friendships (user_id, friend_id, state, updated_at) SELECT ?, id, 2, 0 ${isNew}`,
        who.id,
        who.id,
      ),
      change(
        `INSERT INTO friendships (user_id, friend_id, state, updated_at) SELECT id, ?, 2, 0 ${isNew}`,
        who.id,
        who.id,
      ),
    ]);
  });

interface Cast {
  readonly wang: Person;
  readonly li: Person;
}

const ask = (from: Person, to: Person) => from.call('/chat/requestFriend', { destId: to.id, destType: 1 });
const accept = (by: Person, from: Person) => by.call('/chat/acceptRequest', { destId: from.id, destType: 1 });
const allow = (who: Person) =>
  who.call('/chat/updatePrivateSetting', { needAuth: 0, newNotification: 0, searchMobile: 1 });
const refused = { code: '-1', data: { info: '可能参数不对' } };
describe('nobody has more than 5,000 friends', () => {
  const full = { code: '-1', data: { info: '好友数量已达上限' } };

  const it = test.extend(
    'friendsCount',
    ({ app }) =>
      async (who: Person) =>
        (await app.sql('SELECT count(*) FROM friendships WHERE user_id = ? AND state = 2', who.id))[0]?.[0],
  );

  it.for([
    ['who is asked', ({ wang }: Cast) => wang],
    ['who asks', ({ li }: Cast) => li],
  ] as const)(
    '%s by an acceptance: the request waits until there is room',
    async ([_, crowded], { app, li, wang, crowd, friendsCount }) => {
      await crowd(crowded({ li, wang }), 5000);
      expect((await ask(li, wang)).code).toBe('1');
      expect(await accept(wang, li)).toMatchObject(full);
      expect((await seenBy(wang, li)).isFriend).toBe('0');
      expect(await friendsCount(crowded({ li, wang }))).toBe(5000);
      const [[one] = []] = await app.sql(
        'SELECT friend_id FROM friendships WHERE user_id = ? AND state = 2',
        crowded({ li, wang }).id,
      );
      await crowded({ li, wang }).call('/chat/delFriend', { destId: Number(one) });
      expect((await accept(wang, li)).code).toBe('1');
      expect(await friendsCount(crowded({ li, wang }))).toBe(5000);
      expect(await li.events()).toMatchObject([{ type: 12 }]);
    },
  );

  it('where nothing needs to be accepted, or both have asked', async ({ li, wang, crowd, friendsCount }) => {
    await crowd(wang, 5000);
    await allow(wang);
    expect(await ask(li, wang)).toMatchObject(full);
    expect(await wang.events()).toEqual([]);
    expect((await ask(wang, li)).code).toBe('1');
    expect(await ask(li, wang)).toMatchObject(full);
    expect((await seenBy(wang, li)).isFriend).toBe('0');
    expect((await seenBy(li, wang)).isFriend).toBe('0');
    expect(await friendsCount(wang)).toBe(5000);
  });

  const racing = it
    .extend('met', async () => meeting((await freshDatabase()).executor))
    .extend('options', ({ met }): AppOptions => ({ executor: met.executor }));
  racing('however many accept at once', async ({ met, app, crowd, friendsCount }) => {
    const popular = await person(app, 'popular');
    const others = await Promise.all(['a', 'b', 'c', 'd'].map((name) => person(app, name)));
    await crowd(popular, 4999);
    for (const other of others) await ask(popular, other);
    met.hold(4);
    const replies = await Promise.all(others.map((other) => accept(other, popular)));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    expect(await friendsCount(popular)).toBe(5000);
  });
});

describe('deleting a friend', () => {
  test('ends it for both, tells the other, and takes pins and labels of both with it', async ({
    li,
    wang,
  }) => {
    await befriend(li, wang);
    for (const [one, other] of [
      [li, wang],
      [wang, li],
    ] as const) {
      await one.call('/chat/setTop', { destType: 1, destId: other.id });
    }
    expect(await li.call('/chat/delFriend', { destId: wang.id })).toMatchObject({
      code: '1',
      data: { info: '操作成功' },
    });
    expect((await wang.events()).at(-1)).toEqual({
      type: 7,
      from: li.id,
      fromType: 1,
      dest: wang.id,
      content: '',
    });
    for (const one of [li, wang]) {
      const ready = await one.call('/chat/ready');
      expect(ready.data.friendsInfo).toEqual([]);
      expect(ready.data.topList).toEqual([]);
    }
    expect(await seenBy(li, wang)).toMatchObject({ isFriend: '0', feedPrivUser: '0', marks: '' });
    expect((await seenBy(li, wang)).mobile).toBe('');
  });

  test('leaves other friends, their pins and their rows alone', async ({ app, li, wang }) => {
    const zhao = await person(app, 'zhao');
    await befriend(li, wang);
    await befriend(li, zhao);
    await befriend(wang, zhao);
    await li.call('/chat/setTop', { destType: 1, destId: zhao.id });
    await zhao.call('/chat/setTop', { destType: 1, destId: li.id });
    await li.call('/chat/delFriend', { destId: wang.id });
    expect((await friendsOf(zhao)).length).toBe(2);
    expect((await li.call('/chat/ready')).data.topList).toHaveLength(1);
    expect((await zhao.call('/chat/ready')).data.topList).toHaveLength(1);
  });

  test('of a stranger does and tells nothing, and a waiting request stays', async ({ app, li, wang }) => {
    await ask(wang, li);
    const before = await app.sql('SELECT * FROM friendships');
    await li.call('/chat/delFriend', { destId: wang.id });
    expect(await app.sql('SELECT * FROM friendships')).toEqual(before);
    expect(await wang.events()).toEqual([]);
    expect(await li.call('/chat/delFriend', { destId: 0 })).toMatchObject({
      code: '-1',
      data: { info: '获取失败' },
    });
  });

  test('lifts no block: neither mine nor the other’s', async ({ li, wang }) => {
    await befriend(li, wang);
    await wang.call('/chat/setBlock', { blockId: li.id });
    await li.call('/chat/delFriend', { destId: wang.id });
    expect(await ask(li, wang)).toMatchObject(refused);
    expect(await ask(wang, li)).toMatchObject(refused);
  });
});

describe('what I set for a friend', () => {
  test('a remark is mine alone, and an empty one takes it back', async ({ li, wang }) => {
    await befriend(li, wang);
    expect(await li.call('/chat/updateRemark', { destId: wang.id, remark: '老王' })).toMatchObject({
      code: '1',
      data: { info: '设置成功' },
    });
    expect((await friendsOf(li))[0]?.remark).toBe('老王');
    expect((await friendsOf(wang))[0]?.remark).toBe('');
    await li.call('/chat/updateRemark', { destId: wang.id, remark: '' });
    expect((await seenBy(li, wang)).remark).toBe('');
  });

  test.for(['/chat/setlgonre', '/chat/setIgonre', '/chat/setIgnore'])(
    'the sound of messages goes off and on by %s',
    async (path, { li, wang }) => {
      await befriend(li, wang);
      expect((await friendsOf(li))[0]?.receiveTip).toBe('1');
      await li.call(path, { destType: 1, destId: wang.id });
      expect((await friendsOf(li))[0]?.receiveTip).toBe('0');
      expect((await friendsOf(wang))[0]?.receiveTip).toBe('1');
      await li.call(path, { destType: 1, destId: wang.id, receiveTip: 1 });
      expect((await friendsOf(li))[0]?.receiveTip).toBe('1');
    },
  );

  test('strangers and those who were only asked can be given neither', async ({ li, wang }) => {
    await ask(li, wang);
    const notFriends = { code: '-1', data: { info: '对方不是您的好友' } };
    expect(await li.call('/chat/updateRemark', { destId: wang.id, remark: 'x' })).toMatchObject(notFriends);
    expect(await li.call('/chat/setlgonre', { destType: 1, destId: wang.id })).toMatchObject(notFriends);
    expect((await seenBy(li, wang)).remark).toBe('');
  });

  test('remarks of more than fifty characters are refused', async ({ li, wang }) => {
    await befriend(li, wang);
    const reply = await li.call('/chat/updateRemark', { destId: wang.id, remark: '字'.repeat(51) });
    expect(reply).toMatchObject({ code: '-1', data: { field: 'remark' } });
  });
});

test('friends see each other’s mobile, strangers no digit of it', async ({ li, wang }) => {
  expect((await seenBy(li, wang)).mobile).toBe('');
  await befriend(li, wang);
  expect((await seenBy(li, wang)).mobile).toBe(wang.mobile);
});

test('no statement of these calls walks through a table', async () => {
  const record = recording((await freshDatabase()).executor);
  const watched = await testApp({ executor: record.executor });
  const a = await person(watched, 'a');
  const b = await person(watched, 'b');
  record.clear();
  await befriend(a, b);
  await a.call('/chat/updateRemark', { destId: b.id, remark: 'b' });
  for (const destType of [1, 2]) {
    await a.call('/chat/setlgonre', { destType, destId: b.id });
    await a.call('/chat/setTop', { destType, destId: b.id });
    await a.call('/chat/candleTop', { destType, destId: b.id });
  }
  await seenBy(a, b);
  await a.call('/chat/setBlock', { blockId: b.id });
  await a.call('/chat/getBlackList');
  await a.call('/chat/removeBlack', { destId: b.id });
  await a.call('/chat/delFriend', { destId: b.id });
  expect(await recordedScans(record)).toEqual([]);
  await watched.close();
});

test('a profile tells who may see whose moments, as its viewer has set it, and to friends alone', async ({
  app,
  li,
  wang,
}) => {
  await befriend(li, wang);
  await app.executor.write([
    {
      sql: 'UPDATE friendships SET shows_moments = 0 WHERE user_id = ?',
      params: [li.id],
      kind: 'change',
    },
    {
      sql: 'UPDATE friendships SET views_moments = 0 WHERE user_id = ?',
      params: [wang.id],
      kind: 'change',
    },
  ]);
  expect(await seenBy(li, wang)).toMatchObject({ feedPrivUser: '0', feedPrivFriend: '1' });
  expect(await seenBy(wang, li)).toMatchObject({ feedPrivUser: '1', feedPrivFriend: '0' });
  await li.call('/chat/delFriend', { destId: wang.id });
  expect(await seenBy(wang, li)).toMatchObject({ feedPrivUser: '0', feedPrivFriend: '0' });
  // Befriended anew, whom I had shut out is not let in again.
  await befriend(wang, li);
  expect(await seenBy(li, wang)).toMatchObject({ feedPrivUser: '0', feedPrivFriend: '1' });
});
