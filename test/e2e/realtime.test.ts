import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { befriend, logIn, newPerson, type Person } from './support/client.ts';
import { Listener, until } from './support/socket.ts';

let li: Person;
let wang: Person;
let listeners: Listener[] = [];
beforeAll(async () => {
  [li, wang] = await Promise.all([newPerson('林一'), newPerson('王二')]);
  await befriend(li, wang);
});
afterEach(() => {
  for (const each of listeners) each.drop();
  listeners = [];
});
const listen = (who: Pick<Person, 'token'>) => {
  const made = new Listener(who);
  listeners.push(made);
  return made.connect();
};
const write = (content: string, to = li, from = wang) =>
  from.call('/im/send', { msgId: crypto.randomUUID(), fromType: 1, destId: to.id, messageType: 2, content });

describe('a socket', () => {
  test('sends each message once and in order, however often it is cut off', async () => {
    const count = 60;
    const mine = await listen(li);
    const start = mine.contents().length;
    const writing = (async () => {
      for (let i = 0; i < count; i++) expect((await write(`${i}`)).code).toBe('1');
    })();
    for (let cut = 0; cut < 5; cut++) {
      await until('some', () => mine.contents().length >= start + cut * 10 + 3);
      mine.drop();
      await mine.connect();
    }
    await writing;
    await until('all', () => mine.contents().length >= start + count);
    expect(mine.contents().slice(start)).toEqual(Array.from({ length: count }, (_, i) => `${i}`));
    expect(mine.seqs).toEqual([...new Set(mine.seqs)].sort((a, b) => a - b));
  });

  test('reaches every device of both sides in one order, the sending one excepted', async () => {
    const tablet = { token: await logIn(li.mobile, 3) };
    const [phone, other, theirs] = [await listen(li), await listen(tablet), await listen(wang)];
    await Promise.all([write('a'), write('b'), write('c')]);
    const hasAll = (device: typeof phone) =>
      ['a', 'b', 'c'].every((each) => device.contents().includes(each));
    await until('all', () => hasAll(phone) && hasAll(other));
    expect(other.contents().slice(-3)).toEqual(phone.contents().slice(-3));
    expect(await phone.say({ destId: wang.id, content: 'from the phone' })).toBe(1);
    await until('it', () => theirs.contents().includes('from the phone'));
    await until('the copy', () => other.contents().includes('from the phone'));
    expect(phone.contents()).not.toContain('from the phone');
  });

  test('acknowledges for its kind of device', async () => {
    const person = await newPerson('赵三');
    await befriend(person, wang);
    await write('taken', person);
    const first = await listen(person);
    first.ack();
    await until('the events to go', async () => (await person.call('/im/sync')).data.list.length === 0);
  });

  test('is what a plain request is told to ask for', async () => {
    expect((await li.call('/im')).status).toBe(426);
  });

  test('leaves what was said in the history', async () => {
    const person = await newPerson('吴七');
    await befriend(person, wang);
    await write('remember', person);
    const { data } = await person.call('/im/history', { destType: 1, destId: wang.id });
    expect(data.list).toMatchObject([{ content: 'remember', fromId: String(wang.id), recalled: '0' }]);
  });

  test('answers a ping', async () => {
    const mine = await listen(li);
    mine.send({ op: 'ping' });
    await until('pong', () => mine.answers.some(({ op }) => op === 'pong'));
  });

  test('refuses what only the server says, and closes at what is no frame', async () => {
    const mine = await listen(li);
    expect(await mine.say({ destId: wang.id, messageType: 17, content: '{"redPacketId":1}' })).toBe(-1);
    mine.send({ op: 'drop' });
    await until('the end', () => mine.code === 4400);
  });

  test('closes when its token dies, with event 15 where another device took its place', async () => {
    const person = await newPerson('孙五');
    const first = await listen(person);
    const second = await listen({ token: await logIn(person.mobile, 1) });
    await until('the end', () => first.code === 4401);
    expect(first.contents(15)).toHaveLength(1);
    expect(second.contents(15)).toEqual([]);
    const late = new Listener(person);
    await late.connect();
    expect([late.isLive, late.code]).toEqual([false, 4401]);
  });

  test.each([
    ['a forged token', 4401, () => `token=${li.token}x`],
    ['no token', 4401, () => ''],
    ['a bad parameter', 4400, () => `token=${li.token}&after=x`],
  ])('says why it does not open for %s', async (_, code, query) => {
    const socket = new WebSocket(`${inject('url').replace('http', 'ws')}/im?${query()}`);
    const heard: unknown[] = [];
    socket.onmessage = ({ data }) => heard.push(JSON.parse(String(data)));
    const closed = await new Promise<number>((resolve) => {
      socket.onclose = (event) => resolve(event.code);
    });
    expect([closed, heard]).toEqual([code, [{ op: 'bye', code, reason: expect.any(String) }]]);
  });

  test('makes its owner online to his friends', async () => {
    const person = await newPerson('周六');
    await befriend(person, wang);
    const watching = await listen(wang);
    const mine = await listen(person);
    await until('5', () =>
      watching.messages.some(({ messageType, fromId }) => messageType === 5 && fromId === person.id),
    );
    const seen = async () => (await wang.call('/chat/getUserById', { destId: person.id })).data.isOnline;
    expect(await seen()).toBe('1');
    mine.drop();
    await until('6', () =>
      watching.messages.some(({ messageType, fromId }) => messageType === 6 && fromId === person.id),
    );
    expect(await seen()).toBe('0');
  });
});

test('an evening: six people in a group see everything live, in one order', async () => {
  const people = await Promise.all(['一', '二', '三', '四', '五', '六'].map((name) => newPerson(name)));
  const [host, ...guests] = people;
  if (!host) throw new Error('There are six.');
  for (const guest of guests) await befriend(host, guest);
  const sockets = await Promise.all(people.map((each) => listen(each)));
  const made = await host.call('/chat/createGroup', {
    name: '茶话会',
    ids: guests.map(({ id }) => id).join(','),
  });
  const groupId = Number(made.data.id);
  for (const socket of sockets.slice(1)) await until('10', () => socket.contents(10).length === 1);
  await Promise.all(
    sockets.map(async (socket, i) => {
      for (let n = 0; n < 5; n++)
        expect(await socket.say({ fromType: 2, destId: groupId, content: `${i}:${n}` })).toBe(1);
    }),
  );
  for (const socket of sockets) await until('25', () => socket.contents().length === 25);
  const all = (socket: Listener, i: number) => socket.contents().filter((text) => !text.startsWith(`${i}:`));
  const [first] = sockets;
  for (const [i, socket] of sockets.entries()) {
    if (!first || i === 0) continue;
    const both = (texts: string[]) =>
      texts.filter((text) => !text.startsWith('0:') && !text.startsWith(`${i}:`));
    expect(both(all(socket, i))).toEqual(both(first.contents()));
  }
  await guests[0]?.call('/chat/quitGroup', { groupId });
  for (const socket of [first, ...sockets.slice(2)])
    await until('9', () => (socket?.contents(9).length ?? 0) === 1);
  await host.call('/chat/dismissGroup', { groupId });
  for (const socket of sockets.slice(2)) await until('51', () => socket.contents(51).length === 1);
});
