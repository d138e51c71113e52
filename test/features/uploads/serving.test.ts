import { Buffer } from 'node:buffer';
import { describe, expect } from 'vitest';
import { namesEtag, parseRange } from '../../../src/features/uploads/range.ts';
import { sharedAppTest } from '../../support/app-test.ts';
import { memoryFiles } from '../../support/files.ts';

const KEY = '1512615105030_op0JRv15126151022691722.jpg';
const bytes = Buffer.from('0123456789abcdefghij');
const SIZE = bytes.length;
let etag: string;

const test = sharedAppTest()
  .extend('files', { scope: 'file' }, () => memoryFiles())
  .extend('options', { scope: 'file' }, ({ files }) => ({ platform: { files } }))
  .extend(
    'get',
    { scope: 'file' },
    ({ app }) =>
      (path: string, headers: Record<string, string> = {}, method = 'GET') =>
        app.fetch(new Request(`http://teahouse.test${path}`, { method, headers })),
  )
  .extend(
    'part',
    { scope: 'file' },
    ({ get }) =>
      (range: string, headers: Record<string, string> = {}) =>
        get(`/upload/${KEY}`, { range, ...headers }),
  );
test.beforeAll(async ({ files }) => {
  ({ etag } = await files.put(KEY, bytes, 'image/jpeg'));
  await files.put(`small_with-${KEY}`, Buffer.from('small'), 'image/jpeg');
  await files.put(`with-${KEY}`, Buffer.from('full'), 'image/jpeg');
  await files.put('empty.gif', Buffer.alloc(0), 'image/gif');
});

describe('an upload', () => {
  test.for(['', '/wmsMobile', '/wmsMobilePro'])('is served under %j/upload/', async (prefix, { get }) => {
    const response = await get(`${prefix}/upload/${KEY}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(bytes.toString());
  });

  test('comes with its type, its length, and headers that keep browsers from running it', async ({ get }) => {
    const { headers } = await get(`/upload/${KEY}`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(SIZE),
      etag,
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=86400',
      'content-disposition': 'inline',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(headers.get('set-cookie')).toBeNull();
  });

  test('answers HEAD with the same headers and nothing else', async ({ get }) => {
    const head = await get(`/upload/${KEY}`, {}, 'HEAD');
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    expect(Object.fromEntries(head.headers)).toEqual(
      Object.fromEntries((await get(`/upload/${KEY}`)).headers),
    );
  });

  test('that is empty is served', async ({ get }) => {
    const response = await get('/upload/empty.gif');
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '0']);
  });

  test('is not written by POST', async ({ get }) => {
    expect((await get(`/upload/${KEY}`, {}, 'POST')).status).toBeGreaterThanOrEqual(404);
  });
});

describe('a smaller copy', () => {
  test('is served where there is one', async ({ get }) => {
    expect(await (await get(`/upload/small_with-${KEY}`)).text()).toBe('small');
  });

  test('is the picture itself where there is none', async ({ get }) => {
    const response = await get(`/upload/small_${KEY}`);
    expect([response.status, response.headers.get('etag')]).toEqual([200, etag]);
    expect(await response.text()).toBe(bytes.toString());
  });
});

describe('what is not there', () => {
  test.for([
    '/upload/none.jpg',
    '/upload/small_none.jpg',
    '/upload/small_',
    '/upload/..%2f..%2fetc%2fpasswd',
    '/upload/..%5c..%5cboot.ini',
    '/upload/%2e%2e',
    `/upload/.${KEY}.json`,
    '/upload/%00',
    `/upload/${'x'.repeat(300)}`,
  ])('%s is 404 in the envelope', async (path, { get }) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: '-1', data: { info: expect.any(String) } });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('says so in words', async ({ get }) => {
    expect(await (await get('/upload/none.jpg')).text()).toBe('{"code":"-1","data":{"info":"文件不存在"}}');
  });
});

describe('If-None-Match', () => {
  test.for<readonly [string, () => string]>([
    ['the ETag', () => etag],
    ['the weak form', () => `W/${etag}`],
    ['a list with it', () => `"other", ${etag}`],
    ['*', () => '*'],
  ])('%s is 304 without a body', async ([_, header], { get }) => {
    const response = await get(`/upload/${KEY}`, { 'if-none-match': header() });
    expect([response.status, await response.text()]).toEqual([304, '']);
    expect(response.headers.get('etag')).toBe(etag);
  });

  test('another is 200', async ({ get }) => {
    expect((await get(`/upload/${KEY}`, { 'if-none-match': '"other"' })).status).toBe(200);
    expect(namesEtag('"a", "b"', '"c"')).toBe(false);
  });
});

describe('Range', () => {
  test.for([
    ['bytes=0-0', 0, 0],
    ['bytes=5-9', 5, 9],
    ['bytes=5-', 5, 19],
    ['bytes=15-999', 15, 19],
    ['bytes=-5', 15, 19],
    ['bytes=-999', 0, 19],
    ['bytes=19-19', 19, 19],
    ['BYTES=0-19', 0, 19],
  ] as const)('%s is 206', async ([range, start, end], { part }) => {
    const response = await part(range);
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/${SIZE}`);
    expect(response.headers.get('content-length')).toBe(String(end - start + 1));
    expect(await response.text()).toBe(bytes.subarray(start, end + 1).toString());
  });

  test.for(['bytes=20-', 'bytes=20-30', 'bytes=-0'])(
    '%s is 416 and says how long the file is',
    async (range, { part }) => {
      const response = await part(range);
      expect(response.status).toBe(416);
      expect(response.headers.get('content-range')).toBe(`bytes */${SIZE}`);
      expect(await response.json()).toMatchObject({ code: '-1' });
    },
  );

  test.for(['bytes=9-5', 'bytes=0-1,3-4', 'bytes=-', 'bytes=a-b', 'items=0-1', 'bytes=0x1-5', 'bytes'])(
    '%s is not served in parts: 200',
    async (range, { part }) => {
      expect((await part(range)).status).toBe(200);
    },
  );

  test('If-Range holds for the same file only', async ({ part }) => {
    expect((await part('bytes=0-1', { 'if-range': etag })).status).toBe(206);
    expect((await part('bytes=0-1', { 'if-range': '"other"' })).status).toBe(200);
    expect((await part('bytes=0-1', { 'if-range': `W/${etag}` })).status).toBe(200);
    expect((await part('bytes=0-1', { 'if-range': 'Wed, 21 Oct 2026 07:28:00 GMT' })).status).toBe(200);
  });

  test('counts for GET alone', async ({ get }) => {
    const response = await get(`/upload/${KEY}`, { range: 'bytes=0-1' }, 'HEAD');
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(SIZE)]);
  });

  test('of an empty file cannot be satisfied', () => {
    expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(parseRange('bytes=-1', 0)).toBe('unsatisfiable');
  });
});
