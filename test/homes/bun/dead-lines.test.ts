import { once } from 'node:events';
import { connect } from 'node:net';
import { io as io4 } from 'socket.io-client';
import io2 from 'socket.io-client2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Person, person } from '../../support/app.ts';
import { Line } from '../../support/line.ts';
import { type LiveServer, liveServer, Socket, until } from '../../support/sockets.ts';

type Connect = (
  url: string,
  options: Record<string, unknown>,
) => { connected: boolean; disconnect(): unknown };

let app: LiveServer;
let li: Person;
const lines: Line[] = [];
beforeEach(async () => {
  app = await liveServer();
  li = await person(app, 'li');
});
afterEach(async () => {
  for (const line of lines.splice(0)) line.close();
});

async function lineTo(url: string): Promise<Line> {
  const line = await new Line(url).open();
  lines.push(line);
  return line;
}

/** Far less than the ten seconds that a server gives to open calls. */
const SOON_MS = 8000;
async function expectToStopSoon() {
  const start = Date.now();
  await app.close();
  expect(Date.now() - start).toBeLessThan(SOON_MS);
}

describe('a server that stops does not wait for a client whose line is dead', () => {
  test('over a socket', async () => {
    const line = await lineTo(app.server.url);
    await new Socket({ server: { url: line.url } }, li).live();
    line.hang();
    await expectToStopSoon();
  });

  test.each([
    ['2', io2 as Connect],
    ['4', io4 as Connect],
  ])('over Socket.IO %s', async (_, open) => {
    const line = await lineTo(`http://127.0.0.1:${app.server.socketIoPort}`);
    const query = { token: li.token, device: 1 };
    const socket = open(line.url, { query, transports: ['websocket'], forceNew: true, reconnection: false });
    await until('a connection', () => socket.connected);
    line.hang();
    await expectToStopSoon();
    socket.disconnect();
  });
});

describe('a server that stops, while a client is sending a request,', () => {
  const half = async () => {
    const socket = connect(Number(new URL(app.server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const head = `POST /im/sync HTTP/1.1\r\nHost: tea\r\nAuthorization: Bearer ${li.token}\r\n`;
    socket.write(`${head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\naft`);
    return socket;
  };

  test('lets it end', async () => {
    const socket = await half();
    expect((await li.call('/chat/ready')).code).toBe('1'); // it has seen what came before, too
    const closing = app.close();
    const isShut = () => fetch(`${app.server.url}/healthz`).then(() => false, () => true); // biome-ignore format: short
    await until('the door to be shut', isShut);
    socket.write('er=0');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('200 OK');
    socket.destroy();
    await closing;
  });
});
