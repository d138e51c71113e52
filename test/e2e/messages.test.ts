import { beforeAll, describe, expect, test } from 'vitest';
import { befriend, expectRefusal, newPerson, type Person } from './support/client.ts';

let me: Person;
let friend: Person;
beforeAll(async () => {
  [me, friend] = await Promise.all([newPerson('林一'), newPerson('王二')]);
  await befriend(friend, me);
});

describe('a chat', () => {
  test('keeps a message once, however often it is sent, for both to read', async () => {
    const message = {
      msgId: `m-${me.id}`,
      fromType: 1,
      destId: friend.id,
      messageType: 2,
      content: '喝茶？',
    };
    const replies = await Promise.all(Array.from({ length: 5 }, () => me.call('/im/send', message)));
    expect(new Set(replies.map(({ code, data }) => `${code} ${data.id}`)).size).toBe(1);
    expect(replies[0]).toMatchObject({ code: '1', data: { info: message.msgId } });
    const { data } = await friend.call('/im/history', { destType: 1, destId: me.id });
    expect(data.list).toMatchObject([{ content: '喝茶？', recalled: '0' }]);
    const waiting = (await friend.call('/im/sync')).data.list;
    expect(waiting.filter(({ msgId }: { msgId: string }) => msgId === message.msgId)).toHaveLength(1);
  });

  test('is among the conversations of both, and looked for by two characters at least', async () => {
    const { code, data } = await friend.call('/im/conversations');
    expect([code, data.list.map(({ destId }: { destId: string }) => destId)]).toEqual(['1', [String(me.id)]]);
    expectRefusal(await friend.call('/im/search', { q: '茶' }), -1);
    expect((await friend.call('/im/search', { q: '喝茶' })).data.list).toBeInstanceOf(Array);
  });

  test('is refused with a stranger, and in a group of others', async () => {
    const stranger = await newPerson();
    const message = { msgId: 'm-1', fromType: 1, destId: stranger.id, messageType: 2, content: 'x' };
    expectRefusal(await me.call('/im/send', message), 2, '对方不是您的好友');
    expectRefusal(await me.call('/im/history', { destType: 2, destId: 999_999_999 }), 4);
  });

  test('goes over a socket at /im, and over nothing else there', async () => {
    const refused = await me.call('/im');
    expect(refused.status).toBe(426);
    expectRefusal(refused, -1);
  });
});

describe('what others do', () => {
  test('waits at /im/sync until it is acknowledged', async () => {
    const first = await me.call('/im/sync');
    expect(first.code).toBe('1');
    expect(first.data.list.length).toBeGreaterThan(0);
    // The end of the sequence is everybody's, and others move it meanwhile.
    expect((await me.call('/im/sync')).data.list).toEqual(first.data.list);
    expect(await me.call('/im/ack', { seq: first.data.seq })).toMatchObject({ code: '1' });
    expect((await me.call('/im/sync')).data.list).toEqual([]);
  });

  test('comes while one waits', async () => {
    const { seq } = (await me.call('/im/sync')).data;
    const waiting = me.call('/im/sync', { after: seq, wait: 20 });
    await friend.call('/chat/updateProfile', { nickName: '老王' });
    expect((await waiting).data.list.length).toBeGreaterThan(0);
  });

  test('is not asked for with what is no number', async () => {
    expectRefusal(await me.call('/im/sync', { after: 'x' }), -1);
    expectRefusal(await me.call('/im/ack', { seq: -1 }), -1);
  });
});
