import { describe, expect } from 'vitest';
import { type Person, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { befriend } from '../../support/friends.ts';
import { post } from '../../support/moments.ts';

const test = appTest()
  .extend('li', ({ app }) => person(app, 'li'))
  .extend('wang', ({ app }) => person(app, 'wang'))
  .extend(
    'count',
    ({ app }) =>
      async (table: string) =>
        Number((await app.sql(`SELECT COUNT(*) FROM ${table}`))[0]?.[0]),
  );
test.beforeEach(async ({ li, wang }) => {
  await befriend(li, wang);
});

const one = async (who: Person, feedId: string) => (await who.call('/feed/getOneFeed', { feedId })).data;
const told = async (who: Person, type: number) =>
  (await who.events())
    .filter((event) => event.type === type)
    .map(({ content, from, dest }) => ({ from, dest, ...JSON.parse(content) }));

describe('comments', () => {
  const it = test
    /** Comments of a person under a moment, straight into the database. */
    .extend(
      'comments',
      ({ app }) =>
        (who: Person, feedId: string, number: number, firstId: number) =>
          app.executor.write([
            change(
              `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)
        INSERT INTO moment_comments (id, moment_id, user_id, text, created_at) SELECT ? + i, ?, ?, 'x', 0 FROM n`,
              number,
              firstId,
              Number(feedId),
              who.id,
            ),
          ]),
    );
  it('appear in the order of writing, with whom they answer', async ({ app, li, wang }) => {
    const feedId = await post(li);
    await wang.call('/feed/addFeedComment', { feedId, text: '一' });
    await li.call('/feed/addFeedComment', { feedId, text: '二 "2"', replyId: wang.id });
    const base = { userHeadUrl: '', replyUserHeadUrl: '', createTime: `${app.clock.now()}` };
    expect((await one(wang, feedId)).imFeedComments).toMatchObject([
      {
        ...base,
        userId: `${wang.id}`,
        userName: 'wang',
        replyUserId: '0',
        replyUserName: '',
        commentText: '一',
      },
      {
        ...base,
        userId: `${li.id}`,
        replyUserId: `${wang.id}`,
        replyUserName: 'wang',
        commentText: '二 "2"',
      },
    ]);
  });

  it('are told to the author and to those who took part, not to who wrote', async ({ li, wang }) => {
    const feedId = await post(li, { text: '"原文"', images: '/upload/1.jpg' });
    await wang.call('/feed/addFeedComment', { feedId, text: '"好"' });
    const about = { feedId: Number(feedId), feedmsg: '"原文"', imgs: '/upload/1.jpg' };
    expect(await told(li, 37)).toEqual([{ from: wang.id, dest: li.id, msg: '"好"', ...about }]);
    expect(await told(wang, 37)).toEqual([]);
    await li.call('/feed/addFeedComment', { feedId, text: '谢' });
    expect(await told(wang, 37)).toEqual([{ from: li.id, dest: wang.id, msg: '谢', ...about }]);
    expect(await told(li, 37)).toHaveLength(1);
  });

  it('sent again under one key are written and told once', async ({ li, wang, count }) => {
    const feedId = await post(li);
    const headers = { 'idempotency-key': 'k1' };
    const send = (text: string) => wang.call('/feed/addFeedComment', { feedId, text }, { headers });
    expect((await send('好')).code).toBe('1');
    expect((await send('好')).code).toBe('1');
    expect((await send('坏')).code).toBe('-1');
    expect([await count('moment_comments'), (await told(li, 37)).length]).toEqual([1, 1]);
  });

  it('are refused without a text, too long, and under what is no moment', async ({ li, wang, count }) => {
    const feedId = await post(li);
    const refused = { code: '-1', data: { info: '评论发布失败' } };
    for (const wrong of [
      { text: '' },
      { text: ' ' },
      { text: 'a'.repeat(1001) },
      { feedId: 0 },
      { feedId: 5 },
    ])
      expect(await wang.call('/feed/addFeedComment', { feedId, text: 'a', ...wrong })).toMatchObject(refused);
    expect(await count('moment_comments')).toBe(0);
  });

  const FULL = { code: '-1', data: { info: '评论数量已达上限' } };

  it('are at most 500 of one person under a moment; others, and his own elsewhere, are not concerned', async ({
    li,
    wang,
    count,
    comments,
  }) => {
    const [feedId, elsewhere] = [await post(li), await post(li)];
    await comments(wang, feedId, 499, 1);
    const write = (who: Person, where: string) =>
      who.call('/feed/addFeedComment', { feedId: where, text: 'one more' });
    expect((await write(wang, feedId)).code).toBe('1');
    expect(await write(wang, feedId)).toMatchObject(FULL);
    expect(await count('moment_comments')).toBe(500);
    expect((await write(li, feedId)).code).toBe('1');
    expect((await write(wang, elsewhere)).code).toBe('1');
    const [{ id }] = (await one(wang, feedId)).imFeedComments;
    await wang.call('/feed/delFeedComment', { commentId: id });
    expect((await write(wang, feedId)).code).toBe('1');
  });

  it('are at most 5,000 under a moment; who does not see it learns nothing of that', async ({
    app,
    li,
    wang,
    count,
    comments,
  }) => {
    const feedId = await post(li);
    for (let i = 0; i < 10; i += 1) await comments(await person(app, `n${i}`), feedId, 500, 1 + i * 500);
    const write = () => wang.call('/feed/addFeedComment', { feedId, text: 'one more' });
    expect(await write()).toMatchObject(FULL);
    expect(await told(li, 37)).toEqual([]);
    await li.call('/feed/setFeedAuth', { friendId: wang.id, direct: 0, priv: 0 });
    expect(await write()).toMatchObject({ code: '-1', data: { info: '评论发布失败' } });
    expect(await count('moment_comments')).toBe(5000);
  });

  it('are shown from the newest on as long as they have 20,000 characters together', async ({ li, wang }) => {
    const feedId = await post(li);
    const write = (text: string) => wang.call('/feed/addFeedComment', { feedId, text });
    for (let i = 0; i < 20; i += 1) await write(`${i}`.padEnd(1000, '茶'));
    const shown = async () =>
      (await one(li, feedId)).imFeedComments.map(({ commentText }: { commentText: string }) =>
        commentText.slice(0, 2),
      );
    const all = await shown();
    expect(all).toHaveLength(20);
    await write('short');
    expect(await shown()).toEqual([...all.slice(1), 'sh']);
    const [{ imFeedComments }] = (await li.call('/feed/getFeed')).data.list;
    expect(imFeedComments).toHaveLength(20);
  });

  it('are deleted by their author and by the moment’s, and by nobody else', async ({ app, li, wang }) => {
    const zhao = await person(app, 'zhao');
    for (const other of [li, wang]) await befriend(zhao, other);
    const feedId = await post(li);
    for (const text of ['一', '二']) await wang.call('/feed/addFeedComment', { feedId, text });
    const [first, second] = (await one(wang, feedId)).imFeedComments.map((each: { id: string }) => each.id);
    const remove = (who: Person, commentId: string) => who.call('/feed/delFeedComment', { commentId });
    const refused = { code: '-1', data: { info: '删除失败' } };
    expect(await remove(zhao, first)).toMatchObject(refused);
    expect(await remove(wang, '5')).toMatchObject(refused);
    expect(await remove(wang, 'x')).toMatchObject(refused);
    const left = { feedId, belongUserId: `${wang.id}`, imFeedComments: [{ commentText: '二' }] };
    expect(await remove(wang, first)).toMatchObject({ code: '1', data: left });
    expect(await remove(wang, first)).toMatchObject(refused);
    expect(await remove(li, second)).toMatchObject({ code: '1', data: { feedId, imFeedComments: [] } });
  });

  it('may be taken back after the moment was closed to their author, who still learns nothing of it', async ({
    li,
    wang,
    count,
  }) => {
    const feedId = await post(li, { text: 'secret' });
    await wang.call('/feed/addFeedComment', { feedId, text: '一' });
    const [{ id: commentId }] = (await one(wang, feedId)).imFeedComments;
    await li.call('/chat/setBlock', { blockId: wang.id });
    const { code, data } = await wang.call('/feed/delFeedComment', { commentId });
    expect([code, data.feedId, data.feedText, data.userId]).toEqual(['1', feedId, '', '']);
    expect(await count('moment_comments')).toBe(0);
  });
});
