import { beforeEach, describe, expect, vi } from 'vitest';
import { silentLog } from '../../src/core/log.ts';
import { Acks } from '../../src/realtime/acks.ts';
import { Feed, type Pipe } from '../../src/realtime/feed.ts';
import { Hub } from '../../src/realtime/hub.ts';
import { appTest } from '../support/app-test.ts';
import { until } from '../support/sockets.ts';

/** A client that takes only as much as it is told to. */
class LazyPipe implements Pipe {
  readonly seen: string[] = [];
  room: number;
  closed: number | undefined;
  constructor(room = Number.POSITIVE_INFINITY) {
    this.room = room;
  }
  get isFull() {
    return this.room <= 0;
  }
  deliver(_: number, message: string) {
    if (this.room <= 0) throw new Error('More was sent than there is room for.');
    this.room -= 1;
    this.seen.push((JSON.parse(message) as { content: string }).content);
  }
  /** How many events left at once. */
  readonly packets: number[] = [];
  together(send: () => void) {
    const before = this.seen.length;
    send();
    if (this.seen.length > before) this.packets.push(this.seen.length - before);
  }
  caughtUp() {}
  close(code: number) {
    this.closed = code;
  }
}

/** A client of whom it is known only when a packet has left that it was more than he takes. */
class LateTellingPipe extends LazyPipe {
  private full = false;
  override get isFull() {
    return this.full;
  }
  override deliver(seq: number, message: string) {
    const { room } = this;
    this.room = Number.POSITIVE_INFINITY;
    super.deliver(seq, message);
    this.room = room - 1;
  }
  override together(send: () => void) {
    super.together(send);
    this.full = this.room <= 0;
  }
  empty(room: number) {
    this.room = room;
    this.full = false;
  }
}

const test = appTest()
  .extend('hub', ({ app }) => new Hub(app.platform.db, silentLog))
  .extend('feeds', (): Feed[] => [])
  .extend('feed', ({ app, li, hub, feeds }) => async (pipe: Pipe, after = 0): Promise<Feed> => {
    const claims = await app.platform.tokens.verify(li.token, app.clock.now());
    if (!claims) throw new Error('The token is good.');
    const { db, clock } = app.platform;
    const made = new Feed({ db, hub, acks: new Acks(db, clock, silentLog) }, claims, after, pipe);
    feeds.push(made);
    made.open();
    return made;
  })
  /** The next events of Li, numbered from 0, in one batch; the hub looks only when it is told to. */
  .extend('write', ({ app, li }) => async (count = 1) => {
    const statements = Array.from({ length: count }, () => ({
      sql: `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at) VALUES (?, 2, 'x', 1, 1, ?, ?, 0)`,
      params: [li.id, li.id, String(written++)],
      kind: 'change' as const,
    }));
    await app.executor.write(statements);
  });
test.beforeEach(async ({ hub }) => {
  await hub.start();
});
test.afterEach(({ hub, feeds }) => {
  vi.useRealTimers();
  for (const feed of feeds) feed.close();
  hub.stop();
});

let written = 0;
beforeEach(() => {
  written = 0;
});
const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i));

describe('a feed', () => {
  test('misses nothing and repeats nothing, however writes, pages and the hub fall together', async ({
    hub,
    feed,
    write,
  }) => {
    await write(450); // more than two pages
    const pipe = new LazyPipe();
    await feed(pipe);
    for (let i = 0; i < 50; i++) {
      hub.look();
      await write(1 + (i % 3));
      hub.look();
    }
    hub.look();
    await until('everything', () => pipe.seen.length >= written);
    expect(pipe.seen).toEqual(numbers(written));
  });

  test('sends a slow client no more than it takes, and the rest from the database when it has room', async ({
    hub,
    feed,
    write,
  }) => {
    await write(10);
    const pipe = new LazyPipe(5);
    const slow = await feed(pipe);
    await until('five', () => pipe.seen.length === 5);
    await write(300);
    hub.look();
    await new Promise((soon) => setTimeout(soon, 20));
    expect(pipe.seen).toEqual(numbers(5));
    pipe.room = 100;
    slow.drained();
    await until('a hundred more', () => pipe.seen.length === 105);
    pipe.room = 1000;
    slow.drained();
    await until('the rest', () => pipe.seen.length === written);
    await write();
    hub.look();
    await until('what came since', () => pipe.seen.length === written);
    expect(pipe.seen).toEqual(numbers(written));
  });

  test('sends what the hub and the database hand over at once in one packet', async ({
    hub,
    feed,
    write,
  }) => {
    await write(250); // a page and a part of one
    const pipe = new LazyPipe();
    await feed(pipe);
    await until('all that waited', () => pipe.seen.length === 250);
    await write(30);
    hub.look();
    await until('what came since', () => pipe.seen.length === written);
    expect(pipe.packets).toEqual([200, 50, 30]);
  });

  test('loses nothing where a socket says only afterwards that a packet was too much', async ({
    hub,
    feed,
    write,
  }) => {
    await write(450);
    const pipe = new LateTellingPipe(100);
    const slow = await feed(pipe);
    // One more than the first page shows that there is no room.
    await until('a page', () => pipe.seen.length === 201);
    pipe.empty(1000);
    slow.drained();
    await until('all that waited', () => pipe.seen.length === 450);
    pipe.room = 10;
    await write(20);
    hub.look();
    await until('what came live', () => pipe.seen.length === 470);
    await write(30);
    hub.look();
    await until('the one too much', () => pipe.seen.length === 471);
    pipe.empty(1000);
    slow.drained();
    await until('the rest', () => pipe.seen.length === written);
    expect(pipe.seen).toEqual(numbers(written));
  });

  test('becomes slow in the middle of what comes live, too', async ({ hub, feed, write }) => {
    const pipe = new LazyPipe(3);
    const slow = await feed(pipe);
    for (let i = 0; i < 8; i++) {
      await write();
      hub.look();
    }
    await until('three', () => pipe.seen.length === 3);
    pipe.room = 1000;
    slow.drained();
    await until('all', () => pipe.seen.length === 8);
    expect(pipe.seen).toEqual(numbers(8));
  });

  test('ends a client that takes nothing for half a minute, not one that takes some', async ({
    feed,
    write,
  }) => {
    await write(20);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const [stuck, slow] = [new LazyPipe(5), new LazyPipe(5)];
    await feed(stuck);
    const taking = await feed(slow);
    await vi.waitUntil(() => stuck.seen.length === 5 && slow.seen.length === 5);
    vi.advanceTimersByTime(20_000);
    slow.room = 5;
    taking.drained();
    await vi.waitUntil(() => slow.seen.length === 10);
    vi.advanceTimersByTime(15_000);
    expect([stuck.closed, slow.closed]).toEqual([4408, undefined]);
  });

  test('closes when the database cannot be read, so that the client comes again', async ({ app, feed }) => {
    const pipe = new LazyPipe();
    await app.executor.close();
    await feed(pipe);
    await until('the end', () => pipe.closed === 1001);
  });
});

test('of the acknowledgements that wait together the furthest counts, whichever connection it came over', async ({
  app,
  li,
  write,
}) => {
  await write(5);
  const claims = await app.platform.tokens.verify(li.token, app.clock.now());
  if (!claims) throw new Error('The token is good.');
  const { db, clock } = app.platform;
  const acks = new Acks(db, clock, silentLog);
  const last = Number((await app.sql('SELECT max(seq) FROM inbox'))[0]?.[0]);
  for (const seq of [last, last - 3]) acks.add({ userId: claims.userId, device: claims.device, seq });
  await acks.flush();
  expect(await app.sql('SELECT seq FROM inbox_cursors')).toEqual([[last]]);
});
