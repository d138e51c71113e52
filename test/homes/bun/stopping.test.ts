import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect as openConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io as io4 } from 'socket.io-client';
import io2 from 'socket.io-client2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Guest, guestOf, type Served, startServed } from '../../support/served.ts';
import { until } from '../../support/sockets.ts';

let folder: string;
let server: Served;
let me: Guest;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'teahouse-stopping-'));
  server = await startServed({ DATA_DIR: folder });
  me = await guestOf(server);
}, 90_000);
afterEach(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** How long a server may take that waits for nobody: far less than the ten seconds that it gives to open calls. */
const SOON_MS = 8000;

/** Asks the server to end: it does, with 0, and has closed the database, which takes its journal with it. */
async function expectToEnd(withinMs: number) {
  expect(existsSync(join(folder, 'teahouse.db-wal'))).toBe(true);
  const start = Date.now();
  expect(await Promise.race([server.end(), new Promise((late) => setTimeout(late, withinMs, 'late'))])).toBe(
    0,
  );
  expect(existsSync(join(folder, 'teahouse.db-wal'))).toBe(false);
  expect(server.lines.filter((line) => /"level":"error"/.test(line))).toEqual([]);
  return Date.now() - start;
}

describe('a server that is asked to end does so at once', () => {
  test('while a client of WS /im opens a socket anew as often as one is closed', async () => {
    let opened = 0;
    const codes: number[] = [];
    const open = () => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/im?token=${me.token}`);
      let wasOpen = false;
      socket.onopen = () => {
        wasOpen = true;
        opened += 1;
      };
      socket.onclose = ({ code }) => {
        codes.push(code);
        if (wasOpen) open();
      };
    };
    open();
    await until('a socket', () => opened > 0);
    await expectToEnd(SOON_MS);
    expect(codes[0]).toBe(1001);
  });

  test('while a client waits for events, again and again', async () => {
    let waits = 0;
    const ended = (async () => {
      for (;;) {
        waits += 1;
        const headers = { authorization: `Bearer ${me.token}` };
        const answer = await fetch(`${server.url}/im/sync?wait=25`, { headers }).catch(() => undefined);
        if (!answer) return;
        expect([200, 503]).toContain(answer.status);
      }
    })();
    await until('a call', () => waits === 1);
    await new Promise((soon) => setTimeout(soon, 300));
    expect(waits).toBe(1);
    await expectToEnd(SOON_MS);
    await ended;
    expect(waits).toBeGreaterThan(1);
  });

  test.each([
    ['2, websocket', io2, ['websocket']],
    ['2, polling', io2, ['polling']],
    ['4, websocket', io4, ['websocket']],
    ['4, polling', io4, ['polling']],
  ])('while an original app connects anew (socket.io-client %s)', async (_, connect, transports) => {
    const open = connect as (
      url: string,
      options: Record<string, unknown>,
    ) => {
      connected: boolean;
      disconnect(): void;
    };
    const socket = open(`http://127.0.0.1:${server.socketIoPort}`, {
      query: { token: me.token, device: 1 },
      transports,
      forceNew: true,
      reconnectionDelay: 1,
      reconnectionDelayMax: 1,
    });
    await until('a connection', () => socket.connected);
    await expectToEnd(SOON_MS);
    socket.disconnect();
  });
});

test('calls that do not end hold a server for ten seconds and no longer', async () => {
  const head = 'Content-Length: 1000\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n';
  const ports = [Number(new URL(server.url).port), server.socketIoPort];
  const endless = await Promise.all(
    ports.map(async (port) => {
      const made = openConnection(port, '127.0.0.1');
      await once(made, 'connect');
      made.on('error', () => {});
      made.write(`POST /chat/uploadImage?token=${me.token} HTTP/1.1\r\nHost: x\r\n${head}`);
      return made;
    }),
  );
  // What answers these has seen what came before, too.
  for (const port of ports) await fetch(`http://127.0.0.1:${port}/healthz`);
  expect(await expectToEnd(25_000)).toBeGreaterThan(9000);
  for (const each of endless) each.destroy();
}, 60_000);
