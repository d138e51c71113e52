import { io } from 'socket.io-client';
import { afterEach, describe, expect, test } from 'vitest';
import { type Params, type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { befriend } from '../../support/friends.ts';
import { groupOf } from '../../support/groups.ts';
import { onDevice } from '../../support/realtime.ts';
import { liveServer, Socket, until } from '../../support/sockets.ts';

const DAY_MS = 24 * 3600 * 1000;
const FULL = { code: '8', data: { info: '今天发送的消息已达上限' } };

let app: TestApp;
let li: Person;
let wang: Person;
async function start(made: Promise<TestApp>) {
  app = await made;
  [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
  await befriend(li, wang);
}
afterEach(() => app.close());

let count = 0;
const send = (from: Person, destId: number, message: Params = {}) =>
  from.call('/im/send', {
    msgId: `m${++count}`,
    fromType: 1,
    destId,
    messageType: 2,
    content: 'x',
    ...message,
  });
const counted = async (who: Person) =>
  (await app.sql('SELECT count FROM message_counts WHERE user_id = ?', who.id))[0]?.[0] ?? 0;
const stored = async () => (await app.sql('SELECT count(*) FROM messages'))[0]?.[0];

describe('a user may send MESSAGES_PER_DAY messages a day', () => {
  test('and no more, however many are sent at once', async () => {
    await start(testApp({ env: { MESSAGES_PER_DAY: '10' } }));
    const answers = await Promise.all(Array.from({ length: 25 }, () => send(li, wang.id)));
    expect(answers.filter(({ code }) => code === '1')).toHaveLength(10);
    expect(answers.filter(({ code }) => code === '8')).toHaveLength(15);
    expect([await stored(), await counted(li)]).toEqual([10, 10]);
    expect(
      (await wang.call('/im/sync')).data.list.filter((e: Params) => e['messageType'] === '2'),
    ).toHaveLength(10);
    expect(await send(li, wang.id)).toMatchObject(FULL);
  });

  test('to people and groups together, each user for themselves, and the next day again', async () => {
    await start(testApp({ env: { MESSAGES_PER_DAY: '2' } }));
    const group = await groupOf(li, await person(app, 'zhao'));
    expect((await send(li, wang.id)).code).toBe('1');
    expect((await send(li, group, { fromType: 2 })).code).toBe('1');
    expect(await send(li, group, { fromType: 2 })).toMatchObject(FULL);
    expect((await send(wang, li.id)).code).toBe('1');
    // 20:00 in China: midnight is in four hours.
    app.clock.advance(4 * 3600 * 1000 - 1);
    expect(await send(li, wang.id)).toMatchObject(FULL);
    app.clock.advance(1);
    expect((await send(li, wang.id)).code).toBe('1');
    expect(await counted(li)).toBe(1);
  });

  test('where the clock of another process is behind, its day has not begun anew', async () => {
    await start(testApp({ env: { MESSAGES_PER_DAY: '2' } }));
    await send(li, wang.id);
    app.clock.advance(-DAY_MS);
    expect((await send(li, wang.id)).code).toBe('1');
    expect(await send(li, wang.id)).toMatchObject(FULL);
    app.clock.advance(DAY_MS);
    expect(await send(li, wang.id)).toMatchObject(FULL);
  });

  test('a message that was sent before counts nothing, and is answered as before', async () => {
    await start(testApp({ env: { MESSAGES_PER_DAY: '1' } }));
    const first = await send(li, wang.id, { msgId: 'same' });
    expect(await send(li, wang.id, { msgId: 'same' })).toMatchObject({ code: '1', data: first.data });
    expect(await counted(li)).toBe(1);
  });

  test('a long one counts as several', async () => {
    await start(testApp({ env: { MESSAGES_PER_DAY: '5' } }));
    expect((await send(li, wang.id, { content: 'x'.repeat(3999) })).code).toBe('1');
    expect(await counted(li)).toBe(4);
    expect(await send(li, wang.id, { content: 'x'.repeat(1000) })).toMatchObject(FULL);
    expect((await send(li, wang.id)).code).toBe('1');
  });

  test('refused ones count too where the sender is told of them, so that nobody fills their own inbox', async () => {
    await start(testApp({ env: { MESSAGES_PER_DAY: '3' } }));
    const stranger = await person(app, 'stranger');
    for (let i = 0; i < 3; i++) expect((await send(li, stranger.id)).code).toBe('2');
    expect(await send(li, stranger.id)).toMatchObject(FULL);
    expect(await send(li, wang.id)).toMatchObject(FULL);
    const { list } = (await (await onDevice(app, li, 3)).call('/im/sync', { after: 0 })).data;
    expect(list.filter((e: Params) => e['messageType'] === '66')).toHaveLength(3);
  });

  test('nobody counts for a group that they may not speak in, and recalls and read marks count nothing', async () => {
    await start(testApp({ env: { MESSAGES_PER_DAY: '1' } }));
    const group = await groupOf(wang);
    expect((await send(li, group, { fromType: 2 })).code).toBe('4');
    await send(li, wang.id, { msgId: 'sent' });
    await send(wang, li.id, { msgId: 'theirs' });
    expect((await send(li, wang.id, { messageType: 33, content: 'theirs' })).code).toBe('1');
    expect((await send(li, wang.id, { messageType: 32, content: 'sent' })).code).toBe('1');
    expect(await counted(li)).toBe(1);
  });

  test('0 is no limit', async () => {
    await start(testApp({ env: { MESSAGES_PER_DAY: '0' } }));
    for (let i = 0; i < 5; i++) expect((await send(li, wang.id)).code).toBe('1');
    expect(await counted(li)).toBe(5);
  });

  test('a session that has ended counts nothing', async () => {
    await start(testApp());
    await li.call('/chat/doLogout');
    expect((await send(li, wang.id)).code).toBe('601');
    expect(await counted(li)).toBe(0);
  });
});

test('the same is answered over WS /im and over Socket.IO', async () => {
  await start(liveServer({ MESSAGES_PER_DAY: '2' }));
  const live = app as Awaited<ReturnType<typeof liveServer>>; // started just now
  const socket = await new Socket(live, li).live();
  for (let i = 0; i < 2; i++)
    expect(await socket.say({ destId: wang.id, content: 'x' })).toMatchObject({ code: 1 });
  expect(await socket.say({ destId: wang.id, content: 'x' })).toMatchObject({
    code: 8,
    data: { info: FULL.data.info },
  });
  await socket.close();
  const connect = io as (
    url: string,
    options: unknown,
  ) => {
    connected: boolean;
    emit(event: string, message: unknown, ack: (answer: unknown) => void): void;
    disconnect(): void;
  };
  const original = connect(`http://127.0.0.1:${live.server.socketIoPort}`, {
    query: { token: li.token },
    transports: ['websocket'],
  });
  await until('a connection', () => original.connected);
  const message = { msgId: 'over', fromType: 1, destId: wang.id, messageType: 2, content: 'x' };
  const answer = await new Promise((resolve) => original.emit('chat', message, resolve));
  expect(answer).toEqual({ code: 8, data: { info: FULL.data.info } });
  original.disconnect();
});
