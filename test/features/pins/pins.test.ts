import { describe, expect } from 'vitest';
import type { Person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { befriend } from '../../support/friends.ts';

const test = appTest()
  /** A group that stands in the database; making one through the API has tests of its own. */
  .extend('group', ({ app }) => async (owner: Person, ...members: Person[]): Promise<number> => {
    const [made] = await app.executor.write([
      {
        sql: 'INSERT INTO groups (name, owner_id, created_at) VALUES (?, ?, 0) RETURNING id',
        params: ['群', owner.id],
        kind: 'rows',
      },
    ]);
    const id = Number(made?.rows[0]?.[0]);
    const rows = [owner, ...members].map((each) => ({
      sql: 'INSERT INTO group_members (group_id, user_id, role, created_at) VALUES (?, ?, ?, 0)',
      params: [id, each.id, each === owner ? 1 : 3],
      kind: 'change' as const,
    }));
    await app.executor.write(rows);
    return id;
  });

const pinned = async (who: Person) => (await who.call('/chat/ready')).data.topList;

describe('keeping at the top', () => {
  test('takes friends and groups, in the order of pinning, the latest last', async ({
    app,
    li,
    wang,
    group,
  }) => {
    await befriend(li, wang);
    const id = await group(wang, li);
    for (const dest of [
      { destType: 2, destId: id },
      { destType: 1, destId: wang.id },
    ]) {
      app.clock.advance(1);
      expect(await li.call('/chat/setTop', dest)).toMatchObject({ code: '1', data: { info: '设置成功' } });
    }
    const mine = { userId: String(li.id) };
    const theGroup = { ...mine, destType: '2', destId: String(id) };
    const theFriend = { ...mine, destType: '1', destId: String(wang.id) };
    expect(await pinned(li)).toEqual([theGroup, theFriend]);
    app.clock.advance(1);
    await li.call('/chat/setTop', { destType: 2, destId: id });
    expect(await pinned(li)).toEqual([theFriend, theGroup]);
    expect(await pinned(wang)).toEqual([]);
  });

  test('takes strangers and the client’s own chats, because a pin is private', async ({ li, wang }) => {
    for (const destId of [wang.id, 21_499, 99_999])
      expect((await li.call('/chat/setTop', { destType: 1, destId })).code).toBe('1');
    expect(await pinned(li)).toHaveLength(3);
    expect(await pinned(wang)).toEqual([]);
  });

  test('refuses one more than a thousand, and takes an old one as the latest', async ({ app, li, wang }) => {
    await app.executor.write([
      {
        sql: `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
          INSERT INTO pins (user_id, dest_type, dest_id, created_at) SELECT ?, 1, i, i FROM n`,
        params: [li.id],
        kind: 'change',
      },
    ]);
    expect(await li.call('/chat/setTop', { destType: 1, destId: wang.id })).toMatchObject({
      code: '-1',
      data: { info: '置顶数量已达上限' },
    });
    expect((await li.call('/chat/setTop', { destType: 1, destId: 7 })).code).toBe('1');
    expect(await pinned(li)).toHaveLength(1000);
  });

  test('refuses nobody, oneself, and groups one is not in or that are gone', async ({
    app,
    li,
    wang,
    group,
  }) => {
    const id = await group(wang);
    const nobody = { code: '-1', data: { info: '用户不存在' } };
    const notMember = { code: '-1', data: { info: '您不在该群组，无法操作' } };
    expect(await li.call('/chat/setTop', { destType: 1, destId: 999_999 })).toMatchObject(nobody);
    expect(await li.call('/chat/setTop', { destType: 1, destId: li.id })).toMatchObject(nobody);
    expect(await li.call('/chat/setTop', { destType: 2, destId: id })).toMatchObject(notMember);
    await app.executor.write([
      { sql: 'UPDATE groups SET dismissed_at = 1 WHERE id = ?', params: [id], kind: 'change' },
    ]);
    expect(await wang.call('/chat/setTop', { destType: 2, destId: id })).toMatchObject(notMember);
    expect((await li.call('/chat/setTop', { destType: 3, destId: id })).data.field).toBe('destType');
    expect(await pinned(li)).toEqual([]);
  });

  test.for(['/chat/candleTop', '/chat/cancleTop'])(
    '%s lets go of one’s own pin alone',
    async (path, { li, wang }) => {
      await befriend(li, wang);
      await li.call('/chat/setTop', { destType: 1, destId: wang.id });
      await wang.call('/chat/setTop', { destType: 1, destId: li.id });
      const reply = await li.call(path, { destType: 1, destId: wang.id });
      expect(reply).toMatchObject({ code: '1', data: { info: '设置成功' } });
      expect(await pinned(li)).toEqual([]);
      expect(await pinned(wang)).toHaveLength(1);
      expect((await li.call(path, { destType: 1, destId: wang.id })).code).toBe('1');
    },
  );
});

describe('the sound of a group’s messages', () => {
  const sound = async (who: Person) => (await who.call('/chat/ready')).data.groupsInfo[0]?.receiveTip;

  test('is each member’s own', async ({ li, wang, group }) => {
    const id = await group(wang, li);
    expect((await li.call('/chat/setlgonre', { destType: 2, destId: id })).code).toBe('1');
    expect([await sound(li), await sound(wang)]).toEqual(['0', '1']);
  });

  test('cannot be set by who is not a member, or only waits', async ({ app, li, wang, group }) => {
    const id = await group(wang);
    const refusal = { code: '-1', data: { info: '您不在该群组，无法操作' } };
    expect(await li.call('/chat/setlgonre', { destType: 2, destId: id })).toMatchObject(refusal);
    await app.executor.write([
      {
        sql: 'INSERT INTO group_members (group_id, user_id, state, created_at) VALUES (?, ?, 0, 0)',
        params: [id, li.id],
        kind: 'change',
      },
    ]);
    expect(await li.call('/chat/setlgonre', { destType: 2, destId: id })).toMatchObject(refusal);
  });
});
