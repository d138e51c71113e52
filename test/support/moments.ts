import { expect } from 'vitest';
import type { Params, Person } from './app.ts';

/** Publishes a moment and answers its number. */
export async function post(author: Person, params: Params = {}): Promise<string> {
  const { code, data } = await author.call('/feed/addFeed', { text: 'hello', priv: 0, ...params });
  expect(code).toBe('1');
  return data.feedId;
}

const listed = async (viewer: Person, path: string, params: Params): Promise<string[]> =>
  (await viewer.call(path, params)).data.list.map((each: { feedId: string }) => each.feedId);

/** Numbers of the moments on a page of the viewer's timeline. */
export const timeline = (viewer: Person, pageNo = 1) => listed(viewer, '/feed/getFeed', { pageNo });

/** The month of the tests' clock, in Asia/Shanghai. */
const MONTH = { year: 2026, month: 11 };

/**
 * Whether the viewer may see a moment (one with a picture), by every call that could show or touch it. All of them
 * must agree, and the moment is afterwards as it was.
 */
export async function sees(viewer: Person, author: Person, feedId: string): Promise<boolean> {
  const album = await viewer.call('/feed/getFeedAlbum', { destId: author.id });
  const comment = await viewer.call('/feed/addFeedComment', { feedId, text: 'a trial' });
  const one = await viewer.call('/feed/getOneFeed', { feedId });
  const praise = await viewer.call('/feed/addFeedPraise', { feedId });
  const unpraise = await viewer.call('/feed/canclePraise', { feedId });
  const answers = {
    getFeed: (await timeline(viewer)).includes(feedId),
    getFriendFeed: (await listed(viewer, '/feed/getFriendFeed', { friendId: author.id })).includes(feedId),
    searchFeed: (await listed(viewer, '/feed/searchFeed', MONTH)).includes(feedId),
    getFeedAlbum: album.code === '1' && album.data.album.includes(`/${author.id}.jpg`),
    getOneFeed: one.code === '1',
    addFeedComment: comment.code === '1',
    addFeedPraise: praise.code === '1',
    canclePraise: unpraise.code === '1',
  };
  for (const { id, commentText } of one.data.imFeedComments ?? [])
    if (commentText === 'a trial') await viewer.call('/feed/delFeedComment', { commentId: id });
  const verdict = answers.getOneFeed;
  expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((name) => [name, verdict])));
  return verdict;
}

/** A moment with a picture that `sees` can look for. */
export const postPicture = (author: Person, params: Params = {}) =>
  post(author, { images: `https://example.test/${author.id}.jpg`, ...params });
