import { describe, expect } from 'vitest';
import { type Params, type Person, person, testApp } from '../../../support/app.ts';
import { appTest } from '../../../support/app-test.ts';
import { meeting } from '../../../support/barrier.ts';
import { freshDatabase } from '../../../support/database.ts';
import { addStrangers, groupOf, heard, membersOf } from '../../../support/groups.ts';

const DAY = 24 * 3600 * 1000;
const WEEK_SECONDS = 7 * 24 * 3600;

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

describe('removing somebody', () => {
  const it = test.extend(
    'remove',
    ({ group }) =>
      (by: Person, whom: Person) =>
        by.call('/chat/removeGroupMember', { groupId: group, destId: whom.id }),
  );

  it('is for who outranks him, and told to him and to everybody who stays', async ({
    owner,
    admin,
    other,
    member,
    group,
    roleOf,
    may,
    remove,
  }) => {
    for (const [by, whom] of may()) {
      await owner.call('/chat/addGroupMember', { groupId: group, inviteIds: whom.id });
      expect(await remove(by, whom)).toMatchObject({ code: '1', data: { info: '删除成功' } });
      expect(await roleOf(whom)).toBeUndefined();
      const content = { groupId: group, memberId: whom.id, userId: by.id };
      for (const each of [owner, other, whom])
        expect((await heard(each, 64)).at(-1)).toEqual({ from: by.id, fromType: 2, dest: group, content });
      if (whom === admin) {
        await owner.call('/chat/addGroupMember', { groupId: group, inviteIds: whom.id });
        await owner.call('/chat/setGroupAdmin', { groupId: group, destId: whom.id });
      }
    }
    expect((await member.call('/chat/ready')).data.groupsInfo).toEqual([]);
  });

  it('is refused to everybody else', async ({ owner, admin, member, guest, group, mayNot, remove }) => {
    const before = await membersOf(owner, group);
    for (const [by, whom] of [...mayNot(), [owner, owner], [admin, admin], [member, member]] as const)
      expect(await remove(by, whom)).toMatchObject(notAllowed);
    expect(await remove(guest, member)).toMatchObject(noMember);
    expect(await remove(owner, guest)).toMatchObject(refused('-1', '删除失败'));
    expect(await membersOf(owner, group)).toEqual(before);
    expect(await member.events()).toEqual([]);
  });

  it('by a demoted admin does not happen, whichever comes first', async () => {
    const { executor, hold } = meeting((await freshDatabase()).executor);
    const busy = await testApp({ executor });
    const [host, aide, target] = await Promise.all(
      ['host', 'aide', 'target'].map((name) => person(busy, name)),
    );
    if (!host || !aide || !target) throw new Error('people are missing');
    const place = await groupOf(host, aide, target);
    await host.call('/chat/setGroupAdmin', { groupId: place, destId: aide.id });
    hold(2);
    // The last one to come goes first: the demotion.
    const [removed] = await Promise.all([
      aide.call('/chat/removeGroupMember', { groupId: place, destId: target.id }),
      host.call('/chat/setGroupAdmin', { groupId: place, destId: aide.id, IsSet: 0 }),
    ]);
    const isIn = (await membersOf(host, place)).some(([id]) => id === target.id);
    expect(isIn).toBe(removed.code !== '1');
    await busy.close();
  });
});

describe('admins', () => {
  const it = test.extend(
    'set',
    ({ group }) =>
      (by: Person, whom: Person, more: Params = {}) =>
        by.call('/chat/setGroupAdmin', { groupId: group, destId: whom.id, ...more }),
  );

  it('are made and unmade by the owner, and everybody is told', async ({
    owner,
    admin,
    member,
    group,
    roleOf,
    set,
  }) => {
    expect(await set(owner, member)).toMatchObject({ code: '1', data: { info: '设置成功' } });
    expect(await roleOf(member)).toBe('2');
    const made = {
      from: member.id,
      fromType: 2,
      dest: group,
      content: { name: 'member', headUrl: '', role: 2 },
    };
    for (const each of [owner, admin, member]) expect(await heard(each, 55)).toEqual([made]);
    expect((await set(owner, member, { isSet: 0 })).code).toBe('1');
    expect(await roleOf(member)).toBe('3');
    expect(await heard(admin, 55)).toMatchObject([made, { content: { role: 3 } }]);
  });

  it('setting what is so already says nothing', async ({ owner, admin, member, set }) => {
    expect((await set(owner, admin)).code).toBe('1');
    expect((await set(owner, member, { IsSet: 0 })).code).toBe('1');
    expect(await heard(admin, 55)).toEqual([]);
  });

  it('are nobody else’s to make', async ({ owner, admin, member, guest, roleOf, set }) => {
    expect(await set(admin, member)).toMatchObject(refused('2001', '无权操作'));
    expect(await set(member, member)).toMatchObject(refused('2001', '无权操作'));
    expect(await set(guest, member)).toMatchObject(refused('-1', '设置失败'));
    expect(await set(owner, guest)).toMatchObject(refused('2003', '不是群成员'));
    expect(await set(owner, owner, { IsSet: 0 })).toMatchObject(refused('-1', '操作失败'));
    expect(await owner.call('/chat/setGroupAdmin', { groupId: 99, destId: member.id })).toMatchObject(
      refused('2000', '群资料获取失败'),
    );
    expect(await roleOf(member)).toBe('3');
    expect(await roleOf(owner)).toBe('1');
  });

  it('are five at most, also when ten are made at once', async () => {
    const { executor, hold } = meeting((await freshDatabase()).executor);
    const busy = await testApp({ executor });
    const host = await person(busy, 'host');
    const place = await groupOf(host);
    await addStrangers(busy, place, 10);
    const ids = (await membersOf(host, place)).slice(1).map(([id]) => id);
    const make = (destId: number) => host.call('/chat/setGroupAdmin', { groupId: place, destId });
    hold(10);
    const replies = await Promise.all(ids.map(make));
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(5);
    expect((await membersOf(host, place)).filter(([, role]) => role === '2')).toHaveLength(5);
    const [first] = (await membersOf(host, place)).filter(([, role]) => role === '2').map(([id]) => id);
    expect((await make(first ?? 0)).code).toBe('1');
    await busy.close();
  });
});

describe('muting', () => {
  const it = test
    .extend(
      'mute',
      ({ group }) =>
        (by: Person, whom: Person, ope: number | string) =>
          by.call('/chat/updateGroupMember', { groupId: group, destId: whom.id, type: 2, ope }),
    )
    .extend(
      'silence',
      ({ memberSeen }) =>
        async (whom: Person) =>
          Number((await memberSeen(whom)).groupInfo.silence),
    );

  it('is for who outranks him, is told to him, and ends by itself', async ({
    app,
    owner,
    group,
    may,
    mute,
    silence,
  }) => {
    for (const [by, whom] of may()) {
      expect(await mute(by, whom, 600)).toMatchObject({ code: '1', data: { info: '操作成功' } });
      const until = app.clock.now() + 600_000;
      expect(await silence(whom)).toBe(until);
      expect((await whom.call('/chat/ready')).data.groupsInfo[0].silence).toBe(String(until));
      const adminName = by === owner ? 'owner' : 'admin';
      expect((await heard(whom, 62)).at(-1)).toEqual({
        from: by.id,
        fromType: 2,
        dest: group,
        content: { groupId: group, groupName: '老茶馆', adminId: by.id, adminName, silenceTime: until },
      });
      app.clock.advance(600_000);
      expect(await silence(whom)).toBe(0);
      expect((await whom.call('/chat/ready')).data.groupsInfo[0].silence).toBe('0');
    }
    expect(await owner.events()).toEqual([]);
  });

  it('is lifted by 0', async ({ owner, admin, member, mute, silence }) => {
    await mute(owner, member, 600);
    expect((await mute(admin, member, 0)).code).toBe('1');
    expect(await silence(member)).toBe(0);
    expect(await heard(member, 63)).toMatchObject([{ from: admin.id, content: { silenceTime: 0 } }]);
  });

  it('lasts seven days at most', async ({ app, owner, member, mute, silence }) => {
    expect((await mute(owner, member, WEEK_SECONDS)).code).toBe('1');
    expect(await silence(member)).toBe(app.clock.now() + 7 * DAY);
    for (const ope of [WEEK_SECONDS + 1, -1, 'x', ''])
      expect(await mute(owner, member, ope)).toMatchObject(refused('-1', '网络繁忙，请稍后重试'));
    expect(await silence(member)).toBe(app.clock.now() + 7 * DAY);
  });

  it('is refused to everybody else', async ({
    owner,
    admin,
    other,
    member,
    guest,
    mayNot,
    mute,
    silence,
  }) => {
    for (const [by, whom] of [...mayNot(), [member, member], [owner, owner]] as const)
      expect(await mute(by, whom, 600)).toMatchObject(notAllowed);
    expect(await mute(guest, member, 600)).toMatchObject(noMember);
    expect(await mute(owner, guest, 600)).toMatchObject(refused('-1', '更新失败，请稍后重试'));
    for (const each of [owner, admin, other, member]) expect(await silence(each)).toBe(0);
  });
});
