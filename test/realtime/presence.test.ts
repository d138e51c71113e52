import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import type { UserId } from '../../src/core/ids.ts';
import { showAll } from '../../src/homes/worker/wake.ts';
import { createDb } from '../../src/platform/database/db.ts';
import { Online } from '../../src/realtime/online.ts';
import {
  keepOnline,
  leaveHome,
  PRESENCE_LIFE_MS,
  sayOfProcess,
  sweepLapsed,
  sweepPresences,
} from '../../src/realtime/presence.ts';
import { tellFriends } from '../../src/realtime/presence-notices.ts';
import { PresenceWatch } from '../../src/realtime/presence-watch.ts';
import { type Notice, noSockets } from '../../src/realtime/sockets.ts';
import { type Person, person } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { change } from '../support/bank.ts';
import { befriend } from '../support/friends.ts';
import { fullScans, recording } from '../support/plans.ts';

/** What the sockets of each home were shown. */
let shown: Record<string, readonly Notice[]>;
const test = appTest()
  .extend('li', ({ app }) => person(app, 'li'))
  .extend('wang', ({ app }) => person(app, 'wang'))
  .extend('portsOf', ({ app }) => (home: string) => ({
    ...app.platform,
    sockets: {
      ...noSockets,
      home,
      friendsTold: 5000,
      reaches: (user: UserId) => processes.get(home)?.isShown(user) ?? false,
      show: (notices: readonly Notice[]) => {
        shown[home] = [...(shown[home] ?? []), ...notices];
      },
    },
  }))
  .extend('processOf', ({ portsOf }) => (home: string) => {
    const online = processes.get(home) ?? new Online(portsOf(home));
    processes.set(home, online);
    return online;
  })
  .extend(
    'come',
    ({ processOf }) =>
      (who: Person, home = 'home') =>
        processOf(home).came(idOf(who)),
  )
  .extend('go', ({ app, processOf }) => async (who: Person, home = 'home') => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    processOf(home).went(idOf(who));
    vi.advanceTimersByTime(3000);
    vi.useRealTimers();
    await vi.waitUntil(async () => {
      const rows = await app.sql('SELECT 1 FROM presences WHERE user_id = ? AND home = ?', who.id, home);
      return rows.length === 0;
    });
    await processOf(home).came(0 as UserId); // behind what was begun
  })
  /** A process that is lost without a word. */
  .extend(
    'lose',
    ({ app }) =>
      (who: Person) =>
        app.executor.write([change('UPDATE presences SET until = 0 WHERE user_id = ?', who.id)]),
  )
  .extend(
    'sweep',
    ({ portsOf }) =>
      (home = 'home') =>
        sweepPresences(portsOf(home)),
  );
test.beforeEach(async ({ li, wang }) => {
  await befriend(li, wang);
  shown = {};
});
afterEach(() => {
  vi.useRealTimers();
});

interface Cast {
  readonly li: Person;
  readonly wang: Person;
}

const idOf = (who: Person) => who.id as UserId; // of a person that the test made

/** Processes by their homes, each with its sockets. */
const processes = new Map<string, Online>();
beforeEach(() => processes.clear());
/** Events 5 and 6 that a person is shown in a home: type, and who came or went. */
const seen = (who: Person, home = 'home') =>
  (shown[home] ?? [])
    .filter(({ to }) => to === who.id)
    .map(({ message }) => {
      const { messageType, fromId, destId } = JSON.parse(message);
      expect(destId).toBe(who.id);
      return [messageType, fromId];
    });

describe('friends who have a socket see who comes and goes', () => {
  test('once, and nothing of it is stored', async ({ app, li, wang, come, go }) => {
    await come(wang);
    await come(li);
    await go(li);
    expect(seen(wang)).toEqual([
      [5, li.id],
      [6, li.id],
    ]);
    expect([...(await wang.events()), ...(await li.events())].filter(({ type }) => type < 7)).toEqual([]);
    expect(await app.sql('SELECT * FROM presence_changes')).toEqual([]);
    expect(seen(li)).toEqual([]);
  });

  test('with the name and picture of who it is, and no word else', async ({ app, li, wang, come }) => {
    await come(wang);
    await come(li);
    expect(JSON.parse(shown['home']?.[0]?.message ?? '')).toEqual({
      msgId: expect.stringMatching(/^\w{22}$/),
      fromId: li.id,
      fromName: 'li',
      imageIconUrl: expect.any(String),
      fromType: 1,
      destId: wang.id,
      content: '',
      messageType: 5,
      sendTime: app.clock.now(),
      receiveTime: app.clock.now(),
    });
  });

  test('though others have blocked each other', async ({ app, li, wang, come, lose, sweep }) => {
    const [zhao, qian] = [await person(app, 'zhao'), await person(app, 'qian')];
    await zhao.call('/chat/setBlock', { blockId: qian.id });
    await come(wang);
    await come(li);
    await lose(li);
    expect(await sweep()).toBe(1);
    expect(seen(wang)).toEqual([
      [5, li.id],
      [6, li.id],
    ]);
  });

  test.for([
    ['the one', ({ li, wang }: Cast) => li.call('/chat/setBlock', { blockId: wang.id })],
    ['the other', ({ li, wang }: Cast) => wang.call('/chat/setBlock', { blockId: li.id })],
  ] as const)(
    'but not where %s has blocked the friend',
    async ([_, block], { li, wang, come, go, lose, sweep }) => {
      await block({ li, wang });
      await come(wang);
      await come(li);
      await go(li);
      await come(li);
      await lose(li);
      expect(await sweep()).toBe(1);
      expect(seen(wang)).toEqual([]);
    },
  );

  test('in every process that holds one, once in each', async ({
    app,
    li,
    wang,
    portsOf,
    come,
    go,
    lose,
    sweep,
  }) => {
    const watches = ['here', 'there'].map((home) => new PresenceWatch(portsOf(home)));
    await Promise.all(watches.map((watch) => watch.start()));
    await come(wang, 'here');
    await come(wang, 'there');
    await come(li, 'here');
    await come(li, 'there');
    for (const watch of watches) await watch.look();
    expect([seen(wang, 'here'), seen(wang, 'there')]).toEqual([[[5, li.id]], [[5, li.id]]]);
    await go(li, 'here');
    for (const watch of watches) await watch.look();
    expect(seen(wang, 'here')).toHaveLength(1);
    await lose(li);
    expect(await sweep('there')).toBe(1);
    for (const watch of watches) {
      await watch.look();
      await watch.look();
      watch.stop();
    }
    const both = [
      [5, li.id],
      [6, li.id],
    ];
    expect([seen(wang, 'here'), seen(wang, 'there')]).toEqual([both, both]);
    app.clock.advance(60_000);
    await sweep();
    expect(await app.sql('SELECT * FROM presence_changes')).toEqual([]);
  });

  test('as many of them as a home may tell that cannot know who of them is here', async ({
    app,
    li,
    portsOf,
    come,
  }) => {
    const ports = portsOf('home');
    const { reaches: _, ...sockets } = ports.sockets;
    const friends = [];
    for (let i = 0; i < 4; i++) {
      const friend = await person(app, `friend${i}`);
      await befriend(li, friend);
      await come(friend);
      friends.push(friend);
    }
    shown = {};
    await tellFriends({ ...ports, sockets }, [{ userId: idOf(li), isOnline: true }], 3);
    expect(new Set(shown['home']?.map(({ to }) => to)).size).toBe(3);
  });
});

test.each([1, 40, 41, 200])('a Worker shows %i friends what happened by one request each', async (count) => {
  const shown: number[] = [];
  let asked = 0;
  const inboxes = {
    idFromName: (name: string) => name as unknown as DurableObjectId, // any name will do here
    get: (id: DurableObjectId) => ({
      fetch: async () => new Response(),
      wake: async () => {},
      relay: async () => {},
      async show([mine, ...others]: readonly Notice[]) {
        asked += 1;
        expect(mine?.to).toBe(Number(id));
        shown.push(Number(id));
        await showAll(inboxes, others);
        if (Number(id) === 1) throw new Error('One object that fails keeps nothing from the others.');
      },
    }),
  };
  const all = Array.from({ length: count }, (_, i) => ({ to: (i + 1) as UserId, message: '{}' }));
  await showAll(inboxes, all);
  expect(shown.sort((a, b) => a - b)).toEqual(all.map(({ to }) => to));
  expect(asked).toBe(count);
});

test('coming costs a row for each who comes, however many friends are there', async ({ app, come }) => {
  const crowd: Person[] = [];
  for (let i = 0; i < 12; i++) {
    const one = await person(app, `one${i}`);
    for (const other of crowd) await befriend(one, other);
    crowd.push(one);
  }
  const total = async () => Number((await app.sql('SELECT total_changes()'))[0]?.[0]);
  const before = await total();
  await Promise.all(crowd.map((one) => come(one)));
  // Each is entered, and shown as online.
  expect((await total()) - before).toBe(2 * crowd.length);
  const told = new Set(
    shown['home']?.map(({ to, message }) => [to, JSON.parse(message).fromId].sort().join()),
  );
  expect(told.size).toBe((12 * 11) / 2);
});

/** What `a` is shown of `b` wherever somebody's being online stands: profile, search, friends, black list. */
async function shownOnline(a: Person, b: Person) {
  const [one, found, ready, black] = [
    await a.call('/chat/getUserById', { destId: b.id }),
    await a.call('/chat/queryUser', { mobile: b.id }),
    await a.call('/chat/ready'),
    await a.call('/chat/getBlackList'),
  ];
  const all = [one.data, ...found.data.info, ...ready.data.friendsInfo, ...black.data];
  return all.filter(({ id }) => id === String(b.id)).map(({ isOnline }) => isOnline);
}

describe('that somebody is online is shown', () => {
  test('while he is, and not afterwards', async ({ li, wang, come, go }) => {
    await come(li);
    expect(await shownOnline(wang, li)).toEqual(['1', '1', '1']);
    await go(li);
    expect(await shownOnline(wang, li)).toEqual(['0', '0', '0']);
  });

  test('to neither side of a block, and again when it is gone', async ({ li, wang, come }) => {
    await come(li);
    await come(wang);
    await li.call('/chat/setBlock', { blockId: wang.id });
    expect(await shownOnline(wang, li)).toEqual(['0', '0', '0']);
    expect(await shownOnline(li, wang)).toEqual(['0', '0', '0', '0']);
    await li.call('/chat/removeBlack', { destId: wang.id });
    expect(await shownOnline(wang, li)).toEqual(['1', '1', '1']);
    expect(await shownOnline(li, wang)).toEqual(['1', '1', '1']);
  });
});

test('no statement about being online walks through more than those who are', async ({ app, li, wang }) => {
  const { platform } = app;
  const said = { home: 'home', now: 0 };
  const statements = [
    ...Object.values(keepOnline([idOf(li)], said)),
    ...Object.values(leaveHome([idOf(li)], said)),
    ...Object.values(sayOfProcess([idOf(li)], [idOf(wang)], said)),
  ].map(({ statement }) => statement);
  const record = recording(app.executor);
  const db = createDb(record.executor);
  for (const sockets of [noSockets, { ...noSockets, reaches: () => true }])
    await tellFriends({ ...platform, db, sockets }, [{ userId: idOf(li), isOnline: true }]);
  expect(record.reads).toHaveLength(2);
  for (const statement of [...statements, ...record.reads.flat()])
    expect(await fullScans(app.executor, statement), statement.sql).toEqual([]);
  for (const { statement } of Object.values(sweepLapsed(said)))
    expect(await fullScans(app.executor, statement), statement.sql).toEqual([
      'SCAN u USING COVERING INDEX users_online',
    ]);
});

describe('a process says again and again who has a socket in it', () => {
  const it = test
    .extend(
      'rows',
      ({ app }) =>
        async () =>
          (await app.sql('SELECT user_id, home FROM presences ORDER BY user_id')).map(([id]) => id),
    )
    .extend(
      'shownAs',
      ({ app }) =>
        async (who: Person) =>
          (await app.sql('SELECT is_online FROM users WHERE id = ?', who.id))[0]?.[0],
    )
    /** As when the process was not heard of for too long, or its write was lost. */
    .extend(
      'drop',
      ({ app }) =>
        (who: Person) =>
          app.executor.write([
            change('DELETE FROM presences WHERE user_id = ?', who.id),
            change('UPDATE users SET is_online = 0 WHERE id = ?', who.id),
          ]),
    )
    .extend('renewed', ({ app }) => async () => {
      vi.advanceTimersByTime(PRESENCE_LIFE_MS / 5);
      // Behind everything that has begun.
      await app.executor.write([change('UPDATE users SET id = id WHERE 0')]);
    });
  let online: Online;
  it.beforeEach(async ({ li, portsOf }) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
    online = new Online(portsOf('home'));
    online.start();
    await online.came(idOf(li));
  });
  afterEach(() => online.stop());

  it('so that who was lost comes back, and his friends hear it', async ({
    li,
    wang,
    come,
    rows,
    shownAs,
    drop,
    renewed,
  }) => {
    await come(wang);
    await drop(li);
    await renewed();
    await vi.waitUntil(() => seen(wang).length > 0);
    expect(await shownAs(li)).toBe(1);
    expect(await rows()).toEqual([li.id, wang.id]);
    expect(seen(wang)).toEqual([[5, li.id]]);
    await renewed();
    expect(seen(wang)).toHaveLength(1);
  });

  it('and of nobody else', async ({ li, rows, shownAs, drop, renewed }) => {
    online.went(idOf(li));
    await drop(li);
    await renewed();
    expect([await rows(), await shownAs(li)]).toEqual([[], 0]);
  });

  it('so that nobody of a living process counts as lost', async ({ app, li, rows, shownAs, renewed }) => {
    for (let i = 0; i < 10; i++) {
      app.clock.advance(PRESENCE_LIFE_MS / 5);
      await renewed();
      expect(await sweepPresences(app.platform)).toBe(0);
    }
    expect([await rows(), await shownAs(li)]).toEqual([[li.id], 1]);
  });
});
