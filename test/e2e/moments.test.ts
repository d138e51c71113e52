import { beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal, newPerson, type Person } from './support/client.ts';

let author: Person;
let friend: Person;
let stranger: Person;
let feedId: string;

const post = async (who: Person, params: Record<string, string | number>) =>
  (await who.call('/feed/addFeed', { priv: 0, text: '你好', ...params })).data.feedId;
const shown = async (who: Person, path: string, params = {}) =>
  (await who.call(path, params)).data.list.map((each: { feedId: string }) => each.feedId);

beforeAll(async () => {
  [author, friend, stranger] = await Promise.all([newPerson('林一'), newPerson('王二'), newPerson('张三')]);
  await author.call('/chat/requestFriend', { destId: friend.id, destType: 1 });
  await friend.call('/chat/acceptRequest', { destId: author.id, destType: 1 });
  feedId = await post(author, { images: '/upload/1.jpg,/upload/2.jpg', at: friend.id });
});

describe('a moment', () => {
  test('is seen by friends in every list, and by strangers in none', async () => {
    const now = new Date(Date.now() + 8 * 3600_000);
    const month = { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1 };
    for (const [path, params] of [
      ['/feed/getFeed', {}],
      ['/feed/getFriendFeed', { friendId: author.id }],
      ['/feed/searchFeed', month],
    ] as const) {
      expect(await shown(friend, path, params)).toContain(feedId);
      expect(await shown(stranger, path, params)).toEqual([]);
    }
    expect(await shown(author, '/feed/getMyFeed')).toContain(feedId);
    const one = await friend.call('/feed/getOneFeed', { feedId });
    expect(one.data).toMatchObject({ feedId, feedText: '你好', atUsers: [{ userId: String(friend.id) }] });
    expectRefusal(await stranger.call('/feed/getOneFeed', { feedId }), 0, '该动态已被删除');
    const album = { album: '/upload/1.jpg,/upload/2.jpg' };
    expect((await friend.call('/feed/getFeedAlbum', { destId: author.id })).data).toEqual(album);
    expectRefusal(await stranger.call('/feed/getFeedAlbum', { destId: author.id }), 0, '没有相册数据');
  });

  test('is commented on and praised by friends alone', async () => {
    expect(await friend.call('/feed/addFeedComment', { feedId, text: '好' })).toMatchObject({ code: '1' });
    expectRefusal(await stranger.call('/feed/addFeedComment', { feedId, text: '好' }), -1, '评论发布失败');
    const praises = await Promise.all(
      Array.from({ length: 4 }, () => friend.call('/feed/addFeedPraise', { feedId })),
    );
    expect(praises.map(({ code }) => code)).toEqual(['1', '1', '1', '1']);
    expectRefusal(await stranger.call('/feed/addFeedPraise', { feedId }), -1, '发布失败');
    const { imFeedComments, imFeedPraises } = (await author.call('/feed/getOneFeed', { feedId })).data;
    expect([imFeedComments.length, imFeedPraises.length]).toEqual([1, 1]);
    expect(await friend.call('/feed/canclePraise', { feedId })).toMatchObject({
      data: { info: '取消赞成功' },
    });
    const commentId = imFeedComments[0].id;
    expectRefusal(await stranger.call('/feed/delFeedComment', { commentId }), -1, '删除失败');
    const left = { feedId, imFeedComments: [], imFeedPraises: [] };
    expect((await author.call('/feed/delFeedComment', { commentId })).data).toMatchObject(left);
  });

  test('is hidden by /feed/setFeedAuth and there again afterwards', async () => {
    const set = (priv: 0 | 1) => author.call('/feed/setFeedAuth', { friendId: friend.id, direct: 0, priv });
    expect(await set(0)).toMatchObject({ code: '1', data: { info: '设置成功' } });
    expect(await shown(friend, '/feed/getFeed')).toEqual([]);
    await set(1);
    expect(await shown(friend, '/feed/getFeed')).toContain(feedId);
  });

  test('is deleted by its author alone', async () => {
    const other = await post(author, {});
    expectRefusal(await friend.call('/feed/deleteFeed', { feedId: other }), -1, '删除失败，参数不正确');
    expect(await author.call('/feed/deleteFeed', { feedId: other })).toMatchObject({ code: '1' });
    expect(await shown(friend, '/feed/getFeed')).not.toContain(other);
  });

  test('must say something', async () => {
    expectRefusal(await author.call('/feed/addFeed', { priv: 0 }), -1, '发布失败');
  });
});

test('the picture above the moments is kept', async () => {
  const imgUrl = 'https://example.test/cover.jpg';
  expect(await author.call('/feed/changeBackImage', { imgUrl })).toMatchObject({
    data: { info: '更新背景成功' },
  });
  expect((await author.call('/feed/getBackImage')).data).toBe(imgUrl);
});

test('gifts come to the author of a moment: kind words for nothing, others for what the wallet has', async () => {
  const give = (gift: string, who = friend) =>
    who.call('/feed/sendFeedGift', { destId: author.id, feedId, gift });
  expect(await give('很棒')).toMatchObject({ code: '1', data: { content: '很棒', feedId } });
  expectRefusal(await give('{"key":"gift_001","price":"0.01"}'), -1, '金额不足');
  expectRefusal(await give('{"key":"gift_001","price":"0"}'), -1, '赠送失败');
  expectRefusal(await give('很棒', stranger), -1, '赠送失败');
  const { list } = (await author.call('/feed/myGift')).data;
  expect(list).toMatchObject([{ giftContent: '很棒', userId: String(friend.id), name: '王二' }]);
});
