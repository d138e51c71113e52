import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pointOf } from '../../../src/features/nearby/sphere.ts';
import type { CodeMessage } from '../../../src/features/scan-login/code.ts';
import { memoryActors } from '../../../src/platform/live/memory.ts';
import { HeldClock } from '../../support/app.ts';
import { inDurableObjects, inMemory, type LiveAdapter } from '../../support/live-adapters.ts';
import { notebook } from '../../support/notebook.ts';

let names = 0;
const fresh = () => `name-${names++}`;

describe.each([
  ['in the process', inMemory],
  ['in Durable Objects', inDurableObjects],
])('live state %s', (_, open) => {
  let adapter: LiveAdapter;
  beforeAll(async () => {
    adapter = await open();
  });
  afterAll(() => adapter.stop());
  const entries = async (name: string, prefix = '') =>
    (await adapter.notebooks.send(name, { do: 'list', prefix })).entries;

  test('keeps what a core puts, by name', async () => {
    const [one, other] = [fresh(), fresh()];
    await adapter.notebooks.send(one, { do: 'put', key: 'a', value: '茶' });
    expect(await entries(one)).toEqual([['a', '茶']]);
    expect(await entries(other)).toEqual([]);
    await adapter.notebooks.send(one, { do: 'delete', key: 'a' });
    await adapter.notebooks.send(one, { do: 'delete', key: 'a' });
    expect(await entries(one)).toEqual([]);
  });

  test('lists by prefix, in the order of the keys', async () => {
    const name = fresh();
    for (const key of ['b:2', 'a:1', 'b:1', 'c'])
      await adapter.notebooks.send(name, { do: 'put', key, value: key });
    expect((await entries(name, 'b:')).map(([key]) => key)).toEqual(['b:1', 'b:2']);
    expect((await entries(name)).map(([key]) => key)).toEqual(['a:1', 'b:1', 'b:2', 'c']);
  });

  test('handles one message of a name at a time', async () => {
    const name = fresh();
    const letters = 'abcdefghijklmnopqrst'.split('');
    await Promise.all(
      letters.map((value) => adapter.notebooks.send(name, { do: 'append', key: 'all', value })),
    );
    const [[, all = ''] = []] = await entries(name);
    expect(all.split('').sort()).toEqual(letters);
  });

  test('answers copies: what a caller does to them changes nothing', async () => {
    const name = fresh();
    const noted = await adapter.notebooks.send(name, { do: 'put', key: 'a', value: '1' });
    noted.entries.length = 0;
    expect(await entries(name)).toEqual([['a', '1']]);
  });

  const rings = async (name: string) => (await entries(name, 'rang')).map(([, value]) => value).join('');
  const until = async (condition: () => Promise<boolean>) => {
    for (let tries = 0; tries < 100 && !(await condition()); tries++) await sleep(50);
  };

  test('rings the alarm once, not before its time', async () => {
    const name = fresh();
    await adapter.notebooks.send(name, { do: 'wake', inMs: 150 });
    expect(await rings(name)).toBe('');
    await until(async () => (await rings(name)) !== '');
    await sleep(200);
    expect(await rings(name)).toBe('late;');
  });

  test('has one alarm a name: setting it again moves it', async () => {
    const name = fresh();
    await adapter.notebooks.send(name, { do: 'wake', inMs: 60_000 });
    await adapter.notebooks.send(name, { do: 'wake', inMs: 100 });
    await until(async () => (await rings(name)) !== '');
    expect(await rings(name)).toBe('late;');
  });

  test('hands an approved code to one of many who hold its ticket, and forgets it', async () => {
    const name = fresh();
    const send = (message: CodeMessage) => adapter.scanCodes.send(name, message);
    const page = { device: 'Firefox', address: '203.0.113.9' };
    expect(await send({ do: 'show', ticket: 't', page })).toEqual({ is: 'shown' });
    expect(await send({ do: 'show', ticket: 'other', page })).toEqual({ is: 'none' });
    expect(await send({ do: 'scan', user: 1 })).toEqual({ is: 'scanned', page });
    expect(await send({ do: 'scan', user: 2 })).toEqual({ is: 'none' });
    expect(await send({ do: 'approve', user: 2, session: 20 })).toEqual({ is: 'none' });
    expect(await send({ do: 'collect', ticket: 't' })).toEqual({ is: 'waiting', scanned: true });
    await send({ do: 'approve', user: 1, session: 10 });
    expect(await send({ do: 'collect', ticket: 'wrong' })).toEqual({ is: 'none' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => send({ do: 'collect', ticket: 't' })));
    expect(answers.filter(({ is }) => is !== 'none')).toEqual([{ is: 'approved', user: 1, session: 10 }]);
  });

  test('remembers where the lists of a session began, each session its own, and the newest 32', async () => {
    const [one, other] = [fresh(), fresh()];
    const resume = (name: string, list: string) => adapter.pages.send(name, { do: 'resume', list });
    expect(await resume(one, 'getFeed')).toEqual({ top: null });
    for (const top of [7, 9]) await adapter.pages.send(one, { do: 'open', list: 'getFeed', top });
    expect(await resume(one, 'getFeed')).toEqual({ top: 9 });
    expect(await resume(one, 'getMyFeed')).toEqual({ top: null });
    expect(await resume(other, 'getFeed')).toEqual({ top: null });
    await sleep(5);
    for (let i = 1; i <= 32; i += 1)
      await adapter.pages.send(one, { do: 'open', list: `friend ${i}`, top: i });
    expect(await resume(one, 'getFeed')).toEqual({ top: null });
    expect(await resume(one, 'friend 1')).toEqual({ top: 1 });
    expect(await resume(one, 'friend 32')).toEqual({ top: 32 });
  });

  test('pairs 101 who shake at once into 50 disjoint pairs, and one is left', async () => {
    const name = fresh();
    const users = Array.from({ length: 101 }, (_, i) => i + 1);
    const shake = (user: number) =>
      adapter.shake.send(name, {
        user,
        point: pointOf({ latitude: 39 + user / 1000, longitude: 116 }),
        hidden: [],
        records: [user * 2, user * 2 + 1],
      });
    await Promise.all(users.map(shake));
    const again = await Promise.all(
      users.slice(0, 101).map(async (user) => ({ user, shaken: await shake(user) })),
    );
    const pairs = again.flatMap(({ user, shaken }) =>
      shaken.is === 'paired' ? [{ user, ends: [shaken.pair.first.user, shaken.pair.second.user] }] : [],
    );
    expect(pairs).toHaveLength(100);
    expect(pairs.every(({ user, ends }) => ends.includes(user))).toBe(true);
    expect(new Set(pairs.map(({ ends }) => ends.toSorted().join()))).toHaveLength(50);
  });
});

describe('live state in the process', () => {
  test('forgets a core that holds nothing', async () => {
    const actors = memoryActors(notebook, new HeldClock());
    await actors.send('a', { do: 'list', prefix: '' });
    expect(actors.size).toBe(0);
    await actors.send('a', { do: 'put', key: 'k', value: 'v' });
    expect(actors.size).toBe(1);
    await actors.send('a', { do: 'delete', key: 'k' });
    expect(actors.size).toBe(0);
  });

  test('holds no more cores than it may, and forgets the oldest', async () => {
    const actors = memoryActors(notebook, new HeldClock(), 3);
    for (const name of ['a', 'b', 'c', 'd']) await actors.send(name, { do: 'put', key: 'k', value: name });
    expect(actors.size).toBe(3);
    const left = await actors.send('d', { do: 'list', prefix: '' });
    expect(left.entries).toEqual([['k', 'd']]);
    expect((await actors.send('a', { do: 'list', prefix: '' })).entries).toEqual([]);
  });
});
