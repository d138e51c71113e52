import { describe, expect } from 'vitest';
import { type Params, type Person, person } from '../../../support/app.ts';
import { appTest } from '../../../support/app-test.ts';
import { addStrangers, groupOf, heard, membersOf, setLevel } from '../../../support/groups.ts';

const test = appTest()
  .extend('owner', ({ app }) => person(app, 'owner'))
  .extend('admin', ({ app }) => person(app, 'admin'))
  .extend('other', ({ app }) => person(app, 'other'))
  .extend('member', ({ app }) => person(app, 'member'))
  .extend('guest', ({ app }) => person(app, 'guest'))
  .extend('group', ({ owner, admin, other, member }) => groupOf(owner, admin, other, member))
  .extend(
    'roleOf',
    ({ owner, group }) =>
      async (who: Person) =>
        (await membersOf(owner, group)).find(([id]) => id === who.id)?.[1],
  )
  .extend(
    'memberSeen',
    ({ owner, group }) =>
      async (whom: Person, by = owner) =>
        (await by.call('/chat/getGroupMemberById', { groupId: group, destId: whom.id })).data,
  )
  /** Who may act on whom: the owner on all others, admins on ordinary members. */
  .extend('may', ({ owner, admin, member }) => (): [Person, Person][] => [
    [owner, admin],
    [owner, member],
    [admin, member],
  ])
  .extend('mayNot', ({ owner, admin, other, member }) => (): [Person, Person][] => [
    [admin, owner],
    [admin, other],
    [member, owner],
    [member, admin],
  ]);
test.beforeEach(async ({ app, owner, admin, other, group }) => {
  for (const { id } of [admin, other])
    await owner.call('/chat/setGroupAdmin', { groupId: group, destId: id });
  await app.executor.write([{ sql: 'DELETE FROM inbox', params: [], kind: 'change' }]);
});

const refused = (code: string, info: string) => ({ code, data: { info } });
const noMember = refused('-1', '您不在该群组，无法操作');
const notAllowed = refused('-1', '无权操作');

describe('getGroupMember', () => {
  test('lists the members for a member, the owner first, as the document shows them', async ({
    member,
    group,
  }) => {
    const { data } = await member.call('/chat/getGroupMember', { groupId: group, version: '20170203' });
    expect(data.info.map(({ role }: { role: string }) => role)).toEqual(['1', '2', '2', '3']);
    expect(data.info[3]).toEqual({
      id: String(member.id),
      userId: String(member.id),
      name: 'member',
      headUrl: '',
      province: '',
      city: '',
      district: '',
      sign: '',
      role: '3',
      silence: '0',
      ext: '',
      joinType: '0',
    });
  });

  test('is for members alone; who waits is none and is not listed', async ({ owner, guest, group }) => {
    await owner.call('/chat/updateJoinstatus', { groupId: group, status: 1 });
    await guest.call('/chat/requestGroupJoin', { groupId: group, answer: 'x' });
    expect(await guest.call('/chat/getGroupMember', { groupId: group })).toMatchObject(noMember);
    expect(await membersOf(owner, group)).toHaveLength(4);
    expect(await guest.call('/chat/getGroupMember', { groupId: 99 })).toMatchObject(
      refused('-1', '群不存在'),
    );
    expect((await guest.call('/chat/getGroupMember')).code).toBe('-1');
  });

  test('lists two thousand', async ({ app, member, group }) => {
    await setLevel(app, group, 4);
    await addStrangers(app, group, 1996);
    expect(await membersOf(member, group)).toHaveLength(2000);
  });
});

describe('the name in a group', () => {
  const it = test.extend(
    'setName',
    ({ group }) =>
      (who: Person, params: Params) =>
        who.call('/chat/updateGroupMemberMark', { groupId: group, ...params }),
  );

  it('is one’s own to set and to clear, and the others are told', async ({
    owner,
    member,
    group,
    memberSeen,
    setName,
  }) => {
    expect(await setName(member, { markName: '茶客' })).toMatchObject({
      code: '1',
      data: { info: '更新成功' },
    });
    expect((await member.call('/chat/getGroupMember', { groupId: group })).data.info[3].name).toBe('茶客');
    expect(await heard(owner, 27)).toEqual([{ from: member.id, fromType: 2, dest: group, content: '茶客' }]);
    expect(await heard(member, 27)).toEqual([]);
    expect((await member.call('/chat/ready')).data.groupsInfo[0].markName).toBe('茶客');
    await setName(member, { name: '旧客户端' });
    expect((await memberSeen(member)).groupInfo.markName).toBe('旧客户端');
    await setName(member, { markName: '' });
    expect((await member.call('/chat/getGroupMember', { groupId: group })).data.info[3].name).toBe('member');
  });

  it('is refused to who is no member, when missing, and when too long', async ({
    owner,
    member,
    guest,
    setName,
  }) => {
    expect(await setName(guest, { markName: 'x' })).toMatchObject(noMember);
    for (const params of [{}, { markName: 'x'.repeat(51) }])
      expect(await setName(member, params as Params)).toMatchObject(refused('-1', '各参数不能为空'));
    expect(await heard(owner, 27)).toEqual([]);
  });
});

describe('leaving', () => {
  const it = test.extend(
    'quit',
    ({ group }) =>
      (who: Person) =>
        who.call('/chat/quitGroup', { groupId: group }),
  );

  it('is told to the others, and takes the group from ready and the pins', async ({
    owner,
    admin,
    member,
    group,
    quit,
  }) => {
    await member.call('/chat/setTop', { destId: group, destType: 2 });
    expect(await quit(member)).toMatchObject({ code: '1', data: { info: '退出成功' } });
    const left = [{ from: member.id, fromType: 2, dest: group, content: { name: 'member', headUrl: '' } }];
    for (const each of [owner, admin]) expect(await heard(each, 9)).toEqual(left);
    expect(await heard(member, 9)).toEqual([]);
    const { groupsInfo, topList } = (await member.call('/chat/ready')).data;
    expect([groupsInfo, topList]).toEqual([[], []]);
    expect(await member.call('/chat/getGroupMember', { groupId: group })).toMatchObject(noMember);
  });

  it('is refused to the owner until he has handed the group over, and to who is no member', async ({
    owner,
    member,
    guest,
    group,
    roleOf,
    quit,
  }) => {
    expect((await quit(owner)).code).toBe('-1');
    expect(await roleOf(owner)).toBe('1');
    expect(await quit(guest)).toMatchObject(refused('-1', '退出失败'));
    await owner.call('/chat/updateJoinstatus', { groupId: group, status: 1 });
    await guest.call('/chat/requestGroupJoin', { groupId: group, answer: 'x' });
    expect(await quit(guest)).toMatchObject(refused('-1', '退出失败'));
    expect(await heard(member, 9)).toEqual([]);
  });
});

describe.each([
  { type: 3, field: 'ext', value: '{"bubble":7}' },
  { type: 4, field: 'joinType', value: '2' },
])('a member’s $field (type $type)', ({ type, field, value }) => {
  const it = test
    .extend(
      'write',
      ({ group }) =>
        (by: Person, whom: Person, ext: string | number = value) =>
          by.call('/chat/updateGroupMember', { groupId: group, destId: whom.id, type, ope: 0, ext }),
    )
    .extend(
      'shownOf',
      ({ memberSeen }) =>
        async (whom: Person) =>
          (await memberSeen(whom)).groupInfo[field],
    );

  it('is written by himself and by who outranks him', async ({
    owner,
    admin,
    member,
    may,
    write,
    shownOf,
  }) => {
    const initial = await shownOf(member);
    for (const [by, whom] of [...may(), [member, member], [admin, admin], [owner, owner]] as const) {
      await write(whom, whom, initial === '' ? '-' : initial);
      expect(await write(by, whom)).toMatchObject({ code: '1', data: { info: '操作成功' } });
      expect(await shownOf(whom)).toBe(value);
    }
  });

  it('is refused to everybody else', async ({
    owner,
    admin,
    other,
    member,
    guest,
    mayNot,
    write,
    shownOf,
  }) => {
    const before = await shownOf(other);
    for (const [by, whom] of mayNot()) expect(await write(by, whom)).toMatchObject(notAllowed);
    expect(await write(guest, member)).toMatchObject(noMember);
    expect(await write(owner, guest)).toMatchObject(refused('-1', '更新失败，请稍后重试'));
    for (const each of [owner, admin, other, member]) expect(await shownOf(each)).toBe(before);
  });
});

test('the way of joining is 0, 1 or 2, in ext or, without it, in ope', async ({
  member,
  group,
  memberSeen,
}) => {
  const write = (params: Params) =>
    member.call('/chat/updateGroupMember', { groupId: group, destId: member.id, type: 4, ...params });
  expect((await write({ ope: 1 })).code).toBe('1');
  expect((await memberSeen(member)).groupInfo.joinType).toBe('1');
  for (const params of [{ ope: 3 }, { ope: 0, ext: '3' }, { ope: 0, ext: 'x' }, { ope: 0, ext: '1.5' }])
    expect(await write(params)).toMatchObject(refused('-1', '网络繁忙，请稍后重试'));
  expect((await memberSeen(member)).groupInfo.joinType).toBe('1');
});

test('updateGroupMember knows types 1 to 4', async ({ owner, member, group }) => {
  for (const type of [0, 5, 'x'])
    expect(
      await owner.call('/chat/updateGroupMember', { groupId: group, destId: member.id, type, ope: 0 }),
    ).toMatchObject(refused('-1', '网络繁忙，请稍后重试'));
});

describe('getGroupMemberById', () => {
  test('shows a fellow member as a user and as a member', async ({
    app,
    owner,
    member,
    group,
    memberSeen,
  }) => {
    await member.call('/chat/updateGroupMemberMark', { groupId: group, markName: '茶客' });
    await owner.call('/chat/updateRemark', { destId: member.id, remark: '小王' });
    const shown = await memberSeen(member);
    expect(shown).toMatchObject({
      id: String(member.id),
      name: 'member',
      remark: '小王',
      pwd: '',
      isFriend: '1',
    });
    expect(shown.groupInfo).toEqual({
      groupId: String(group),
      userId: String(member.id),
      markName: '茶客',
      inviterId: String(owner.id),
      createTime: String(app.clock.now()),
      role: '3',
      silence: '0',
      ext: '',
      joinType: '0',
    });
  });

  test('shows no membership of a stranger, to a stranger, or of an unknown group', async ({
    owner,
    member,
    guest,
    memberSeen,
  }) => {
    expect((await memberSeen(guest)).groupInfo).toBe('');
    expect((await memberSeen(member, guest)).groupInfo).toBe('');
    const { data } = await owner.call('/chat/getGroupMemberById', { groupId: 99, destId: member.id });
    expect(data).toMatchObject({ id: String(member.id), groupInfo: '' });
  });

  test('shows no digit of the mobile of who is no friend', async ({ owner, admin, member, memberSeen }) => {
    expect((await memberSeen(member, admin)).mobile).toBe('');
    expect((await memberSeen(member, owner)).mobile).toBe(member.mobile);
  });

  test('refuses an unknown user', async ({ owner, group }) => {
    expect(
      await owner.call('/chat/getGroupMemberById', { groupId: group, destId: 999_999_999 }),
    ).toMatchObject(refused('-1', '发生异常'));
  });
});
