import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_URL, type AdminAnswer, ownerOf, toAdminHost } from './support/admin-host.ts';
import { call, type OtherServer } from './support/client.ts';
import { startProduction } from './support/production.ts';
import { isAddress, type Target } from './support/target.ts';

const target = process.env['TARGET'] ?? 'bun';

describe.skipIf(isAddress(target))('operations', () => {
  let server: Target & OtherServer;
  let cookie: string;
  const tokens = new Map<string, string>();
  beforeAll(async () => {
    server = await startProduction(target, { ADMIN_URL });
    cookie = await ownerOf(server);
    for (const [role, scope] of [
      ['moderator', 'users.*'],
      ['viewer', 'users.*'],
      ['owner', 'audit.*'],
    ] as const) {
      const wish = { token: role, role, scopes: [scope] };
      const { body } = await toAdminHost(server, 'tokens/add', wish, { cookie, origin: ADMIN_URL });
      tokens.set(role, body.secret);
    }
  }, 180_000);
  afterAll(() => server?.stop());

  const as = (
    role: string,
    path: string,
    given: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<AdminAnswer> =>
    toAdminHost(server, path, given, { authorization: `Bearer ${tokens.get(role) ?? role}`, ...headers });

  test('are carried out by a program in its role and scope, once for a key, and by nobody else', async () => {
    const mobile = '13900008801';
    const registered = await call(
      '/chat/register',
      { name: '李雷', mobile, pwd: 'tea-house-81', validateNum: await server.codeFor(mobile) },
      { url: server.url },
    );
    expect(registered.code).toBe('1');
    const found = await as('moderator', 'users/find', { text: mobile });
    expect(found).toMatchObject({ status: 200, body: { total: 1, rows: [{ mobile: `+86${mobile}` }] } });
    const [{ user }] = found.body.rows;

    const key = { 'idempotency-key': 'ban-1' };
    const ban = () => as('moderator', 'users/ban', { user, reason: 'spam' }, key);
    const first = await ban();
    expect(first).toMatchObject({ status: 200, body: { done: true, on: user, user: 'disabled' } });
    expect(await ban()).toMatchObject({ status: 200, body: first.body });
    expect((await as('moderator', 'users/ban', { user, reason: 'spam' })).status).toBe(409);
    expect((await as('moderator', 'users/ban', { user })).body).toMatchObject({ error: 'REASON_NEEDED' });
    expect((await as('moderator', 'users/ban', { user: 'x', reason: 'r' })).body).toMatchObject({
      error: 'INVALID_PARAMETER',
      member: 'user',
    });
    expect((await as('viewer', 'users/lift', { user, reason: 'r' })).status).toBe(403);
    expect((await as('moderator', 'reports/list', {})).status, 'outside its scope').toBe(403);
    expect((await as(registered.data.token ?? 'x', 'users/lift', { user, reason: 'r' })).status).toBe(401);
    expect((await as('moderator', 'users/forget', { user })).body.error).toBe('NO_SUCH_OPERATION');

    const byPerson = { cookie, origin: ADMIN_URL };
    expect((await toAdminHost(server, 'users/lift', { user, reason: 'r' }, { cookie })).status).toBe(403);
    expect((await toAdminHost(server, 'users/lift', { user, reason: 'it was not' }, byPerson)).status).toBe(
      200,
    );

    const { body } = await as('owner', 'audit/list', { subject: 'user', number: String(user) });
    const told = body.rows.map(({ by, operation, reason }: Record<string, string>) => [
      by,
      operation,
      reason,
    ]);
    expect(told).toEqual([
      ['li', 'users.lift', 'it was not'],
      ['moderator', 'users.ban', 'spam'],
    ]);
  }, 120_000);

  test('are carried out from a shell as well, and the audit of both holds', async () => {
    const shell = async (...args: string[]) => (await server.teahouse?.(...args)) ?? '';
    const [first] = (await as('moderator', 'users/find', { text: '李' })).body.rows;
    expect(await shell('admin', 'users', 'ban', String(first.user), '--reason', 'again')).toContain('Done.');
    const verified = await as('owner', 'audit/verify', {});
    expect(verified.body).toMatchObject({ holds: true, faults: [] });
    expect(await shell('audit', 'verify')).toContain('The audit is as it was written.');
  }, 120_000);
});
