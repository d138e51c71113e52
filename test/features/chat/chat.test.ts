import { describe, expect } from 'vitest';
import { MESSAGE_TYPES } from '../../../src/realtime/message-types.ts';
import { noticeOf } from '../../../src/realtime/push/text.ts';
import { type Params, type Person, person, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend } from '../../support/friends.ts';
import { groupOf } from '../../support/groups.ts';
import { recordedScans, recording } from '../../support/plans.ts';
import { onDevice } from '../../support/realtime.ts';

const test = appTest()
  .extend('li', ({ app }) => person(app, 'li'))
  .extend('wang', ({ app }) => person(app, 'wang'))
  .extend('zhao', ({ app }) => person(app, 'zhao'))
  .extend(
    'toWang',
    ({ li, wang }) =>
      (message: Params = {}) =>
        send(li, { destId: wang.id, ...message }),
  );
test.beforeEach(async ({ app, li, wang }) => {
  await befriend(li, wang);
  await app.executor.write([{ sql: 'DELETE FROM inbox', params: [], kind: 'change' }]);
});

let count = 0;
const send = (from: Person, message: Params) => {
  count += 1;
  return from.call('/im/send', {
    msgId: `m${count}`,
    fromType: 1,
    messageType: 2,
    content: 'hi',
    ...message,
  });
};
interface Heard {
  readonly messageType: string;
  readonly content: string;
  readonly msgId: string;
  readonly fromId: string;
  readonly destId: string;
  readonly fromType: string;
}
const heard = async (who: Person): Promise<Heard[]> => (await who.call('/im/sync')).data.list;
const texts = async (who: Person) =>
  (await heard(who)).map(({ messageType, content }) => `${messageType} ${content}`);
const history = async (who: Person, params: Params) => (await who.call('/im/history', params)).data;

describe('a message to a friend', () => {
  test('comes with the sender that the token names, his name and picture, and the server’s time', async ({
    app,
    li,
    wang,
    toWang,
  }) => {
    const sent = await toWang({ content: '喝茶？', fromId: 4711, fromName: 'mallory', sendTime: 1 });
    expect(sent).toMatchObject({ code: '1', data: { info: `m${count}`, sendTime: String(app.clock.now()) } });
    expect(await heard(wang)).toMatchObject([
      {
        id: sent.data.id,
        msgId: `m${count}`,
        fromId: String(li.id),
        fromName: 'li',
        fromType: '1',
        destId: String(wang.id),
        content: '喝茶？',
        messageType: '2',
        sendTime: String(app.clock.now()),
        devType: '1',
      },
    ]);
  });

  test('keeps its blanks and line breaks', async ({ wang, toWang }) => {
    await toWang({ content: '  a\n\tb ' });
    expect((await heard(wang))[0]?.content).toBe('  a\n\tb ');
  });

  test('reaches the sender’s other devices and the receiver’s, but not the one that sent it', async ({
    app,
    li,
    wang,
    toWang,
  }) => {
    const tablet = await onDevice(app, li, 3);
    const wangsTablet = await onDevice(app, wang, 3);
    await toWang({ content: 'a' });
    for (const device of [tablet, wang, wangsTablet]) expect(await texts(device)).toEqual(['2 a']);
    expect(await texts(li)).toEqual([]);
    expect((await li.call('/im/sync')).data.more).toBe('0');
  });

  test('leaves no row for a sender with one device', async ({ li, toWang }) => {
    await toWang();
    expect(await li.events()).toEqual([]);
  });

  test('is sent once, however often and however simultaneously it is sent', async () => {
    const meet = meeting((await freshDatabase()).executor);
    const other = await testApp({ executor: meet.executor });
    const [a, b] = [await person(other, 'a'), await person(other, 'b')];
    await befriend(a, b);
    const one = () =>
      a.call('/im/send', { msgId: 'same', fromType: 1, destId: b.id, messageType: 2, content: 'x' });
    meet.hold(5);
    const replies = await Promise.all([one(), one(), one(), one(), one()]);
    replies.push(await one());
    expect(new Set(replies.map(({ code, data }) => `${code} ${data.id}`)).size).toBe(1);
    expect((await texts(b)).filter((text) => text === '2 x')).toHaveLength(1);
    await other.close();
  });

  test('may have a msgId that somebody else has used', async ({ li, wang, toWang }) => {
    await toWang({ msgId: 'same', content: 'a' });
    await send(wang, { destId: li.id, msgId: 'same', content: 'b' });
    expect([await texts(wang), await texts(li)]).toEqual([['2 a'], ['2 b']]);
  });

  test('is refused with the event 66 when they are not friends', async ({ li, zhao }) => {
    const { code, data } = await send(li, { destId: zhao.id, msgId: 'no' });
    expect([code, data.info]).toEqual(['2', '对方不是您的好友']);
    expect(await heard(zhao)).toEqual([]);
    expect(await heard(li)).toMatchObject([
      { messageType: '66', fromId: String(zhao.id), fromType: '1', destId: String(li.id) },
    ]);
    expect(JSON.parse((await heard(li))[0]?.content ?? '')).toEqual({ msgId: 'no', msgType: '-1' });
    expect((await send(li, { destId: li.id })).code).toBe('2');
    expect((await send(li, { destId: 999_999_999 })).code).toBe('2');
  });

  test('is refused with the event 66 when the receiver has blocked the sender', async ({
    li,
    wang,
    toWang,
  }) => {
    await wang.call('/chat/setBlock', { blockId: li.id });
    expect((await toWang({ msgId: 'no' })).code).toBe('3');
    expect(await heard(wang)).toEqual([]);
    expect(JSON.parse((await heard(li))[0]?.content ?? '')).toEqual({ msgId: 'no', msgType: '0' });
    expect((await toWang({ msgId: 'no' })).code).toBe('3');
    expect(await heard(li)).toHaveLength(2); // each attempt is refused by an event of its own
    await wang.call('/chat/removeBlack', { destId: li.id });
    expect((await toWang({ msgId: 'no' })).code).toBe('1');
    expect(await texts(wang)).toEqual(['2 hi']);
  });

  test('is not taken in a request that waits', async ({ li, zhao }) => {
    await zhao.call('/chat/requestFriend', { destId: li.id, destType: 1 });
    expect((await send(zhao, { destId: li.id })).code).toBe('2');
  });
});

describe('what a client may send', () => {
  const forged = Object.keys(MESSAGE_TYPES)
    .map(Number)
    .filter((type) => MESSAGE_TYPES[type]?.sender !== 'client');

  test('is what apps send, and nothing that the server says', async ({ wang, toWang }) => {
    expect(forged).toEqual(expect.arrayContaining([5, 7, 11, 12, 15, 17, 18, 19, 26, 39, 51, 62, 66, 68]));
    for (const messageType of [...forged, 0, 14, 44, 999, 10_000])
      expect((await toWang({ messageType })).code, String(messageType)).toBe('-1');
    expect(await heard(wang)).toEqual([]);
    for (const messageType of [2, 3, 4, 16, 28, 29, 30, 31, 34, 35, 40, 41, 42, 43])
      expect((await toWang({ messageType, content: '{}' })).code, String(messageType)).toBe('1');
    expect(await heard(wang)).toHaveLength(14);
  });

  test('is also what an app has invented, from 1000 to 9999: delivered and kept as others', async ({
    li,
    wang,
    toWang,
  }) => {
    for (const messageType of [1000, 9999])
      expect((await toWang({ messageType, content: '{"move":"e2e4"}' })).code).toBe('1');
    expect((await toWang({ messageType: 1000, content: '' })).code).toBe('-1');
    expect(await texts(wang)).toEqual(['1000 {"move":"e2e4"}', '9999 {"move":"e2e4"}']);
    const { list } = await history(li, { destType: 1, destId: wang.id });
    expect(list).toMatchObject([
      { messageType: '9999' },
      { messageType: '1000', content: '{"move":"e2e4"}' },
    ]);
    expect(
      noticeOf(
        {
          type: 1000,
          fromType: 1,
          fromId: li.id,
          destId: wang.id,
          content: '{}',
          fromName: 'li',
          groupName: null,
        },
        '茶',
      ),
    ).toMatchObject({ title: 'li', body: '[新消息]' });
  });

  test.for([
    { content: '' },
    { content: 'x'.repeat(16_385) },
    { content: 'a\0b' },
    { msgId: '' },
    { msgId: 'x'.repeat(65) },
    { msgId: 'ä' },
    { fromType: 3 },
    { destId: 0 },
    { destId: 'x' },
  ])('is refused and does nothing where it is bad (%#)', async (bad, { li, wang, toWang }) => {
    expect((await toWang(bad)).code).toBe('-1');
    expect([await heard(wang), await heard(li)]).toEqual([[], []]);
  });
});

describe('a group', () => {
  let group: number;
  const say = (from: Person, message: Params = {}) => send(from, { fromType: 2, destId: group, ...message });
  test.beforeEach(async ({ app, li, wang, zhao }) => {
    group = await groupOf(li, zhao);
    await li.call('/chat/addGroupMember', { groupId: group, inviteIds: wang.id });
    await app.executor.write([{ sql: 'DELETE FROM inbox', params: [], kind: 'change' }]);
  });

  test('hears a message: every member and the sender’s other devices', async ({ app, li, wang, zhao }) => {
    const tablet = await onDevice(app, li, 3);
    expect((await say(li, { content: 'all' })).code).toBe('1');
    for (const each of [wang, zhao, tablet])
      expect(await heard(each)).toMatchObject([
        { fromType: '2', destId: String(group), fromId: String(li.id), content: 'all' },
      ]);
    expect(await heard(li)).toEqual([]);
  });

  test('hears nobody who is no member, no more, or not yet', async ({ app, li, wang, zhao }) => {
    const stranger = await person(app, 'stranger');
    expect((await say(stranger)).data.info).toBe('您不在该群组，无法操作');
    await wang.call('/chat/quitGroup', { groupId: group });
    expect((await say(wang)).code).toBe('4');
    await say(li, { content: 'without wang' });
    expect(await texts(zhao)).toContain('2 without wang');
    expect(await texts(wang)).not.toContain('2 without wang');
    await li.call('/chat/dismissGroup', { groupId: group });
    expect((await say(li)).code).toBe('4');
    expect((await send(li, { fromType: 2, destId: 999_999 })).code).toBe('4');
  });

  test('hears nobody who is muted, until the time is over', async ({ app, li, wang, zhao }) => {
    await li.call('/chat/updateGroupMember', { groupId: group, destId: wang.id, type: 2, ope: 1 });
    expect((await say(wang)).data.info).toBe('您已被禁言');
    expect(await heard(zhao)).toEqual([]);
    app.clock.advance(1000);
    expect((await say(wang)).code).toBe('1');
    expect(await texts(zhao)).toEqual(['2 hi']);
  });

  test('shows its members what was written since they came', async ({ app, li, wang }) => {
    await say(li, { content: 'before' });
    app.clock.advance(1000);
    const late = await person(app, 'late');
    await befriend(li, late);
    await li.call('/chat/addGroupMember', { groupId: group, inviteIds: late.id });
    await say(li, { content: 'after' });
    const seen = async (who: Person) =>
      (await history(who, { destType: 2, destId: group })).list.map(({ content }: Heard) => content);
    expect(await seen(late)).toEqual(['after']);
    expect(await seen(wang)).toEqual(['after', 'before']);
    const { code } = await (await person(app)).call('/im/history', { destType: 2, destId: group });
    expect(code).toBe('4');
  });

  test('tells of a read message its author alone', async ({ li, wang, zhao }) => {
    await say(li, { msgId: 'read-me' });
    const before = (await heard(zhao)).length;
    await say(wang, { messageType: 33, content: 'read-me' });
    expect((await texts(li)).filter((text) => text.startsWith('33'))).toEqual(['33 read-me']);
    expect(await heard(zhao)).toHaveLength(before);
  });
});

describe('a recall', () => {
  test('takes the text from the history and tells everybody, once', async ({ app, li, wang, toWang }) => {
    const { data } = await toWang({ msgId: 'oops', content: 'secret' });
    await wang.call('/im/ack', { seq: (await wang.call('/im/sync')).data.seq });
    for (const msgId of ['r1', 'r1', 'r2'])
      expect((await toWang({ msgId, messageType: 32, content: 'oops' })).code).toBe('1');
    expect(await texts(wang)).toEqual(['32 oops']);
    const { list } = await history(wang, { destType: 1, destId: li.id });
    expect(list).toMatchObject([{ id: data.id, content: '', recalled: '1', messageType: '2' }]);
    expect((await app.sql("SELECT count(*) FROM messages WHERE content LIKE '%secret%'")).flat()).toEqual([
      0,
    ]);
  });

  test('comes in time for who has not fetched the message yet', async ({ wang, toWang }) => {
    await toWang({ msgId: 'oops', content: 'secret' });
    await toWang({ messageType: 32, content: 'oops' });
    expect(await texts(wang)).toEqual(['32 oops']);
  });

  test('is refused after two minutes, for what others wrote, and in another conversation', async ({
    app,
    li,
    wang,
    zhao,
    toWang,
  }) => {
    await toWang({ msgId: 'old' });
    app.clock.advance(2 * 60_000);
    expect((await toWang({ messageType: 32, content: 'old' })).code).toBe('7');
    await toWang({ msgId: 'mine' });
    expect((await send(wang, { destId: li.id, messageType: 32, content: 'mine' })).code).toBe('6');
    expect((await send(li, { destId: zhao.id, messageType: 32, content: 'mine' })).code).toBe('6');
    expect((await toWang({ messageType: 32, content: 'nothing' })).code).toBe('6');
    expect(await texts(wang)).toEqual(['2 hi', '2 hi']);
  });
});

describe('the history', () => {
  test('goes backwards, page by page, for both sides, and stays when the events have gone', async ({
    li,
    wang,
    toWang,
  }) => {
    for (let i = 1; i <= 5; i++)
      await (i % 2 ? toWang : (m: Params) => send(wang, { destId: li.id, ...m }))({ content: `${i}` });
    await wang.call('/im/ack', { seq: 99 });
    const first = await history(wang, { destType: 1, destId: li.id, limit: 3 });
    expect(first.list.map(({ content }: Heard) => content)).toEqual(['5', '4', '3']);
    expect(first.more).toBe('1');
    const next = await history(wang, { destType: 1, destId: li.id, limit: 3, before: first.list[2].id });
    expect(next.list.map(({ content }: Heard) => content)).toEqual(['2', '1']);
    expect((await history(li, { destType: 1, destId: wang.id })).list).toHaveLength(5);
  });

  test('is nobody else’s', async ({ li, wang, zhao, toWang }) => {
    await toWang();
    expect((await history(zhao, { destType: 1, destId: wang.id })).list).toEqual([]);
    expect((await history(zhao, { destType: 1, destId: li.id })).list).toEqual([]);
  });
});

test('chat walks through no whole table', async () => {
  const record = recording((await freshDatabase()).executor);
  const other = await testApp({ executor: record.executor });
  const [a, b] = [await person(other, 'a'), await person(other, 'b')];
  const group = await groupOf(a, b);
  record.clear();
  const message = { fromType: 1, destId: b.id, messageType: 2, content: 'x' };
  await a.call('/im/send', { ...message, msgId: '1' });
  await a.call('/im/send', { ...message, msgId: '2', fromType: 2, destId: group });
  await a.call('/im/send', { ...message, msgId: '3', messageType: 32, content: '1' });
  await a.call('/im/send', { ...message, msgId: '4', messageType: 33, content: '1' });
  await a.call('/im/history', { destType: 2, destId: group });
  expect(record.writes.length).toBeGreaterThan(3);
  expect(await recordedScans(record, ['sqlite_sequence', 'f', 'r'])).toEqual([]);
  await other.close();
});
