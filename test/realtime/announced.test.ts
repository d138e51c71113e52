import { describe, expect, test, vi } from 'vitest';
import type { UserId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { createDb } from '../../src/platform/database/db.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { SLICE } from '../../src/realtime/announced.ts';
import { Hub } from '../../src/realtime/hub.ts';
import type { LiveEvent } from '../../src/realtime/live-events.ts';
import { change } from '../support/bank.ts';
import { freshDatabase } from '../support/database.ts';

const COUNT = 2 * SLICE + 7;
const MANY = Array.from({ length: COUNT }, (_, i) => i + 1);

const announce = (executor: Executor, { audience = 0, device = null as number | null } = {}) =>
  executor.write([
    change(
      `INSERT INTO announcements (id, seq, audience, device, last_user, msg_id, content, reach, sent_at)
        VALUES (5, 5, ?, ?, ?, 'a', '茶', 0, 0)`,
      audience,
      device,
      COUNT - 1,
    ),
    change(
      `INSERT INTO inbox (seq, user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
        VALUES (5, -1, 2, 'a', 21501, 1, 0, '茶', 0)`,
    ),
    change(
      `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
        SELECT value, 2, 'b', 9, 1, value, '后', 0 FROM json_each(?)`,
      JSON.stringify(MANY),
    ),
  ]);

/** A hub with many who listen on devices of kinds 1 and 2 by turns; `stop` is called before the slice of that number. */
async function crowd(stop?: { readonly before: number; now(executor: Executor): Promise<unknown> }) {
  const { executor } = await freshDatabase();
  let slices = 0;
  const watching: Executor = {
    ...executor,
    async read(statements) {
      const isSlice = statements.some(({ sql }) => sql.includes('announcement_targets'));
      if (isSlice && ++slices === stop?.before) await stop.now(executor);
      return executor.read(statements);
    },
  };
  const hub = new Hub(createDb(watching), silentLog);
  await hub.start();
  const heard = new Map<number, string[]>();
  for (const user of MANY) {
    const mine: string[] = [];
    heard.set(user, mine);
    hub.add({
      userId: user as UserId,
      device: 1 + (user % 2),
      offer: (events: readonly LiveEvent[]) => {
        for (const { seq, said } of events) {
          const { destId, content } = JSON.parse(said.body) as { destId: number; content: string };
          mine.push(`${seq === 5 ? 'announced' : 'own'} ${content} ${destId}`);
        }
      },
    });
  }
  const all = (count: number) =>
    vi.waitFor(() => expect([...heard.values()].filter((mine) => mine.length > 0)).toHaveLength(count));
  return { executor, hub, heard, all, slices: () => slices };
}

describe('those who are here', () => {
  test('get it before what was written later, in slices, each as their own; whoever came later does not', async () => {
    const { executor, hub, heard, all, slices } = await crowd();
    await announce(executor);
    hub.look();
    await all(COUNT);
    for (const user of MANY.slice(0, -1))
      expect(heard.get(user)).toEqual([`announced 茶 ${user}`, `own 后 ${user}`]);
    expect(heard.get(COUNT)).toEqual([`own 后 ${COUNT}`]);
    expect(slices()).toBe(3);
    hub.stop();
  });

  test('on other kinds of device get nothing of one for a kind', async () => {
    const { executor, hub, heard, all } = await crowd();
    await announce(executor, { audience: 1, device: 2 });
    hub.look();
    await all(COUNT);
    for (const user of MANY.slice(0, -1))
      expect(heard.get(user)?.[0]).toBe(user % 2 === 1 ? `announced 茶 ${user}` : `own 后 ${user}`);
    hub.stop();
  });

  test('and on no list get nothing of one for a list', async () => {
    const { executor, hub, heard, all } = await crowd();
    const listed = MANY.filter((user) => user % 3 === 0);
    await executor.write([
      change('INSERT INTO announcement_targets SELECT 5, value FROM json_each(?)', JSON.stringify(listed)),
    ]);
    await announce(executor, { audience: 2 });
    hub.look();
    await all(COUNT);
    const got = MANY.filter((user) => heard.get(user)?.[0]?.startsWith('announced'));
    expect(got).toEqual(listed.filter((user) => user < COUNT));
    hub.stop();
  });

  test('and have not had it when it is stopped between two slices, never get it', async () => {
    const stop = {
      before: 2,
      now: (executor: Executor) => executor.write([change('DELETE FROM inbox WHERE seq = 5')]),
    };
    const { executor, hub, heard, all } = await crowd(stop);
    await announce(executor);
    hub.look();
    await all(COUNT);
    const got = MANY.filter((user) => heard.get(user)?.[0]?.startsWith('announced'));
    expect(got).toEqual(MANY.slice(0, SLICE));
    hub.stop();
  });

  test('get it once where the database was away between two slices', async () => {
    let isAway = true;
    const stop = {
      before: 2,
      now: async () => {
        if (isAway) {
          isAway = false;
          throw new Error('away');
        }
      },
    };
    const { executor, hub, heard } = await crowd(stop);
    await announce(executor);
    hub.look();
    await vi.waitUntil(() => !isAway);
    hub.look();
    await vi.waitFor(() => expect(heard.get(COUNT)).toEqual([`own 后 ${COUNT}`]));
    // A feed passes over what it has had: a listener of its own sees it again, in the same place.
    for (const user of MANY.slice(0, -1)) expect(heard.get(user)?.at(-1)).toBe(`own 后 ${user}`);
    for (const user of MANY.slice(0, -1)) expect(heard.get(user)?.at(-2)).toBe(`announced 茶 ${user}`);
    hub.stop();
  });
});
