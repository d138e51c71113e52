import { describe, expect } from 'vitest';
import { type Person, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { befriend } from '../../support/friends.ts';
import { post, postPicture, sees, timeline } from '../../support/moments.ts';

const test = appTest()
  .extend('author', ({ app }) => person(app, 'author'))
  .extend('viewer', ({ app }) => person(app, 'viewer'))
  .extend('third', ({ app }) => person(app, 'third'));

interface Cast {
  readonly author: Person;
  readonly viewer: Person;
}

const setAuth = (who: Person, friend: Person, direct: 0 | 1, priv: 0 | 1) =>
  who.call('/feed/setFeedAuth', { friendId: friend.id, direct, priv });

/** What may come between two friends, and how it goes away again. */
const separations: {
  name: string;
  part(cast: Cast): Promise<unknown>;
  mend(cast: Cast): Promise<unknown>;
}[] = [
  {
    name: 'the author blocks the viewer',
    part: ({ author, viewer }: Cast) => author.call('/chat/setBlock', { blockId: viewer.id }),
    mend: ({ author, viewer }: Cast) => author.call('/chat/removeBlack', { destId: viewer.id }),
  },
  {
    name: 'the viewer blocks the author',
    part: ({ author, viewer }: Cast) => viewer.call('/chat/setBlock', { blockId: author.id }),
    mend: ({ author, viewer }: Cast) => viewer.call('/chat/removeBlack', { destId: author.id }),
  },
  {
    name: 'the author closes his moments to the viewer',
    part: ({ author, viewer }: Cast) => setAuth(author, viewer, 0, 0),
    mend: ({ author, viewer }: Cast) => setAuth(author, viewer, 0, 1),
  },
  {
    name: 'the viewer does not want to see the author',
    part: ({ author, viewer }: Cast) => setAuth(viewer, author, 1, 0),
    mend: ({ author, viewer }: Cast) => setAuth(viewer, author, 1, 1),
  },
  {
    name: 'the author ends the friendship',
    part: ({ author, viewer }: Cast) => author.call('/chat/delFriend', { destId: viewer.id }),
    mend: ({ author, viewer }: Cast) => befriend(author, viewer),
  },
  {
    name: 'the viewer ends the friendship',
    part: ({ author, viewer }: Cast) => viewer.call('/chat/delFriend', { destId: author.id }),
    mend: ({ author, viewer }: Cast) => befriend(viewer, author),
  },
];

describe('a moment for all friends', () => {
  test('is seen by its author and friends, not by strangers, and by a stranger once he is a friend', async ({
    author,
    viewer,
    third,
  }) => {
    const feedId = await postPicture(author);
    expect(await sees(author, author, feedId)).toBe(true);
    expect(await sees(viewer, author, feedId)).toBe(false);
    await viewer.call('/chat/requestFriend', { destId: author.id, destType: 1 });
    expect(await sees(viewer, author, feedId)).toBe(false);
    await author.call('/chat/acceptRequest', { destId: viewer.id, destType: 1 });
    expect(await sees(viewer, author, feedId)).toBe(true);
    expect(await sees(third, author, feedId)).toBe(false);
  });

  test.for(separations)(
    'is hidden at once when $name, and is there again afterwards',
    async (each, { author, viewer }) => {
      await befriend(author, viewer);
      const feedId = await postPicture(author);
      expect(await sees(viewer, author, feedId)).toBe(true);
      await each.part({ author, viewer });
      expect(await sees(viewer, author, feedId)).toBe(false);
      expect(await sees(author, author, feedId)).toBe(true);
      await each.mend({ author, viewer });
      expect(await sees(viewer, author, feedId)).toBe(true);
    },
  );

  test.for(separations)(
    'published while apart is not announced but found later: $name',
    async (each, { author, viewer }) => {
      await befriend(author, viewer);
      await each.part({ author, viewer });
      const feedId = await postPicture(author);
      const announced = async () => (await viewer.events()).filter(({ type }) => type === 36);
      expect(await announced()).toEqual([]);
      await each.mend({ author, viewer });
      expect(await sees(viewer, author, feedId)).toBe(true);
      expect(await announced()).toEqual([]);
    },
  );
});

describe('setFeedAuth', () => {
  test('works one way: what the author hides from a friend, the friend still shows to him', async ({
    author,
    viewer,
  }) => {
    await befriend(author, viewer);
    const mine = await postPicture(author);
    const his = await postPicture(viewer);
    await setAuth(author, viewer, 0, 0);
    expect(await sees(viewer, author, mine)).toBe(false);
    expect(await sees(author, viewer, his)).toBe(true);
    const profile = (await author.call('/chat/getUserById', { destId: viewer.id })).data;
    expect(profile).toMatchObject({ feedPrivUser: '0', feedPrivFriend: '1' });
  });

  test('is refused between people who are no friends, and for other values', async ({ author, viewer }) => {
    const refused = { code: '-1', data: { info: '设置失败' } };
    expect(await setAuth(author, viewer, 0, 0)).toMatchObject(refused);
    await befriend(author, viewer);
    for (const wrong of [{ priv: 2 }, { direct: 2 }, { friendId: 'x' }, { friendId: author.id }]) {
      const params = { friendId: viewer.id, priv: 0, direct: 0, ...wrong };
      expect(await author.call('/feed/setFeedAuth', params)).toMatchObject(refused);
    }
    expect(await sees(viewer, author, await postPicture(author))).toBe(true);
  });
});

describe('the privacy of a moment', () => {
  const cases = [
    { priv: 0, named: true, unnamed: true },
    { priv: 1, named: false, unnamed: false },
    { priv: 2, named: true, unnamed: false },
    { priv: 3, named: false, unnamed: true },
  ];
  test.for(cases)(
    'priv $priv: named friend $named, other friend $unnamed',
    async ({ priv, ...expected }, { author, viewer, third }) => {
      await befriend(author, viewer);
      await befriend(author, third);
      const feedId = await postPicture(author, { priv, uids: `${viewer.id}` });
      expect(await sees(author, author, feedId)).toBe(true);
      expect(await sees(viewer, author, feedId)).toBe(expected.named);
      expect(await sees(third, author, feedId)).toBe(expected.unnamed);
      const announced = async (who: Person) => (await who.events()).some(({ type }) => type === 36);
      expect(await announced(viewer)).toBe(expected.named);
      expect(await announced(third)).toBe(expected.unnamed);
      expect(await announced(author)).toBe(false);
    },
  );

  test('never lets in who is no friend, named or not', async ({ author, viewer }) => {
    for (const priv of [0, 2, 3])
      expect(await sees(viewer, author, await postPicture(author, { priv, uids: `${viewer.id}` }))).toBe(
        false,
      );
  });

  test('keeps out whom it names even when he becomes a friend only later', async ({ author, viewer }) => {
    const feedId = await postPicture(author, { priv: 3, uids: `${viewer.id}` });
    await befriend(author, viewer);
    expect(await sees(viewer, author, feedId)).toBe(false);
  });

  test('names nobody to anybody but the author', async ({ author, viewer, third }) => {
    await befriend(author, viewer);
    await befriend(author, third);
    const feedId = await post(author, { priv: 3, uids: `${third.id},999` });
    expect((await author.call('/feed/getOneFeed', { feedId })).data.uids).toBe(`${third.id}`);
    expect((await viewer.call('/feed/getOneFeed', { feedId })).data.uids).toBe('');
  });
});

describe('those whom a moment mentions', () => {
  test('are friends who see it, and are called once more', async ({ app, author, viewer, third }) => {
    await befriend(author, viewer);
    await befriend(author, third);
    const stranger = await person(app, 'stranger');
    const at = [viewer.id, third.id, stranger.id].join(',');
    const feedId = await post(author, { priv: 3, uids: `${third.id}`, at, images: '/upload/1.jpg' });
    const content = { feedId: Number(feedId), msg: '', feedmsg: 'hello', imgs: '/upload/1.jpg' };
    const calls = async (who: Person) => (await who.events()).filter(({ type }) => type === 49);
    expect((await calls(viewer)).map((event) => JSON.parse(event.content))).toEqual([content]);
    expect([...(await calls(third)), ...(await calls(stranger))]).toEqual([]);
    const { data } = await author.call('/feed/getOneFeed', { feedId });
    const shown = { userId: `${viewer.id}`, userName: 'viewer', userHeadUrl: '', feedId };
    expect(data).toMatchObject({ at: `${viewer.id}`, atUsers: [shown] });
  });

  test('are not named while they do not see it', async ({ author, viewer }) => {
    await befriend(author, viewer);
    const feedId = await post(author, { at: viewer.id });
    const named = async () => (await author.call('/feed/getOneFeed', { feedId })).data.atUsers.length;
    expect(await named()).toBe(1);
    await setAuth(author, viewer, 0, 0);
    expect(await named()).toBe(0);
    await setAuth(author, viewer, 0, 1);
    expect(await named()).toBe(1);
  });
});

test('the timeline holds my own moments and my friends’, and nobody else’s', async ({
  author,
  viewer,
  third,
}) => {
  await befriend(author, viewer);
  const first = await post(author);
  const second = await post(viewer, { priv: 1 });
  await post(third);
  const last = await post(author);
  expect(await timeline(viewer)).toEqual([last, second, first]);
});
