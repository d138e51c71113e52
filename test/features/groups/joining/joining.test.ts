import { describe, expect } from 'vitest';
import { type Person, person } from '../../../support/app.ts';
import { groupTest } from '../../../support/group-test.ts';
import { addStrangers, heard, membersOf, setLevel } from '../../../support/groups.ts';

const MINUTE = 60_000;

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
