import { describe, expect } from 'vitest';
import { type Params, type Person, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { befriend } from '../../support/friends.ts';
import { post, timeline } from '../../support/moments.ts';

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

describe('addFeed', () => {
  test('answers the moment with everything that was sent, under a stable id', async ({ app, li, wang }) => {
    const images = 'https://example.test/1.jpg, /upload/2.jpg,';
    const sent = { text: ' 你好 ', video: 'https://example.test/v.mp4', ext: '{"a":1}', address: '北京' };
    const reply = await li.call('/feed/addFeed', {
      ...sent,
      images,
      priv: 0,
      lat: '39.9',
      longitude: '116.4',
    });
    const { feedId } = reply.data;
    expect(reply).toMatchObject({
      code: '1',
      data: {
        id: BigInt(feedId).toString(16).padStart(24, '0'),
        belongUserId: `${li.id}`,
        userId: `${li.id}`,
        userName: 'li',
        feedText: '你好',
        feedImgs: 'https://example.test/1.jpg,/upload/2.jpg',
        feedVideo: sent.video,
        ext: sent.ext,
        address: '北京',
        lat: '39.9',
        lng: '116.4',
        createTime: `${app.clock.now()}`,
        status: '1',
        priv: '0',
      },
    });
    expect(await one(li, feedId)).toEqual(reply.data);
    expect(await one(wang, feedId)).toEqual({ ...reply.data, belongUserId: `${wang.id}` });
  });

  test('tells friends, with quotes and line ends intact', async ({ li, wang }) => {
    const text = 'a "quoted"\nline \\ 你好';
    const feedId = await post(li, { text, images: '/upload/1.jpg' });
    const event = { from: li.id, dest: wang.id, feedId: Number(feedId), msg: text, imgs: '/upload/1.jpg' };
    expect(await told(wang, 36)).toEqual([event]);
    expect(await li.events()).not.toContainEqual(expect.objectContaining({ type: 36 }));
  });

  test('shows the remark that a reader gave the author', async ({ li, wang }) => {
    const feedId = await post(li);
    await wang.call('/chat/updateRemark', { destId: li.id, remark: '老李' });
    expect((await one(wang, feedId)).userName).toBe('老李');
    expect((await one(li, feedId)).userName).toBe('li');
  });

  const wrong: [string, Params][] = [
    ['nothing at all', { priv: 0 }],
    ['blanks for everything', { priv: 0, text: '  ', images: ' , ', video: '', ext: '', address: '' }],
    ['only a place without a name', { priv: 0, lat: '1', lng: '2' }],
    ['no privacy', { text: 'a' }],
    ['an unknown privacy', { text: 'a', priv: 4 }],
    ['ten pictures', { priv: 0, images: Array(10).fill('/upload/1.jpg').join(',') }],
    ['a picture that is no address', { priv: 0, images: 'javascript:alert(1)' }],
    ['a text too long', { priv: 0, text: 'a'.repeat(2001) }],
    ['a latitude beyond the pole', { priv: 0, text: 'a', lat: '91' }],
    ['a list that names no people', { priv: 2, text: 'a', uids: 'x,y' }],
    ['a mention that names no people', { priv: 0, text: 'a', at: '1;2' }],
    [
      'a mention of 201 people',
      { priv: 0, text: 'a', at: Array.from({ length: 201 }, (_, i) => i + 1).join() },
    ],
  ];
  test.for(wrong)('refuses %s, and writes nothing', async ([_, params], { li, count }) => {
    expect(await li.call('/feed/addFeed', params)).toMatchObject({ code: '-1', data: { info: '发布失败' } });
    expect(await count('moments')).toBe(0);
  });

  test('is refused beyond 50,000 moments, tells nobody then, and is possible again when one has gone', async ({
    app,
    li,
    wang,
    count,
  }) => {
    const first = await post(li);
    await app.executor.write([
      change(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 49998)
        INSERT INTO moments (id, author_id, privacy, created_at) SELECT i, ?, 1, 0 FROM n`,
        li.id,
      ),
    ]);
    await post(li);
    const more = () => li.call('/feed/addFeed', { text: 'one more', priv: 2, uids: wang.id, at: wang.id });
    expect(await more()).toMatchObject({ code: '-1', data: { info: '朋友圈数量已达上限' } });
    expect(await told(wang, 36)).toHaveLength(2);
    expect(await told(wang, 49)).toEqual([]);
    const parts = ['moments', 'moment_audience', 'moment_mentions', 'event_bodies'];
    expect(await Promise.all(parts.map(count))).toEqual([50_000, 0, 0, 2]);
    expect((await wang.call('/feed/addFeed', { text: 'mine', priv: 0 })).code).toBe('1');
    await li.call('/feed/deleteFeed', { feedId: first });
    expect((await more()).code).toBe('1');
  });

  test('takes nine pictures and nothing else', async ({ li }) => {
    const images = Array(9).fill('/upload/1.jpg').join(',');
    expect((await one(li, await post(li, { text: '', images }))).feedImgs).toBe(images);
  });
});

describe('praise', () => {
  test('counts once a person and is told once', async ({ app, li, wang }) => {
    const feedId = await post(li, { images: '/upload/1.jpg' });
    for (let times = 0; times < 3; times++)
      expect(await wang.call('/feed/addFeedPraise', { feedId })).toMatchObject({
        code: '1',
        data: { info: '赞发布成功' },
      });
    const person = { userId: `${wang.id}`, userName: 'wang', createTime: `${app.clock.now()}` };
    expect((await one(li, feedId)).imFeedPraises).toMatchObject([person]);
    const about = { feedId: Number(feedId), feedmsg: 'hello', imgs: '/upload/1.jpg' };
    expect(await told(li, 38)).toEqual([{ from: wang.id, dest: li.id, ...about }]);
  });

  test('given at the same moment from two devices is one', async ({ li, wang, count }) => {
    const feedId = await post(li);
    await Promise.all([1, 2, 3].map(() => wang.call('/feed/addFeedPraise', { feedId })));
    expect([await count('moment_praises'), (await told(li, 38)).length]).toEqual([1, 1]);
  });

  test('is taken back by who gave it, alone, also after the moment was closed to him', async ({
    li,
    wang,
  }) => {
    const feedId = await post(li);
    for (const who of [li, wang]) await who.call('/feed/addFeedPraise', { feedId });
    const cancel = () => wang.call('/feed/canclePraise', { feedId });
    await li.call('/chat/setBlock', { blockId: wang.id });
    expect(await cancel()).toMatchObject({ code: '1', data: { info: '取消赞成功' } });
    expect((await one(li, feedId)).imFeedPraises).toMatchObject([{ userId: `${li.id}` }]);
    expect(await cancel()).toMatchObject({ code: '-1', data: { info: '取消赞失败' } });
  });

  test('is refused for what is no moment', async ({ wang }) => {
    for (const feedId of ['5', 'x', ''])
      expect(await wang.call('/feed/addFeedPraise', { feedId })).toMatchObject({
        code: '-1',
        data: { info: '发布失败' },
      });
  });
});

describe('deleteFeed', () => {
  test('removes the moment with all that hangs on it, for its author alone', async ({ li, wang, count }) => {
    const feedId = await post(li, { priv: 2, uids: wang.id, at: wang.id });
    const other = await post(li);
    await wang.call('/feed/addFeedComment', { feedId, text: '一' });
    await wang.call('/feed/addFeedPraise', { feedId });
    await wang.call('/feed/addFeedPraise', { feedId: other });
    const refused = { code: '-1', data: { info: '删除失败，参数不正确' } };
    expect(await wang.call('/feed/deleteFeed', { feedId })).toMatchObject(refused);
    expect((await one(wang, feedId)).imFeedComments).toHaveLength(1);
    expect(await li.call('/feed/deleteFeed', { feedId })).toMatchObject({
      code: '1',
      data: { info: '删除成功' },
    });
    expect(await li.call('/feed/deleteFeed', { feedId })).toMatchObject(refused);
    expect(await li.call('/feed/deleteFeed', { feedId: 'x' })).toMatchObject(refused);
    for (const who of [li, wang]) {
      expect(await who.call('/feed/getOneFeed', { feedId })).toMatchObject({
        code: '0',
        data: { info: '该动态已被删除' },
      });
      expect(await timeline(who)).toEqual([other]);
    }
    const left = await Promise.all(
      ['moments', 'moment_comments', 'moment_praises', 'moment_mentions', 'moment_audience'].map(count),
    );
    expect(left).toEqual([1, 0, 1, 0, 0]);
  });
});

describe('lists', () => {
  test('come in pages of twenty, newest first, with the paging object', async ({ app, li, wang }) => {
    const ids: string[] = [];
    for (let i = 0; i < 45; i++) {
      app.clock.advance(1000);
      ids.unshift(await post(i % 2 ? li : wang, { text: `${i}` }));
    }
    const counts = { pageSize: '20', totalCount: '45', totalPage: '3', orderBy: '', orderType: '' };
    for (const [pageNo, skip] of [
      [1, 0],
      [2, 20],
      [3, 40],
      [4, 60],
      [999999999, 19999999960],
    ] as const) {
      const { data } = await wang.call('/feed/getFeed', { pageNo });
      expect(data).toMatchObject({ ...counts, pageNo: `${pageNo}`, skip: `${skip}` });
      expect(data.list.map((each: { feedId: string }) => each.feedId)).toEqual(ids.slice(skip, skip + 20));
    }
    const mine = await wang.call('/feed/getMyFeed', { pageNo: 2 });
    expect(mine.data).toMatchObject({ totalCount: '23', totalPage: '2', skip: '20' });
    const his = ids.filter((_, i) => i % 2 === 0);
    expect(mine.data.list.map((each: { feedId: string }) => each.feedId)).toEqual(his.slice(20));
    const friends = await wang.call('/feed/getFriendFeed', { friendId: li.id });
    expect(friends.data).toMatchObject({ totalCount: '22', totalPage: '2', skip: '0' });
    expect(friends.data.list).toHaveLength(20);
  });

  test('are empty pages for nobody’s moments', async ({ app, li }) => {
    const stranger = await person(app, 'stranger');
    await post(stranger);
    const empty = { totalCount: '0', totalPage: '0', list: [] };
    for (const friendId of [stranger.id, 5])
      expect((await li.call('/feed/getFriendFeed', { friendId })).data).toMatchObject(empty);
    expect((await li.call('/feed/getFriendFeed', { friendId: 'x' })).code).toBe('-1');
  });

  test('searchFeed finds a month of Asia/Shanghai, from its first to its last millisecond', async ({
    app,
    li,
    wang,
  }) => {
    const start = Date.UTC(2026, 11, 31, 16);
    const end = Date.UTC(2027, 0, 31, 16);
    const ids: string[] = [];
    for (const time of [start - 1, start, end - 1, end]) {
      app.clock.time = time;
      ids.push(await post(li));
    }
    const found = async (year: number, month: number) =>
      (await wang.call('/feed/searchFeed', { year, month })).data.list.map(
        (each: { feedId: string }) => each.feedId,
      );
    expect(await found(2027, 1)).toEqual([ids[2], ids[1]]);
    expect(await found(2026, 12)).toEqual([ids[0]]);
    expect(await found(2027, 2)).toEqual([ids[3]]);
    expect(await found(2026, 1)).toEqual([]);
    for (const wrong of [{ month: 13 }, { month: 0 }, { year: 'x' }, { month: '' }])
      expect((await wang.call('/feed/searchFeed', { year: 2027, month: 1, ...wrong })).code).toBe('-1');
  });

  test('the album has the pictures of the last three moments with any that the caller may see', async ({
    app,
    li,
    wang,
  }) => {
    const none = { code: '0', data: { info: '没有相册数据' } };
    await post(li);
    expect(await wang.call('/feed/getFeedAlbum', { destId: li.id })).toMatchObject(none);
    for (const image of ['1', '2', '3']) await post(li, { images: `/a/${image}.jpg,/b/${image}.jpg` });
    await post(li);
    await post(li, { images: '/secret.jpg', priv: 1 });
    await post(li, { images: '/4.jpg' });
    const album = async (who: Person) => (await who.call('/feed/getFeedAlbum', { destId: li.id })).data.album;
    expect(await album(wang)).toBe('/4.jpg,/a/3.jpg,/b/3.jpg,/a/2.jpg,/b/2.jpg');
    expect(await album(li)).toBe('/4.jpg,/secret.jpg,/a/3.jpg,/b/3.jpg');
    const stranger = await person(app, 'stranger');
    expect(await stranger.call('/feed/getFeedAlbum', { destId: li.id })).toMatchObject(none);
  });
});

describe('the picture above the moments', () => {
  test('is mine to change, and friends are told', async ({ li, wang }) => {
    expect((await li.call('/feed/getBackImage')).data).toBe('');
    const imgUrl = 'https://example.test/cover.jpg';
    expect(await li.call('/feed/changeBackImage', { imgUrl })).toMatchObject({
      code: '1',
      data: { info: '更新背景成功' },
    });
    expect((await li.call('/feed/getBackImage')).data).toBe(imgUrl);
    expect((await wang.call('/feed/getBackImage')).data).toBe('');
    expect((await wang.call('/chat/getUserById', { destId: li.id })).data.feedBackImage).toBe(imgUrl);
    expect(await told(wang, 26)).toMatchObject([{ id: li.id, feedBackImage: imgUrl }]);
  });

  test('is not set to what is no address, nor for another', async ({ li, wang }) => {
    const refused = { code: '-1', data: { info: '更新背景失败' } };
    for (const imgUrl of ['', 'javascript:alert(1)'])
      expect(await li.call('/feed/changeBackImage', { imgUrl })).toMatchObject(refused);
    const other = { userId: wang.id, imgUrl: '/upload/1.jpg' };
    expect((await li.call('/feed/changeBackImage', other)).code).toBe('403');
    expect((await li.call('/feed/getBackImage', { userId: wang.id })).code).toBe('403');
  });
});
