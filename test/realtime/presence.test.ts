import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { UserId } from '../../src/core/ids.ts';
import { Online } from '../../src/realtime/online.ts';
import {
  keepOnline,
  PRESENCE_LIFE_MS,
  sweepLapsed,
  sweepPresences,
  wentOffline,
} from '../../src/realtime/presence.ts';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { befriend } from '../support/friends.ts';
import { fullScans } from '../support/plans.ts';

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await testApp();
  li = await person(app, 'li');
  wang = await person(app, 'wang');
  await befriend(li, wang);
});
afterEach(() => {
  vi.useRealTimers();
  return app.close();
});

const idOf = (who: Person) => who.id as UserId; // of a person that the test made
const come = (who: Person, home = 'home') =>
  app.platform.db.write(...keepOnline(app.platform, [idOf(who)], home));
const go = (who: Person, home = 'home') =>
  app.platform.db.write(...wentOffline(app.platform, idOf(who), home));
/** Events 5 and 6 of a person: type and who came or went. */
const seen = async (who: Person) =>
  (await who.events()).filter(({ type }) => type === 5 || type === 6).map(({ type, from }) => [type, from]);

describe('friends hear who comes and goes', () => {
  test('though others have blocked each other', async () => {
    const [zhao, qian] = [await person(app, 'zhao'), await person(app, 'qian')];
    await zhao.call('/chat/setBlock', { blockId: qian.id });
    await come(wang);
    await come(li);
    await go(li);
    expect(await seen(wang)).toEqual([
      [5, li.id],
      [6, li.id],
    ]);
  });

  test('though others have blocked each other, of who was lost, too', async () => {
    const [zhao, qian] = [await person(app, 'zhao'), await person(app, 'qian')];
    await zhao.call('/chat/setBlock', { blockId: qian.id });
    await come(li);
    app.clock.advance(1000);
    await come(wang);
    app.clock.advance(PRESENCE_LIFE_MS - 1000);
    expect(await sweepPresences(app.platform)).toBe(1);
    expect(await seen(wang)).toEqual([[6, li.id]]);
  });

  test('once, however many processes hold the friend who hears it', async () => {
    await come(li);
    app.clock.advance(1000);
    await come(wang, 'here');
    await come(wang, 'there');
    app.clock.advance(PRESENCE_LIFE_MS - 1000);
    expect(await sweepPresences(app.platform)).toBe(1);
    expect(await seen(wang)).toEqual([[6, li.id]]);
  });

  test.each([
    ['the one', () => li.call('/chat/setBlock', { blockId: wang.id })],
    ['the other', () => wang.call('/chat/setBlock', { blockId: li.id })],
  ])('but not where %s has blocked his friend', async (_, block) => {
    await block();
    await come(wang);
    await come(li);
    await go(li);
    await come(li);
    app.clock.advance(1000);
    await come(wang);
    app.clock.advance(PRESENCE_LIFE_MS - 1000);
    expect(await sweepPresences(app.platform)).toBe(1);
    expect(await seen(wang)).toEqual([]);
  });
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
  test('while he is, and not afterwards', async () => {
    await come(li);
    expect(await shownOnline(wang, li)).toEqual(['1', '1', '1']);
    await go(li);
    expect(await shownOnline(wang, li)).toEqual(['0', '0', '0']);
  });

  test('to neither side of a block, and again when it is gone', async () => {
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

test('no statement about being online walks through more than those who are', async () => {
  const { platform } = app;
  const one = [...keepOnline(platform, [idOf(li)], 'home'), ...wentOffline(platform, idOf(li), 'home')];
  for (const { statement } of one)
    expect(await fullScans(app.executor, statement), statement.sql).toEqual([]);
  for (const { statement } of sweepLapsed(0))
    expect(await fullScans(app.executor, statement), statement.sql).toEqual([
      'SCAN u USING COVERING INDEX users_online',
    ]);
});

describe('a process says again and again who has a socket in it', () => {
  const rows = async () =>
    (await app.sql('SELECT user_id, home FROM presences ORDER BY user_id')).map(([id]) => id);
  const shown = async (who: Person) =>
    (await app.sql('SELECT is_online FROM users WHERE id = ?', who.id))[0]?.[0];
  /** As when the process was not heard of for too long, or its write was lost. */
  const lose = (who: Person) =>
    app.executor.write([
      change('DELETE FROM presences WHERE user_id = ?', who.id),
      change('UPDATE users SET is_online = 0 WHERE id = ?', who.id),
    ]);
  let online: Online;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
    online = new Online(app.platform, 'home');
    online.start();
    await online.came(idOf(li));
  });
  afterEach(() => online.stop());
  const renewed = async () => {
    vi.advanceTimersByTime(PRESENCE_LIFE_MS / 5);
    // Behind everything that has begun.
    await app.executor.write([change('UPDATE users SET id = id WHERE 0')]);
  };

  test('so that who was lost comes back, and his friends hear it', async () => {
    await come(wang, 'other');
    await lose(li);
    await renewed();
    await vi.waitUntil(async () => (await shown(li)) === 1);
    expect(await rows()).toEqual([li.id, wang.id]);
    expect(await seen(wang)).toEqual([[5, li.id]]);
    await renewed();
    expect(await seen(wang)).toHaveLength(1);
  });

  test('and of nobody else', async () => {
    online.went(idOf(li));
    await lose(li);
    await renewed();
    expect([await rows(), await shown(li)]).toEqual([[], 0]);
  });

  test('so that nobody of a living process counts as lost', async () => {
    for (let i = 0; i < 10; i++) {
      app.clock.advance(PRESENCE_LIFE_MS / 5);
      await renewed();
      expect(await sweepPresences(app.platform)).toBe(0);
    }
    expect([await rows(), await shown(li)]).toEqual([[li.id], 1]);
  });
});
