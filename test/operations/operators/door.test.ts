import { afterEach, describe, expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { BadConfig } from '../../../src/core/bad-config.ts';
import type { Door } from '../../../src/http/context.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { adminCall, cookieOf, invite, type Operator, operator, SANDBOX } from '../../support/operators.ts';
import { PRODUCTION } from '../../support/production-settings.ts';

const ADMIN = 'https://admin.example.com';
const settings = { ...PRODUCTION, ADMIN_URL: ADMIN };

let app: TestApp;
afterEach(() => app.close());

const opened = createApp();
/** The status of a request as it comes in by a door. */
async function statusOf(url: string, door: Door = 'public', from = '127.0.0.1', method = 'GET') {
  const { platform } = app;
  const response = await opened.fetch(new Request(url, { method }), { platform, door, peer: () => from });
  return response.status;
}

describe('in production', () => {
  test('the operators’ side is on its own host and port alone, and nothing else is there', async () => {
    app = await testApp({ env: settings });
    const path = '/admin/api/session';
    expect(await statusOf(ADMIN + path), 'nobody is an operator').toBe(404);
    await invite(app, 'li', 'owner');
    expect(await statusOf(ADMIN + path)).toBe(401);
    expect(await statusOf(`http://ADMIN.example.com${path}`), 'behind a proxy').toBe(401);
    for (const host of [
      'https://im.example.com',
      'http://127.0.0.1:8787',
      'https://admin.example.com.evil.test',
      'https://admin.example.com:8443',
    ])
      expect(await statusOf(host + path), host).toBe(404);
    for (const host of ['http://127.0.0.1:9000', 'http://localhost', 'http://[::1]:1', ADMIN])
      expect(await statusOf(host + path, 'operators'), host).toBe(401);
    for (const host of ['https://im.example.com', 'http://evil.test', 'http://localhost.evil.test'])
      expect(await statusOf(host + path, 'operators'), host).toBe(404);

    for (const other of [
      '/chat/doLogin',
      '/docs',
      '/',
      '/upload/1.jpg',
      '/openapi.json',
      '/pc',
      '/admin/nothing',
    ])
      expect(await statusOf(ADMIN + other), other).toBe(404);
    expect([await statusOf(`${ADMIN}/healthz`), await statusOf(`${ADMIN}/readyz`)]).toEqual([200, 200]);
    expect(await statusOf('https://im.example.com/docs')).toBe(200);
    expect(await statusOf(`${ADMIN}${path}`, 'public', '127.0.0.1', 'PUT')).toBe(405);
  });

  test('without ADMIN_URL it is nowhere but on its port', async () => {
    app = await testApp({ env: PRODUCTION });
    await invite(app, 'li', 'owner');
    expect(await statusOf('https://im.example.com/admin/api/session')).toBe(404);
    expect(await statusOf('http://127.0.0.1:9000/admin/api/session', 'operators')).toBe(401);
  });

  test('its cookie is this host’s alone, over https alone, and no script’s', async () => {
    app = await testApp({ env: settings });
    const li = await operator(app, 'li', 'owner', ADMIN);
    const set = (await li.logIn()).headers.get('set-cookie');
    expect(set).toMatch(
      /^__Host-teahouse-operator=ths_[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect((await li.call('session', undefined, { method: 'GET' })).status).toBe(200);
  });

  test.each([
    ['ADMIN_URL', 'http://admin.example.com'],
    ['ADMIN_URL', 'https://im.example.com'],
    ['ADMIN_URL', 'https://im.example.com:8443'],
    ['ADMIN_URL', 'https://admin.example.com/path'],
    ['ADMIN_PORT', '8787'],
    ['ADMIN_PORT', '65536'],
    ['ADMIN_ADDRESSES', '10.0.0.0/33'],
    ['ADMIN_ADDRESSES', '::1/129'],
    ['ADMIN_ADDRESSES', '10.0.0.1,example.com'],
    ['ADMIN_ADDRESSES', '10.0.0.1/8/9'],
  ])('%s=%s is refused, by name', async (name, value) => {
    app = await testApp();
    const read = () => readConfig({ ...PRODUCTION, [name]: value });
    expect(read).toThrow(BadConfig);
    expect(read).toThrow(name);
  });
});

describe('in a sandbox', () => {
  test('the operators’ side is beside all else, once somebody is an operator', async () => {
    app = await testApp();
    const url = `${SANDBOX}/admin/api/session`;
    expect(await statusOf(url)).toBe(404);
    const invitation = await adminCall(app, 'invitation', { invitation: 'x', password: 'y' });
    expect(invitation.status).toBe(404);
    await invite(app, 'li', 'owner');
    expect([await statusOf(url), await statusOf(`${SANDBOX}/docs`)]).toEqual([401, 200]);
    expect([await statusOf(`${SANDBOX}/admin`), await statusOf(`${SANDBOX}/administration`)]).toEqual([
      303, 404,
    ]);
  });
});

test('ADMIN_ADDRESSES hides it from everybody else', async () => {
  app = await testApp({ env: { ADMIN_ADDRESSES: '203.0.113.7, 10.0.0.0/8,2001:db8::/32' } });
  await invite(app, 'li', 'owner');
  const from = (address: string) => statusOf(`${SANDBOX}/admin/api/session`, 'public', address);
  for (const address of ['203.0.113.7', '10.255.1.2', '2001:db8:1::9', '::ffff:203.0.113.7'])
    expect(await from(address), address).toBe(401);
  for (const address of ['203.0.113.8', '11.0.0.1', '2001:db9::1', '::1', '', 'x'])
    expect(await from(address), address).toBe(404);
});

describe('a page of another site', () => {
  const wants = async (headers: Readonly<Record<string, string>>, li: Operator) => {
    const request = new Request(`${SANDBOX}/admin/api/session/end`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: li.cookie, ...headers },
      body: '{"others":true}',
    });
    return (await app.fetch(request)).status;
  };

  test('can change nothing by its visitor’s cookie', async () => {
    app = await testApp();
    const li = await operator(app, 'li', 'owner');
    expect(await wants({ origin: SANDBOX }, li)).toBe(200);
    expect(await wants({ 'sec-fetch-site': 'same-origin' }, li)).toBe(200);
    for (const headers of [
      {},
      { origin: 'http://evil.test' },
      { origin: 'null' },
      { origin: `${SANDBOX}.evil.test` },
      { origin: SANDBOX, 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ] as Readonly<Record<string, string>>[])
      expect(await wants(headers, li), JSON.stringify(headers)).toBe(403);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', ''])
      expect(await wants({ origin: SANDBOX, 'content-type': type }, li), type).toBe(415);
  });

  test('cannot log its visitor in, nor read an answer, nor ask first', async () => {
    app = await testApp();
    const li = await operator(app, 'li', 'owner');
    const tried = await li.logIn({}, { headers: { origin: 'http://evil.test' } });
    expect(tried).toMatchObject({ status: 403, body: { error: 'FOREIGN_ORIGIN' } });
    expect(cookieOf(tried)).toBe('');
    const fine = await li.logIn();
    expect(fine.headers.get('access-control-allow-origin')).toBe(null);
    expect(fine.headers.get('cache-control')).toBe('no-store');
    const preflight = await app.fetch(
      new Request(`${SANDBOX}/admin/api/session`, {
        method: 'OPTIONS',
        headers: { origin: 'http://evil.test' },
      }),
    );
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  });
});

test('floods end, by address', async () => {
  app = await testApp({ env: { RATE_LIMITS: 'on' } });
  await invite(app, 'li', 'owner');
  const login = () => adminCall(app, 'session', { name: 'x', password: 'y', code: 'z' }, { from: '9.9.9.9' });
  const statuses = [];
  for (let i = 0; i < 31; i += 1) statuses.push((await login()).status);
  expect(statuses.at(-1)).toBe(429);
});

test('a body that is too large, or no object, is refused', async () => {
  app = await testApp();
  await invite(app, 'li', 'owner');
  const body = (text: string) =>
    app.fetch(
      new Request(`${SANDBOX}/admin/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: text,
      }),
    );
  expect((await body(`{"name":"${'x'.repeat(20_000)}"}`)).status).toBe(413);
  for (const text of ['', '[]', 'null', '"x"', '{', '['.repeat(1000)])
    expect((await body(text)).status, text).toBe(415);
});
