import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runJobs } from '../../../src/jobs.ts';
import { type Params, type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { befriend } from '../../support/friends.ts';
import { groupOf, heard, membersOf, setLevel } from '../../support/groups.ts';
import { PAY_PASSWORD, withPayPassword } from '../../support/money.ts';

const DAY = 24 * 3600 * 1000;

let app: TestApp;
let owner: Person;
let admin: Person;
let friend: Person;
let li: Person;
let group: number;
beforeEach(async () => {
  app = await testApp();
  owner = await person(app, 'owner');
  admin = await person(app, 'admin');
  friend = await person(app, 'friend');
  li = await person(app, 'li');
  group = await groupOf(owner, admin, friend, li);
  await befriend(friend, li);
  await befriend(admin, li);
  await owner.call('/chat/setGroupAdmin', { groupId: group, destId: admin.id });
  await setLevel(app, group, 1, app.clock.now() + 60 * DAY);
});
afterEach(() => app.close());

const mode = async (status: number) => {
  const rules = { groupId: group, status, question: '谁？', answer: '我', fee: '1.00' };
  expect((await owner.call('/chat/updateJoinstatus', rules)).code).toBe('1');
};
const isMember = async (who = li) => (await membersOf(owner, group)).some(([id]) => id === who.id);
const remove = (by = owner) => by.call('/chat/removeGroupMember', { groupId: group, destId: li.id });
const leave = () => li.call('/chat/quitGroup', { groupId: group });
const join = (answer = '我') => li.call('/chat/requestGroupJoin', { groupId: group, answer });
const joinWithoutWords = () => li.call('/chat/requestFriend', { destId: group, destType: 2 });
const invite = (by: Person) => by.call('/chat/addGroupMember', { groupId: group, inviteIds: li.id });
const decide = (ope: number, by = owner) =>
  by.call('/chat/updateGroupMember', { groupId: group, destId: li.id, type: 1, ope });
const mute = (ope: number) =>
  owner.call('/chat/updateGroupMember', { groupId: group, destId: li.id, type: 2, ope });
const say = (params: Params = {}) =>
  li.call('/im/send', { destId: group, fromType: 2, messageType: 2, content: '茶', msgId: 'm', ...params });

/** Every way into a group that a person or others can take for them. */
const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['asking', () => join()],
  ['asking without words', joinWithoutWords],
  ['a member’s invitation', () => invite(friend)],
  [
    'paying',
    async () => {
      await withPayPassword(app, li);
      await li.call('/wallet/recharge', { amount: '10.00' });
      await li.call('/chat/payForGroupJoin', { groupId: group, pwd: PAY_PASSWORD });
    },
  ],
];

describe('a removal', () => {
  describe.each([0, 1, 2, 3, 4, 5, 6])('in mode %i', (status) => {
    test.each(ways)('is not undone by %s', async (_, enter) => {
      await remove();
      await mode(status);
      await enter();
      expect(await isMember()).toBe(false);
    });

    test.each([
      ['owner', () => owner],
      ['admin', () => admin],
    ])('ends with an invitation by the %s', async (_, by) => {
      await remove();
      await mode(status);
      expect((await invite(by())).code).toBe('1');
      expect(await isMember()).toBe(true);
      await leave();
      await mode(0);
      await join();
      expect(await isMember()).toBe(true);
    });
  });

  test.each([0, 1, 2, 3, 6])('in mode %i leaves a request that the managers decide', async (status) => {
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
  });

  test('still wants the right answer', async () => {
    await remove();
    await mode(3);
    expect((await join('他')).code).toBe('-2');
    expect((await decide(1)).code).toBe('-1');
  });

  test('waits for the managers where a member invites, and asks nobody to pay', async () => {
    await remove();
    await mode(6);
    expect((await invite(friend)).code).toBe('1');
    expect(await heard(owner, 59)).toMatchObject([{ from: li.id }]);
    expect(await heard(li, 13)).toEqual([]);
    await decide(1);
    expect(await isMember()).toBe(true);
  });

  test('tells who would pay that they must ask', async () => {
    await remove();
    await mode(6);
    await withPayPassword(app, li);
    await li.call('/wallet/recharge', { amount: '10.00' });
    const reply = await li.call('/chat/payForGroupJoin', { groupId: group, pwd: PAY_PASSWORD });
    expect(reply).toMatchObject({ code: '-1', data: { info: '您已被移出该群，请先申请加入' } });
    expect((await li.call('/wallet/getBalance')).data).toBe('10.00');
  });

  test('is forgotten after 30 days, and swept', async () => {
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

  test('is of this group alone, and not of who leaves by themselves', async () => {
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
  test.each<readonly [string, () => Promise<unknown>]>([
    [
      'leaving and joining',
      async () => {
        await leave();
        await join();
      },
    ],
    [
      'leaving and an invitation',
      async () => {
        await leave();
        await invite(friend);
      },
    ],
    [
      'a removal and being let in',
      async () => {
        await remove();
        await join();
        await decide(1);
      },
    ],
  ])('outlives %s', async (_, comeBack) => {
    await mute(3600);
    await comeBack();
    expect(await isMember()).toBe(true);
    expect(await say()).toMatchObject({ data: { info: '您已被禁言' } });
    app.clock.advance(3_600_000);
    expect((await say()).code).toBe('1');
  });

  test('lets nobody speak by what they pay in the group', async () => {
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
      expect(await li.call(path, params), path).toMatchObject({ code: '-1', data: { reason: '您已被禁言' } });
    expect(await friend.events()).toHaveLength(before);
    expect((await li.call('/wallet/getBalance')).data).toBe('10.00');
    expect((await li.call('/transfer/createTransfer', transfer)).code).toBe('1');
    app.clock.advance(3_600_000);
    for (const [path, params] of ways) expect((await li.call(path, params)).code, path).toBe('1');
  });

  test('is lifted for who becomes the owner', async () => {
    await mute(3600);
    await owner.call('/chat/transGroup', { groupId: group, destId: li.id });
    expect(
      (await li.call('/chat/transGroupConfirm', { groupId: group, destId: owner.id, accept: 1 })).code,
    ).toBe('1');
    expect((await say()).code).toBe('1');
  });
});

test('how many members a level allows is an operator’s to say', async () => {
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
