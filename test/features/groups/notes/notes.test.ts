import { describe, expect } from 'vitest';
import type { Params, Person } from '../../../support/app.ts';
import { groupTest } from '../../../support/group-test.ts';
import { groupOf, heard } from '../../../support/groups.ts';

const test = groupTest()
  .extend(
    'add',
    ({ group }) =>
      (who: Person, title = '开张', content = '今日"免费"\n喝茶') =>
        who.call('/chat/createGroupNote', { groupId: group, title, content }),
  )
  .extend(
    'list',
    ({ group }) =>
      async (who: Person, pageNo?: number) =>
        (await who.call('/chat/getNoteList', { groupId: group, ...(pageNo ? { pageNo } : {}) })).data,
  )
  .extend(
    'firstId',
    ({ owner, list }) =>
      async () =>
        Number((await list(owner)).list[0].id),
  )
  .extend(
    'change',
    ({ group }) =>
      (who: Person, noteId: number, params: Params, groupId = group) =>
        who.call('/chat/updateGroupNote', { groupId, noteId, ...params }),
  )
  .extend(
    'remove',
    ({ group }) =>
      (who: Person, noteId: number, groupId = group) =>
        who.call('/chat/deleteGroupNote', { groupId, noteId }),
  );

const refused = (info: string) => ({ code: '-1', data: { info } });
const noMember = refused('您不在该群组，无法操作');
const notAllowed = refused('无权操作');

describe('a note', () => {
  test('is made by the owner or an admin, and everybody is told', async ({
    app,
    owner,
    admin,
    member,
    group,
    add,
    list,
  }) => {
    for (const who of [owner, admin]) {
      expect(await add(who)).toMatchObject({ code: '1', data: { info: '操作成功' } });
      const now = app.clock.now();
      const note = { title: '开张', content: '今日"免费"\n喝茶', groupId: group, userId: who.id };
      for (const each of [owner, admin, member]) {
        const told = (await heard(each, 47)).at(-1);
        expect(told).toMatchObject({ from: who.id, fromType: 2, dest: group, content: note });
        expect(told?.content).toMatchObject({ createTime: now, updateTime: now });
      }
    }
    expect((await list(member)).totalCount).toBe('2');
  });

  test('is refused to members and strangers, and when it says nothing or too much', async ({
    owner,
    member,
    guest,
    group,
    add,
    list,
  }) => {
    expect(await add(member)).toMatchObject(notAllowed);
    expect(await add(guest)).toMatchObject(noMember);
    expect(await add(owner, '', '')).toMatchObject(refused('发布失败'));
    expect(await add(owner, 'x'.repeat(501))).toMatchObject(refused('发布失败'));
    expect(await add(owner, 'x', 'x'.repeat(1025))).toMatchObject(refused('发布失败'));
    expect((await owner.call('/chat/createGroupNote', { groupId: group, title: 'x' })).code).toBe('-1');
    expect((await owner.call('/chat/createGroupNote', { groupId: 99, title: 'x', content: 'y' })).code).toBe(
      '-1',
    );
    expect((await list(owner)).list).toEqual([]);
  });

  test('is changed by the owner or an admin; what is not sent stays', async ({
    app,
    owner,
    admin,
    member,
    group,
    add,
    list,
    firstId,
    change,
  }) => {
    await add(owner);
    const id = await firstId();
    app.clock.advance(1000);
    expect(await change(admin, id, { title: '歇业' })).toMatchObject({
      code: '1',
      data: { info: '更新成功' },
    });
    expect((await list(member)).list[0]).toEqual({
      id: String(id),
      groupId: String(group),
      userId: String(owner.id),
      title: '歇业',
      content: '今日"免费"\n喝茶',
      createTime: String(app.clock.now() - 1000),
      updateTime: String(app.clock.now()),
    });
    expect(await heard(member, 48)).toMatchObject([{ from: admin.id, content: { id, title: '歇业' } }]);
    await change(owner, id, { content: '改天' });
    expect((await list(member)).list[0]).toMatchObject({ title: '歇业', content: '改天' });
  });

  test('is deleted by the owner or an admin', async ({
    owner,
    admin,
    member,
    add,
    list,
    firstId,
    remove,
  }) => {
    await add(owner);
    await add(owner);
    expect(await remove(admin, await firstId())).toMatchObject({ code: '1', data: { info: '删除成功' } });
    expect((await remove(owner, await firstId())).code).toBe('1');
    expect((await list(member)).list).toEqual([]);
  });

  test('is neither changed nor deleted by members, strangers, or after it is gone', async ({
    owner,
    member,
    guest,
    add,
    list,
    firstId,
    change,
    remove,
  }) => {
    await add(owner);
    const id = await firstId();
    const text = { title: 'x', content: 'y' };
    expect(await change(member, id, text)).toMatchObject(notAllowed);
    expect(await remove(member, id)).toMatchObject(notAllowed);
    expect(await change(guest, id, text)).toMatchObject(noMember);
    expect(await remove(guest, id)).toMatchObject(noMember);
    expect((await list(owner)).list).toMatchObject([{ title: '开张' }]);
    await remove(owner, id);
    expect(await remove(owner, id)).toMatchObject(refused('删除失败'));
    expect(await change(owner, id, text)).toMatchObject(refused('各参数不能为空'));
    expect(await heard(member, 48)).toEqual([]);
  });

  test('of one group is out of reach for the admins of another', async ({
    owner,
    guest,
    add,
    list,
    firstId,
    change,
    remove,
  }) => {
    await add(owner);
    const id = await firstId();
    const theirs = await groupOf(guest);
    expect((await change(guest, id, { title: 'x' }, theirs)).code).toBe('-1');
    expect((await remove(guest, id, theirs)).code).toBe('-1');
    expect((await list(owner)).list).toMatchObject([{ title: '开张' }]);
    expect(await heard(guest, 48)).toEqual([]);
  });
});

describe('getNoteList', () => {
  test('has pages of 20, what changed last first', async ({ app, owner, member, add, list, change }) => {
    for (let i = 1; i <= 21; i++) {
      await add(owner, `${i}`);
      app.clock.advance(1);
    }
    const [oldest] = await app.sql("SELECT id FROM group_notes WHERE title = '1'");
    await change(owner, Number(oldest?.[0]), { content: '新' });
    const first = await list(member);
    expect(first).toMatchObject({
      pageNo: '1',
      pageSize: '20',
      totalCount: '21',
      totalPage: '2',
      orderBy: '',
      orderType: '',
    });
    expect(first.list.map(({ title }: { title: string }) => title).slice(0, 3)).toEqual(['1', '21', '20']);
    expect((await list(member, 2)).list).toMatchObject([{ title: '2' }]);
    expect((await list(member, 3)).list).toEqual([]);
  });

  test('says whether the caller may edit', async ({ owner, admin, member, list }) => {
    expect((await list(owner)).editable).toBe('1');
    expect((await list(admin)).editable).toBe('1');
    expect((await list(member)).editable).toBe('0');
  });

  test('is for members alone', async ({ owner, member, guest, group, add }) => {
    await add(owner);
    expect(await guest.call('/chat/getNoteList', { groupId: group })).toMatchObject(noMember);
    expect(await guest.call('/chat/getNoteList', { groupId: 99 })).toMatchObject(refused('群不存在'));
    expect((await member.call('/chat/getNoteList', { groupId: group, pageNo: 'x' })).code).toBe('-1');
  });
});
