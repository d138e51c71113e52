import { describe, expect } from 'vitest';
import { runJobs } from '../../../src/jobs.ts';
import { type Params, type Person, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { befriend } from '../../support/friends.ts';
import { groupOf, heard, membersOf, setLevel } from '../../support/groups.ts';
import { PAY_PASSWORD, withPayPassword } from '../../support/money.ts';

const DAY = 24 * 3600 * 1000;

const test = appTest()
  .extend('owner', ({ app }) => person(app, 'owner'))
  .extend('admin', ({ app }) => person(app, 'admin'))
  .extend('friend', ({ app }) => person(app, 'friend'))
  .extend('li', ({ app }) => person(app, 'li'))
  .extend('group', ({ owner, admin, friend, li }) => groupOf(owner, admin, friend, li))
  .extend('mode', ({ owner, group }) => async (status: number) => {
    const rules = { groupId: group, status, question: '谁？', answer: '我', fee: '1.00' };
    expect((await owner.call('/chat/updateJoinstatus', rules)).code).toBe('1');
  })
  .extend(
    'isMember',
    ({ owner, li, group }) =>
      async (who = li) =>
        (await membersOf(owner, group)).some(([id]) => id === who.id),
  )
  .extend(
    'remove',
    ({ owner, li, group }) =>
      (by = owner) =>
        by.call('/chat/removeGroupMember', { groupId: group, destId: li.id }),
  )
  .extend(
    'leave',
    ({ li, group }) =>
      () =>
        li.call('/chat/quitGroup', { groupId: group }),
  )
  .extend(
    'join',
    ({ li, group }) =>
      (answer = '我') =>
        li.call('/chat/requestGroupJoin', { groupId: group, answer }),
  )
  .extend(
    'joinWithoutWords',
    ({ li, group }) =>
      () =>
        li.call('/chat/requestFriend', { destId: group, destType: 2 }),
  )
  .extend(
    'invite',
    ({ li, group }) =>
      (by: Person) =>
        by.call('/chat/addGroupMember', { groupId: group, inviteIds: li.id }),
  )
  .extend(
    'decide',
    ({ owner, li, group }) =>
      (ope: number, by = owner) =>
        by.call('/chat/updateGroupMember', { groupId: group, destId: li.id, type: 1, ope }),
  )
  .extend(
    'mute',
    ({ owner, li, group }) =>
      (ope: number) =>
        owner.call('/chat/updateGroupMember', { groupId: group, destId: li.id, type: 2, ope }),
  )
  .extend(
    'say',
    ({ li, group }) =>
      (params: Params = {}) =>
        li.call('/im/send', {
          destId: group,
          fromType: 2,
          messageType: 2,
          content: '茶',
          msgId: 'm',
          ...params,
        }),
  )
  .extend(
    'enter',
    ({ app, friend, li, group, join, joinWithoutWords, invite }) =>
      async (way: (typeof WAYS)[number]) => {
        if (way === 'asking') return join();
        if (way === 'asking without words') return joinWithoutWords();
        if (way === 'a member’s invitation') return invite(friend);
        await withPayPassword(app, li);
        await li.call('/wallet/recharge', { amount: '10.00' });
        return li.call('/chat/payForGroupJoin', { groupId: group, pwd: PAY_PASSWORD });
      },
  );
test.beforeEach(async ({ app, owner, admin, friend, li, group }) => {
  await befriend(friend, li);
  await befriend(admin, li);
  await owner.call('/chat/setGroupAdmin', { groupId: group, destId: admin.id });
  await setLevel(app, group, 1, app.clock.now() + 60 * DAY);
});

interface Cast {
  readonly owner: Person;
  readonly admin: Person;
}

/** Every way into a group that a person or others can take for them. */
const WAYS = ['asking', 'asking without words', 'a member’s invitation', 'paying'] as const;

describe('a removal', () => {
  describe.each([0, 1, 2, 3, 4, 5, 6])('in mode %i', (status) => {
    test.for(WAYS)('is not undone by %s', async (way, { mode, isMember, remove, enter }) => {
      await remove();
      await mode(status);
      await enter(way);
      expect(await isMember()).toBe(false);
    });

    test.for([
      ['owner', ({ owner }: Cast) => owner],
      ['admin', ({ admin }: Cast) => admin],
    ] as const)(
      'ends with an invitation by the %s',
      async ([_, by], { owner, admin, mode, isMember, remove, leave, join, invite }) => {
        await remove();
        await mode(status);
        expect((await invite(by({ owner, admin }))).code).toBe('1');
        expect(await isMember()).toBe(true);
        await leave();
        await mode(0);
        await join();
        expect(await isMember()).toBe(true);
      },
    );
  });

  test.for([0, 1, 2, 3, 6])(
    'in mode %i leaves a request that the managers decide',
    async (status, { admin, li, group, mode, isMember, remove, leave, join, decide }) => {
      await remove(admin);
      await mode(status);
      expect((await join()).code).toBe('1');
      expect(await heard(admin, 59)).toMatchObject([{ from: li.id, dest: group }]);
      expect((await decide(0)).code).toBe('1');
      expect(await isMember()).toBe(false);
      expect((await join()).code).toBe('1');
      expect((await decide(1, admin)).code).toBe('1');
      expect(await isMember()).toBe(true);
      await leave();
      await mode(0);
      await join();
      expect(await isMember()).toBe(true);
    },
  );

  test('still wants the right answer', async ({ mode, remove, join, decide }) => {
    await remove();
    await mode(3);
    expect((await join('他')).code).toBe('-2');
    expect((await decide(1)).code).toBe('-1');
  });

  test('waits for the managers where a member invites, and asks nobody to pay', async ({
    owner,
    friend,
    li,
    mode,
    isMember,
    remove,
    invite,
    decide,
  }) => {
    await remove();
    await mode(6);
    expect((await invite(friend)).code).toBe('1');
    expect(await heard(owner, 59)).toMatchObject([{ from: li.id }]);
    expect(await heard(li, 13)).toEqual([]);
    await decide(1);
    expect(await isMember()).toBe(true);
  });

  test('tells who would pay that they must ask', async ({ app, li, group, mode, remove }) => {
    await remove();
    await mode(6);
    await withPayPassword(app, li);
    await li.call('/wallet/recharge', { amount: '10.00' });
    const reply = await li.call('/chat/payForGroupJoin', { groupId: group, pwd: PAY_PASSWORD });
    expect(reply).toMatchObject({ code: '-1', data: { info: '您已被移出该群，请先申请加入' } });
    expect((await li.call('/wallet/getBalance')).data).toBe('10.00');
  });

  test('is forgotten after 30 days, and swept', async ({ app, isMember, remove, join, decide }) => {
    await remove();
    app.clock.advance(30 * DAY - 1);
    await join();
    expect(await isMember()).toBe(false);
    await decide(0);
    app.clock.advance(1);
    await join();
    expect(await isMember()).toBe(true);
    await runJobs(app.platform);
    expect(await app.sql('SELECT COUNT(*) FROM group_sanctions')).toEqual([[0]]);
  });

  test('is of this group alone, and not of who leaves by themselves', async ({
    owner,
    li,
    isMember,
    remove,
    leave,
    join,
    invite,
  }) => {
    const another = await groupOf(owner);
    await remove();
    expect((await li.call('/chat/requestGroupJoin', { groupId: another })).code).toBe('1');
    expect(await membersOf(owner, another)).toHaveLength(2);
    await invite(owner);
    await leave();
    await join();
    expect(await isMember()).toBe(true);
  });
});

describe('a mute', () => {
  const it = test.extend('comeBack', ({ friend, remove, leave, join, invite, decide }) => () => ({
    'leaving and joining': async () => {
      await leave();
      await join();
    },
    'leaving and an invitation': async () => {
      await leave();
      await invite(friend);
    },
    'a removal and being let in': async () => {
      await remove();
      await join();
      await decide(1);
    },
  }));
  it.for(['leaving and joining', 'leaving and an invitation', 'a removal and being let in'] as const)(
    'outlives %s',
    async (way, { app, isMember, mute, say, comeBack }) => {
      await mute(3600);
      await comeBack()[way]();
      expect(await isMember()).toBe(true);
      expect(await say()).toMatchObject({ data: { info: '您已被禁言' } });
      app.clock.advance(3_600_000);
      expect((await say()).code).toBe('1');
    },
  );

  it('lets nobody speak by what they pay in the group', async ({ app, friend, li, group, mute }) => {
    await withPayPassword(app, li);
    await li.call('/wallet/recharge', { amount: '10.00' });
    const packet = {
      destType: 2,
      destId: group,
      redPacketCount: 1,
      redPacketAmount: '1.00',
      redPacketType: 2,
    };
    const transfer = { destId: friend.id, amount: '1.00', payPwd: PAY_PASSWORD, msg: '茶' };
    const ways: readonly [string, Params][] = [
      ['/chat/sendRedPacket', { ...packet, redPacketContent: '茶' }],
      ['/transfer/createTransfer', { ...transfer, groupId: group }],
    ];
    await mute(3600);
    const before = (await friend.events()).length;
    for (const [path, params] of ways)
      expect(await li.call(path, params), path).toMatchObject({
        code: '-1',
        data: { reason: 'SILENCED', hint: '您已被禁言' },
      });
    expect(await friend.events()).toHaveLength(before);
    expect((await li.call('/wallet/getBalance')).data).toBe('10.00');
    expect((await li.call('/transfer/createTransfer', transfer)).code).toBe('1');
    app.clock.advance(3_600_000);
    for (const [path, params] of ways) expect((await li.call(path, params)).code, path).toBe('1');
  });

  it('is lifted for who becomes the owner', async ({ owner, li, group, mute, say }) => {
    await mute(3600);
    await owner.call('/chat/transGroup', { groupId: group, destId: li.id });
    expect(
      (await li.call('/chat/transGroupConfirm', { groupId: group, destId: owner.id, accept: 1 })).code,
    ).toBe('1');
    expect((await say()).code).toBe('1');
  });
});

test('how many members a level allows is an operator’s to say', async ({ app, group }) => {
  await app.executor.write([
    { sql: 'UPDATE group_levels SET capacity = 4 WHERE level = 1', params: [], kind: 'change' },
  ]);
  const late = await person(app, 'late');
  expect((await late.call('/chat/requestGroupJoin', { groupId: group })).code).toBe('-5');
  await app.executor.write([
    { sql: 'UPDATE group_levels SET capacity = 5 WHERE level = 1', params: [], kind: 'change' },
  ]);
  expect((await late.call('/chat/requestGroupJoin', { groupId: group })).code).toBe('1');
});
