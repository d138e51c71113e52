import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Person, person, type TestApp } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { type BendingProxy, bendingProxy } from '../../support/bending-proxy.ts';
import { befriend } from '../../support/friends.ts';
import { type Probed, startProbed } from '../../support/inbox-probe.ts';
import { Socket, until } from '../../support/sockets.ts';
import { type Sqld, startSqld } from '../../support/sqld.ts';
import { type WorkerBeside, workerBeside } from '../../support/worker-beside.ts';

const sqld: Sqld | undefined = await startSqld();

describe.skipIf(!sqld)('what the object of a user says about his being online', () => {
  let both: WorkerBeside<Probed>;
  let app: TestApp;
  let worker: Probed;
  let proxy: BendingProxy;
  let li: Person;
  let wang: Person;
  beforeAll(async () => {
    if (!sqld) throw new Error('Skipped without sqld.');
    proxy = await bendingProxy(sqld.url);
    const own = { DATABASE_TIMEOUT_MS: '5000', DATABASE_URL: proxy.url };
    both = await workerBeside(sqld, (settings) => startProbed({ ...settings, ...own }));
    ({ app, worker } = both);
  }, 120_000);
  afterAll(async () => {
    await both?.stop();
    await proxy?.stop();
    await sqld?.stop();
  });
  beforeEach(async () => {
    proxy.bend('pass');
    li = await person(app, 'li');
    wang = await person(app, 'wang');
    await befriend(li, wang);
  });

  const open = (who = li) => new Socket({ server: worker }, who).live();
  /** Closes a socket; answers when its object knows. */
  async function close(socket: Socket, who = li) {
    await socket.close();
    await until('the object to know', async () => (await worker.openSockets(who.id)) === 0);
  }
  /** How many rows say that he is online, and whether he is shown so. */
  const shown = async (who = li) => {
    const [row] = await app.sql(
      'SELECT (SELECT count(*) FROM presences WHERE user_id = u.id), u.is_online FROM users AS u WHERE u.id = ?',
      who.id,
    );
    return row;
  };

  test('does not hide who has come again while it said that he had gone', async () => {
    await close(await open());
    proxy.bend('hold');
    const ringing = worker.ring(li.id);
    await until('the goodbye to be held', () => proxy.writes() > 0);
    const again = open();
    await until('the socket', async () => (await worker.openSockets(li.id)) === 1);
    await new Promise((soon) => setTimeout(soon, 300)); // for a greeting that would not wait for the goodbye
    proxy.bend('pass');
    await ringing;
    const socket = await again;
    expect(await shown()).toEqual([1, 1]);
    await close(socket);
    await worker.ring(li.id);
    expect(await shown()).toEqual([0, 0]);
    expect(await worker.nextAlarm(li.id)).toBeNull();
  });

  test('does not forget to say that he has gone who went while it said that he was there', async () => {
    const socket = await open();
    proxy.bend('hold');
    const ringing = worker.ring(li.id);
    await until('the greeting to be held', () => proxy.writes() > 0);
    await close(socket);
    proxy.bend('pass');
    await ringing;
    expect(await shown()).toEqual([1, 1]);
    await vi.waitUntil(async () => (await shown())?.[1] === 0, { timeout: 15_000, interval: 50 });
    expect(await shown()).toEqual([0, 0]);
  });

  test('is said later where the database is away as its alarm rings, and the alarm goes on', async () => {
    const socket = await open();
    proxy.bend('cut');
    await worker.ring(li.id);
    expect(await worker.nextAlarm(li.id)).toBeLessThan(Date.now() + 60_000);
    await socket.close();
    await worker.ring(li.id);
    expect(await shown()).toEqual([1, 1]);
    proxy.bend('pass');
    // Now the alarm rings by itself.
    await vi.waitUntil(async () => (await shown())?.[1] === 0, { timeout: 15_000, interval: 50 });
    expect(await shown()).toEqual([0, 0]);
  });

  test('is shown to friends once, five seconds later, and not at all where it has passed by then', async () => {
    const watcher = await open(wang);
    const brief = await open();
    await close(brief);
    await worker.ring(li.id);
    const socket = await open();
    expect(await worker.nextAlarm(li.id)).toBeLessThan(Date.now() + 6000);
    const seen = () => watcher.messages.filter(({ messageType }) => messageType < 7);
    expect(seen()).toEqual([]);
    await worker.ring(li.id);
    await worker.ring(li.id);
    await until('event 5', () => watcher.contents(5).length > 0);
    await close(socket);
    await worker.ring(li.id);
    await until('event 6', () => watcher.contents(6).length > 0);
    expect(seen().map(({ messageType, fromId, destId }) => [messageType, fromId, destId])).toEqual([
      [5, li.id, wang.id],
      [6, li.id, wang.id],
    ]);
    expect(await app.sql('SELECT * FROM inbox WHERE type IN (5, 6)')).toEqual([]);
    await close(watcher, wang);
  });

  test('comes back by its alarm when it was lost, and friends hear it', async () => {
    const [socket, watcher] = [await open(), await open(wang)];
    await app.executor.write([
      change('DELETE FROM presences WHERE user_id = ?', li.id),
      change('UPDATE users SET is_online = 0 WHERE id = ?', li.id),
    ]);
    await worker.ring(li.id);
    expect(await shown()).toEqual([1, 1]);
    await until('event 5', () => watcher.contents(5).length === 1);
    await worker.ring(li.id);
    expect(watcher.contents(5)).toHaveLength(1);
    expect(await worker.nextAlarm(li.id)).toBeGreaterThan(Date.now() + 60_000);
    await close(socket);
    await close(watcher, wang);
  });
});
