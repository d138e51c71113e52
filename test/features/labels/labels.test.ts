import { describe, expect } from 'vitest';
import { type Person, person, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend, seenBy } from '../../support/friends.ts';
import { recordedScans, recording } from '../../support/plans.ts';

const test = appTest()
  .extend('li', ({ app }) => person(app, 'li'))
  .extend('wang', ({ app }) => person(app, 'wang'))
  .extend('zhao', ({ app }) => person(app, 'zhao'));
test.beforeEach(async ({ li, wang, zhao }) => {
  await befriend(li, wang);
  await befriend(li, zhao);
});

const add = (who: Person, markName: string, friendIds: string | number) =>
  who.call('/chat/addMark', { markName, friendIds });
const made = async (who: Person, markName: string, friendIds: string | number): Promise<string> => {
  const { code, data } = await add(who, markName, friendIds);
  expect(code).toBe('1');
  return data.id;
};
const failed = (info: string) => ({ code: '-1', data: { info } });
/** Names of the labels and of who is under each, as the owner sees them. */
const marksOf = async (who: Person) => {
  const { data } = await who.call('/chat/userMarks');
  return data.map(({ markName, users }: { markName: string; users: { name: string }[] }) => [
    markName,
    users.map(({ name }) => name),
  ]);
};

describe('making a label', () => {
  test('puts friends under it, seen by its owner alone', async ({ app, li, wang, zhao }) => {
    const reply = await add(li, '同事', `${wang.id},${zhao.id},`);
    expect(reply).toMatchObject({
      code: '1',
      data: { userId: String(li.id), sort: '0', markName: '同事', isDelete: '0' },
    });
    expect(reply.data.createTime).toBe(String(app.clock.now()));
    expect(await marksOf(li)).toEqual([['同事', ['wang', 'zhao']]]);
    expect(await marksOf(wang)).toEqual([]);
    expect((await seenBy(li, wang)).marks).toBe('同事');
    expect((await li.call('/chat/ready')).data.marksInfo).toMatchObject([{ markName: '同事' }]);
  });

  test.for(['', '   '])('without a name (%j) is refused', async (name, { li, wang }) => {
    expect(await add(li, name, wang.id)).toMatchObject(failed('标签名称不能为空'));
    expect(await marksOf(li)).toEqual([]);
  });

  test('with a name that one has already is refused; another user may have it', async ({
    li,
    wang,
    zhao,
  }) => {
    await made(li, '同事', wang.id);
    expect(await add(li, ' 同事 ', zhao.id)).toMatchObject(failed('标签名称已存在'));
    expect(await marksOf(li)).toEqual([['同事', ['wang']]]);
    await made(wang, '同事', li.id);
  });

  test('without members, with strangers, with oneself or with malformed ids is refused whole', async ({
    app,
    li,
    wang,
  }) => {
    const stranger = await person(app, 'stranger');
    for (const friendIds of ['', ',', `${wang.id},${stranger.id}`, `${wang.id},${li.id}`, 'x', '999999999']) {
      expect(await add(li, '同事', friendIds), friendIds).toMatchObject(failed('添加失败'));
    }
    expect(await app.sql('SELECT * FROM labels')).toEqual([]);
    expect(await app.sql('SELECT * FROM label_friends')).toEqual([]);
  });

  test('is refused beyond 500, which deleted ones do not count among', async ({ app, li, wang }) => {
    await app.executor.write([
      change(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 501)
        INSERT INTO labels (id, user_id, name, created_at, deleted_at)
        SELECT i, ?, 'label ' || i, 0, CASE WHEN i > 499 THEN 1 END FROM n`,
        li.id,
      ),
    ]);
    await made(li, '第五百', wang.id);
    expect(await add(li, '一', wang.id)).toMatchObject(failed('标签数量已达上限'));
    await li.call('/chat/removeMark', { markId: 1 });
    await made(li, '一', wang.id);
  });

  test('with one name, many times at once, makes one', async () => {
    const met = meeting((await freshDatabase()).executor);
    const racing = await testApp({ executor: met.executor });
    const [a, b] = [await person(racing, 'a'), await person(racing, 'b')];
    await befriend(a, b);
    met.hold(6);
    const replies = await Promise.all(Array.from({ length: 6 }, () => add(a, 'x', b.id)));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    expect(await racing.sql('SELECT count(*) FROM label_friends')).toEqual([[1]]);
    await racing.close();
  });
});

describe('changing a label', () => {
  const update = (who: Person, params: Record<string, string | number>) =>
    who.call('/chat/updateMark', params);

  test('renames it and keeps its members where none are sent', async ({ li, wang }) => {
    const markId = await made(li, '同事', wang.id);
    expect(await update(li, { markId, markName: '朋友' })).toMatchObject({
      code: '1',
      data: { id: markId, markName: '朋友', userId: String(li.id), isDelete: '0' },
    });
    await update(li, { markId, markName: '朋友', friendIds: '' });
    expect(await marksOf(li)).toEqual([['朋友', ['wang']]]);
  });

  test('puts who is sent under it and nobody else', async ({ li, wang, zhao }) => {
    const markId = await made(li, '同事', wang.id);
    await update(li, { markId, markName: '同事', friendIds: zhao.id });
    expect(await marksOf(li)).toEqual([['同事', ['zhao']]]);
    await update(li, { markId, markName: '同事', friendIds: `${wang.id},${zhao.id}` });
    expect(await marksOf(li)).toEqual([['同事', ['wang', 'zhao']]]);
  });

  test('is refused for an empty or taken name, strangers, and labels of others or deleted ones', async ({
    app,
    li,
    wang,
    zhao,
  }) => {
    const markId = await made(li, '同事', wang.id);
    await made(li, '家人', zhao.id);
    const stranger = await person(app, 'stranger');
    expect(await update(li, { markId, markName: '' })).toMatchObject(failed('标签名称不能为空'));
    expect(await update(li, { markId, markName: '家人' })).toMatchObject(failed('标签名称已存在'));
    const withStranger = { markId, markName: '新', friendIds: `${zhao.id},${stranger.id}` };
    expect(await update(li, withStranger)).toMatchObject(failed('修改失败'));
    expect(await update(wang, { markId, markName: '新' })).toMatchObject(failed('修改失败'));
    expect(await update(wang, { markId, markName: '新', friendIds: li.id })).toMatchObject(
      failed('修改失败'),
    );
    expect(await marksOf(li)).toEqual([
      ['同事', ['wang']],
      ['家人', ['zhao']],
    ]);
    await li.call('/chat/removeMark', { markId });
    expect(await update(li, { markId, markName: '新' })).toMatchObject(failed('修改失败'));
  });
});

describe('deleting a label', () => {
  test('hides it everywhere, frees its name, and keeps the row without its members', async ({
    app,
    li,
    wang,
    zhao,
  }) => {
    const markId = await made(li, '同事', wang.id);
    expect(await li.call('/chat/removeMark', { markId })).toMatchObject({
      code: '1',
      data: { info: '删除成功' },
    });
    expect(await marksOf(li)).toEqual([]);
    expect((await seenBy(li, wang)).marks).toBe('');
    expect((await li.call('/chat/userFriendMark', { friendId: wang.id })).data).toEqual([]);
    expect(await li.call('/chat/userMarkFriend', { markId })).toMatchObject(failed('获取失败'));
    expect(await app.sql('SELECT id FROM labels')).toHaveLength(1);
    expect(await app.sql('SELECT * FROM label_friends')).toEqual([]);
    await made(li, '同事', zhao.id);
  });

  test('is its owner’s alone, and happens once', async ({ li, wang }) => {
    const markId = await made(li, '同事', wang.id);
    expect(await wang.call('/chat/removeMark', { markId })).toMatchObject(failed('删除失败'));
    expect(await marksOf(li)).toEqual([['同事', ['wang']]]);
    await li.call('/chat/removeMark', { markId });
    expect(await li.call('/chat/removeMark', { markId })).toMatchObject(failed('删除失败'));
  });
});

describe.each(['/chat/addFriendMark', '/chat/addFriendToMark'])('%s', (path) => {
  test('puts one friend under several labels, and keeps those he is under already', async ({
    li,
    wang,
    zhao,
  }) => {
    const [one, two, three] = [
      await made(li, '一', zhao.id),
      await made(li, '二', zhao.id),
      await made(li, '三', wang.id),
    ];
    const reply = await li.call(path, { friendId: wang.id, markIds: `${one},${two}` });
    expect(reply).toMatchObject({ code: '1', data: { info: '添加成功' } });
    expect((await li.call('/chat/userFriendMark', { friendId: wang.id })).data).toEqual([
      { markId: one, markName: '一' },
      { markId: two, markName: '二' },
      { markId: three, markName: '三' },
    ]);
    expect((await li.call(path, { friendId: wang.id, markIds: one })).code).toBe('1');
    expect((await seenBy(li, wang)).marks).toBe('一,二,三');
  });

  test('puts several friends under one label', async ({ li, wang, zhao }) => {
    const markId = await made(li, '一', wang.id);
    const reply = await li.call(path, { markId, friendIds: `[${wang.id},"${zhao.id}"]` });
    expect(reply).toMatchObject({ code: '1', data: { info: '添加成功' } });
    expect(await marksOf(li)).toEqual([['一', ['wang', 'zhao']]]);
  });

  test('refuses strangers, labels of others, deleted labels and half a set, whole', async ({
    app,
    li,
    wang,
    zhao,
  }) => {
    const stranger = await person(app, 'stranger');
    const mine = await made(li, '一', zhao.id);
    const deleted = await made(li, '二', zhao.id);
    await li.call('/chat/removeMark', { markId: deleted });
    const theirs = await made(wang, '他', li.id);
    for (const params of [
      { friendId: stranger.id, markIds: mine },
      { friendId: li.id, markIds: mine },
      { friendId: wang.id, markIds: `${mine},${theirs}` },
      { friendId: wang.id, markIds: `${mine},${deleted}` },
      { friendId: wang.id, markIds: ',' },
      { markId: mine, friendIds: `${wang.id},${stranger.id}` },
      { markId: theirs, friendIds: wang.id },
      { markId: mine, friendIds: '' },
      { friendId: wang.id, markId: mine },
      { friendId: wang.id },
    ]) {
      expect(await li.call(path, params), JSON.stringify(params)).toMatchObject(failed('添加失败'));
    }
    expect(await marksOf(li)).toEqual([['一', ['zhao']]]);
    expect(await marksOf(wang)).toEqual([['他', ['li']]]);
  });
});

describe('who is under a label', () => {
  test('is listed with mobile and remark, for its owner alone', async ({ li, wang }) => {
    const markId = await made(li, '同事', wang.id);
    await li.call('/chat/updateRemark', { destId: wang.id, remark: '老王' });
    expect((await li.call('/chat/userMarkFriend', { markId })).data).toEqual([
      {
        userId: String(wang.id),
        name: 'wang',
        nickName: 'wang',
        mobile: wang.mobile,
        headUrl: '',
        remark: '老王',
      },
    ]);
    expect(await wang.call('/chat/userMarkFriend', { markId })).toMatchObject(failed('获取失败'));
    expect((await wang.call('/chat/userFriendMark', { friendId: wang.id })).data).toEqual([]);
  });

  test('can be taken out by its owner alone', async ({ li, wang, zhao }) => {
    const markId = await made(li, '同事', `${wang.id},${zhao.id}`);
    const remove = (who: Person, friend: Person) =>
      who.call('/chat/removeMarkFriend', { markId, friendId: friend.id });
    expect(await wang.call('/chat/removeMarkFriend', { markId, friendId: zhao.id })).toMatchObject(
      failed('移除失败'),
    );
    expect(await remove(li, wang)).toMatchObject({ code: '1', data: { info: '移除成功' } });
    expect(await remove(li, wang)).toMatchObject(failed('移除失败'));
    expect(await remove(li, zhao)).toMatchObject({ code: '1' });
    expect(await marksOf(li)).toEqual([['同事', []]]);
  });

  test('is a friend: the end of a friendship takes both out of each other’s labels', async ({
    li,
    wang,
    zhao,
  }) => {
    await made(li, '同事', `${wang.id},${zhao.id}`);
    await made(wang, '他', li.id);
    await wang.call('/chat/delFriend', { destId: li.id });
    expect(await marksOf(li)).toEqual([['同事', ['zhao']]]);
    expect(await marksOf(wang)).toEqual([['他', []]]);
    await befriend(li, wang);
    expect((await seenBy(li, wang)).marks).toBe('');
  });
});

test('no statement of these calls walks through a table', async () => {
  const record = recording((await freshDatabase()).executor);
  const watched = await testApp({ executor: record.executor });
  const [a, b] = [await person(watched, 'a'), await person(watched, 'b')];
  await befriend(a, b);
  record.clear();
  const markId = await made(a, 'x', b.id);
  await a.call('/chat/updateMark', { markId, markName: 'y', friendIds: b.id });
  await a.call('/chat/addFriendMark', { markId, friendIds: b.id });
  await a.call('/chat/userMarks');
  await a.call('/chat/userMarkFriend', { markId });
  await a.call('/chat/userFriendMark', { friendId: b.id });
  await a.call('/chat/removeMarkFriend', { markId, friendId: b.id });
  await a.call('/chat/removeMark', { markId });
  expect(await recordedScans(record)).toEqual([]);
  await watched.close();
});
