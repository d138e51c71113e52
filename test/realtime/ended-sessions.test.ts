import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { SessionId, UserId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { disableAccount } from '../../src/features/accounts/disable.ts';
import { createDb } from '../../src/platform/database/db.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { SessionWatch } from '../../src/realtime/session-watch.ts';
import { type Person, person } from '../support/app.ts';
import { freshDatabase } from '../support/database.ts';
import { befriend } from '../support/friends.ts';
import { recordedScans, recording } from '../support/plans.ts';
import { onDevice } from '../support/realtime.ts';
import { type LiveServer, liveServer, Socket, until } from '../support/sockets.ts';

afterEach(() => void vi.restoreAllMocks());

describe('a user whom another process bans while their sockets are open', () => {
  let app: LiveServer;
  let li: Person;
  let wang: Person;
  let ban: () => Promise<void>;
  beforeEach(async () => {
    app = await liveServer();
    [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
    await befriend(li, wang);
    const { config } = app.platform;
    ban = async () => {
      const executor = bunExecutor(join(config.DATA_DIR, 'teahouse.db'));
      await disableAccount({ ...app.platform, db: createDb(executor), clock: systemClock }, li.id as UserId);
      await executor.close();
    };
  });
  afterEach(() => app.close());

  const connectOriginal = io as (
    url: string,
    options: unknown,
  ) => {
    connected: boolean;
    emit(event: string, message: unknown, ack: (answer: unknown) => void): void;
    disconnect(): void;
  };

  test('can send nothing from that moment on, and is closed by the next look', async () => {
    const look = vi.spyOn(SessionWatch.prototype, 'look').mockImplementation(() => {});
    const checkSome = vi.spyOn(SessionWatch.prototype, 'checkSome').mockResolvedValue();
    const socket = await new Socket(app, li).live();
    const original = connectOriginal(`http://127.0.0.1:${app.server.socketIoPort}`, {
      query: { token: (await onDevice(app, li, 2)).token },
      transports: ['websocket'],
      reconnection: false,
    });
    await until('a connection', () => original.connected);
    const message = { msgId: 'before', fromType: 1, destId: wang.id, messageType: 2, content: 'x' };
    expect(await socket.say(message)).toMatchObject({ code: 1 });
    await ban();
    // Nobody has looked yet: both are still open.
    for (const messageType of [2, 32, 33]) {
      const late = { ...message, msgId: `late${messageType}`, messageType, content: 'before' };
      expect(await socket.say(late)).toMatchObject({ code: 601 });
      const answer = await new Promise((resolve) => original.emit('chat', late, resolve));
      expect(answer).toMatchObject({ code: 601 });
    }
    expect(await app.sql('SELECT msg_id, recalled_at FROM messages')).toEqual([['before', null]]);
    expect([socket.closed, original.connected]).toEqual([undefined, true]);
    look.mockRestore();
    checkSome.mockRestore();
    await until('the ends', () => socket.closed !== undefined && !original.connected);
    expect(socket.closed?.code).toBe(4401);
    original.disconnect();
  });
});

describe('a look for sessions that have ended', () => {
  test('asks for those alone, by an index, however many are open', async () => {
    const record = recording((await freshDatabase()).executor);
    const db = createDb(record.executor);
    const clock = { time: 1_000_000_000, now: () => clock.time };
    const watch = new SessionWatch(db, clock, silentLog);
    const ended: number[] = [];
    const open = (id: number) =>
      watch.add(id as SessionId, { ended: () => void ended.push(id), replaced: () => {} });
    await record.executor.write([
      {
        sql: `INSERT INTO users (id, mobile, password_hash, name, created_at, updated_at) VALUES (1, '+8613900000001', '', 'li', 0, 0)`,
        params: [],
        kind: 'change',
      },
      ...Array.from({ length: 500 }, (_, i) => ({
        sql: 'INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES (?, 1, ?, 0, ?)',
        params: [i, i, 2 ** 50],
        kind: 'change' as const,
      })),
    ]);
    watch.start();
    for (let id = 0; id < 500; id++) open(id);
    await until('the first looks', () => record.reads.length === 500);
    expect(ended).toEqual([]);
    record.clear();
    watch.look();
    await until('a look', () => record.reads.length === 1);
    expect(record.reads.flat().map(({ params }) => params)).toEqual([[clock.time - 30_000]]);
    await record.executor.write([
      { sql: 'UPDATE sessions SET ended_at = ? WHERE id = 7', params: [clock.time], kind: 'change' },
    ]);
    record.clear();
    watch.look();
    await until('it to be found', () => ended.length > 0);
    expect(ended).toEqual([7]);
    // All that are open are asked about in a minute, a few at a time.
    record.clear();
    for (let turn = 0; turn < 60; turn++) await watch.checkSome();
    const asked = record.reads.flat().map(({ params }) => JSON.parse(String(params[0])) as number[]);
    expect(asked.every((some) => some.length <= Math.ceil(500 / 60))).toBe(true);
    expect(new Set(asked.flat()).size).toBe(500);
    watch.stop();
    expect(await recordedScans(record)).toEqual([]);
  });
});
