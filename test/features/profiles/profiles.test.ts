import { describe, expect } from 'vitest';
import { type Person, person, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { groupOf } from '../../support/groups.ts';

const test = appTest().extend(
  'befriend',
  ({ app }) =>
    (one: Person, other: Person) =>
      app.executor.write(
        [
          [one.id, other.id],
          [other.id, one.id],
        ].map((pair) => ({
          sql: 'INSERT INTO friendships (user_id, friend_id, state, updated_at) VALUES (?, ?, 2, 0)',
          params: pair,
          kind: 'change' as const,
        })),
      ),
);

describe('getUserById', () => {
  test('shows a friend’s mobile, and no digit of a stranger’s', async ({ li, wang, zhao, befriend }) => {
    await befriend(li, wang);
    expect((await li.call('/chat/getUserById', { destId: wang.id })).data).toMatchObject({
      mobile: wang.mobile,
      isFriend: '1',
      feedPrivUser: '1',
      feedPrivFriend: '1',
    });
    expect((await li.call('/chat/getUserById', { destId: zhao.id })).data).toMatchObject({
      mobile: '',
      isFriend: '0',
      feedPrivUser: '0',
    });
    expect((await li.call('/chat/getUserById', { destId: li.id })).data).toMatchObject({ mobile: li.mobile });
  });

  test('tells whether I show a friend my moments, and whether I look at his, not the other way round', async ({
    li,
    wang,
    befriend,
  }) => {
    await befriend(li, wang);
    const told = async (me: Person, friend: Person) => {
      const { data } = await me.call('/chat/getUserById', { destId: friend.id });
      return [data.feedPrivUser, data.feedPrivFriend];
    };
    await li.call('/feed/setFeedAuth', { friendId: wang.id, direct: 0, priv: 0 });
    expect(await told(li, wang)).toEqual(['0', '1']);
    await li.call('/feed/setFeedAuth', { friendId: wang.id, direct: 0, priv: 1 });
    await li.call('/feed/setFeedAuth', { friendId: wang.id, direct: 1, priv: 0 });
    expect(await told(li, wang)).toEqual(['1', '0']);
    expect(await told(wang, li)).toEqual(['1', '1']);
  });

  test('tells remark, block and labels of the caller, not of the other', async ({
    app,
    li,
    wang,
    befriend,
  }) => {
    await befriend(li, wang);
    await app.executor.write([
      {
        sql: `UPDATE friendships SET remark = '小梅', is_blocked = 1 WHERE user_id = ?`,
        params: [li.id],
        kind: 'change',
      },
      {
        sql: `INSERT INTO labels (id, user_id, name, created_at) VALUES (1, ?, '同学', 0), (2, ?, '旧', 0)`,
        params: [li.id, li.id],
        kind: 'change',
      },
      { sql: 'UPDATE labels SET deleted_at = 1 WHERE id = 2', params: [], kind: 'change' },
      {
        sql: 'INSERT INTO label_friends (label_id, user_id, friend_id) VALUES (1, ?, ?), (2, ?, ?)',
        params: [li.id, wang.id, li.id, wang.id],
        kind: 'change',
      },
    ]);
    expect((await li.call('/chat/getUserById', { destId: wang.id })).data).toMatchObject({
      remark: '小梅',
      isBlack: '1',
      marks: '同学',
    });
    expect((await wang.call('/chat/getUserById', { destId: li.id })).data).toMatchObject({
      remark: '',
      isBlack: '0',
      marks: '',
    });
  });

  test('shows his settings to their owner alone', async ({ li, wang, zhao, befriend }) => {
    await befriend(li, wang);
    const settings = ['needAuth', 'searchMobile', 'newNotification', 'isAuth', 'recommandUserId'];
    const seen = async (who: Person) => {
      const { data } = await who.call('/chat/getUserById', { destId: li.id });
      return settings.map((name) => data[name]);
    };
    expect(await seen(li)).toEqual(['1', '1', '0', '0', '0']);
    for (const other of [wang, zhao]) expect(await seen(other)).toEqual(settings.map(() => ''));
  });

  test('tells who is online to friends and fellow members of a group, and across no block', async ({
    app,
    li,
    wang,
    zhao,
    befriend,
  }) => {
    await app.executor.write([{ sql: 'UPDATE users SET is_online = 1', params: [], kind: 'change' }]);
    const groupMate = await person(app, '群友');
    await befriend(li, wang);
    await groupOf(li, groupMate);
    await app.executor.write([{ sql: 'UPDATE users SET is_online = 1', params: [], kind: 'change' }]);
    const seen = async (who: Person) => [
      (await who.call('/chat/getUserById', { destId: li.id })).data.isOnline,
      (await who.call('/chat/queryUser', { mobile: String(li.id) })).data.info[0].isOnline,
    ];
    for (const who of [li, wang, groupMate]) expect(await seen(who), String(who.id)).toEqual(['1', '1']);
    expect(await seen(zhao)).toEqual(['0', '0']);
    await li.call('/chat/setBlock', { blockId: groupMate.id });
    expect(await seen(groupMate)).toEqual(['0', '0']);
    await groupMate.call('/chat/setBlock', { blockId: wang.id });
    expect((await groupMate.call('/chat/getBlackList')).data).toMatchObject([{ isOnline: '0' }]);
  });

  test('refuses an unknown user and a malformed id', async ({ li }) => {
    expect(await li.call('/chat/getUserById', { destId: 5 })).toMatchObject({
      code: '-1',
      data: { info: '用户不存在' },
    });
    expect(await li.call('/chat/getUserById', { destId: 'x' })).toMatchObject({
      code: '-1',
      data: { info: '发生异常', field: 'destId' },
    });
  });
});

describe('updateProfile', () => {
  test('changes what is sent, keeps the rest, and tells friends once', async ({
    li,
    wang,
    zhao,
    befriend,
  }) => {
    await befriend(li, wang);
    await li.call('/chat/updateProfile', { sign: '你好 "世界"', city: '白银市', province: '甘肃省' });
    const reply = await li.call('/chat/updateProfile', { nickName: '雷', sex: '男' });
    expect(reply.data).toMatchObject({
      name: '雷',
      nickName: '雷',
      sex: '男',
      sign: '你好 "世界"',
      city: '白银市',
    });
    const [, event] = await wang.events();
    expect(event).toMatchObject({ type: 26, from: li.id, fromType: 1, dest: wang.id });
    expect(JSON.parse(event?.content ?? '')).toMatchObject({
      nickName: '雷',
      sign: '你好 "世界"',
      id: li.id,
    });
    expect(await zhao.events()).toEqual([]);
  });

  test('clears a field with an empty text, but never the name', async ({ li }) => {
    await li.call('/chat/updateProfile', { sign: '旧', city: '北京' });
    expect((await li.call('/chat/updateProfile', { sign: '', name: '', nickName: '' })).data).toMatchObject({
      sign: '',
      city: '北京',
      name: '李雷',
    });
  });

  test('refuses a text that is too long, and changes nothing', async ({ li }) => {
    expect(await li.call('/chat/updateProfile', { sign: 'x'.repeat(256), city: '上海' })).toMatchObject({
      code: '-1',
      data: { info: '更新失败', field: 'sign' },
    });
    expect((await li.call('/chat/getUserById', { destId: li.id })).data.city).toBe('');
  });
});

describe('updateHead', () => {
  test('changes the picture and tells friends', async ({ li, wang, befriend }) => {
    await befriend(li, wang);
    expect((await li.call('/chat/updateHead', { headUrl: 'https://example.com/h.png' })).data.info).toBe(
      '头像更新完成',
    );
    expect((await wang.call('/chat/getUserById', { destId: li.id })).data.headUrl).toBe(
      'https://example.com/h.png',
    );
    expect(JSON.parse((await wang.events())[0]?.content ?? '')).toMatchObject({
      headUrl: 'https://example.com/h.png',
    });
  });

  test.for(['', 'javascript:alert(1)', 'https://a b'])(
    'refuses the address "%s"',
    async (headUrl, { li }) => {
      expect(await li.call('/chat/updateHead', { headUrl })).toMatchObject({
        code: '-1',
        data: { info: '更新失败' },
      });
    },
  );
});

describe('queryUser', () => {
  const found = async (who: Person, mobile: string) =>
    (await who.call('/chat/queryUser', { mobile })).data.info;

  test('finds by whole mobile, id, vip number and the beginning of a nickname', async ({
    app,
    li,
    wang,
    zhao,
  }) => {
    await app.executor.write([
      { sql: `UPDATE users SET vip_number = '8888' WHERE id = ?`, params: [zhao.id], kind: 'change' },
    ]);
    expect(await found(li, wang.mobile.slice(3))).toMatchObject([
      { id: String(wang.id), mobile: wang.mobile },
    ]);
    expect(await found(li, String(wang.id))).toMatchObject([{ id: String(wang.id), mobile: '' }]);
    expect(await found(li, '8888')).toMatchObject([{ id: String(zhao.id), IMNo: '8888' }]);
    expect(await found(li, '王梅')).toMatchObject([{ id: String(wang.id) }]);
    expect(await found(li, wang.mobile.slice(3, 10))).toEqual([]);
  });

  test('does not find by mobile who does not want it', async ({ li, wang }) => {
    await wang.call('/chat/updatePrivateSetting', { needAuth: 1, newNotification: 0, searchMobile: 0 });
    expect(await found(li, wang.mobile)).toEqual([]);
    expect(await found(li, String(wang.id))).toMatchObject([{ mobile: '' }]);
  });

  test('does not find disabled accounts, and takes wildcards as text', async ({ app, li, wang }) => {
    await app.executor.write([
      { sql: 'UPDATE users SET status = 0 WHERE id = ?', params: [wang.id], kind: 'change' },
    ]);
    expect(await found(li, wang.mobile)).toEqual([]);
    expect(await found(li, '%%')).toEqual([]);
  });
});

describe('settings', () => {
  test('updatePrivateSetting keeps all three flags', async ({ li }) => {
    expect(
      (await li.call('/chat/updatePrivateSetting', { needAuth: 0, newNotification: 1, searchMobile: 0 })).data
        .info,
    ).toBe('更新成功');
    expect((await li.call('/chat/ready')).data.myInfo).toMatchObject({
      needAuth: '0',
      newNotification: '1',
      searchMobile: '0',
    });
    expect(
      await li.call('/chat/updatePrivateSetting', { needAuth: 2, newNotification: 1, searchMobile: 0 }),
    ).toMatchObject({ code: '-1', data: { field: 'needAuth' } });
  });

  test('setMsgSkin keeps what is not sent', async ({ li }) => {
    await li.call('/user/setMsgSkin', { skin: 'a', msgSkin: 'b' });
    expect((await li.call('/user/setMsgSkin', { skin: 'c' })).data.info).toBe('设置成功！');
    expect((await li.call('/chat/ready')).data.myInfo).toMatchObject({ skin: 'c', msgSkin: 'b' });
  });
});

describe('ready', () => {
  test('answers me, friends under both spellings, groups, pins, labels and whether I can pay', async ({
    app,
    li,
    wang,
    befriend,
  }) => {
    await befriend(li, wang);
    const change = (sql: string, ...params: number[]) => ({ sql, params, kind: 'change' as const });
    await app.executor.write([
      change(
        `INSERT INTO groups (id, name, owner_id, created_at, answer) VALUES (1, '茶友', ?, 5, '龙井'), (2, '旧', ?, 5, '')`,
        li.id,
        li.id,
      ),
      change('UPDATE groups SET dismissed_at = 9 WHERE id = 2'),
      change(
        'INSERT INTO group_members (group_id, user_id, role, created_at) VALUES (1, ?, 1, 5), (2, ?, 1, 5), (1, ?, 3, 5)',
        li.id,
        li.id,
        wang.id,
      ),
      change(
        'INSERT INTO pins (user_id, dest_type, dest_id, created_at) VALUES (?, 1, ?, 1)',
        li.id,
        wang.id,
      ),
      change(`INSERT INTO labels (id, user_id, name, created_at) VALUES (7, ?, '同学', 0)`, li.id),
      change('INSERT INTO label_friends (label_id, user_id, friend_id) VALUES (7, ?, ?)', li.id, wang.id),
      change(`INSERT INTO pay_passwords (user_id, digest, updated_at) VALUES (?, 'secret', 0)`, li.id),
    ]);
    const { data } = await li.call('/chat/ready');
    expect(data.firendsInfo).toEqual(data.friendsInfo);
    expect(data.friendsInfo).toMatchObject([
      { id: String(wang.id), mobile: wang.mobile, isBlack: '0', receiveTip: '1' },
    ]);
    expect(data.groupsInfo).toMatchObject([
      {
        id: '1',
        name: '茶友',
        role: '1',
        answer: '龙井',
        creatorId: String(li.id),
        createrId: String(li.id),
      },
    ]);
    expect(data.topList).toEqual([{ userId: String(li.id), destType: '1', destId: String(wang.id) }]);
    expect(data.marksInfo).toMatchObject([{ markId: '7', markName: '同学', friendIds: String(wang.id) }]);
    expect(data.payInfo).toBe('1');
    const other = await wang.call('/chat/ready');
    expect(other.data.groupsInfo).toMatchObject([{ id: '1', role: '3', answer: '' }]);
    expect(other.data.payInfo).toBe('');
  });

  test('costs one database call, however much there is', async ({ app, li }) => {
    let reads = 0;
    const read: typeof app.executor.read = (statements) => {
      reads += 1;
      return app.executor.read(statements);
    };
    const counting = await testApp({ executor: { ...app.executor, read } });
    reads = 0;
    await counting.call('/chat/ready', {}, { token: li.token });
    expect(reads).toBe(1);
  });
});
