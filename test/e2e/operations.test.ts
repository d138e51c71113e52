import { expect, test } from 'vitest';
import { send } from './support/client.ts';

test('the server says that it lives and that it is ready', async () => {
  const [health, ready] = await Promise.all([send('/healthz'), send('/readyz')]);
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  expect(ready.headers.get('cache-control')).toBe('no-store');
});

test('the reference page works without another server', async () => {
  const page = await send('/docs');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).toContain('<script src="/docs/scalar.js">');
  const script = await send('/docs/scalar.js');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await script.text()).length).toBeGreaterThan(100_000);
});

test('the API describes itself', async () => {
  const document = await (await send('/openapi.json')).json();
  expect(document).toMatchObject({ openapi: '3.1.0', paths: { '/chat/register': expect.anything() } });
});
