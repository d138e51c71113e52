import { expect } from 'vitest';
import type { Params, Reply } from '../support/app.ts';
import { sharedAppTest } from '../support/app-test.ts';

/**
 * An evening of six people, through the public API alone: they register, befriend and block one another, and
 * a group goes through its modes, an owner's leaving and its end. What is expected is said from the eyes of
 * each of the six.
 */

const NAMES = ['林', '王', '赵', '陈', '刘', '杨'] as const;
type Name = (typeof NAMES)[number];
interface Guest {
  readonly id: string;
  call(path: string, params?: Params): Promise<Reply>;
}

const guests = new Map<Name, Guest>();
const guest = (name: Name): Guest => guests.get(name) ?? expect.unreachable(name);

const test = sharedAppTest().extend(
  'arrive',
  { scope: 'file' },
  ({ app }) =>
    async (name: Name, mobile: string) => {
      const { data: sms } = await app.call('/chat/getValidateNum', { mobile });
      const account = { mobile, pwd: 'secret1', validateNum: sms.info, name };
      const { data: user } = await app.call('/chat/register', account);
      const { data: login } = await app.call('/chat/doLogin', { mobie: mobile, pwd: 'secret1', device: 1 });
      const call = (path: string, params: Params = {}) => app.call(path, params, { token: login.token });
      guests.set(name, { id: user.id, call });
    },
);
test.beforeAll(async ({ arrive }) => {
  for (const [i, name] of NAMES.entries()) await arrive(name, `1380013800${i}`);
});

/** Does something and answers with the code. */
const does = async (name: Name, path: string, params: Params) =>
  (await guest(name).call(`/chat/${path}`, params)).code;
const asks = (name: Name, whom: Name) => does(name, 'requestFriend', { destId: guest(whom).id, destType: 1 });
const accepts = (name: Name, whom: Name) =>
  does(name, 'acceptRequest', { destId: guest(whom).id, destType: 1 });

/** Names of the friends, groups, and people on the black list that somebody sees. */
async function world(name: Name) {
  const { data } = await guest(name).call('/chat/ready');
  const black = await guest(name).call('/chat/getBlackList');
  const names = (list: { name: string }[]) => list.map((each) => each.name);
  return { friends: names(data.friendsInfo), groups: names(data.groupsInfo), black: names(black.data) };
}

let group = '';
const joins = (name: Name, answer = '') => does(name, 'requestGroupJoin', { groupId: group, answer });
const decides = (name: Name, whom: Name, ope: number) =>
  does(name, 'updateGroupMember', { groupId: group, destId: guest(whom).id, type: 1, ope });
const invites = (name: Name, whom: Name) =>
  does(name, 'addGroupMember', { groupId: group, inviteIds: guest(whom).id });
const opens = (name: Name, status: number, more: Params = {}) =>
  does(name, 'updateJoinstatus', { groupId: group, status, ...more });

/** Who is in the group, as somebody in it sees it: name and role. */
async function roster(viewer: Name): Promise<string[]> {
  const { data } = await guest(viewer).call('/chat/getGroupMember', { groupId: group });
  return data.info.map(({ name, role }: { name: string; role: string }) => `${name}${role}`).sort();
}

test('friends are made by asking, by crossing requests, and at once where nobody needs to be asked', async () => {
  expect(await asks('林', '王')).toBe('1');
  expect(await accepts('林', '王')).toBe('-1');
  expect(await accepts('王', '林')).toBe('1');
  expect([await asks('林', '赵'), await asks('赵', '林')]).toEqual(['1', '2']);
  await does('陈', 'updatePrivateSetting', { needAuth: 0, newNotification: 0, searchMobile: 1 });
  expect(await asks('林', '陈')).toBe('2');
  expect([await asks('王', '赵'), await accepts('赵', '王')]).toEqual(['1', '1']);
  expect([await asks('杨', '林'), await accepts('林', '杨')]).toEqual(['1', '1']);
  expect((await world('林')).friends).toEqual(['王', '赵', '陈', '杨']);
});

test('who is blocked can neither ask nor be asked', async () => {
  expect(await asks('刘', '林')).toBe('1');
  expect(await does('林', 'setBlock', { blockId: guest('刘').id })).toBe('1');
  expect([await accepts('林', '刘'), await asks('刘', '林'), await asks('林', '刘')]).toEqual([
    '-1',
    '-1',
    '-1',
  ]);
  expect((await world('林')).black).toEqual(['刘']);
  expect(await world('刘')).toEqual({ friends: [], groups: [], black: [] });
});

test('the group takes in friends, then whoever its mode lets in', async () => {
  const ids = `${guest('王').id},${guest('刘').id}`;
  group = (await guest('林').call('/chat/createGroup', { name: '老茶馆', ids })).data.id;
  expect(await roster('王')).toEqual(['林1', '王3']);

  expect(await opens('林', 1)).toBe('1');
  expect([await joins('赵'), await joins('赵', '我是小赵')]).toEqual(['-1', '1']);
  expect(await roster('林')).toHaveLength(2);
  expect(await decides('王', '赵', 1)).toBe('-1');
  expect(await decides('林', '赵', 1)).toBe('1');

  expect(await opens('林', 2, { question: '谁介绍的？' })).toBe('1');
  expect([await joins('陈', '猜'), await decides('林', '陈', 2)]).toEqual(['1', '1']);
  expect(await opens('林', 3, { question: '喝什么？', answer: '龙井' })).toBe('1');
  expect([await joins('陈', '咖啡'), await joins('陈', '龙井')]).toEqual(['-2', '1']);

  expect(await opens('林', 4)).toBe('1');
  expect([await joins('杨'), await invites('林', '杨')]).toEqual(['-3', '1']);
  expect(await opens('林', 5)).toBe('1');
  expect(await joins('刘')).toBe('-3');
  expect(await opens('林', 6, { fee: '1.00' })).toBe('-1');
  expect(await opens('王', 0)).toBe('-1');
  expect(await opens('林', 0)).toBe('1');
  expect(await does('刘', 'requestFriend', { destId: group, destType: 2 })).toBe('1');
  expect(await roster('刘')).toEqual(['刘3', '杨3', '林1', '王3', '赵3', '陈3'].sort());
});

test('an admin keeps order among members alone', async () => {
  const change = (name: Name, whom: Name, path: string, more: Params = {}) =>
    does(name, path, { groupId: group, destId: guest(whom).id, ...more });
  expect(await change('王', '刘', 'removeGroupMember')).toBe('-1');
  expect(await change('林', '王', 'setGroupAdmin', { IsSet: 1 })).toBe('1');
  expect(await change('王', '林', 'removeGroupMember')).toBe('-1');
  expect(await change('王', '刘', 'updateGroupMember', { type: 2, ope: 600 })).toBe('1');
  expect(await change('王', '刘', 'removeGroupMember')).toBe('1');
  expect((await world('刘')).groups).toEqual([]);
});

test('the owner leaves only after somebody else has taken the group', async () => {
  const zhao = { groupId: group, destId: guest('赵').id };
  expect(await does('林', 'quitGroup', { groupId: group })).toBe('-1');
  expect(await does('林', 'transGroup', zhao)).toBe('1');
  const answer = { groupId: group, destId: guest('林').id, accept: 1 };
  expect(await does('陈', 'transGroupConfirm', answer)).toBe('-1');
  expect(await does('赵', 'transGroupConfirm', answer)).toBe('1');
  expect(await does('林', 'quitGroup', { groupId: group })).toBe('1');
  expect(await roster('赵')).toEqual(['杨3', '王2', '赵1', '陈3'].sort());
  for (const name of ['王', '赵', '陈', '杨'] as const)
    expect((await world(name)).groups).toEqual(['老茶馆']);
});

test('in the end the group is gone, and each of the six sees what is left', async () => {
  expect(await does('赵', 'setTop', { destType: 2, destId: group })).toBe('1');
  expect(await does('王', 'dismissGroup', { groupId: group })).toBe('-1');
  expect(await does('赵', 'dismissGroup', { groupId: group })).toBe('1');
  expect(await does('赵', 'delFriend', { destId: guest('王').id })).toBe('1');
  expect(await does('林', 'removeBlack', { destId: guest('刘').id })).toBe('1');
  expect(await asks('刘', '林')).toBe('1');
  expect(await world('林')).toEqual({ friends: ['王', '赵', '陈', '杨'], groups: [], black: [] });
  expect(await world('王')).toEqual({ friends: ['林'], groups: [], black: [] });
  expect(await world('赵')).toEqual({ friends: ['林'], groups: [], black: [] });
  expect(await world('陈')).toEqual({ friends: ['林'], groups: [], black: [] });
  expect(await world('刘')).toEqual({ friends: [], groups: [], black: [] });
  expect(await world('杨')).toEqual({ friends: ['林'], groups: [], black: [] });
  for (const name of NAMES) {
    const { data } = await guest(name).call('/chat/ready');
    expect(data.topList).toEqual([]);
    expect((await guest(name).call('/chat/getGroupMember', { groupId: group })).code).not.toBe('1');
  }
});
