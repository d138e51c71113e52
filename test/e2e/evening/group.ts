import { expect } from 'vitest';
import type { Params } from '../support/client.ts';
import type { Name } from './cast.ts';
import { type Evening, each, told } from './evening.ts';

export const MEMBERS: readonly Name[] = ['林', '王', '赵', '陈', '刘'];
const others = (...names: Name[]) => MEMBERS.filter((name) => !names.includes(name));

/** A call that concerns the group. */
const inGroup = (evening: Evening, who: Name, path: string, params: Params = {}) =>
  evening.does(who, path, { groupId: evening.group, ...params });

/** 林 makes a group of three friends and brings a fourth in; only they hear of it. */
export async function foundGroup(evening: Evening): Promise<void> {
  const first: readonly Name[] = ['王', '赵', '陈'];
  const ids = first.map((name) => evening.id(name)).join(',');
  const card = (name: Name, groupId: number) => ({
    name,
    groupId,
    groupName: '晚茶会',
    inviterId: evening.id('林'),
  });
  const made = await evening.step(
    () => evening.does('林', '/chat/createGroup', { name: '晚茶会', ids }),
    ({ id }) => Object.fromEntries(first.map((name) => [name, [told(10, name, card(name, Number(id)))]])),
  );
  evening.group = Number(made.id);
  await evening.step(() => inGroup(evening, '林', '/chat/addGroupMember', { inviteIds: evening.id('刘') }), {
    ...each(first, told(8, '刘', { name: '刘' })),
    刘: [told(10, '刘', card('刘', evening.group))],
  });
}

/** The name, a note and an admin are told to every member, the one who did it included. */
export async function arrangeGroup(evening: Evening): Promise<void> {
  await evening.step(
    () => inGroup(evening, '林', '/chat/updateGroup', { name: '夜茶会' }),
    each(MEMBERS, told(25, '林', '夜茶会')),
  );
  const note = { title: '规矩', content: '不谈公事' };
  await evening.step(
    () => inGroup(evening, '林', '/chat/createGroupNote', note),
    each(MEMBERS, told(47, '林', { ...note, groupId: evening.group, userId: evening.id('林') })),
  );
  await evening.step(
    () => inGroup(evening, '林', '/chat/setGroupAdmin', { destId: evening.id('王'), IsSet: 1 }),
    each(MEMBERS, told(55, '王', { name: '王', role: 2 })),
  );
}

/** A member is muted and unmuted: he alone is told, and what he says meanwhile reaches nobody. */
export async function muteAndUnmute(evening: Evening): Promise<void> {
  const mute = (seconds: number) =>
    inGroup(evening, '王', '/chat/updateGroupMember', { destId: evening.id('刘'), type: 2, ope: seconds });
  const admin = { groupId: evening.group, adminId: evening.id('王'), adminName: '王' };
  const says = (content: string) =>
    evening.device('刘').say({ fromType: 2, destId: evening.group, messageType: 2, content });
  await evening.step(() => mute(600), { 刘: [told(62, '王', admin)] });
  await evening.step(async () => expect(await says('让我说')).toBe(5));
  await evening.step(() => mute(0), { 刘: [told(63, '王', { ...admin, silenceTime: 0 })] });
  await evening.step(async () => expect(await says('谢谢')).toBe(1), {
    ...each(others('刘'), told(2, '刘', '谢谢')),
    刘: [told(2, '刘', '谢谢')],
  });
}

/** Who is no member neither speaks in a group nor sees what is said there. */
export async function knockInVain(evening: Evening): Promise<void> {
  const speech = { fromType: 2, destId: evening.group, messageType: 2, content: '有人吗？' } as const;
  await evening.step(async () => expect(await evening.device('杨').say(speech)).toBe(4));
  await evening.does('杨', '/im/history', { destType: 2, destId: evening.group }, '4');
}

/** A member is put out: he hears that, and nothing of what follows. Another leaves. Then the group ends. */
export async function endGroup(evening: Evening): Promise<void> {
  const all = [...MEMBERS, '杨'] as const;
  const content = { groupId: evening.group, memberId: evening.id('刘'), userId: evening.id('王') };
  await evening.step(
    () => inGroup(evening, '王', '/chat/removeGroupMember', { destId: evening.id('刘') }),
    each(all, told(64, '王', content)),
  );
  const speech = { fromType: 2, destId: evening.group, messageType: 2 } as const;
  await evening.step(async () =>
    expect(await evening.device('刘').say({ ...speech, content: '我还在吗？' })).toBe(4),
  );
  const left = all.filter((name) => name !== '刘');
  evening.secrets.push({ text: '他走了', among: left });
  await evening.step(
    async () => expect(await evening.device('林').say({ ...speech, content: '他走了' })).toBe(1),
    each(left, told(2, '林', '他走了')),
  );
  await evening.step(
    () => inGroup(evening, '陈', '/chat/quitGroup'),
    each(left.filter((name) => name !== '陈'), told(9, '陈', { name: '陈' })), // biome-ignore format: one line
  );
  const end = { groupId: evening.group, groupName: '夜茶会', destId: evening.id('林') };
  await evening.step(
    () => inGroup(evening, '林', '/chat/dismissGroup'),
    each(['王', '赵', '杨'], told(51, '林', end)),
  );
}

/** A friendship ends, which the other alone is told. */
export async function part(evening: Evening): Promise<void> {
  await evening.step(() => evening.does('林', '/chat/delFriend', { destId: evening.id('赵') }), {
    赵: [told(7, '林', '')],
  });
}
