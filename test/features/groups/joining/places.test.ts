import { describe, expect } from 'vitest';
import { type Person, person, testApp } from '../../../support/app.ts';
import { meeting } from '../../../support/barrier.ts';
import { freshDatabase } from '../../../support/database.ts';
import { befriend } from '../../../support/friends.ts';
import { groupTest } from '../../../support/group-test.ts';
import { addStrangers, groupOf, heard, membersOf, setLevel } from '../../../support/groups.ts';

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
