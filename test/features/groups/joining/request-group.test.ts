import { describe, expect } from 'vitest';
import { type Person, person } from '../../../support/app.ts';
import { appTest } from '../../../support/app-test.ts';
import { addStrangers, groupOf, heard, membersOf, setLevel } from '../../../support/groups.ts';

/** requestFriend with destType 2 goes through the same door as requestGroupJoin (listings 32 and 51). */

const test = appTest()
  .extend('owner', ({ app }) => person(app, 'owner'))
  .extend('group', ({ owner }) => groupOf(owner))
  .extend('mode', ({ owner, group }) => async (status: number, more: Record<string, string> = {}) => {
    const rules = { groupId: group, status, ...more };
    expect((await owner.call('/chat/updateJoinstatus', rules)).code).toBe('1');
  });

const join = (who: Person, destId: number) => who.call('/chat/requestFriend', { destId, destType: 2 });

test('an open group is joined at once, and its members are told', async ({ owner, li, group }) => {
  expect(await join(li, group)).toMatchObject({ code: '1', data: { info: '完成' } });
  expect(await membersOf(owner, group)).toEqual([
    [owner.id, '1'],
    [li.id, '3'],
  ]);
  expect(await heard(owner, 8)).toMatchObject([{ from: li.id, dest: group }]);
});

describe('the join mode is obeyed', () => {
  test.for([
    [3, { question: '谁？', answer: '我' }, '-2', '加群问题答案不正确'],
    [4, {}, '-3', '不允许加入'],
    [5, {}, '-3', '不允许加入'],
  ] as const)('mode %i %j answers %s %s', async ([status, more, code, info], { owner, li, group, mode }) => {
    await mode(status, more);
    expect(await join(li, group)).toMatchObject({ code, data: { info } });
    expect(await membersOf(owner, group)).toHaveLength(1);
    expect((await owner.events()).length).toBe(0);
  });

  test.for([
    [1, {}],
    [2, { question: '谁？' }],
  ] as const)(
    'mode %i makes a request that waits, because this call has no message',
    async ([status, more], { owner, li, group, mode }) => {
      await mode(status, more);
      expect(await join(li, group)).toMatchObject({ code: '1', data: { info: '完成' } });
      expect(await membersOf(owner, group)).toHaveLength(1);
      expect(await heard(owner, 59)).toMatchObject([{ from: li.id, dest: group }]);
    },
  );

  test('mode 6 wants to be paid', async ({ app, owner, li, group, mode }) => {
    await setLevel(app, group, 1);
    await mode(6, { fee: '1.00' });
    expect(await join(li, group)).toMatchObject({ code: '-4', data: { info: '请先支付' } });
    expect(await membersOf(owner, group)).toHaveLength(1);
  });
});

test('a full group is refused with the words of listing 32', async ({ app, li, group }) => {
  await addStrangers(app, group, 99);
  expect(await join(li, group)).toMatchObject({
    code: '-1',
    data: { info: '加入群失败，可能超过人数限制700' },
  });
});

test('asking again changes nothing: neither the role nor the way of joining', async ({
  app,
  owner,
  group,
}) => {
  const before = await app.sql('SELECT * FROM group_members ORDER BY user_id');
  expect((await join(owner, group)).code).toBe('-1');
  expect(await app.sql('SELECT * FROM group_members ORDER BY user_id')).toEqual(before);
});

test('a group that is not there, or is dissolved, is refused', async ({ owner, li, group }) => {
  expect((await join(li, 999_999)).code).toBe('-1');
  await owner.call('/chat/dismissGroup', { groupId: group });
  expect((await join(li, group)).code).toBe('-1');
});
