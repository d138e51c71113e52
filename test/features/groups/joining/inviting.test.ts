import { describe, expect } from 'vitest';
import { type Person, person } from '../../../support/app.ts';
import { befriend } from '../../../support/friends.ts';
import { groupTest } from '../../../support/group-test.ts';
import { addStrangers, heard, membersOf, setLevel } from '../../../support/groups.ts';

const test = groupTest()

  .extend(
    'join',
    ({ group }) =>
      (who: Person, more: Record<string, string | number> = {}) =>
        who.call('/chat/requestGroupJoin', { groupId: group, ...more }),
  )
  .extend(
    'setMode',
    ({ owner, group }) =>
      async (status: number, more: Record<string, string | number> = {}) =>
        expect(await owner.call('/chat/updateJoinstatus', { groupId: group, status, ...more })).toMatchObject(
          {
            code: '1',
            data: { info: '设置成功' },
          },
        ),
  )
  .extend(
    'invite',
    ({ group }) =>
      (who: Person, ...people: Person[]) =>
        who.call('/chat/addGroupMember', { groupId: group, inviteIds: people.map(({ id }) => id).join(',') }),
  )
  .extend(
    'decide',
    ({ group }) =>
      (who: Person, whom: Person, ope: number) =>
        who.call('/chat/updateGroupMember', { groupId: group, destId: whom.id, type: 1, ope }),
  )
  .extend(
    'isMember',
    ({ owner, group }) =>
      async (who: Person) =>
        (await membersOf(owner, group)).some(([id]) => id === who.id),
  )
  .extend(
    'waits',
    ({ app, group }) =>
      async (who: Person) =>
        (
          await app.sql(
            'SELECT 1 FROM group_members WHERE group_id = ? AND user_id = ? AND state = 0',
            group,
            who.id,
          )
        ).length === 1,
  );

const refused = (code: string, info: string) => ({ code, data: { info } });

describe('inviting', () => {
  test.beforeEach(async ({ owner, admin, member, guest, forget }) => {
    for (const each of [owner, admin, member]) await befriend(each, guest);
    await forget();
  });
  const done = { code: '1', data: { info: '邀请完成' } };

  test.for([0, 1, 2, 3, 4, 5, 6])(
    'owner and admins add at once in mode %i',
    async (mode, { app, owner, admin, guest, group, setMode, invite, isMember }) => {
      await setLevel(app, group, 1);
      await setMode(mode, { question: 'q', answer: 'a', fee: '1' });
      expect(await invite(admin, guest)).toMatchObject(done);
      expect(await isMember(guest)).toBe(true);
      const second = await person(app, 'second');
      await befriend(owner, second);
      expect(await invite(owner, second)).toMatchObject(done);
      expect(await isMember(second)).toBe(true);
    },
  );

  test('tells the newcomer who invited him into what, and the others who came, but not the inviter', async ({
    owner,
    admin,
    member,
    guest,
    group,
    invite,
  }) => {
    await invite(member, guest);
    const card = { name: 'guest', headUrl: '' };
    expect(await heard(guest, 10)).toEqual([
      {
        from: guest.id,
        fromType: 2,
        dest: group,
        content: { ...card, groupId: group, groupName: '老茶馆', groupHeadUrl: '', inviterId: member.id },
      },
    ]);
    for (const each of [owner, admin])
      expect(await heard(each, 8)).toEqual([{ from: guest.id, fromType: 2, dest: group, content: card }]);
    expect(await heard(member, 8)).toEqual([]);
    const seen = await owner.call('/chat/getGroupMemberById', { groupId: group, destId: guest.id });
    expect(seen.data.groupInfo).toMatchObject({ joinType: '0', inviterId: String(member.id) });
  });

  test('several at once: each is told of to the older members in a message of its own', async ({
    app,
    owner,
    member,
    guest,
    invite,
  }) => {
    const second = await person(app, 'second');
    await befriend(owner, second);
    await invite(owner, guest, second);
    const rows = await app.sql('SELECT msg_id FROM inbox WHERE user_id < 0 AND type = 8');
    expect(new Set(rows.flat()).size).toBe(2);
    expect((await heard(member, 8)).map(({ from }) => from).sort()).toEqual([guest.id, second.id].sort());
    expect(await heard(guest, 8)).toEqual([]);
  });

  test.for([0, 4])(
    'an ordinary member adds at once in mode %i',
    async (mode, { member, guest, setMode, invite, isMember }) => {
      await setMode(mode);
      expect(await invite(member, guest)).toMatchObject(done);
      expect(await isMember(guest)).toBe(true);
    },
  );

  test.for([1, 2, 3])(
    'an ordinary member only makes a request in mode %i',
    async (mode, { owner, member, guest, group, setMode, invite, decide, isMember }) => {
      await setMode(mode, { question: 'q', answer: 'a' });
      expect(await invite(member, guest)).toMatchObject(done);
      expect(await isMember(guest)).toBe(false);
      expect(await heard(guest, 10)).toEqual([]);
      expect(await heard(owner, 59)).toMatchObject([
        { from: guest.id, content: { answer: 'a', userAnswer: '', inviterId: member.id } },
      ]);
      expect(await heard(member, 59)).toEqual([]);
      await decide(owner, guest, 1);
      const seen = await owner.call('/chat/getGroupMemberById', { groupId: group, destId: guest.id });
      expect(seen.data.groupInfo).toMatchObject({ joinType: '0', inviterId: String(member.id) });
    },
  );

  test('an ordinary member only asks to pay in mode 6', async ({
    app,
    owner,
    member,
    guest,
    group,
    join,
    setMode,
    invite,
    isMember,
  }) => {
    await setLevel(app, group, 1);
    await setMode(6, { fee: '8.05' });
    expect(await invite(member, guest)).toMatchObject(done);
    expect(await isMember(guest)).toBe(false);
    expect(await heard(guest, 13)).toEqual([
      {
        from: member.id,
        fromType: 2,
        dest: group,
        content: { name: 'member', headUrl: '', groupId: group, groupName: '老茶馆', fee: '8.05' },
      },
    ]);
    expect(await heard(owner, 59)).toEqual([]);
    expect(await join(guest)).toMatchObject(refused('-4', '请先支付'));
  });

  test('nobody is invited by an ordinary member in mode 5, nor by who is no member', async ({
    app,
    member,
    guest,
    setMode,
    invite,
    isMember,
    waits,
  }) => {
    await setMode(5);
    expect(await invite(member, guest)).toMatchObject(refused('-1', '不允许加入'));
    const stranger = await person(app);
    await befriend(stranger, guest);
    expect(await invite(stranger, guest)).toMatchObject(refused('-1', '您不在该群组，无法操作'));
    expect(await isMember(guest)).toBe(false);
    expect(await waits(guest)).toBe(false);
  });

  test('who waits cannot invite', async ({ app, guest, join, setMode, invite }) => {
    await setMode(1);
    await join(guest, { answer: 'x' });
    const other = await person(app);
    await befriend(guest, other);
    expect(await invite(guest, other)).toMatchObject(refused('-1', '您不在该群组，无法操作'));
  });

  test('passes over strangers, members, oneself, the unknown, the disabled and whoever a block keeps apart', async ({
    app,
    owner,
    member,
    guest,
    group,
    invite,
  }) => {
    const [stranger, blocker, blocked, gone, asked] = await Promise.all(
      ['stranger', 'blocker', 'blocked', 'gone', 'asked'].map((name) => person(app, name)),
    );
    if (!stranger || !blocker || !blocked || !gone || !asked) throw new Error('people are missing');
    for (const each of [blocker, blocked, gone]) await befriend(owner, each);
    await owner.call('/chat/requestFriend', { destId: asked.id, destType: 1 });
    await blocker.call('/chat/setBlock', { blockId: owner.id });
    await owner.call('/chat/setBlock', { blockId: blocked.id });
    await app.executor.write([
      { sql: 'UPDATE users SET status = 0 WHERE id = ?', params: [gone.id], kind: 'change' },
    ]);
    const before = await membersOf(owner, group);
    const ids = [stranger, blocker, blocked, gone, asked, owner, member].map(({ id }) => id);
    const call = { groupId: group, inviteIds: `,${ids.join(',')},99,` };
    expect(await owner.call('/chat/addGroupMember', call)).toMatchObject(done);
    expect(await membersOf(owner, group)).toEqual(before);
    expect((await invite(owner, guest, stranger)).code).toBe('1');
    expect(await membersOf(owner, group)).toEqual([...before, [guest.id, '3']]);
  });

  test('keeps roles and names of who is in already', async ({ owner, admin, member, group, invite }) => {
    await admin.call('/chat/updateGroupMemberMark', { groupId: group, markName: '店小二' });
    await befriend(member, admin);
    await invite(member, admin);
    const seen = await owner.call('/chat/getGroupMemberById', { groupId: group, destId: admin.id });
    expect(seen.data.groupInfo).toMatchObject({ role: '2', markName: '店小二' });
  });

  test('an owner’s invitation lets in who waits', async ({
    owner,
    guest,
    join,
    setMode,
    invite,
    isMember,
    waits,
  }) => {
    await setMode(1);
    await join(guest, { answer: '你好' });
    await invite(owner, guest);
    expect(await isMember(guest)).toBe(true);
    expect(await waits(guest)).toBe(false);
  });

  test('adds all or none where not all of them fit', async ({
    app,
    owner,
    guest,
    group,
    invite,
    isMember,
  }) => {
    await addStrangers(app, group, 96);
    const second = await person(app);
    await befriend(owner, second);
    expect(await invite(owner, guest, second)).toMatchObject(refused('-1', '群人数已经到达上限'));
    expect(await isMember(guest)).toBe(false);
    expect((await invite(owner, guest)).code).toBe('1');
    expect(await membersOf(owner, group)).toHaveLength(100);
  });

  test('refuses a list that is none, or longer than 100', async ({ owner, group }) => {
    const many = Array.from({ length: 101 }, (_, i) => i + 1).join(',');
    for (const inviteIds of ['x', '1;2', many]) {
      expect((await owner.call('/chat/addGroupMember', { groupId: group, inviteIds })).code).toBe('-1');
    }
  });
});
