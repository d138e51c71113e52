import { beforeAll, describe, expect, test } from 'vitest';
import { befriend, expectRefusal, newPerson, type Person } from './support/client.ts';

let me: Person;
let friend: Person;
beforeAll(async () => {
  [me, friend] = await Promise.all([newPerson('林一'), newPerson('王二')]);
});

describe('what others do', () => {
  test('waits at /im/sync until it is acknowledged', async () => {
    await befriend(friend, me);
    const first = await me.call('/im/sync');
    expect(first.code).toBe('1');
    expect(first.data.list.length).toBeGreaterThan(0);
    expect(await me.call('/im/sync')).toMatchObject({ data: { seq: first.data.seq } });
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
