import { afterEach, describe, expect, test } from 'vitest';
import { announcing } from '../../../src/homes/worker/announcing.ts';
import { type InboxNamespace, wakeAll } from '../../../src/homes/worker/wake.ts';
import { afterAck, afterSending, roomIn, type Stretches, WINDOW } from '../../../src/realtime/window.ts';
import { person, type TestApp, testApp } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { freshDatabase } from '../../support/database.ts';
import { befriend } from '../../support/friends.ts';
import { groupOf } from '../../support/groups.ts';
import { recording } from '../../support/plans.ts';

let app: TestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

test('a batch names whom it touched and who has a socket open, and nobody else', async () => {
  const named: number[][] = [];
  const { executor } = await freshDatabase();
  const announce = async (users: Promise<ReadonlySet<number>>) => void named.push([...(await users)]);
  app = await testApp({ executor: announcing(executor, announce) });
  const [li, wang, far] = [await person(app, 'li'), await person(app, 'wang'), await person(app, 'far')];
  await app.executor.write(
    [wang, far].map(({ id }) => ({
      sql: `INSERT INTO presences (user_id, home, until) VALUES (?, 'test', 9e15)`,
      params: [id],
      kind: 'change' as const,
    })),
  );
  await befriend(li, wang);
  expect(named).toEqual([[wang.id]]); // the request; the answer goes to Li, who is not online
  named.length = 0;
  expect((await wang.call('/chat/updateProfile', { nickName: '老王' })).code).toBe('1');
  expect(named).toEqual([]);
  expect(
    (await li.call('/im/send', { msgId: '1', fromType: 1, destId: wang.id, messageType: 2, content: 'x' }))
      .code,
  ).toBe('1');
  expect(named).toEqual([[wang.id]]);
  named.length = 0;
  await far.call('/chat/doLogout');
  expect(named).toEqual([[far.id]]);
});

test('of a group, those who have a socket open are found once for each batch, and behind it', async () => {
  const record = recording((await freshDatabase()).executor);
  const named: Promise<ReadonlySet<number>>[] = [];
  const executor = announcing(record.executor, (users) => void named.push(users));
  app = await testApp({ executor });
  const [li, wang, far] = [await person(app, 'li'), await person(app, 'wang'), await person(app, 'far')];
  const group = await groupOf(li, wang);
  await executor.write(
    [wang, far].map(({ id }) =>
      change(`INSERT INTO presences (user_id, home, until) VALUES (?, 'test', 9e15)`, id),
    ),
  );
  record.clear();
  named.length = 0;
  await executor.write(
    Array.from({ length: 3 }, (_, i) => ({
      ...change(
        `INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
          VALUES (?, 2, ?, 9, 2, 9, '', 0)`,
        -group,
        String(i),
      ),
      rings: 'events' as const,
    })),
  );
  const woken = async () => (await Promise.all(named)).map((users) => [...users]);
  expect(await woken()).toEqual([[wang.id]]);
  expect(record.reads.flat()).toHaveLength(1);
  for (const { sql } of record.writes.flat()) expect(sql).not.toContain('group_members');
  // The batch that ends a group sends away those who are to hear of it.
  named.length = 0;
  expect((await li.call('/chat/dismissGroup', { groupId: group })).code).toBe('1');
  expect((await woken()).flat()).toContain(wang.id);
});

describe('waking', () => {
  test.each([0, 1, 40, 41, 200])('reaches each of %i users once', async (count) => {
    const users = Array.from({ length: count }, (_, i) => i + 1);
    const woken: number[] = [];
    let asked = 0;
    const inboxes: InboxNamespace = {
      idFromName: (name) => name as unknown as DurableObjectId, // any name will do here
      get: (id) => ({
        fetch: async () => new Response(),
        wake: async () => void woken.push(Number(id)),
        relay: async (chunk) => {
          asked += 1;
          woken.push(...chunk);
          if (chunk.includes(1)) throw new Error('One object that fails keeps nobody else asleep.');
        },
      }),
    };
    await wakeAll(inboxes, users);
    expect(woken.sort((a, b) => a - b)).toEqual(users);
    expect(asked).toBe(count > 40 ? Math.ceil(count / 40) : 0);
  });
});

describe('the window of a socket', () => {
  const send = (from: number, to: number, stretches: Stretches = []) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i).reduce(afterSending, stretches);

  test('closes after so many events and opens with what is acknowledged', () => {
    const full = send(1, WINDOW);
    expect(roomIn(full)).toBe(0);
    expect(roomIn(afterAck(full, WINDOW))).toBe(WINDOW);
    expect(roomIn(afterAck(full, 100))).toBe(100);
    expect(roomIn(afterAck(full, 0))).toBe(0);
  });

  test('stays small, because a socket keeps it while its object sleeps', () => {
    expect(JSON.stringify(send(1e15, 1e15 + WINDOW)).length).toBeLessThan(1000);
  });
});
