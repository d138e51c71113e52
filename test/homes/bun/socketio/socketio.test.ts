import { io as io4 } from 'socket.io-client';
import io2 from 'socket.io-client2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Person, person } from '../../../support/app.ts';
import { change } from '../../../support/bank.ts';
import { befriend } from '../../../support/friends.ts';
import { onDevice } from '../../../support/realtime.ts';
import { type LiveServer, liveServer, type SeenMessage, Socket, until } from '../../../support/sockets.ts';

/** What the two clients have in common. */
interface AnySocket {
  connected: boolean;
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  disconnect(): unknown;
}
type Connect = (url: string, options: Record<string, unknown>) => AnySocket;
const CLIENTS: readonly (readonly [string, Connect, string[]])[] = [
  ['socket.io-client 2 (Engine.IO 3), websocket', io2 as Connect, ['websocket']],
  ['socket.io-client 2 (Engine.IO 3), polling', io2 as Connect, ['polling']],
  ['socket.io-client 4 (Engine.IO 4), websocket', io4 as Connect, ['websocket']],
  ['socket.io-client 4 (Engine.IO 4), polling first', io4 as Connect, ['polling', 'websocket']],
];

/** An app of the original: acknowledges with the msgId, as docs/original.md#acknowledgements says. */
class App {
  readonly messages: SeenMessage[] = [];
  readonly socket: AnySocket;
  acknowledges = true;
  refused = false;
  disconnected = false;

  constructor(
    server: LiveServer,
    connect: Connect,
    transports: string[],
    query: Record<string, unknown>,
    reconnection = false,
  ) {
    const url = `http://127.0.0.1:${server.server.socketIoPort}`;
    const options = { reconnection, reconnectionDelay: 20, reconnectionDelayMax: 50, timeout: 2000 };
    this.socket = connect(url, { query, transports, forceNew: true, ...options });
    this.socket.on('chat', (message: SeenMessage, ack?: (msgId: string) => void) => {
      this.messages.push(message);
      if (this.acknowledges) ack?.(message.msgId);
    });
    const refuse = () => {
      this.refused = true;
    };
    this.socket.on('connect_error', refuse);
    this.socket.on('error', refuse);
    this.socket.on('disconnect', () => {
      this.disconnected = true;
    });
  }

  contents = (type = 2) =>
    this.messages.filter(({ messageType }) => messageType === type).map(({ content }) => content);

  say(message: Record<string, unknown>): Promise<unknown> {
    return new Promise((resolve) => this.socket.emit('chat', message, resolve));
  }
}

let app: LiveServer;
let li: Person;
let wang: Person;
let apps: App[];
beforeEach(async () => {
  app = await liveServer();
  li = await person(app, 'li');
  wang = await person(app, 'wang');
  await befriend(li, wang);
  apps = [];
});
afterEach(async () => {
  for (const each of apps) each.socket.disconnect();
  await app.close();
});

describe.each(CLIENTS)('%s', (_, connect, transports) => {
  const open = (query: Record<string, unknown>, reconnection = false) => {
    const made = new App(app, connect, transports, query, reconnection);
    apps.push(made);
    return made;
  };
  const connected = async (who: Person, reconnection = false) => {
    const made = open({ token: who.token, device: 1 }, reconnection);
    await until('a connection', () => made.socket.connected);
    return made;
  };
  const message = (over: Record<string, unknown> = {}) => ({
    msgId: `${Math.random()}`,
    fromId: wang.id,
    fromName: 'wang',
    imageIconUrl: '',
    fromType: 1,
    destId: li.id,
    content: 'hello',
    messageType: 2,
    sendTime: 1,
    receiveTime: 1,
    devType: 1,
    ...over,
  });

  test('a connection from another address than before is noted, and no other', async () => {
    const events = () =>
      app.sql('SELECT what, address FROM login_events WHERE user_id = ? AND what = 5 ORDER BY id', li.id);
    await app.executor.write([change("UPDATE sessions SET address = '10.0.0.9'")]);
    app.clock.advance(60_000);
    for (let i = 0; i < 2; i++) {
      await connected(li);
      expect(await events()).toEqual([[5, '127.0.0.1']]);
    }
  });

  test('two apps talk to each other, in order, with true numbers in messages and acks', async () => {
    const [his, mine] = [await connected(wang), await connected(li)];
    for (let i = 0; i < 20; i++)
      expect(await his.say(message({ msgId: `m${i}`, content: `${i}` }))).toEqual({
        code: 1,
        data: { info: `m${i}` },
      });
    await until('all', () => mine.contents().length === 20);
    expect(mine.contents()).toEqual(Array.from({ length: 20 }, (__, i) => `${i}`));
    expect(mine.messages.at(-1)).toMatchObject({
      fromId: wang.id,
      fromName: 'wang',
      destId: li.id,
      messageType: 2,
      fromType: 1,
    });
    expect(his.contents()).toEqual([]);
    his.socket.emit('heart', { fromId: wang.id, devType: 1 });
    expect(await his.say(message({ messageType: 1 }))).toMatchObject({ code: 1 });
  });

  test('says what it wants no acknowledgement of, too', async () => {
    const [his, mine] = [await connected(wang), await connected(li)];
    his.socket.emit('chat', message({ content: 'no need to answer' }));
    await until('it', () => mine.contents().length === 1);
    expect(mine.contents()).toEqual(['no need to answer']);
  });

  test('loses no message that burns after reading to the heartbeat of the same number', async () => {
    const [his, mine] = [await connected(wang), await connected(li)];
    for (const content of [undefined, '', '{"url":"/a.jpg"}'])
      expect(await his.say(message({ messageType: 31, content }))).toMatchObject({ code: 1 });
    await his.say(message({ msgId: 'last' }));
    await until('the last', () => mine.contents().length === 1);
    expect(mine.contents(31)).toEqual(['{"url":"/a.jpg"}']);
  });

  test('gets what waited while it was away, events of the server too, and what it did not acknowledge again', async () => {
    await wang.call('/im/send', { ...message(), msgId: 'waits' });
    const first = open({ token: li.token, device: 1 });
    first.acknowledges = false;
    await until('the message', () => first.contents().length === 1);
    expect(first.contents(11)).toHaveLength(0);
    expect(first.contents(12)).toHaveLength(1);
    first.socket.disconnect();
    await until('the end', () => first.disconnected);
    const second = await connected(li);
    await until('the message again', () => second.contents().length === 1);
    await until('the acknowledged events to go', async () => (await li.events()).length === 0);
    second.socket.disconnect();
    const third = await connected(li);
    await wang.call('/im/send', { ...message(), msgId: 'new', content: 'new' });
    await until('the new one', () => third.contents().length === 1);
    expect(third.contents()).toEqual(['new']);
  });

  test('gets long messages that waited, however many: no more of them leave the database than it takes', async () => {
    const content = '茶'.repeat(16_000);
    for (let i = 0; i < 80; i++)
      await wang.call('/im/send', { ...message(), msgId: `long${i}`, content: `${i} ${content}` });
    const mine = await connected(li);
    await until('all', () => mine.contents().length === 80 || mine.disconnected);
    expect(mine.disconnected).toBe(false);
    expect(mine.contents().map((text) => Number.parseInt(text, 10))).toEqual(
      Array.from({ length: 80 }, (__, i) => i),
    );
  });

  test('cannot speak for others or forge what the server says, and hears 66 from who has blocked it', async () => {
    const [his, mine] = [await connected(wang), await connected(li)];
    await his.say(message({ fromId: 1, fromName: 'bank' }));
    await until('it', () => mine.contents().length === 1);
    expect(mine.messages.at(-1)).toMatchObject({ fromId: wang.id, fromName: 'wang' });
    expect(await his.say(message({ messageType: 17, content: '{"redPacketId":1}' }))).toMatchObject({
      code: -1,
    });
    expect(await his.say('junk' as unknown as Record<string, unknown>)).toMatchObject({ code: -1 });
    await li.call('/chat/setBlock', { blockId: wang.id });
    expect(await his.say(message({ msgId: 'blocked' }))).toEqual({ code: 1, data: { info: 'blocked' } });
    await until('66', () => his.contents(66).length === 1);
    expect(JSON.parse(his.contents(66)[0] ?? '')).toEqual({ msgId: 'blocked', msgType: '0' });
    expect(mine.contents(17)).toEqual([]);
  });

  test('is not let in without a good token, and is sent away when it ends', async () => {
    const [none, bad] = [open({ device: 1 }), open({ token: `${li.token}x`, device: 1 })];
    await until('the refusals', () => none.refused && bad.refused);
    const mine = await connected(li);
    await li.call('/chat/doLogout');
    await until('the end', () => mine.disconnected);
    const late = open({ token: li.token, device: 1 });
    await until('the refusal', () => late.refused);
  });

  test('comes again by itself after a restart, and gets what came meanwhile', async () => {
    const mine = await connected(li, true);
    await app.restart();
    expect((await wang.call('/im/send', { ...message(), msgId: 'later', content: 'later' })).code).toBe('1');
    await until('the message', () => mine.contents().includes('later'));
    expect([mine.disconnected, mine.socket.connected]).toEqual([true, true]);
  });

  test('does not come again by itself when its session has ended or goes on elsewhere', async () => {
    const [first, second] = [await connected(li, true), await connected(li, true)];
    await until('the end of the first', () => first.disconnected);
    await li.call('/chat/doLogout');
    await until('the end of the second', () => second.disconnected);
    await new Promise((soon) => setTimeout(soon, 300));
    expect([first.socket.connected, second.socket.connected, second.refused]).toEqual([false, false, false]);
  });

  test('lives beside the other protocol: one order for every device', async () => {
    const tablet = await onDevice(app, li, 3);
    const [mine, other] = [await connected(li), await new Socket(app, tablet).live()];
    for (let i = 0; i < 10; i++)
      await wang.call('/im/send', { ...message(), msgId: `b${i}`, content: `${i}` });
    await until('all on both', () => mine.contents().length === 10 && other.contents().length === 10);
    expect(mine.contents()).toEqual(other.contents());
  });
});

test('a client that acknowledges nothing gets a window of messages, and goes on when it does', async () => {
  const [, connect, transports] = CLIENTS[2] ?? [];
  if (!connect || !transports) throw new Error('There is such a client.');
  for (let i = 0; i < 250; i++)
    await wang.call('/im/send', {
      msgId: `w${i}`,
      fromType: 1,
      destId: li.id,
      messageType: 2,
      content: `${i}`,
    });
  const acks: (() => void)[] = [];
  const slow = new App(app, connect, transports, { token: li.token, device: 1 });
  apps.push(slow);
  slow.acknowledges = false;
  slow.socket.on('chat', (_: SeenMessage, ack: () => void) => acks.push(ack));
  await until('a window', () => acks.length === 200);
  await new Promise((soon) => setTimeout(soon, 100));
  expect(acks).toHaveLength(200);
  while (slow.contents().length < 250) {
    for (const ack of acks.splice(0)) ack();
    await new Promise((soon) => setTimeout(soon, 5));
  }
  expect(slow.contents()).toEqual(Array.from({ length: 250 }, (_, i) => `${i}`));
});
