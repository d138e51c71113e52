import { describe, expect } from 'vitest';
import { type Params, type Person, person, testApp } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend } from '../../support/friends.ts';
import { groupTest } from '../../support/group-test.ts';
import { addStrangers, heard, membersOf, setLevel } from '../../support/groups.ts';

const HOUR = 3_600_000;

const test = groupTest().extend(
  'seen',
  ({ group }) =>
    async (who: Person) =>
      (await who.call('/chat/getGroupById', { groupId: group })).data,
);

const refused = (code: string, info: string) => ({ code, data: { info } });
const noMember = refused('-1', '您不在该群组，无法操作');
const notAllowed = refused('-1', '无权操作');

describe('createGroup', () => {
  test('makes a group of the caller and his friends, and tells them', async ({
    owner,
    admin,
    member,
    group,
  }) => {
    const made = await owner.call('/chat/createGroup', { name: '茶友', ids: `${admin.id},${member.id}` });
    expect(made).toMatchObject({ code: '1', data: { name: '茶友', receiveTip: '1', headUrl: '' } });
    const id = Number(made.data.id);
    expect(id).toBe(group + 1);
    expect(await membersOf(admin, id)).toEqual([
      [owner.id, '1'],
      [admin.id, '3'],
      [member.id, '3'],
    ]);
    expect(await heard(member, 10)).toMatchObject([
      { from: member.id, dest: id, content: { name: 'member', groupName: '茶友', inviterId: owner.id } },
    ]);
    expect(await owner.events()).toEqual([]);
    expect((await member.call('/chat/ready')).data.groupsInfo).toHaveLength(2);
  });

  test('passes over who is no friend, blocked, unknown or oneself', async ({ app, owner, member, guest }) => {
    await befriend(owner, guest);
    await guest.call('/chat/setBlock', { blockId: owner.id });
    const stranger = await person(app);
    const ids = [guest, stranger, owner, member].map(({ id }) => id).join(',');
    const { data } = await owner.call('/chat/createGroup', { name: 'x', ids: `${ids},7,` });
    expect(await membersOf(owner, Number(data.id))).toEqual([
      [owner.id, '1'],
      [member.id, '3'],
    ]);
    expect(await stranger.events()).toEqual([]);
  });

  test('wants a name of at most 50 and a list of numbers, which may be empty', async ({ app, owner }) => {
    for (const params of [
      { ids: '' },
      { name: ' ', ids: '' },
      { name: 'x'.repeat(51), ids: '' },
      { name: 'x', ids: 'y' },
    ])
      expect(await owner.call('/chat/createGroup', params)).toMatchObject(refused('-1', '各参数不能为空'));
    expect(await app.sql('SELECT count(*) FROM groups')).toEqual([[1]]);
    expect((await owner.call('/chat/createGroup', { name: '独茶', ids: '' })).code).toBe('1');
  });

  test('refuses more friends than a new group holds, and makes nothing', async ({ app, owner, group }) => {
    await addStrangers(app, group, 100);
    await app.executor.write([
      {
        sql: `INSERT INTO friendships (user_id, friend_id, state, updated_at)
          SELECT ?, id, 2, 0 FROM users WHERE name LIKE '陌生人%' UNION ALL
          SELECT id, ?, 2, 0 FROM users WHERE name LIKE '陌生人%'`,
        params: [owner.id, owner.id],
        kind: 'change',
      },
    ]);
    const friends = (await app.sql("SELECT id FROM users WHERE name LIKE '陌生人%'")).map(([id]) => id);
    const make = (count: number) =>
      owner.call('/chat/createGroup', { name: '大', ids: friends.slice(0, count).join(',') });
    expect(await make(100)).toMatchObject(refused('-1', '群人数已经到达上限'));
    expect(await app.sql('SELECT count(*) FROM groups')).toEqual([[1]]);
    const { data } = await make(99);
    expect(await membersOf(owner, Number(data.id))).toHaveLength(100);
  });

  test('refuses more than 500 that one owns, which dismissed ones do not count among', async ({
    app,
    owner,
    member,
  }) => {
    await app.executor.write([
      change(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 501)
        INSERT INTO groups (name, search_name, owner_id, created_at, dismissed_at)
        SELECT 'g', 'g', ?, 0, CASE WHEN i > 498 THEN 1 END FROM n`,
        owner.id,
      ),
    ]);
    const make = async (who: Person) => who.call('/chat/createGroup', { name: '又一', ids: '' });
    const { code, data } = await make(owner);
    expect(code).toBe('1');
    expect(await make(owner)).toMatchObject(refused('-1', '群组数量已达上限'));
    expect((await make(member)).code).toBe('1');
    await owner.call('/chat/dismissGroup', { groupId: data.id });
    expect((await make(owner)).code).toBe('1');
  });

  test('numbers groups made at once one after another, each with its own members', async () => {
    const { executor, hold } = meeting((await freshDatabase()).executor);
    const busy = await testApp({ executor });
    const host = await person(busy, 'host');
    const friend = await person(busy, 'friend');
    await befriend(host, friend);
    hold(20);
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        host.call('/chat/createGroup', { name: `${i}`, ids: i % 2 ? friend.id : '' }),
      ),
    );
    expect(new Set(made.map(({ data }) => data.id)).size).toBe(20);
    for (const { data } of made) {
      const size = Number(data.name) % 2 ? 2 : 1;
      expect(await membersOf(host, Number(data.id))).toHaveLength(size);
    }
    await busy.close();
  });
});

describe.each([
  {
    what: 'the name',
    path: '/chat/updateGroup',
    params: { name: '新茶馆' } as Params,
    field: 'name',
    value: '新茶馆',
    event: 25,
    says: '新茶馆' as unknown,
    notMember: noMember,
    mayNot: notAllowed,
    gone: refused('-1', '群不存在'),
    may: ['owner', 'admin'],
  },
  {
    what: 'the picture',
    path: '/chat/setGroupHeader',
    params: { url: 'https://example.com/a.jpg' } as Params,
    field: 'headUrl',
    value: 'https://example.com/a.jpg',
    event: 46,
    says: 'https://example.com/a.jpg' as unknown,
    notMember: refused('-1', '设置失败'),
    mayNot: notAllowed,
    gone: refused('-1', '设置失败'),
    may: ['owner', 'admin'],
  },
  {
    what: 'the description',
    path: '/chat/updateGroupDesc',
    params: { descriptions: '喝茶"聊天"' } as Params,
    field: 'descriptions',
    value: '喝茶"聊天"',
    event: 56,
    says: { descriptions: '喝茶"聊天"' } as unknown,
    notMember: refused('-1', '设置失败'),
    mayNot: refused('2001', '无权操作'),
    gone: refused('2000', '群资料获取失败'),
    may: ['owner'],
  },
])('$what of a group', ({ path, params, field, value, event, says, notMember, mayNot, gone, may }) => {
  const it = test.extend('everybody', ({ owner, admin, member }) => () => ({ owner, admin, member }));

  it('is changed by who may, and everybody in the group told', async ({
    owner,
    admin,
    member,
    group,
    seen,
    everybody,
  }) => {
    for (const [name, who] of Object.entries(everybody()).filter(([name]) => may.includes(name))) {
      expect((await who.call(path, { groupId: group, ...params })).code, name).toBe('1');
      expect((await seen(member))[field]).toBe(value);
      for (const each of [owner, admin, member])
        expect((await heard(each, event)).at(-1)).toEqual({
          from: who.id,
          fromType: 2,
          dest: group,
          content: says,
        });
    }
  });

  it('stays as it is by anybody else', async ({ owner, member, guest, group, seen, everybody }) => {
    const before = await seen(owner);
    for (const [, who] of Object.entries(everybody()).filter(([name]) => !may.includes(name)))
      expect(await who.call(path, { groupId: group, ...params })).toMatchObject(mayNot);
    expect(await guest.call(path, { groupId: group, ...params })).toMatchObject(notMember);
    expect(await owner.call(path, { groupId: 99, ...params })).toMatchObject(gone);
    expect((await owner.call(path, { groupId: group })).code).toBe('-1');
    expect(await seen(owner)).toEqual(before);
    expect(await member.events()).toEqual([]);
  });
});

test('a description can be cleared; a name and a picture cannot', async ({ owner, group, seen }) => {
  await owner.call('/chat/updateGroupDesc', { groupId: group, descriptions: 'x' });
  expect((await owner.call('/chat/updateGroupDesc', { groupId: group, descriptions: '' })).code).toBe('1');
  expect((await seen(owner)).descriptions).toBe('');
  expect(await owner.call('/chat/updateGroup', { groupId: group, name: '' })).toMatchObject(
    refused('-1', '各参数不能为空'),
  );
  for (const url of ['', 'javascript:alert(1)', 'x y'])
    expect((await owner.call('/chat/setGroupHeader', { groupId: group, url })).code).toBe('-1');
});

describe('the join answer', () => {
  test.beforeEach(async ({ owner, group }) => {
    const rules = { groupId: group, status: 3, question: '暗号', answer: '天王盖地虎' };
    await owner.call('/chat/updateJoinstatus', rules);
  });

  test('is shown to the owner and admins alone, wherever a group is shown', async ({
    owner,
    admin,
    member,
    guest,
    seen,
  }) => {
    const shows = async (who: Person) => {
      const byId = await seen(who);
      const found = (await who.call('/chat/queryGroup', { groupName: '茶馆' })).data.info[0];
      const ready = (await who.call('/chat/ready')).data.groupsInfo[0];
      expect(byId.question).toBe('暗号');
      return [byId.answer, found.answer, ready?.answer];
    };
    expect(await shows(owner)).toEqual(Array(3).fill('天王盖地虎'));
    expect(await shows(admin)).toEqual(Array(3).fill('天王盖地虎'));
    expect(await shows(member)).toEqual(['', '', '']);
    expect(await shows(guest)).toEqual(['', '', undefined]);
  });

  test('is not shown to whose own request waits', async ({ owner, guest, group, seen }) => {
    await owner.call('/chat/updateJoinstatus', { groupId: group, status: 2, question: '暗号', answer: '答' });
    await guest.call('/chat/requestGroupJoin', { groupId: group, answer: '?' });
    expect((await seen(guest)).answer).toBe('');
  });
});

describe('getGroupById', () => {
  test('shows every documented key, in both spellings', async ({ app, owner, guest, group, seen }) => {
    await setLevel(app, group, 2, app.clock.now() + HOUR);
    expect(await seen(guest)).toEqual({
      id: String(group),
      name: '老茶馆',
      descriptions: '',
      detail: '',
      headUrl: '',
      creatorId: String(owner.id),
      createrId: String(owner.id),
      createTime: String(app.clock.now()),
      joinStatus: '0',
      question: '',
      answer: '',
      level: '2',
      expire: String(app.clock.now() + HOUR),
      fee: '0.00',
      robot: '0',
      welcome: '',
      isset: '0',
    });
  });

  test('refuses an unknown group and a number that is none', async ({ guest }) => {
    expect(await guest.call('/chat/getGroupById', { groupId: 99 })).toMatchObject(refused('-1', '群不存在'));
    expect(await guest.call('/chat/getGroupById', { groupId: 0 })).toMatchObject(
      refused('-1', '参数错误，请稍后重试'),
    );
  });
});

test('queryGroupConfig tells the document’s prices', async ({ guest }) => {
  const { data } = await guest.call('/chat/queryGroupConfig');
  expect(data.info).toEqual([
    { lid: '1', level: '1', expire: '86400', fee: '10.00' },
    { lid: '2', level: '2', expire: '604800', fee: '20.00' },
    { lid: '3', level: '3', expire: '2592000', fee: '30.00' },
    { lid: '4', level: '4', expire: '2592000', fee: '40.00' },
  ]);
});
