import { expect, test } from 'vitest';
import { refuse } from '../../src/http/failure.ts';
import { orElse, text } from '../../src/http/params.ts';
import * as wire from '../../src/http/wire.ts';
import { openEndpoint } from '../../src/realtime/endpoint.ts';
import { testApp } from '../support/app.ts';

/** An app whose `/count` says how often its handler ran. */
async function counting(keptMs?: number) {
  let count = 0;
  const endpoint = openEndpoint({
    path: '/count',
    title: '计数',
    summary: 'Counts.',
    params: { of: orElse(text('what', 20), '') },
    data: wire.object({ of: wire.text('what'), count: wire.count('how often') }),
    errors: { NOTHING: [-1, '无'] },
    ...(keptMs ? { keptMs } : {}),
    handler: async (_, { of }) => {
      count += 1;
      return of === 'nothing' ? refuse('NOTHING') : { of, count };
    },
  });
  const app = await testApp({ endpoints: [endpoint], env: { RATE_LIMITS: 'on', RATE_PER_ADDRESS: '9' } });
  const get = (of: string) => app.call('/count', { of }, { method: 'GET' });
  return { app, get };
}

test('a kept answer is given again until it is too old, to the same question alone', async () => {
  const { app, get } = await counting(1000);
  expect((await get('tea')).data).toEqual({ of: 'tea', count: '1' });
  app.clock.advance(999);
  expect((await get('tea')).data).toEqual({ of: 'tea', count: '1' });
  expect((await get('rice')).data).toEqual({ of: 'rice', count: '2' });
  app.clock.advance(1);
  expect((await get('tea')).data).toEqual({ of: 'tea', count: '3' });
  await app.close();
});

test('what is in the body of a POST is never answered with a kept answer', async () => {
  const { app, get } = await counting(1000);
  await get('tea');
  const posted = await app.call('/count', { of: 'rice' }, { method: 'POST' });
  expect(posted.data).toEqual({ of: 'rice', count: '2' });
  await app.close();
});

test('a refusal is not kept', async () => {
  const { app, get } = await counting(1000);
  expect((await get('nothing')).code).toBe('-1');
  expect((await get('nothing')).code).toBe('-1');
  expect((await get('tea')).data.count).toBe('3');
  await app.close();
});

test('a kept answer is limited and named as every call', async () => {
  const { app, get } = await counting(1000);
  const replies = [];
  for (let i = 0; i < 10; i += 1) replies.push(await get('tea'));
  expect(replies.map(({ code }) => code)).toEqual([...Array(9).fill('1'), '429']);
  expect(new Set(replies.map(({ headers }) => headers.get('x-request-id'))).size).toBe(10);
  await app.close();
});

test('an answer that is not declared so is never kept', async () => {
  const { app, get } = await counting();
  await get('tea');
  expect((await get('tea')).data).toEqual({ of: 'tea', count: '2' });
  await app.close();
});

test('a kept answer is given again where calls are counted elsewhere', async () => {
  const { app, get } = await counting(1000);
  const { limiter } = app.platform;
  Object.assign(app.platform, {
    limiter: { hit: async (...call: Parameters<typeof limiter.hit>) => limiter.hit(...call) },
  });
  await get('tea');
  expect((await get('tea')).data).toEqual({ of: 'tea', count: '1' });
  await app.close();
});
