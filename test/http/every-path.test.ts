import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { endpoints } from '../../src/endpoints.ts';
import { pathOf } from '../../src/http/path.ts';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';

const { pages } = createApp();
const concrete = (path: string) => path.replace(/:\w+/g, 'x').replace('*', 'x');
const unknown = [
  '/',
  '/nothing',
  '/chat',
  '/upload',
  '/upload/',
  '/upload/a/b',
  '/wmsMobile/upload/x',
  '/pc/x',
];
const every = [
  ...new Set([
    ...pages.map(({ path }) => concrete(path)),
    ...endpoints.flatMap(({ path, aliases = [] }) => [path, ...aliases]),
    ...unknown,
  ]),
];

describe('a flood', () => {
  let app: TestApp;
  beforeAll(async () => {
    const env = { RATE_LIMITS: 'on', RATE_PER_ADDRESS: '2', RATE_FILES_PER_ADDRESS: '2' };
    app = await testApp({ env });
  });
  afterAll(() => app.close());

  test('ends on every path and by every method, with Retry-After in the envelope', async () => {
    expect(every.length).toBeGreaterThan(endpoints.length + 20);
    let clients = 0;
    for (const path of every) {
      for (const method of ['GET', 'OPTIONS', 'HEAD', 'PUT']) {
        clients += 1;
        const from = `10.${clients >> 16}.${(clients >> 8) & 255}.${clients & 255}`;
        const ask = () => app.fetch(new Request(`http://teahouse.test${path}`, { method }), from);
        for (let i = 0; i < 2; i += 1) await ask();
        const third = await ask();
        if (path === '/healthz') {
          expect(third.status).not.toBe(429);
          continue;
        }
        const text = await third.text();
        expect(text, `${method} ${path}`).toContain('"code":"429"');
        expect(Number(third.headers.get('retry-after')), path).toBeGreaterThan(0);
        const isCall =
          method === 'GET' &&
          endpoints.some((each) => [each.path, ...(each.aliases ?? [])].includes(path as `/${string}`));
        if (!isCall) expect(third.status, `${method} ${path}`).toBe(429);
      }
    }
  });

  test('of files is counted apart from calls', async () => {
    const ask = async (path: string) =>
      (await app.fetch(new Request(`http://teahouse.test${path}`), '9.9.9.9')).status;
    expect([await ask('/upload/a.jpg'), await ask('/upload/b.jpg'), await ask('/upload/c.jpg')]).toEqual([
      404, 404, 429,
    ]);
    expect([await ask('/docs'), await ask('/docs'), await ask('/docs')]).toEqual([200, 200, 429]);
  });
});

describe('a path', () => {
  let app: TestApp;
  let li: Person;
  beforeAll(async () => {
    app = await testApp();
    li = await person(app, 'li');
  });
  afterAll(() => app.close());

  test.each([
    ['http://a', '/'],
    ['http://a/', '/'],
    ['http://a//', '/'],
    ['http://a/b/', '/b'],
    ['http://a//b///c//?d//e/', '/b/c'],
    ['http://a/b#/c/', '/b'],
    ['http://a/b%20c%zz/', '/b%20c%zz'],
    ['http://a/%63hat/', '/chat'],
    ['http://a/b%2Fc', '/b%2Fc'],
    ['/chat/ready/?a=http://b/c', '/chat/ready'],
    ['//chat//ready', '/chat/ready'],
  ])('%s is %s', (url, path) => {
    expect(pathOf(url)).toBe(path);
  });

  test.each([
    '/chat/getUserById/',
    '//chat/getUserById',
    '/chat//getUserById',
    '//chat///getUserById//',
    '/wmsMobile//chat/getUserById/',
    '/wmsMobilePro/chat/getUserById/',
  ])('%s is that of the call', async (path) => {
    const query = `?destId=${li.id}&token=${li.token}`;
    const get = await app.fetch(new Request(`http://teahouse.test${path}${query}`));
    expect(await get.json()).toMatchObject({ code: '1' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = query.slice(1);
    const post = await app.fetch(
      new Request(`http://teahouse.test${path}`, { method: 'POST', headers, body }),
    );
    expect(await post.json()).toMatchObject({ code: '1' });
  });

  test.each(['/docs/', '//docs', '/openapi.json/', '/healthz/', '//readyz//', '/pc/', '/wmsMobile//pc/'])(
    '%s is that of the page',
    async (path) => {
      expect((await app.fetch(new Request(`http://teahouse.test${path}`))).status).toBe(200);
    },
  );

  test('of an upload may have them as well', async () => {
    await app.platform.files.put(
      '1512615105030_op0JRv151261510226917229.jpg',
      new Uint8Array([1]),
      'image/jpeg',
    );
    for (const path of ['//upload/', '/upload//', '/wmsMobile/upload/']) {
      const url = `http://teahouse.test${path}1512615105030_op0JRv151261510226917229.jpg/`;
      expect((await app.fetch(new Request(url))).status, path).toBe(200);
    }
  });
});
