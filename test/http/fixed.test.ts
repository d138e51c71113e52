import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { bunPack } from '../../src/homes/bun/pack.ts';
import { isNamed } from '../../src/http/fixed.ts';
import { packingFor } from '../../src/http/packing.ts';
import { testApp } from '../support/app.ts';
import { sharedAppTest } from '../support/app-test.ts';

let packed: string[] = [];
const test = sharedAppTest({
  platform: {
    asset: async (name) => new TextEncoder().encode(`/* ${name} */${'x'.repeat(10_000)}`),
    pack: (bytes, packing) => {
      packed.push(packing);
      return bunPack(bytes, packing);
    },
  },
}).extend(
  'get',
  { scope: 'file' },
  ({ app }) =>
    (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      app.fetch(new Request(`http://teahouse.test${path}`, { method, headers })),
);

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

describe.each(['/openapi.json', '/docs', '/docs/scalar.js'])('%s', (path) => {
  test('comes packed as the client takes it, packed once, the same bytes', async ({ get }) => {
    const plain = await bytesOf(await get(path));
    const type = (await get(path)).headers.get('content-type');
    packed = [];
    for (let i = 0; i < 3; i += 1) {
      const [br, gzip] = [
        await get(path, { 'accept-encoding': 'gzip, br' }),
        await get(path, { 'accept-encoding': 'gzip' }),
      ];
      expect([br, gzip].map(({ headers }) => headers.get('content-encoding'))).toEqual(['br', 'gzip']);
      for (const { headers } of [br, gzip])
        expect([headers.get('vary'), headers.get('content-type')]).toEqual(['accept-encoding', type]);
      expect(brotliDecompressSync(await bytesOf(br)).equals(plain)).toBe(true); // `toEqual` goes byte by byte
      expect(gunzipSync(await bytesOf(gzip)).equals(plain)).toBe(true);
    }
    expect(packed).toEqual(['br', 'gzip']);
    expect((await get(path)).headers.has('content-encoding')).toBe(false);
  });

  test('is not sent again to who has it', async ({ get }) => {
    const first = await get(path, { 'accept-encoding': 'br' });
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    for (const known of [etag, etag.slice(2), `"a", ${etag}`, '*']) {
      const again = await get(path, { 'if-none-match': known });
      expect([again.status, again.headers.get('etag'), (await bytesOf(again)).length]).toEqual([
        304,
        etag,
        0,
      ]);
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await get(path)).headers.get('x-content-type-options')).toBe('nosniff');
    for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
      const head = await get(path, headers, 'HEAD');
      expect([head.status, (await bytesOf(head)).length]).toEqual([200, 0]);
      const { length } = await bytesOf(await get(path, headers));
      expect(head.headers.get('content-length')).toBe(`${length}`);
    }
  });
});

test('what cannot be loaded is asked for again', async () => {
  let tries = 0;
  const failing = await testApp({
    platform: {
      asset: async () => {
        tries += 1;
        if (tries === 1) throw new Error('away');
        return new TextEncoder().encode('x');
      },
    },
  });
  const ask = async () => (await failing.fetch(new Request('http://teahouse.test/docs/scalar.js'))).status;
  expect([await ask(), await ask(), await ask()]).toEqual([500, 200, 200]);
  expect(tries).toBe(2);
  await failing.close();
});

test.each([
  ['br', 'br'],
  ['gzip, deflate, br', 'br'],
  ['gzip;q=1.0, BR;q=0.5', 'br'],
  ['br;q=0, gzip', 'gzip'],
  ['br; q=0.000', undefined],
  ['', undefined],
  ['deflate', undefined],
  ['brotli', undefined],
])('of %j is taken %s', (header, packing) => {
  expect(packingFor(header)).toBe(packing);
});

test('an ETag is named weakly', () => {
  expect(isNamed('"a"', 'W/"a"')).toBe(true);
  expect(isNamed('W/"b" , W/"a"', 'W/"a"')).toBe(true);
  expect(isNamed('', 'W/"a"')).toBe(false);
  expect(isNamed('a', 'W/"a"')).toBe(false);
});

test('what cannot be packed is packed again', async () => {
  let tries = 0;
  const failing = await testApp({
    platform: {
      pack: async (bytes, packing) => {
        tries += 1;
        if (tries === 1) throw new Error('out of memory');
        return bunPack(bytes, packing);
      },
    },
  });
  const request = () => new Request('http://teahouse.test/docs', { headers: { 'accept-encoding': 'br' } });
  const ask = async () => (await failing.fetch(request())).status;
  expect([await ask(), await ask(), await ask()]).toEqual([500, 200, 200]);
  expect(tries).toBe(2);
  await failing.close();
});
