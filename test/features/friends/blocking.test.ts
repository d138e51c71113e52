import { describe, expect } from 'vitest';
import { type Person, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { befriend, seenBy } from '../../support/friends.ts';

const test = appTest()
  .extend('li', ({ app }) => person(app, 'li'))
  .extend('wang', ({ app }) => person(app, 'wang'));

const ask = (from: Person, to: Person) => from.call('/chat/requestFriend', { destId: to.id, destType: 1 });
const accept = (by: Person, from: Person) => by.call('/chat/acceptRequest', { destId: from.id, destType: 1 });
const allow = (who: Person) =>
  who.call('/chat/updatePrivateSetting', { needAuth: 0, newNotification: 0, searchMobile: 1 });
const refused = { code: '-1', data: { info: '可能参数不对' } };
describe('blocking', () => {
  const block = (by: Person, whom: Person) => by.call('/chat/setBlock', { blockId: whom.id });

  test('works for strangers, and refuses requests either way until it is taken back', async ({
    li,
    wang,
  }) => {
    expect(await block(li, wang)).toMatchObject({ code: '1', data: { info: '设置成功' } });
    expect(await ask(wang, li)).toMatchObject(refused);
    expect(await ask(li, wang)).toMatchObject(refused);
    await allow(li);
    expect(await ask(wang, li)).toMatchObject(refused);
    expect(await li.events()).toEqual([]);
    expect(await li.call('/chat/removeBlack', { destId: wang.id })).toMatchObject({
      code: '1',
      data: { info: '移出成功' },
    });
    expect((await ask(wang, li)).code).toBe('2');
  });

  test('can be taken back by who set it alone', async ({ li, wang }) => {
    await block(li, wang);
    await wang.call('/chat/removeBlack', { destId: li.id });
    expect(await ask(wang, li)).toMatchObject(refused);
    expect((await seenBy(li, wang)).isBlack).toBe('1');
    expect((await seenBy(wang, li)).isBlack).toBe('0');
  });

  test('withdraws the requests between the two', async ({ li, wang }) => {
    await ask(wang, li);
    await block(li, wang);
    await li.call('/chat/removeBlack', { destId: wang.id });
    expect((await accept(li, wang)).code).toBe('-1');
  });

  test('keeps a friend a friend, with the remark', async ({ li, wang }) => {
    await befriend(li, wang);
    await li.call('/chat/updateRemark', { destId: wang.id, remark: '老王' });
    await block(li, wang);
    expect(await seenBy(li, wang)).toMatchObject({ isFriend: '1', isBlack: '1', remark: '老王' });
    expect((await li.call('/chat/ready')).data.friendsInfo).toMatchObject([{ isBlack: '1' }]);
  });

  test('is refused beyond 2,000, and leaves requests then; who is blocked can be blocked again', async ({
    app,
    li,
    wang,
  }) => {
    await app.executor.write([
      change(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
        INSERT INTO users (mobile, password_hash, name, created_at, updated_at) SELECT 'm' || i, '', 'crowd', 0, 0 FROM n`,
      ),
      change(
        `INSERT INTO friendships (user_id, friend_id, state, is_blocked, updated_at)
        SELECT ?, id, 0, 1, 0 FROM users WHERE name = 'crowd'`,
        li.id,
      ),
    ]);
    await ask(wang, li);
    expect(await block(li, wang)).toMatchObject({ code: '-1', data: { info: '黑名单数量已达上限' } });
    const [[crowded] = []] = await app.sql("SELECT id FROM users WHERE name = 'crowd'");
    expect((await li.call('/chat/setBlock', { blockId: Number(crowded) })).code).toBe('1');
    expect((await accept(li, wang)).code).toBe('1');
    await li.call('/chat/removeBlack', { destId: Number(crowded) });
    expect((await block(li, wang)).code).toBe('1');
  });

  test('refuses oneself and nobody', async ({ app, li }) => {
    expect((await block(li, li)).code).toBe('-1');
    expect((await li.call('/chat/setBlock', { blockId: 999_999_999 })).code).toBe('-1');
    expect(await app.sql('SELECT * FROM friendships')).toEqual([]);
  });

  test('fills the list of its owner alone: mobiles of friends in full, of strangers not at all', async ({
    app,
    li,
    wang,
  }) => {
    const zhao = await person(app, 'zhao');
    await befriend(li, wang);
    await li.call('/chat/updateRemark', { destId: wang.id, remark: '老王' });
    await block(li, wang);
    await block(li, zhao);
    const { data } = await li.call('/chat/getBlackList');
    expect(data).toMatchObject([
      { id: String(wang.id), remark: '老王', isBlack: '1', mobile: wang.mobile },
      { id: String(zhao.id), remark: '', isBlack: '1', receiveTip: '1' },
    ]);
    expect(data[1].mobile).toBe('');
    expect((await wang.call('/chat/getBlackList')).data).toEqual([]);
  });
});
