import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Params, type Person } from './support/client.ts';

let owner: Person;
let admin: Person;
let member: Person;
let guest: Person;
let group: string;

beforeAll(async () => {
  [owner, admin, member, guest] = (await Promise.all(
    ['林', '王', '赵', '陈'].map((name) => newPerson(name)),
  )) as [Person, Person, Person, Person]; // four names, four people
  for (const friend of [admin, member, guest]) {
    await owner.call('/chat/requestFriend', { destId: friend.id, destType: 1 });
    expect((await friend.call('/chat/acceptRequest', { destId: owner.id, destType: 1 })).code).toBe('1');
  }
});
beforeEach(async () => {
  const made = await owner.call('/chat/createGroup', { name: '晚茶会', ids: `${admin.id},${member.id}` });
  expect(made).toMatchObject({ code: '1', data: { name: '晚茶会', receiveTip: '1' } });
  group = made.data.id;
  await does(owner, '/chat/setGroupAdmin', { destId: admin.id, IsSet: 1 });
});

const call = (who: Person, path: string, params: Params = {}) =>
  who.call(path, { groupId: group, ...params });
const does = async (who: Person, path: string, params: Params = {}) =>
  expect((await call(who, path, params)).code, path).toBe('1');
const roster = async (viewer: Person): Promise<string[]> =>
  (await call(viewer, '/chat/getGroupMember')).data.info.map(
    ({ userId, role }: { userId: string; role: string }) => `${userId}:${role}`,
  );

describe('a group', () => {
  test('is made of friends, and shown to each of them', async () => {
    expect(await roster(member)).toEqual([`${owner.id}:1`, `${admin.id}:2`, `${member.id}:3`]);
    expectRefusal(await call(guest, '/chat/getGroupMember'), -1, '您不在该群组，无法操作');
    const { data } = await member.call('/chat/ready');
    expect(data.groupsInfo).toContainEqual(expect.objectContaining({ id: group, role: '3' }));
  });

  test('is named and pictured by owner and admins, described by the owner', async () => {
    await does(admin, '/chat/updateGroup', { name: '早茶会' });
    await does(admin, '/chat/setGroupHeader', { url: 'https://example.com/a.jpg' });
    await does(owner, '/chat/updateGroupDesc', { descriptions: '七点见' });
    expectRefusal(await call(member, '/chat/updateGroup', { name: 'x' }), -1, '无权操作');
    expectRefusal(await call(member, '/chat/setGroupHeader', { url: '/x.jpg' }), -1, '无权操作');
    expectRefusal(await call(admin, '/chat/updateGroupDesc', { descriptions: 'x' }), 2001, '无权操作');
    expect((await call(guest, '/chat/getGroupById')).data).toMatchObject({
      name: '早茶会',
      headUrl: 'https://example.com/a.jpg',
      descriptions: '七点见',
      creatorId: String(owner.id),
    });
  });

  test('is found by any two characters of its name, and by its number', async () => {
    const name = `寻${group}茶舍`;
    await does(owner, '/chat/updateGroup', { name });
    for (const groupName of [`寻${group.slice(0, 1)}`, `${group}茶`, name, group]) {
      const { data } = await guest.call('/chat/queryGroup', { groupName });
      expect(data.info, groupName).toContainEqual(expect.objectContaining({ id: group, answer: '' }));
    }
  });

  test('tells what its levels cost', async () => {
    const { data } = await guest.call('/chat/queryGroupConfig');
    expect(data.info[0]).toEqual({ lid: '1', level: '1', expire: '86400', fee: '10.00' });
  });
});

describe('members', () => {
  test('have names of their own and a place in their profile', async () => {
    await does(member, '/chat/updateGroupMemberMark', { markName: '茶客' });
    const { data } = await call(owner, '/chat/getGroupMemberById', { destId: member.id });
    expect(data).toMatchObject({ id: String(member.id), groupInfo: { markName: '茶客', role: '3' } });
    expect((await call(owner, '/chat/getGroupMemberById', { destId: guest.id })).data.groupInfo).toBe('');
  });

  test('are muted for a while, and put out, by who outranks them', async () => {
    const mute = { destId: member.id, type: 2, ope: 600 };
    await does(admin, '/chat/updateGroupMember', mute);
    const { data } = await call(member, '/chat/getGroupMemberById', { destId: member.id });
    expect(Number(data.groupInfo.silence)).toBeGreaterThan(Date.now());
    expectRefusal(
      await call(member, '/chat/updateGroupMember', { ...mute, destId: admin.id }),
      -1,
      '无权操作',
    );
    expectRefusal(await call(admin, '/chat/removeGroupMember', { destId: owner.id }), -1, '无权操作');
    await does(admin, '/chat/removeGroupMember', { destId: member.id });
    expect(await roster(owner)).toHaveLength(2);
  });

  test('are brought in by friends, leave, and the owner does not', async () => {
    await does(owner, '/chat/addGroupMember', { inviteIds: guest.id });
    expect(await roster(guest)).toHaveLength(4);
    await does(guest, '/chat/quitGroup');
    expectRefusal(await call(guest, '/chat/quitGroup'), -1, '退出失败');
    expectRefusal(await call(owner, '/chat/quitGroup'), -1);
  });
});

describe('joining', () => {
  test('goes by the mode that owner or admins have set', async () => {
    expectRefusal(await call(member, '/chat/updateJoinstatus', { status: 0 }), -1, '无权操作');
    await does(admin, '/chat/updateJoinstatus', { status: 3, question: '喝什么？', answer: '龙井' });
    const join = (answer: string) => call(guest, '/chat/requestGroupJoin', { answer });
    expectRefusal(await join('咖啡'), -2, '加群问题答案不正确');
    await does(owner, '/chat/updateJoinstatus', { status: 5 });
    expectRefusal(await join('龙井'), -3, '不允许加入');
    await does(owner, '/chat/updateJoinstatus', { status: 1 });
    expectRefusal(await join(''), -1, '验证消息不能为空');
    expect((await join('我是小陈')).code).toBe('1');
    expect(await roster(owner)).toHaveLength(3);
    await does(admin, '/chat/updateGroupMember', { destId: guest.id, type: 1, ope: 1 });
    expect(await roster(guest)).toHaveLength(4);
    expectRefusal(await join('又是我'), -1, '您已经是群组成员');
  });

  test('takes somebody in once, however often he asks at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => call(guest, '/chat/requestGroupJoin', { joinType: 2 })),
    );
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    expect(await roster(owner)).toHaveLength(4);
  });
});

test('notes are written by owner and admins, and read by members', async () => {
  await does(admin, '/chat/createGroupNote', { title: '开张', content: '今日免费' });
  expectRefusal(await call(member, '/chat/createGroupNote', { title: 'x', content: 'y' }), -1, '无权操作');
  const notes = async () => (await call(member, '/chat/getNoteList')).data;
  const [{ id: noteId }] = (await notes()).list;
  await does(owner, '/chat/updateGroupNote', { noteId, title: '歇业', content: '改天' });
  expect(await notes()).toMatchObject({ totalCount: '1', editable: '0', list: [{ title: '歇业' }] });
  expectRefusal(await call(member, '/chat/deleteGroupNote', { noteId }), -1, '无权操作');
  await does(owner, '/chat/deleteGroupNote', { noteId });
  expect((await notes()).list).toEqual([]);
});

test('a group changes hands, and ends by its new owner alone', async () => {
  await does(owner, '/chat/transGroup', { destId: member.id });
  expectRefusal(
    await call(admin, '/chat/transGroupConfirm', { destId: owner.id, accept: 1 }),
    -1,
    '操作已失效',
  );
  await does(member, '/chat/transGroupConfirm', { destId: owner.id, accept: 1 });
  expect(await roster(owner)).toEqual([`${member.id}:1`, `${admin.id}:2`, `${owner.id}:3`]);
  expectRefusal(await call(owner, '/chat/dismissGroup'), -1, '无权操作');
  await does(member, '/chat/dismissGroup');
  expectRefusal(await call(member, '/chat/dismissGroup'), -1, '群已经解散');
  expectRefusal(await call(owner, '/chat/getGroupById'), -1, '群不存在');
});
