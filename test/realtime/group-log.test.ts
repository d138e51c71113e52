import { afterAll, describe, expect, test, vi } from 'vitest';
import { migrations } from '../../db/migrations.generated.ts';
import type { SessionId, UserId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { createDb } from '../../src/platform/database/db.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { Acks } from '../../src/realtime/acks.ts';
import { acknowledge } from '../../src/realtime/cursors.ts';
import { Feed } from '../../src/realtime/feed.ts';
import { Hub } from '../../src/realtime/hub.ts';
import { readPage } from '../../src/realtime/inbox.ts';
import { hardestAdapters } from '../support/adapters.ts';
import { change, rows } from '../support/bank.ts';
import { asOne, clock, GROUPS, NOW, USERS, World } from '../support/inbox-world.ts';
import { planOf, recordedScans, recording } from '../support/plans.ts';
import { chosenSeed, seeded } from '../support/seeded.ts';
import { startSqld } from '../support/sqld.ts';

const sqld = await startSqld();
const adapters = hardestAdapters(sqld);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

/** Each of their batches is a request to a server. */
vi.setConfig({ testTimeout: 60_000 });

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))('%s', (_, adapter) => {
  const open = async (seed: number) => {
    await adapter.reset();
    const executor = adapter.open();
    await migrate(executor, 0);
    const world = new World(executor, seeded(seed));
    await world.begin();
    return world;
  };

  const seed = chosenSeed();
  test(`members get what is said to their group while they are in it, page by page (SEED=${seed})`, async () => {
    const world = await open(seed);
    for (let i = 0; i < 150; i++)
      await world[
        world.chance.pick(['write', 'write', 'read', 'read', 'read', 'acknowledge', 'stop'] as const)
      ]();
    await world.countReaders();
    await world.executor.close();
  });

  test(`sockets get it as it comes, each event once and in order, whoever comes and goes (SEED=${seed})`, async () => {
    const world = await open(seed);
    const { db, model, chance } = world;
    const hub = new Hub(db, silentLog);
    await hub.start();
    const acks = new Acks(db, clock, silentLog);
    /** What each has kept, over all connections; how far each has come. */
    const kept = new Map<number, number[]>(USERS.map((user) => [user, []]));
    const feeds = new Map<number, Feed>();
    const connect = (user: number) => {
      const seen = kept.get(user) ?? [];
      const feed = new Feed(
        { db, hub, acks },
        { userId: user as UserId, sessionId: user as SessionId, device: 1 },
        seen.at(-1) ?? 0,
        {
          deliver: (seq) => void seen.push(seq),
          together: (send) => send(),
          isFull: false,
          caughtUp: () => {},
          close: () => {},
        },
      );
      feeds.set(user, feed);
      feed.open();
    };
    const disconnect = (user: number) => {
      feeds.get(user)?.close();
      feeds.delete(user);
    };
    for (let i = 0; i < 120; i++) {
      const user = chance.pick(USERS);
      const step = chance.below(4);
      if (step === 0) feeds.has(user) ? disconnect(user) : connect(user);
      else if (step === 1) await world.write(0);
      else if (step === 2) void world.write(0).then(() => hub.look());
      else hub.look();
      if (chance.chance(50)) await new Promise((soon) => setImmediate(soon));
    }
    await world.write(0);
    for (const user of USERS) if (!feeds.has(user)) connect(user);
    const due = (user: number) => model.of(user).flatMap(({ seq, isHidden }) => (isHidden ? [] : [seq]));
    await vi.waitFor(
      () => {
        hub.look();
        for (const user of USERS) expect(kept.get(user), `of ${user}`).toEqual(due(user));
      },
      { timeout: 5000, interval: 20 },
    );
    for (const user of USERS) disconnect(user);
    hub.stop();
    await acks.flush();
    await world.executor.close();
  });
});

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))('%s', (_, adapter) => {
  test('a database of the version before goes over in the middle of a stream: nothing is lost or told twice', async () => {
    await adapter.reset();
    const executor = adapter.open();
    const db = createDb(executor);
    const before = migrations.findIndex(({ tag }) => tag.endsWith('_group_log'));
    await migrate(executor, 0, migrations.slice(0, before));
    const [group] = GROUPS;
    await new World(executor, seeded(1)).begin();
    await executor.write(
      USERS.map((user) =>
        change('INSERT INTO group_members (user_id, group_id, created_at) VALUES (?, ?, 0)', user, group),
      ),
    );
    let said = 0;
    const write = (owners: readonly number[], name = `m${said++}`) =>
      executor.write(
        owners.map((owner) =>
          change(
            `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
              VALUES (?, 2, ?, 9, 2, ?, '', 0)`,
            owner,
            name,
            group,
          ),
        ),
      );
    const kept = new Map<number, { seq: number; msgId: string }[]>(USERS.map((user) => [user, []]));
    const read = async (user: number, limit: number) => {
      const mine = kept.get(user) ?? [];
      const after = mine.at(-1)?.seq ?? 0;
      const page = await db.read(readPage({ ...asOne(user), after, limit }));
      mine.push(...page);
    };
    // The version before: a copy for each member. Some have taken some of it, and one has acknowledged it.
    for (let i = 0; i < 10; i++) await write(USERS);
    const taken = (user: number) =>
      executor.read([rows('SELECT seq, msg_id FROM inbox WHERE user_id = ? ORDER BY seq LIMIT 4', user)]);
    for (const user of [1, 2]) {
      const [result] = await taken(user);
      kept
        .get(user)
        ?.push(...(result?.rows ?? []).map(([seq, id]) => ({ seq: Number(seq), msgId: String(id) })));
    }
    const { counted: _, ...asBefore } = acknowledge(
      [{ userId: 2 as UserId, device: 1, seq: kept.get(2)?.at(-1)?.seq ?? 0 }],
      NOW,
    );
    await db.write(asBefore);
    await migrate(executor, 0);
    // This one: one for all. One leaves, and one who has come only now has missed what was said before.
    for (let i = 0; i < 5; i++) await write([-group]);
    await executor.write([change('DELETE FROM group_members WHERE user_id = 3 AND group_id = ?', group)]);
    for (let i = 0; i < 5; i++) await write([-group]);
    // Those who were logged in before are counted, and everybody hears of what is for all.
    const [counts] = await executor.read([rows('SELECT device, people FROM device_counts')]);
    expect(counts?.rows).toEqual([[1, USERS.length]]);
    const announcement =
      'INSERT INTO announcements (id, seq, audience, last_user, msg_id, content, reach, sent_at)';
    await executor.write([
      change(
        `${announcement} SELECT 1, seq + 1, 0, 99, 'm20', '', 4, 0 FROM sqlite_sequence WHERE name = 'inbox'`,
      ),
    ]);
    await write([-1], 'm20');
    for (const user of USERS) for (let i = 0; i < 10; i++) await read(user, 3);
    const names = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `m${from + i}`);
    const seen = (user: number) => kept.get(user)?.map(({ msgId }) => msgId);
    expect([seen(1), seen(2), seen(3), seen(4)]).toEqual([
      names(0, 21),
      names(0, 21),
      [...names(0, 15), 'm20'],
      names(0, 21),
    ]);
    await executor.close();
  });
});

describe('reading what a group heard', () => {
  test('asks once for each group, however many spans lie between', async () => {
    const adapter = adapters[0] ?? expect.unreachable('an adapter');
    await adapter.reset();
    const record = recording(adapter.open());
    await migrate(record.executor, 0);
    const world = new World(record.executor, seeded(1));
    await world.begin();
    record.clear();
    await world.read();
    const [page] = record.reads.flat().slice(-1);
    if (!page) expect.unreachable('a page');
    const ofGroups = (await planOf(record.executor, page)).filter((step) => /^SEARCH g /.test(step));
    expect(ofGroups).toHaveLength(2);
    for (const step of ofGroups) expect(step).toMatch(/inbox_group \(user_id=\? AND rowid>\? AND rowid<\?\)/);
    await record.executor.close();
  });

  test('learns of many who come at once some at a time, and leaves nobody out', async () => {
    const adapter = adapters[0] ?? expect.unreachable('an adapter');
    await adapter.reset();
    const record = recording(adapter.open());
    await migrate(record.executor, 0);
    const world = new World(record.executor, seeded(1));
    await world.begin();
    const [group] = GROUPS;
    const many = Array.from({ length: 450 }, (_, i) => i + 100);
    await record.executor.write([
      change(
        `INSERT INTO users (id, mobile, password_hash, name, created_at, updated_at)
          SELECT value, '+' || value, '', '', 0, 0 FROM json_each(?)`,
        JSON.stringify(many),
      ),
      change(
        'INSERT INTO group_members (user_id, group_id, created_at) SELECT value, ?, 0 FROM json_each(?)',
        group,
        JSON.stringify(many),
      ),
    ]);
    const hub = new Hub(world.db, silentLog);
    await hub.start();
    const heard: number[] = [];
    for (const user of many)
      hub.add({ userId: user as UserId, device: 1, offer: () => void heard.push(user) });
    record.clear();
    await record.executor.write([
      change(
        `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
          VALUES (?, 2, '', 9, 2, 9, '', 0)`,
        -group,
      ),
    ]);
    hub.look();
    await vi.waitFor(() => expect(heard.toSorted((a, b) => a - b)).toEqual(many));
    const asked = record.reads
      .flat()
      .filter(({ sql }) => /group_departures/.test(sql) && /json_each/.test(sql));
    const sizes = asked.map(
      ({ params }) => JSON.parse(String(params.find((value) => /^\[/.test(String(value))))).length,
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    expect(sizes.length).toBeGreaterThan(1);
    hub.stop();
    await record.executor.close();
  });

  test('walks through no whole table', async () => {
    const adapter = adapters[0] ?? expect.unreachable('an adapter');
    await adapter.reset();
    const record = recording(adapter.open());
    await migrate(record.executor, 0);
    const world = new World(record.executor, seeded(1));
    await world.begin();
    record.clear();
    const hub = new Hub(world.db, silentLog);
    await hub.start();
    const bell = hub.bells.wait(1 as UserId, 5000);
    await world.read();
    hub.look();
    await vi.waitUntil(() => record.reads.length > 2);
    bell.stop();
    hub.stop();
    expect(await recordedScans(record, ['sqlite_sequence'])).toEqual([]);
  });
});
