import { describe, expect } from 'vitest';
import { type Person, person, testApp } from '../../support/app.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { groupTest } from '../../support/group-test.ts';
import { groupOf, heard, membersOf } from '../../support/groups.ts';

const HOUR = 3_600_000;

const test = groupTest().extend(
  'seen',
  ({ group }) =>
    async (who: Person) =>
      (await who.call('/chat/getGroupById', { groupId: group })).data,
);

const refused = (code: string, info: string) => ({ code, data: { info } });
const noMember = refused('-1', '您不在该群组，无法操作');
const notAllowed = refused('-1', '无权操作');

describe('a transfer of ownership', () => {
  const it = test
    .extend(
      'offer',
      ({ owner, group }) =>
        (whom: Person, by = owner) =>
          by.call('/chat/transGroup', { groupId: group, destId: whom.id }),
    )
    .extend(
      'answer',
      ({ owner, group }) =>
        (who: Person, accept?: number) =>
          who.call('/chat/transGroupConfirm', {
            groupId: group,
            destId: owner.id,
            ...(accept === undefined ? {} : { accept }),
          }),
    );

  it('is offered, accepted, and both change places', async ({
    owner,
    admin,
    member,
    group,
    seen,
    offer,
    answer,
  }) => {
    expect(await offer(member)).toMatchObject({ code: '1', data: { info: '发送请求成功' } });
    const content = { groupId: group, groupName: '老茶馆', destId: owner.id };
    expect(await heard(member, 52)).toEqual([{ from: owner.id, fromType: 2, dest: group, content }]);
    expect(await answer(member, 1)).toMatchObject({ code: '1', data: { info: '操作成功' } });
    expect(await heard(owner, 53)).toMatchObject([{ from: member.id, content: { destId: member.id } }]);
    expect(await membersOf(owner, group)).toEqual([
      [member.id, '1'],
      [admin.id, '2'],
      [owner.id, '3'],
    ]);
    expect((await seen(owner)).creatorId).toBe(String(member.id));
    expect(await answer(member, 1)).toMatchObject(refused('-1', '操作已失效'));
    expect((await owner.call('/chat/quitGroup', { groupId: group })).code).toBe('1');
    expect((await member.call('/chat/updateGroupDesc', { groupId: group, descriptions: '新' })).code).toBe(
      '1',
    );
  });

  it.for([undefined, 0, 2])(
    'is declined by accept %s, and nothing changes',
    async (accept, { owner, member, group, offer, answer }) => {
      await offer(member);
      expect((await answer(member, accept)).code).toBe('1');
      expect(await heard(owner, 54)).toHaveLength(1);
      expect(await membersOf(owner, group)).toContainEqual([owner.id, '1']);
      expect(await answer(member, 1)).toMatchObject(refused('-1', '操作已失效'));
    },
  );

  it('is the owner’s to offer, and to a fellow member', async ({
    owner,
    admin,
    member,
    guest,
    offer,
    answer,
  }) => {
    expect(await offer(member, admin)).toMatchObject(notAllowed);
    expect(await offer(admin, member)).toMatchObject(notAllowed);
    expect(await offer(member, guest)).toMatchObject(noMember);
    expect(await offer(guest)).toMatchObject(refused('-1', '请选择群成员'));
    expect(await offer(owner)).toMatchObject(refused('-1', '无法转移给自己'));
    expect(await owner.call('/chat/transGroup', { groupId: 99, destId: member.id })).toMatchObject(
      refused('-1', '群资料获取失败'),
    );
    expect((await answer(member, 1)).code).toBe('-1');
  });

  it('is the addressee’s alone to take', async ({ owner, admin, member, guest, group, offer, answer }) => {
    await offer(member);
    expect(await answer(admin, 1)).toMatchObject(refused('-1', '操作已失效'));
    expect(await answer(owner, 1)).toMatchObject(refused('-1', '操作已失效'));
    expect(await answer(guest, 1)).toMatchObject(noMember);
    expect(await membersOf(owner, group)).toContainEqual([owner.id, '1']);
  });

  it('stands for 24 hours, or until a newer offer', async ({ app, admin, member, offer, answer }) => {
    await offer(member);
    app.clock.advance(24 * HOUR);
    expect(await answer(member, 1)).toMatchObject(refused('-1', '操作已失效'));
    await offer(member);
    app.clock.advance(24 * HOUR - 1);
    await offer(admin);
    expect(await answer(member, 1)).toMatchObject(refused('-1', '操作已失效'));
    expect((await answer(admin, 1)).code).toBe('1');
  });

  it('lapses when the addressee leaves, even if he comes back', async ({ member, group, offer, answer }) => {
    await offer(member);
    await member.call('/chat/quitGroup', { groupId: group });
    expect(await answer(member, 1)).toMatchObject(noMember);
    await member.call('/chat/requestGroupJoin', { groupId: group });
    expect(await answer(member, 1)).toMatchObject(refused('-1', '操作已失效'));
  });

  it('that is taken twice at once, or as the addressee leaves, keeps one owner', async () => {
    const { executor, hold } = meeting((await freshDatabase()).executor);
    const busy = await testApp({ executor });
    const [a, b] = await Promise.all([person(busy, 'a'), person(busy, 'b')]);
    const place = await groupOf(a, b);
    await a.call('/chat/transGroup', { groupId: place, destId: b.id });
    const take = () => b.call('/chat/transGroupConfirm', { groupId: place, destId: a.id, accept: 1 });
    hold(3);
    const replies = await Promise.all([take(), take(), b.call('/chat/quitGroup', { groupId: place })]);
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(1);
    const owners = await busy.sql(
      'SELECT m.user_id = g.owner_id FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.role = 1',
    );
    expect(owners).toEqual([[1]]);
    await busy.close();
  });
});
