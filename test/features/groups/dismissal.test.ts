import { describe, expect } from 'vitest';
import type { Params, Person } from '../../support/app.ts';
import { groupTest } from '../../support/group-test.ts';
import { heard, membersOf } from '../../support/groups.ts';

const test = groupTest();

const refused = (code: string, info: string) => ({ code, data: { info } });
const noMember = refused('-1', '您不在该群组，无法操作');
const notAllowed = refused('-1', '无权操作');

describe('dismissGroup', () => {
  const it = test.extend(
    'dismiss',
    ({ group }) =>
      (who: Person) =>
        who.call('/chat/dismissGroup', { groupId: group }),
  );

  it('is the owner’s alone', async ({ admin, member, guest, group, dismiss }) => {
    expect(await dismiss(admin)).toMatchObject(notAllowed);
    expect(await dismiss(member)).toMatchObject(notAllowed);
    expect(await dismiss(guest)).toMatchObject(noMember);
    expect(await membersOf(member, group)).toHaveLength(3);
  });

  it('ends the group for everybody: told once, gone from ready, search and pins', async ({
    owner,
    admin,
    member,
    group,
    dismiss,
  }) => {
    await member.call('/chat/setTop', { destId: group, destType: 2 });
    expect(await dismiss(owner)).toMatchObject({ code: '1', data: { info: '操作成功' } });
    const told = {
      from: owner.id,
      fromType: 2,
      dest: group,
      content: { groupId: group, groupName: '老茶馆', destId: owner.id },
    };
    expect(await heard(admin, 51)).toEqual([told]);
    expect(await heard(member, 51)).toEqual([told]);
    expect(await heard(owner, 51)).toEqual([]);
    expect(await dismiss(owner)).toMatchObject(refused('-1', '群已经解散'));
    expect(await heard(member, 51)).toHaveLength(1);
    for (const each of [owner, admin, member]) {
      const { groupsInfo, topList } = (await each.call('/chat/ready')).data;
      expect([groupsInfo, topList]).toEqual([[], []]);
    }
    expect((await owner.call('/chat/queryGroup', { groupName: '茶馆' })).data.info).toEqual([]);
    expect((await owner.call('/chat/queryGroup', { groupName: String(group) })).data.info).toEqual([]);
  });

  it('leaves nothing that can still be done with it', async ({
    app,
    owner,
    member,
    guest,
    group,
    dismiss,
  }) => {
    await owner.call('/chat/createGroupNote', { groupId: group, title: 't', content: 'c' });
    const [[note] = []] = await app.sql('SELECT id FROM group_notes');
    await owner.call('/chat/transGroup', { groupId: group, destId: member.id });
    await dismiss(owner);
    const tables = ['groups', 'group_members', 'group_notes', 'ownership_offers', 'inbox'];
    const all = () => Promise.all(tables.map((table) => app.sql(`SELECT * FROM ${table}`)));
    const before = await all();
    const calls: [string, Params][] = [
      ['/chat/updateGroupMemberMark', { markName: 'x' }],
      ['/chat/updateGroup', { name: 'x' }],
      ['/chat/getGroupMember', {}],
      ['/chat/addGroupMember', { inviteIds: guest.id }],
      ['/chat/getGroupById', {}],
      ['/chat/quitGroup', {}],
      ['/chat/setGroupHeader', { url: '/x.jpg' }],
      ['/chat/createGroupNote', { title: 't', content: 'c' }],
      ['/chat/getNoteList', {}],
      ['/chat/updateGroupNote', { noteId: Number(note), title: 't', content: 'c' }],
      ['/chat/deleteGroupNote', { noteId: Number(note) }],
      ['/chat/transGroup', { destId: member.id }],
      ['/chat/transGroupConfirm', { destId: owner.id, accept: 1 }],
      ['/chat/setGroupAdmin', { destId: member.id }],
      ['/chat/updateGroupDesc', { descriptions: 'x' }],
      ['/chat/removeGroupMember', { destId: member.id }],
      ['/chat/updateJoinstatus', { status: 1 }],
      ['/chat/requestGroupJoin', { answer: 'x' }],
      ...[1, 2, 3, 4].map((type): [string, Params] => [
        '/chat/updateGroupMember',
        { destId: member.id, type, ope: 1, ext: '1' },
      ]),
    ];
    for (const [path, params] of calls) {
      for (const each of [owner, member])
        expect((await each.call(path, { groupId: group, ...params })).code, path).not.toBe('1');
    }
    expect(await all()).toEqual(before);
  });
});
