import { describe, expect } from 'vitest';
import { type Person, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { befriend } from '../../support/friends.ts';
import { post, postPicture } from '../../support/moments.ts';

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

describe('what others say under a moment', () => {
  const said = async (who: Person, feedId: string) => {
    const { data } = await who.call('/feed/getOneFeed', { feedId });
    const texts = data.imFeedComments.map((each: { commentText: string }) => each.commentText);
    return { texts, praises: data.imFeedPraises.map((each: { userId: string }) => Number(each.userId)) };
  };

  test('is seen by who sees the moment and is a friend of who said it', async ({ author, viewer, third }) => {
    await befriend(author, viewer);
    await befriend(author, third);
    const feedId = await post(author);
    await viewer.call('/feed/addFeedComment', { feedId, text: 'nice' });
    await viewer.call('/feed/addFeedPraise', { feedId });
    const all = { texts: ['nice'], praises: [viewer.id] };
    const nothing = { texts: [], praises: [] };
    expect([await said(author, feedId), await said(viewer, feedId)]).toEqual([all, all]);
    expect(await said(third, feedId)).toEqual(nothing);
    await befriend(third, viewer);
    expect(await said(third, feedId)).toEqual(all);
    for (const [who, other] of [
      [third, viewer],
      [viewer, third],
    ] as const) {
      await who.call('/chat/setBlock', { blockId: other.id });
      expect(await said(third, feedId)).toEqual(nothing);
      await who.call('/chat/removeBlack', { destId: other.id });
      expect(await said(third, feedId)).toEqual(all);
    }
    await third.call('/chat/delFriend', { destId: viewer.id });
    expect(await said(third, feedId)).toEqual(nothing);
  });

  test('is told to who sees both', async ({ app, author, viewer, third }) => {
    for (const other of [viewer, third]) await befriend(author, other);
    const fourth = await person(app, 'fourth');
    for (const other of [author, viewer]) await befriend(fourth, other);
    const feedId = await post(author);
    for (const who of [third, fourth]) await who.call('/feed/addFeedPraise', { feedId });
    const before = new Map<Person, number>();
    const everybody = [author, viewer, third, fourth];
    for (const who of everybody) before.set(who, (await who.events()).length);
    await viewer.call('/feed/addFeedComment', { feedId, text: 'nice' });
    const told = [];
    for (const who of everybody) if ((await who.events()).length > (before.get(who) ?? 0)) told.push(who);
    expect(told).toEqual([author, fourth]);
    await author.call('/chat/setBlock', { blockId: fourth.id });
    const heard = (await fourth.events()).length;
    await viewer.call('/feed/addFeedComment', { feedId, text: 'again' });
    expect((await fourth.events()).length).toBe(heard);
  });

  test('may be answered by who sees it; all other answers are refused alike, whoever sees the moment', async ({
    app,
    author,
    viewer,
    third,
  }) => {
    for (const friend of [viewer, third]) await befriend(author, friend);
    const stranger = await person(app, 'stranger');
    const hidden = await post(author, { priv: 3, uids: `${viewer.id}` });
    await third.call('/feed/addFeedComment', { feedId: hidden, text: 'mine' });
    const open = await post(author);
    await third.call('/feed/addFeedComment', { feedId: open, text: 'mine' });
    const silent = await post(author);
    const answer = (feedId: string, replyId: number) =>
      viewer.call('/feed/addFeedComment', { feedId, text: 'you', replyId });
    const refused = { code: '-1', data: { info: '评论发布失败' } };
    const wrong = [third.id, stranger.id, 999];
    for (const replyId of wrong) expect(await answer(open, replyId)).toMatchObject(refused);
    // No stranger any more, but he has said nothing here; there he has.
    await befriend(viewer, third);
    expect(await answer(silent, third.id)).toMatchObject(refused);
    expect(await answer(hidden, third.id)).toMatchObject(refused);
    for (const replyId of [third.id, author.id, viewer.id, 0])
      expect((await answer(open, replyId)).code).toBe('1');
    // What he said is still there when the moment was closed to him; the answer must not tell that it was.
    await setAuth(author, third, 0, 0);
    const heard = (await third.events()).length;
    expect((await answer(open, third.id)).code).toBe('1');
    expect((await third.events()).length).toBe(heard);
    await third.call('/chat/setBlock', { blockId: viewer.id });
    expect(await answer(open, third.id)).toMatchObject(refused);
    expect(await app.sql(`SELECT COUNT(*) FROM moment_comments WHERE user_id = ${viewer.id}`)).toEqual([[5]]);
  });

  test('does not name whom it answers to who does not know him', async ({ app, author, viewer, third }) => {
    await third.call('/chat/updateHead', { headUrl: '/upload/third.jpg' });
    for (const friend of [viewer, third]) await befriend(author, friend);
    const reader = await person(app, 'reader');
    for (const friend of [author, viewer]) await befriend(reader, friend);
    await befriend(viewer, third);
    const feedId = await post(author);
    await third.call('/feed/addFeedComment', { feedId, text: 'first' });
    await viewer.call('/feed/addFeedComment', { feedId, text: 'to third', replyId: third.id });
    await viewer.call('/feed/addFeedComment', { feedId, text: 'to author', replyId: author.id });
    const answered = async (who: Person) =>
      (await who.call('/feed/getOneFeed', { feedId })).data.imFeedComments
        .filter((each: { userId: string }) => each.userId === `${viewer.id}`)
        .map((each: Record<string, string>) => [
          each.commentText,
          Number(each.replyUserId),
          each.replyUserName,
          each.replyUserHeadUrl,
        ]);
    const toAuthor = ['to author', author.id, 'author', ''];
    const named = [['to third', third.id, 'third', '/upload/third.jpg'], toAuthor];
    const unnamed = [['to third', 0, '', ''], toAuthor];
    for (const who of [author, viewer, third]) expect(await answered(who)).toEqual(named);
    expect(await answered(reader)).toEqual(unnamed);
    await befriend(reader, third);
    expect(await answered(reader)).toEqual(named);
    await third.call('/chat/setBlock', { blockId: reader.id });
    expect(await answered(reader)).toEqual(unnamed);
    await author.call('/chat/delFriend', { destId: third.id });
    expect(await answered(author)).toEqual(named);
    await author.call('/chat/setBlock', { blockId: third.id });
    expect(await answered(author)).toEqual(unnamed);
    expect(await answered(viewer)).toEqual(unnamed);
  });
});

describe('what stands under a moment', () => {
  /** What one reads there: comments as author and text, and who praises. */
  async function reads(who: Person, feedId: string) {
    const { data } = await who.call('/feed/getOneFeed', { feedId });
    const comments = data.imFeedComments.map((each: { userId: string; commentText: string }) => [
      Number(each.userId),
      each.commentText,
    ]);
    return {
      comments: comments.toSorted(),
      praises: data.imFeedPraises.map(({ userId }: { userId: string }) => Number(userId)).toSorted(),
    };
  }
  let feedId: string;

  const it = test
    .extend('all', ({ viewer, third }) => () => ({
      comments: [viewer, third].map(({ id }) => [id, `of ${id}`]),
      praises: [viewer, third].map(({ id }) => id),
    }))
    .extend('ofThird', ({ third }) => () => ({
      comments: [[third.id, `of ${third.id}`]],
      praises: [third.id],
    }));
  it.beforeEach(async ({ author, viewer, third }) => {
    for (const [one, other] of [
      [author, viewer],
      [author, third],
      [viewer, third],
    ] as const)
      await befriend(one, other);
    feedId = await postPicture(author);
    for (const who of [viewer, third]) {
      await who.call('/feed/addFeedComment', { feedId, text: `of ${who.id}` });
      await who.call('/feed/addFeedPraise', { feedId });
    }
  });

  it.for([
    ['the author', ({ author, viewer }: Cast) => author.call('/chat/delFriend', { destId: viewer.id })],
    ['the commenter', ({ author, viewer }: Cast) => viewer.call('/chat/delFriend', { destId: author.id })],
  ] as const)(
    'is read by its author as by common friends after %s has ended the friendship',
    async ([_, part], { author, viewer, third, all }) => {
      await part({ author, viewer });
      expect(await reads(author, feedId)).toEqual(all());
      expect(await reads(third, feedId)).toEqual(all());
    },
  );

  it.for([
    ['the author', ({ author, viewer }: Cast) => author.call('/chat/setBlock', { blockId: viewer.id })],
    ['the commenter', ({ author, viewer }: Cast) => viewer.call('/chat/setBlock', { blockId: author.id })],
  ] as const)(
    'is read by nobody but its writer once %s has blocked the other, until that ends',
    async ([_, block], { author, viewer, third, all, ofThird }) => {
      await block({ author, viewer });
      expect(await reads(author, feedId)).toEqual(ofThird());
      expect(await reads(third, feedId)).toEqual(ofThird());
      await author.call('/chat/removeBlack', { destId: viewer.id });
      await viewer.call('/chat/removeBlack', { destId: author.id });
      expect(await reads(author, feedId)).toEqual(all());
      expect(await reads(third, feedId)).toEqual(all());
    },
  );

  it('is not read by friends of the author who are no friends of its writer', async ({
    author,
    viewer,
    third,
    all,
    ofThird,
  }) => {
    await third.call('/chat/delFriend', { destId: viewer.id });
    expect(await reads(third, feedId)).toEqual(ofThird());
    expect(await reads(author, feedId)).toEqual(all());
    await befriend(third, viewer);
    await third.call('/chat/setBlock', { blockId: viewer.id });
    expect(await reads(third, feedId)).toEqual(ofThird());
    expect(await reads(author, feedId)).toEqual(all());
  });

  it('is named to the author where others answer it, and can be answered, but not told, after the friendship', async ({
    author,
    viewer,
    third,
  }) => {
    await author.call('/chat/delFriend', { destId: viewer.id });
    await third.call('/feed/addFeedComment', { feedId, text: 'an answer', replyId: viewer.id });
    const heard = (await viewer.events()).length;
    expect(
      (await author.call('/feed/addFeedComment', { feedId, text: 'so?', replyId: viewer.id })).code,
    ).toBe('1');
    const { data } = await author.call('/feed/getOneFeed', { feedId });
    const answers = data.imFeedComments.filter(
      (each: { replyUserId: string }) => each.replyUserId === `${viewer.id}`,
    );
    expect(answers.map(({ commentText }: { commentText: string }) => commentText).toSorted()).toEqual([
      'an answer',
      'so?',
    ]);
    expect((await viewer.events()).length).toBe(heard);
  });

  it('is deleted by its author, who is no friend any more of who wrote it, and by nobody else', async ({
    author,
    viewer,
    third,
    all,
    ofThird,
  }) => {
    await author.call('/chat/delFriend', { destId: viewer.id });
    const { data } = await author.call('/feed/getOneFeed', { feedId });
    const of = (list: { id: string; userId: string }[]) =>
      list.find(({ userId }) => userId === `${viewer.id}`)?.id ?? '';
    const [commentId, praiseId] = [of(data.imFeedComments), of(data.imFeedPraises)];
    for (const who of [third, viewer]) {
      expect((await who.call('/feed/canclePraise', { feedId, praiseId })).code).toBe('-1');
    }
    expect((await third.call('/feed/delFeedComment', { commentId })).code).toBe('-1');
    expect(await reads(author, feedId)).toEqual(all());
    expect((await author.call('/feed/delFeedComment', { commentId })).code).toBe('1');
    const other = await postPicture(author);
    expect((await author.call('/feed/canclePraise', { feedId: other, praiseId })).code).toBe('-1');
    expect((await author.call('/feed/canclePraise', { feedId, praiseId })).code).toBe('1');
    expect(await reads(author, feedId)).toEqual(ofThird());
    expect(await reads(third, feedId)).toEqual(ofThird());
  });
});
