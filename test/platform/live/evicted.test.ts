import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pointOf } from '../../../src/features/nearby/sphere.ts';
import type { CodeMessage } from '../../../src/features/scan-login/code.ts';
import { type DurableAdapter, inDurableObjects } from '../../support/live-adapters.ts';

let adapter: DurableAdapter;
beforeAll(async () => {
  adapter = await inDurableObjects();
});
afterAll(() => adapter.stop());

test('an object that is thrown out of memory forgets what it did not store, and nothing else', async () => {
  const put = (value: string) => adapter.notebooks.send('forgetful', { do: 'append', key: 'all', value });
  await put('a');
  expect(await put('b')).toEqual({ entries: [['all', 'ab']], handled: 2 });
  await adapter.evict('Notebook', 'forgetful');
  expect(await put('c')).toEqual({ entries: [['all', 'abc']], handled: 1 });
});

test('a scan login goes on after its Durable Object was thrown out of memory at every step, and ends once', async () => {
  const page = { device: 'Firefox', address: '203.0.113.9' };
  const send = async (message: CodeMessage) => {
    const answer = await adapter.scanCodes.send('code', message);
    await adapter.evict('ScanCode', 'code');
    return answer;
  };
  expect(await send({ do: 'show', ticket: 't', page })).toEqual({ is: 'shown' });
  expect(await send({ do: 'collect', ticket: 't' })).toEqual({ is: 'waiting', scanned: false });
  expect(await send({ do: 'scan', user: 1 })).toEqual({ is: 'scanned', page });
  expect(await send({ do: 'scan', user: 2 })).toEqual({ is: 'none' });
  expect(await send({ do: 'collect', ticket: 't' })).toEqual({ is: 'waiting', scanned: true });
  expect(await send({ do: 'approve', user: 2, session: 20 })).toEqual({ is: 'none' });
  expect(await send({ do: 'approve', user: 1, session: 10 })).toMatchObject({ is: 'approved' });
  expect(await send({ do: 'collect', ticket: 'wrong' })).toEqual({ is: 'none' });
  expect(await send({ do: 'collect', ticket: 't' })).toEqual({ is: 'approved', user: 1, session: 10 });
  expect(await send({ do: 'collect', ticket: 't' })).toEqual({ is: 'none' });
});

test('who shakes waits on, and stays paired, when the matcher is thrown out of memory', async () => {
  const shake = async (user: number) => {
    const point = pointOf({ latitude: 39 + user / 1000, longitude: 116 });
    const answer = await adapter.shake.send('world', { user, point, hidden: [], records: [user, user + 10] });
    await adapter.evict('Shake', 'world');
    return answer;
  };
  expect(await shake(1)).toEqual({ is: 'alone' });
  const second = await shake(2);
  expect(second).toMatchObject({ is: 'paired', pair: { first: { user: 1 }, second: { user: 2 } } });
  expect(await shake(1)).toEqual(second);
});

test('an alarm rings once though the object that set it was thrown out of memory', async () => {
  const entries = async () => {
    const noted = await adapter.notebooks.send('waker', { do: 'list', prefix: 'rang' });
    return noted.entries;
  };
  await adapter.notebooks.send('waker', { do: 'wake', inMs: 300 });
  await adapter.evict('Notebook', 'waker');
  for (let tries = 0; tries < 100 && (await entries()).length === 0; tries += 1) await sleep(50);
  expect(await entries()).toEqual([['rang', 'late;']]);
});
