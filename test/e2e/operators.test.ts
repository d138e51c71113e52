import { request } from 'node:http';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startProduction } from './support/production.ts';
import { isAddress, type Target } from './support/target.ts';

const target = process.env['TARGET'] ?? 'bun';
const ADMIN_URL = 'https://admin.tea.test';
const PASSWORD = 'quiet harbour 71';

interface Answer {
  readonly status: number;
  readonly cookie: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies freely
  readonly body: any;
}

/** Sends a request under a name that is not the server's address, as a proxy does. */
function send(
  url: string,
  host: string,
  method: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const all = { host, ...(body ? { 'content-type': 'application/json' } : {}), ...headers };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: all }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          cookie: response.headers['set-cookie']?.[0] ?? '',
          body: text.startsWith('{') ? JSON.parse(text) : text,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body ? JSON.stringify(body) : undefined);
  });
}

const codeOf = (secret: string, later = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + later });

describe.skipIf(isAddress(target))('on the operators’ own host', () => {
  let server: Target;
  beforeAll(async () => {
    server = await startProduction(target, {
      ADMIN_URL,
      ADMIN_ADDRESSES: '127.0.0.0/8,::1',
      ...(target === 'workers' ? {} : { ADMIN_PORT: '0' }),
    });
  }, 120_000);
  afterAll(() => server?.stop());

  const call = (
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    send(`${server.url}/admin/api/${path}`, 'admin.tea.test', method, body, {
      origin: ADMIN_URL,
      ...headers,
    });

  test('somebody who was invited from a shell comes in, works and goes, and leaves no secret in the log', async () => {
    expect((await call('GET', 'session')).status, 'nobody is an operator').toBe(404);
    const added = await server.teahouse?.('admin', 'operators', 'add', 'li', '--role', 'owner');
    const invitation = /code=(\S+)/.exec(added ?? '')?.[1] ?? '';
    expect(added).toContain(`${ADMIN_URL}/admin/invitation?code=thi_`);

    const prepared = await call('POST', 'invitation', { invitation, password: PASSWORD });
    expect(prepared.status).toBe(200);
    const { secret, recoveryCodes } = prepared.body;
    const used = codeOf(secret);
    const first = await call('POST', 'invitation', { invitation, code: used });
    expect(first).toMatchObject({ status: 200, body: { operator: { name: 'li', role: 'owner' } } });
    expect(first.cookie).toMatch(
      /^__Host-teahouse-operator=[\w-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
    );
    const cookie = first.cookie.split(';')[0] ?? '';
    expect((await call('POST', 'invitation', { invitation, code: codeOf(secret) })).status).toBe(404);

    const name = { name: 'li', password: PASSWORD };
    expect((await call('POST', 'session', { ...name, code: used })).status, 'a used code').toBe(401);
    const again = await call('POST', 'session', { ...name, recoveryCode: recoveryCodes[0] });
    expect(again).toMatchObject({ status: 200, body: { recoveryCodesLeft: 9 } });
    const asLi = { cookie };
    expect((await call('POST', 'session/list', {}, asLi)).body.sessions).toHaveLength(2);
    expect((await call('POST', 'session/end', { others: true }, asLi)).body).toEqual({ ended: 1 });

    const wish = { token: 'bank', role: 'finance', scopes: ['payouts.list'], addresses: ['192.0.2.0/24'] };
    const token = (await call('POST', 'tokens/add', wish, asLi)).body.secret;
    expect(token).toMatch(/^thp_/);
    expect((await call('POST', 'tokens/list', {}, asLi)).body.rows).toMatchObject([{ name: 'bank' }]);
    expect((await call('POST', 'tokens/revoke', { token: 'bank' }, asLi)).status).toBe(200);

    expect((await call('DELETE', 'session', undefined, asLi)).status).toBe(200);
    expect((await call('GET', 'session', undefined, asLi)).status).toBe(401);
    const log = server.lines?.join('\n') ?? '';
    for (const hidden of [invitation, secret, PASSWORD, cookie, token, ...recoveryCodes])
      expect(log).not.toContain(hidden);
  });

  test('and nowhere else, where the app is', async () => {
    const at = async (host: string, path: string) => (await send(server.url + path, host, 'GET')).status;
    expect(await at('tea.test', '/admin/api/session')).toBe(404);
    expect(await at('admin.tea.test', '/admin/api/session')).toBe(401);
    expect(await at('admin.tea.test', '/docs')).toBe(404);
    expect(await at('tea.test', '/docs')).toBe(200);
    expect(await at('admin.tea.test', '/healthz')).toBe(200);
  });

  test.skipIf(target === 'workers')('and on a port of this machine alone', async () => {
    const port = server.lines?.join('\n').match(/Operators +http:\/\/127\.0\.0\.1:(\d+)\/admin/)?.[1];
    const at = async (host: string, path: string) =>
      (await send(`http://127.0.0.1:${port}${path}`, host, 'GET')).status;
    expect(await at(`localhost:${port}`, '/admin/api/session')).toBe(401);
    expect(await at('evil.test', '/admin/api/session')).toBe(404);
    expect(await at(`localhost:${port}`, '/docs')).toBe(404);
  });
});

test.skipIf(isAddress(target))('in a sandbox it is at /admin, beside all else', async () => {
  const status = async (path: string) => (await fetch(`${inject('url')}${path}`)).status;
  expect(await status('/docs')).toBe(200);
  expect([401, 404]).toContain(await status('/admin/api/session'));
});
