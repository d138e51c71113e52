import { afterAll, describe, expect, test } from 'vitest';
import type { SessionId, UserId } from '../../src/core/ids.ts';
import { createDb, type Db } from '../../src/platform/database/db.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { acknowledge, dropLeftBehind } from '../../src/realtime/cursors.ts';
import { readPage } from '../../src/realtime/inbox.ts';
import { hardestAdapters } from '../support/adapters.ts';
import { change, rows } from '../support/bank.ts';
import { chosenSeed, type Seeded, seeded } from '../support/seeded.ts';
import { startSqld } from '../support/sqld.ts';

const sqld = await startSqld();
const adapters = hardestAdapters(sqld);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

const SPAN = 65_536;
const STEPS = 150;
const USERS = [1, 2, 3] as UserId[]; // who they are is said here
const DEVICES = [1, 2];
const NOW = 1000;

/** What the inboxes must hold, by the rules alone (docs/realtime.md). */
class Model {
  readonly places = new Map<number, number[]>(USERS.map((user) => [user, []]));
  readonly live = new Set<string>(USERS.map((user) => `${user}:1`));
  readonly cursors = new Map<string, number>();
  last = 0;

  after(user: number, seq: number): number[] {
    return (this.places.get(user) ?? []).filter((place) => place > seq);
  }

  acknowledge(user: number, device: number, seq: number) {
    const key = `${user}:${device}`;
    this.cursors.set(key, Math.max(this.cursors.get(key) ?? 0, Math.min(seq, this.last)));
    this.drop(user);
  }

  sweep() {
    for (const key of this.cursors.keys()) this.drop(Number(key.split(':')[0]));
  }

  private drop(user: number) {
    const keys = DEVICES.map((device) => `${user}:${device}`).filter((key) => this.live.has(key));
    if (keys.length === 0) return;
    const passed = Math.min(...keys.map((key) => this.cursors.get(key) ?? 0));
    this.places.set(user, this.after(user, passed));
  }
}

/** Does at random what may happen to inboxes, and to the model of them. */
class World {
  readonly model = new Model();
  private readonly executor: Executor;
  private readonly db: Db;
  private readonly chance: Seeded;

  constructor(executor: Executor, chance: Seeded) {
    this.executor = executor;
    this.db = createDb(executor);
    this.chance = chance;
  }

  /** A place near to where one span ends and the next begins, or anywhere. */
  private somewhere(): number {
    const { below, chance } = this.chance;
    const limit = this.model.last + 3;
    if (chance(30)) return below(limit);
    return Math.max(0, SPAN * below(1 + Math.ceil(limit / SPAN)) + below(7) - 3);
  }

  /** Events, some of them far behind those before, as though others had got theirs in between. */
  async write() {
    const { below, chance, pick } = this.chance;
    const ahead = SPAN * (Math.floor(this.model.last / SPAN) + 1 + below(3)) - 3;
    if (chance(40)) this.model.last = Math.max(this.model.last, ahead);
    const statements = Array.from({ length: 1 + below(8) }, () => {
      const [user, seq] = [pick(USERS), ++this.model.last];
      this.model.places.get(user)?.push(seq);
      return change(
        `INSERT INTO inbox (seq, user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
          VALUES (?, ?, 2, '', 9, 1, 9, '', 0)`,
        seq,
        user,
      );
    });
    await this.executor.write(statements);
  }

  async read() {
    const { below, pick } = this.chance;
    const [user, after, limit] = [pick(USERS), this.somewhere(), 1 + below(9)];
    const page = await this.db.read(
      readPage({ user, after, limit, device: 1, session: this.session(user, 1) }),
    );
    const expected = this.model.live.has(`${user}:1`) ? this.model.after(user, after).slice(0, limit) : [];
    expect(
      page.map(({ seq }) => seq),
      `${limit} of ${user} behind ${after}`,
    ).toEqual(expected);
  }

  async acknowledge() {
    const { below, pick } = this.chance;
    const acks = Array.from({ length: 1 + below(3) }, () => ({
      userId: pick(USERS) as UserId, // one of those that were made
      device: pick(DEVICES),
      seq: this.somewhere(),
    }));
    const one = new Map(acks.map((ack) => [`${ack.userId}:${ack.device}`, ack]));
    await this.db.write(acknowledge([...one.values()], NOW));
    for (const { userId, device, seq } of one.values()) this.model.acknowledge(userId, device, seq);
  }

  /** Logs a device in or out. */
  async turn() {
    const { pick } = this.chance;
    const [user, device] = [pick(USERS), pick(DEVICES)];
    const key = `${user}:${device}`;
    const isLive = this.model.live.delete(key);
    if (!isLive) this.model.live.add(key);
    const ended = isLive ? 1 : null;
    await this.executor.write([
      change('UPDATE sessions SET ended_at = ? WHERE id = ?', ended, this.session(user, device)),
    ]);
  }

  async sweep() {
    await this.db.write(dropLeftBehind(USERS as UserId[], NOW, 5000)); // those that were made
    this.model.sweep();
  }

  session(user: number, device: number): SessionId {
    return (user * 10 + device) as SessionId; // as `begin` has made it
  }

  async begin() {
    const people = USERS.flatMap((user) => [
      change(
        `INSERT INTO users (id, mobile, password_hash, name, created_at, updated_at) VALUES (?, ?, '', '', 0, 0)`,
        user,
        `+${user}`,
      ),
      ...DEVICES.map((device) =>
        change(
          'INSERT INTO sessions (id, user_id, device, created_at, expires_at, ended_at) VALUES (?, ?, ?, 0, 9999, ?)',
          this.session(user, device),
          user,
          device,
          this.model.live.has(`${user}:${device}`) ? null : 1,
        ),
      ),
    ]);
    await this.executor.write(people);
  }

  async check(step: string) {
    const [left] = await this.executor.read([rows('SELECT user_id, seq FROM inbox ORDER BY user_id, seq')]);
    const expected = USERS.flatMap((user) => this.model.after(user, 0).map((seq) => [user, seq]));
    expect(left?.rows, step).toEqual(expected);
  }
}

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))('%s', (_, adapter) => {
  const seed = chosenSeed();
  test(`inboxes hold what the rules say, and show it page by page, however far apart it lies (SEED=${seed})`, async () => {
    await adapter.reset();
    const executor = await adapter.openMigrated();
    const chance = seeded(seed);
    const world = new World(executor, chance);
    await world.begin();
    for (let i = 0; i < STEPS; i++) {
      const step = chance.pick([
        'write',
        'write',
        'read',
        'read',
        'read',
        'acknowledge',
        'acknowledge',
        'turn',
        'sweep',
      ] as const);
      await world[step]();
      await world.check(`step ${i}, ${step}`);
    }
    await executor.close();
  });
});
