import { type Socket as Connection, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../../../../src/core/log.ts';
import { MAX_WAITING_BYTES, Turns } from '../../../../src/realtime/turns.ts';
import { type Person, person } from '../../../support/app.ts';
import { type LiveServer, liveServer, Socket, until } from '../../../support/sockets.ts';

let app: LiveServer;
let li: Person;
let open: Connection[];
async function start(env: Record<string, string> = {}) {
  app = await liveServer(env);
  li = await person(app, 'li');
}
beforeEach(() => {
  open = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const each of open) each.destroy();
  await app.close();
});

/** A frame as a client sends it, masked with zeros. */
function frame(text: string, first = 0x81): Buffer {
  const payload = Buffer.from(text);
  const length =
    payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([first, ...length, 0, 0, 0, 0]), payload]);
}

/** A client of a WebSocket that never reads what it gets. */
async function deafClient(port: number, path: string): Promise<Connection> {
  const made = connect(port, '127.0.0.1');
  open.push(made);
  made.on('error', () => {});
  made.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await new Promise((resolve) => made.once('data', resolve));
  made.pause();
  return made;
}
const deafWebSocket = () => deafClient(Number(new URL(app.server.url).port), `/im?token=${li.token}`);
async function deafSocketIo(engine: 3 | 4) {
  const query = `EIO=${engine}&transport=websocket&token=${li.token}&device=1`;
  const made = await deafClient(app.server.socketIoPort ?? 0, `/socket.io/?${query}`);
  if (engine === 4) made.write(frame('40'));
  return made;
}
/** A connection to the original apps' port that says what it is told to, and what it hears. */
async function rawSocketIo() {
  const query = `EIO=4&transport=websocket&token=${li.token}`;
  const socket = new WebSocket(`ws://127.0.0.1:${app.server.socketIoPort}/socket.io/?${query}`);
  const heard: string[] = [];
  socket.onmessage = ({ data }) => heard.push(String(data));
  await until('the handshake', () => heard.length > 0);
  socket.send('40');
  return { socket, heard };
}

const sockets = () => app.server.home.realtime.size;

/** The first megabytes go into buffers of the operating system. */
const FLOOD_MS = 60_000;
/** Far more than a server should hold for a client, and than loopback takes by itself. */
const ENOUGH_BYTES = 200e6;

/** Sends something again and again until the server has closed the socket. */
async function flood(client: Connection, one: Buffer) {
  await until('the socket', () => sockets() === 1);
  const many = Buffer.concat(Array.from({ length: Math.ceil(100_000 / one.length) }, () => one));
  for (let sent = 0; sent < ENOUGH_BYTES && sockets() > 0; sent += many.length) {
    if (client.destroyed) break;
    if (!client.write(many)) await new Promise((soon) => setTimeout(soon, 1));
    if (client.writableLength > 20e6) break; // the server reads no more
  }
  await until('the end', () => sockets() === 0);
}

describe('a client that asks and asks and never takes an answer is closed', () => {
  beforeEach(() => start());

  test.each([
    ['pings', frame('{"op":"ping"}')],
    ['messages that are none', frame(`{"op":"send","message":{"msgId":"${'x'.repeat(64)}"}}`)],
    ['pings of WebSocket itself', frame('p'.repeat(120), 0x89)],
  ])('on WS /im, with %s', async (_, one) => flood(await deafWebSocket(), one), FLOOD_MS);

  test.each([
    ['ignored messages', 4, frame(`420["chat",{"msgId":"${'x'.repeat(64)}","messageType":31}]`)],
    ['messages that are none', 4, frame('420["chat",{}]')],
    ['ignored messages', 3, frame(`420["chat",{"msgId":"${'x'.repeat(64)}","messageType":1}]`)],
    ['pings', 3, frame('2')],
  ] as const)(
    'on Socket.IO, with %s (Engine.IO %i)',
    async (_, engine, one) => flood(await deafSocketIo(engine), one),
    FLOOD_MS,
  );

  test('on Socket.IO by polling, where it never polls', async () => {
    const poll = `http://127.0.0.1:${app.server.socketIoPort}/socket.io/?EIO=4&transport=polling&token=${li.token}`;
    const { sid } = JSON.parse((await (await fetch(poll)).text()).slice(1)) as { sid: string };
    const say = (body: string) => fetch(`${poll}&sid=${sid}`, { method: 'POST', body });
    await say('40');
    await until('the socket', () => sockets() === 1);
    const one = `420["chat",{"msgId":"${'x'.repeat(64)}","messageType":31}]`;
    const many = Array.from({ length: 500 }, () => one).join('\x1e');
    for (let i = 0; i < 100 && sockets() > 0; i++) await say(many);
    expect(sockets()).toBe(0);
  });
});

describe('what an answer repeats has an end', () => {
  beforeEach(() => start());
  const long = 'x'.repeat(60_000);

  test('on WS /im', async () => {
    const socket = await new Socket(app, li).live();
    expect((await socket.say({ msgId: 'x'.repeat(64), destId: 1, content: 'x' })).msgId).toHaveLength(64);
    socket.send({ op: 'send', message: { msgId: long } });
    await until('the end', () => socket.closed?.code === 4400);
  });

  test.each([1, 2])('on Socket.IO, message type %i', async (messageType) => {
    const { socket, heard } = await rawSocketIo();
    socket.send(`420["chat",${JSON.stringify({ msgId: long, messageType })}]`);
    await until('the answer', () => heard.some((text) => text.startsWith('430')));
    expect(heard.find((text) => text.startsWith('430'))?.length).toBeLessThan(100);
    socket.close();
  });
});

describe('the flood limit counts', () => {
  beforeEach(() => start({ RATE_LIMITS: 'on', RATE_PER_USER: '5', RATE_PER_ADDRESS: '1000' }));

  test.each(['chat', 'heart'])('what the original’s apps send that nobody gets: %s', async (event) => {
    const { socket, heard } = await rawSocketIo();
    for (let i = 0; i < 5; i++) socket.send(`42${i}["${event}",{"msgId":"m${i}","messageType":31}]`);
    socket.send('425["chat",{"msgId":"m5","messageType":31}]');
    await until('the last answer', () => heard.some((text) => text.startsWith('435')));
    expect(heard.filter((text) => text.includes('"code":429'))).toHaveLength(1);
    expect(heard.filter((text) => text.includes('"code":1'))).toHaveLength(event === 'chat' ? 5 : 0);
    socket.close();
  });

  test('pings, which are not answered beyond it, and messages that are none', async () => {
    const socket = await new Socket(app, li).live(); // the call that opened it was the first
    for (let i = 0; i < 10; i++) socket.send({ op: 'ping' });
    expect((await socket.say({ messageType: 9999 })).code).toBe(429);
    expect(socket.frames.filter(({ op }) => op === 'pong')).toHaveLength(4);
  });
});

describe('messages that wait for their turn', () => {
  test('have an end: a client that sends more is closed', async () => {
    await start({ RATE_LIMITS: 'on' });
    const socket = await new Socket(app, li).live();
    let release = () => {};
    const held = new Promise<number>((resolve) => {
      release = () => resolve(0);
    });
    vi.spyOn(app.platform.limiter, 'hit').mockReturnValue(held);
    const message = { fromType: 1, destId: li.id, messageType: 2, content: 'x'.repeat(16_000) };
    const say = (i: number) => socket.send({ op: 'send', message: { ...message, msgId: `m${i}` } });
    for (let i = 0; i < 30; i++) say(i);
    await new Promise((soon) => setTimeout(soon, 100));
    expect(socket.closed).toBeUndefined();
    for (let i = 30; i < 60; i++) say(i);
    await until('the end', () => socket.closed !== undefined);
    release();
  });

  test('are counted for as long as they wait, whatever becomes of them', async () => {
    await start();
    const turns = new Turns(silentLog);
    let go = () => {};
    const first = turns.add(
      'x'.repeat(MAX_WAITING_BYTES),
      () =>
        new Promise<void>((resolve) => {
          go = resolve;
        }),
    );
    expect(turns.isFull).toBe(true);
    await Promise.resolve();
    go();
    await first;
    expect(turns.isFull).toBe(false);
    await turns.add('x'.repeat(MAX_WAITING_BYTES), () => Promise.reject(new Error('fault')));
    expect(turns.isFull).toBe(false);
    let ran = false;
    await turns.add('', () => {
      ran = true;
    });
    expect(ran).toBe(true);
  });
});
