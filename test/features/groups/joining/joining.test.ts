import { describe, expect } from 'vitest';
import { type Person, person, testApp } from '../../../support/app.ts';
import { appTest } from '../../../support/app-test.ts';
import { meeting } from '../../../support/barrier.ts';
import { freshDatabase } from '../../../support/database.ts';
import { befriend } from '../../../support/friends.ts';
import { addStrangers, groupOf, heard, membersOf, setLevel } from '../../../support/groups.ts';

const MINUTE = 60_000;

const test = appTest()
  .extend('owner', ({ app }) => person(app, 'owner'))
  .extend('admin', ({ app }) => person(app, 'admin'))
  .extend('member', ({ app }) => person(app, 'member'))
  .extend('guest', ({ app }) => person(app, 'guest'))
  .extend('group', ({ owner, admin, member }) => groupOf(owner, admin, member))
  /** Takes away the events so far. */
  .extend(
    'forget',
    ({ app }) =>
      () =>
        app.executor.write([{ sql: 'DELETE FROM inbox', params: [], kind: 'change' }]),
  )
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
test.beforeEach(async ({ owner, admin, group, forget }) => {
  await owner.call('/chat/setGroupAdmin', { groupId: group, destId: admin.id, IsSet: 1 });
  await forget();
});

interface Cast {
  readonly owner: Person;
  readonly admin: Person;
}

const refused = (code: string, info: string) => ({ code, data: { info } });

describe('asking to join', () => {
  test('mode 0 lets in at once, and tells the members who came', async ({
    owner,
    admin,
    member,
    guest,
    group,
    join,
    isMember,
  }) => {
    expect(await join(guest)).toMatchObject({ code: '1', data: { info: '申请成功' } });
    expect(await isMember(guest)).toBe(true);
    const joined = [{ from: guest.id, fromType: 2, dest: group, content: { name: 'guest', headUrl: '' } }];
    for (const each of [owner, admin, member]) expect(await heard(each, 8)).toEqual(joined);
    expect(await heard(guest, 8)).toEqual([]);
    expect((await guest.call('/chat/ready')).data.groupsInfo).toMatchObject([
      { id: String(group), role: '3' },
    ]);
  });

  test('a member cannot join again, and keeps his role and name', async ({ owner, group, join }) => {
    await owner.call('/chat/updateGroupMemberMark', { groupId: group, markName: '掌柜' });
    expect(await join(owner)).toMatchObject(refused('-1', '您已经是群组成员'));
    expect((await owner.call('/chat/getGroupMember', { groupId: group })).data.info[0]).toMatchObject({
      role: '1',
      name: '掌柜',
    });
  });

  test.for([1, 2])(
    'mode %i wants a message and somebody’s approval',
    async (mode, { owner, admin, member, guest, group, join, setMode, isMember, waits }) => {
      await setMode(mode, { question: '谁介绍你来的？', answer: '老王' });
      expect(await join(guest)).toMatchObject(refused('-1', '验证消息不能为空'));
      expect(await join(guest, { answer: ' ' })).toMatchObject(refused('-1', '验证消息不能为空'));
      expect(await waits(guest)).toBe(false);
      expect((await join(guest, { answer: '小李' })).code).toBe('1');
      expect(await isMember(guest)).toBe(false);
      const asked = {
        groupId: group,
        groupName: '老茶馆',
        question: '谁介绍你来的？',
        answer: '老王',
        userAnswer: '小李',
        inviterId: 0,
      };
      for (const each of [owner, admin])
        expect(await heard(each, 59)).toEqual([{ from: guest.id, fromType: 2, dest: group, content: asked }]);
      expect(await member.events()).toEqual([]);
      expect((await guest.call('/chat/ready')).data.groupsInfo).toEqual([]);
    },
  );

  test('a repeated request takes the place of the first', async ({ app, guest, join, setMode }) => {
    await setMode(1);
    await join(guest, { answer: '一' });
    await join(guest, { answer: '二' });
    expect(await app.sql('SELECT application FROM group_members WHERE user_id = ?', guest.id)).toEqual([
      ['二'],
    ]);
  });

  test('mode 3 lets in whoever knows the answer, and nobody else', async ({
    app,
    guest,
    join,
    setMode,
    isMember,
  }) => {
    await setMode(3, { question: '暗号', answer: '天王盖地虎' });
    expect(await join(guest)).toMatchObject(refused('-2', '加群问题答案不正确'));
    expect(await join(guest, { answer: '宝塔镇河妖' })).toMatchObject(refused('-2', '加群问题答案不正确'));
    expect(await isMember(guest)).toBe(false);
    expect((await join(guest, { answer: '天王盖地虎' })).code).toBe('1');
    expect(await isMember(guest)).toBe(true);
    expect(await app.sql('SELECT application FROM group_members WHERE user_id = ?', guest.id)).toEqual([
      [''],
    ]);
  });

  test.for([4, 5])('mode %i lets nobody in who asks', async (mode, { guest, join, setMode, isMember }) => {
    await setMode(mode);
    expect(await join(guest, { answer: 'x' })).toMatchObject(refused('-3', '不允许加入'));
    expect(await isMember(guest)).toBe(false);
  });

  test('mode 6 wants to be paid', async ({ app, guest, group, join, setMode, isMember }) => {
    await setLevel(app, group, 1);
    await setMode(6, { fee: '8.80' });
    expect(await join(guest, { answer: 'x' })).toMatchObject(refused('-4', '请先支付'));
    expect(await isMember(guest)).toBe(false);
    await setLevel(app, group, 1, app.clock.now());
    expect(await join(guest)).toMatchObject(refused('-4', '请先支付'));
  });

  test('says how the group was found; invitation is not for the applicant to claim', async ({
    app,
    owner,
    guest,
    group,
    join,
  }) => {
    await join(guest, { joinType: 2 });
    const { info } = (await owner.call('/chat/getGroupMember', { groupId: group })).data;
    expect(info.map(({ joinType }: { joinType: string }) => joinType)).toEqual(['0', '0', '0', '2']);
    const other = await person(app);
    expect((await join(other, { joinType: 0 })).code).toBe('-1');
    await join(other);
    const seen = await owner.call('/chat/getGroupMemberById', { groupId: group, destId: other.id });
    expect(seen.data.groupInfo).toMatchObject({ joinType: '1', inviterId: '0' });
  });

  test('an unknown or dismissed group is refused', async ({ owner, guest, group, join, waits }) => {
    expect(await join(guest, { groupId: 99 })).toMatchObject(refused('-1', '群不存在'));
    await owner.call('/chat/dismissGroup', { groupId: group });
    expect(await join(guest)).toMatchObject(refused('-1', '群不存在'));
    expect(await waits(guest)).toBe(false);
  });
});

describe('a request that waits', () => {
  test.beforeEach(async ({ guest, forget, join, setMode }) => {
    await setMode(1);
    await join(guest, { answer: '你好' });
    await forget();
  });

  test.for([
    ['the owner', ({ owner }: Cast) => owner],
    ['an admin', ({ admin }: Cast) => admin],
  ] as const)(
    'is accepted by %s: the applicant and the members are told',
    async ([_, who], { owner, admin, member, guest, group, decide, isMember }) => {
      expect(await decide(who({ owner, admin }), guest, 1)).toMatchObject({
        code: '1',
        data: { info: '操作成功' },
      });
      expect(await isMember(guest)).toBe(true);
      const { id } = who({ owner, admin });
      const said = {
        groupId: group,
        groupName: '老茶馆',
        adminId: id,
        adminName: id === owner.id ? 'owner' : 'admin',
      };
      expect(await heard(guest, 60)).toEqual([{ from: id, fromType: 2, dest: group, content: said }]);
      expect(await heard(member, 8)).toMatchObject([{ from: guest.id, content: { name: 'guest' } }]);
      expect(await decide(who({ owner, admin }), guest, 1)).toMatchObject(
        refused('-1', '操作失败，请稍后重试'),
      );
    },
  );

  test.for([0, 2, -1])(
    'is refused by ope %i, once, and the applicant told',
    async (ope, { admin, guest, decide, isMember, waits }) => {
      expect((await decide(admin, guest, ope)).code).toBe('1');
      expect(await waits(guest)).toBe(false);
      expect(await isMember(guest)).toBe(false);
      expect(await heard(guest, 61)).toMatchObject([{ from: admin.id, content: { adminName: 'admin' } }]);
      expect((await decide(admin, guest, ope)).code).toBe('-1');
      expect(await heard(guest, 61)).toHaveLength(1);
    },
  );

  test('is not for members, strangers or the applicant himself to decide', async ({
    app,
    member,
    guest,
    decide,
    isMember,
    waits,
  }) => {
    expect(await decide(member, guest, 1)).toMatchObject(refused('-1', '无权操作'));
    expect(await decide(guest, guest, 1)).toMatchObject(refused('-1', '您不在该群组，无法操作'));
    expect(await decide(await person(app), guest, 1)).toMatchObject(refused('-1', '您不在该群组，无法操作'));
    expect(await decide(member, guest, 0)).toMatchObject(refused('-1', '无权操作'));
    expect(await waits(guest)).toBe(true);
    expect(await isMember(guest)).toBe(false);
  });

  test('does not turn a member into anything', async ({ owner, member, decide, isMember }) => {
    expect((await decide(owner, member, 0)).code).toBe('-1');
    expect(await isMember(member)).toBe(true);
  });

  test('cannot be accepted into a full group', async ({
    app,
    owner,
    guest,
    group,
    decide,
    isMember,
    waits,
  }) => {
    await addStrangers(app, group, 97);
    expect(await decide(owner, guest, 1)).toMatchObject(refused('-1', '群人数已经到达上限'));
    expect(await isMember(guest)).toBe(false);
    expect(await waits(guest)).toBe(true);
  });
});

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
    const rows = await app.sql('SELECT msg_id FROM inbox WHERE user_id = ? AND type = 8', member.id);
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

describe('the join rules', () => {
  const it = test
    .extend(
      'set',
      ({ group }) =>
        (who: Person, more: Record<string, string | number>) =>
          who.call('/chat/updateJoinstatus', { groupId: group, ...more }),
    )
    .extend(
      'feeNow',
      ({ guest, group }) =>
        async () =>
          (await guest.call('/chat/getGroupById', { groupId: group })).data.fee,
    );

  it('are the owner’s and the admins’ to set', async ({ owner, admin, member, guest, group, set }) => {
    expect((await set(owner, { status: 4 })).code).toBe('1');
    expect((await set(admin, { status: 5 })).code).toBe('1');
    expect(await set(member, { status: 0 })).toMatchObject(refused('-1', '无权操作'));
    expect(await set(guest, { status: 0 })).toMatchObject(refused('-1', '您不在该群组，无法操作'));
    expect((await member.call('/chat/getGroupById', { groupId: group })).data.joinStatus).toBe('5');
  });

  it('want what their mode needs', async ({ owner, group, set }) => {
    expect(await set(owner, { status: 2 })).toMatchObject(refused('-1', '请配置正确的验证问题'));
    const both = refused('-1', '请配置正确的验证问题及答案');
    expect(await set(owner, { status: 3, question: 'q' })).toMatchObject(both);
    expect(await set(owner, { status: 3, answer: 'a' })).toMatchObject(both);
    for (const status of [7, -1, 'x'])
      expect(await set(owner, { status })).toMatchObject(refused('-1', '网络繁忙，请稍后重试'));
    expect((await owner.call('/chat/getGroupById', { groupId: group })).data.joinStatus).toBe('0');
  });

  it('allow a fee only to a group with a level, and only a sensible one', async ({
    app,
    owner,
    group,
    set,
  }) => {
    expect((await set(owner, { status: 6, fee: '1' })).code).toBe('-1');
    await setLevel(app, group, 1, app.clock.now());
    expect((await set(owner, { status: 6, fee: '1' })).code).toBe('-1');
    await setLevel(app, group, 1);
    for (const fee of ['', '0', '0.00', '-1', '0.001', '500.01', 'x', '1e2'])
      expect(await set(owner, { status: 6, fee })).toMatchObject(refused('-1', '网络繁忙，请稍后重试'));
    expect((await owner.call('/chat/getGroupById', { groupId: group })).data.joinStatus).toBe('0');
    for (const fee of ['0.01', '500.00']) expect((await set(owner, { status: 6, fee })).code).toBe('1');
  });

  it('charge a raised fee from ten minutes later, a lowered one at once', async ({
    app,
    group,
    setMode,
    feeNow,
  }) => {
    await setLevel(app, group, 1);
    await setMode(6, { fee: '5' });
    expect(await feeNow()).toBe('5.00');
    await setMode(6, { fee: '9.9' });
    app.clock.advance(10 * MINUTE - 1);
    expect(await feeNow()).toBe('5.00');
    app.clock.advance(1);
    expect(await feeNow()).toBe('9.90');
    await setMode(6, { fee: '20' });
    await setMode(6, { fee: '15' });
    expect(await feeNow()).toBe('9.90');
    await setMode(6, { fee: '2' });
    expect(await feeNow()).toBe('2.00');
    app.clock.advance(10 * MINUTE);
    expect(await feeNow()).toBe('2.00');
  });

  it('know no way around the ten minutes through another mode', async ({ app, group, setMode, feeNow }) => {
    await setLevel(app, group, 1);
    await setMode(6, { fee: '1' });
    await setMode(0);
    expect(await feeNow()).toBe('0.00');
    await setMode(6, { fee: '400' });
    expect(await feeNow()).toBe('1.00');
    app.clock.advance(10 * MINUTE);
    expect(await feeNow()).toBe('400.00');
  });
});

describe('the places of a group', () => {
  test.for([
    [0, 100],
    [1, 200],
    [2, 500],
    [3, 1000],
    [4, 2000],
  ] as const)('at level %i are %i', async ([level, places], { app, guest, group, join }) => {
    await setLevel(app, group, level);
    await addStrangers(app, group, places - 4);
    expect((await join(guest)).code).toBe('1');
    expect(await join(await person(app))).toMatchObject(refused('-5', '群人数已经到达上限'));
  });

  test('are those of level 0 once the level has expired, and whoever is in stays', async ({
    app,
    owner,
    guest,
    group,
    join,
  }) => {
    await setLevel(app, group, 4, app.clock.now() + MINUTE);
    await addStrangers(app, group, 97);
    expect((await join(guest)).code).toBe('1');
    app.clock.advance(MINUTE);
    expect((await join(await person(app))).code).toBe('-5');
    expect(await membersOf(owner, group)).toHaveLength(101);
    expect((await owner.call('/chat/getGroupById', { groupId: group })).data.level).toBe('0');
  });

  test('are refused before the mode is looked at, as the original did', async ({
    app,
    guest,
    group,
    join,
    setMode,
    waits,
  }) => {
    await setMode(1);
    await addStrangers(app, group, 97);
    expect((await join(guest, { answer: 'x' })).code).toBe('-5');
    expect(await waits(guest)).toBe(false);
  });
});

describe.each([
  ['in one commit', 60],
  ['in several commits', 200],
])('people who rush for the last ten places %s', (_, people) => {
  test('get exactly these ten', async () => {
    const { executor, hold } = meeting((await freshDatabase()).executor);
    const crowded = await testApp({ executor });
    const host = await person(crowded, 'host');
    const place = await groupOf(host);
    await addStrangers(crowded, place, 89);
    const crowd: Person[] = [];
    for (let i = 0; i < people; i++) crowd.push(await person(crowded));
    hold(people);
    const replies = await Promise.all(
      crowd.map((each) => each.call('/chat/requestGroupJoin', { groupId: place })),
    );
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(10);
    expect(replies.filter(({ code }) => code === '-5')).toHaveLength(people - 10);
    expect(await membersOf(host, place)).toHaveLength(100);
    expect(await heard(host, 8)).toHaveLength(10);
    await crowded.close();
  });
});

test('requests, invitations and approvals that meet at the last place let one in', async () => {
  const { executor, hold } = meeting((await freshDatabase()).executor);
  const crowded = await testApp({ executor });
  const [host, friend, asker, waiter] = await Promise.all(
    ['host', 'friend', 'asker', 'waiter'].map((name) => person(crowded, name)),
  );
  if (!host || !friend || !asker || !waiter) throw new Error('people are missing');
  await befriend(host, friend);
  const place = await groupOf(host);
  await host.call('/chat/updateJoinstatus', { groupId: place, status: 1 });
  await waiter.call('/chat/requestGroupJoin', { groupId: place, answer: '你好' });
  await host.call('/chat/updateJoinstatus', { groupId: place, status: 0 });
  await addStrangers(crowded, place, 98);
  hold(3);
  const replies = await Promise.all([
    asker.call('/chat/requestGroupJoin', { groupId: place }),
    host.call('/chat/addGroupMember', { groupId: place, inviteIds: friend.id }),
    host.call('/chat/updateGroupMember', { groupId: place, destId: waiter.id, type: 1, ope: 1 }),
  ]);
  expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
  expect(await membersOf(host, place)).toHaveLength(100);
  await crowded.close();
});
