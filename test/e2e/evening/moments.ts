import { type Evening, each, told } from './evening.ts';

const GIFT = { key: 'gift_001', price: '0.01' };

/** A moment for all friends but one: he hears of nothing that happens to it. */
export async function shareMoment(evening: Evening): Promise<void> {
  const images = 'https://example.com/moon.jpg';
  const text = '今晚的月亮';
  evening.secrets.push({ text, among: ['林', '王', '赵', '陈', '杨'] });
  const post = {
    text,
    images,
    priv: 3,
    uids: evening.id('刘'),
    at: `${evening.id('王')},${evening.id('刘')}`,
  };
  const { feedId } = await evening.step(
    () => evening.does('林', '/feed/addFeed', post),
    (made) => {
      const posted = told(36, '林', { feedId: Number(made.feedId), msg: text, imgs: images });
      const mention = told(49, '林', { feedId: Number(made.feedId), feedmsg: text });
      return { ...each(['赵', '陈', '杨'], posted), 王: [posted, mention] };
    },
  );
  const id = Number(feedId);
  await evening.step(() => evening.does('王', '/feed/addFeedComment', { feedId, text: '真圆' }), {
    林: [told(37, '王', { feedId: id, msg: '真圆', feedmsg: text })],
  });
  await evening.step(
    () => evening.does('赵', '/feed/addFeedPraise', { feedId }),
    each(['林', '王'], told(38, '赵', { feedId: id, feedmsg: text })), // 王 has commented, and is a friend of 赵
  );
  // 陈 is no friend of the two who have spoken there: the author alone hears him.
  await evening.step(() => evening.does('陈', '/feed/addFeedComment', { feedId, text: '我也看' }), {
    林: [told(37, '陈', { feedId: id, msg: '我也看' })],
  });
  await evening.step(() => evening.does('刘', '/feed/addFeedComment', { feedId, text: '我呢？' }, '-1'));
  const gift = { destId: evening.id('林'), feedId, gift: JSON.stringify(GIFT) };
  await evening.step(() => evening.does('王', '/feed/sendFeedGift', gift));
  evening.purses.pays('王', GIFT.price);
  evening.purses.gets('林', GIFT.price);
}
