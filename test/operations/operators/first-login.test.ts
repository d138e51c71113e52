import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestApp, testApp } from '../../support/app.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { adminCall, codeOf, invite, OPERATORS_PASSWORD, operator } from '../../support/operators.ts';

let app: TestApp;
beforeEach(async () => {
  app = await testApp();
});
afterEach(() => app.close());

const prepare = (invitation: string, password = OPERATORS_PASSWORD) =>
  adminCall(app, 'invitation', { invitation, password });
const confirm = (invitation: string, code: string) => adminCall(app, 'invitation', { invitation, code });
const now = () => app.clock.now();

test('an invitation and a right code let an operator in, and nothing counts before', async () => {
  const invitation = await invite(app, 'Li', 'finance');
  const prepared = await prepare(invitation);
  expect(prepared).toMatchObject({
    status: 200,
    body: {
      name: 'li',
      otpauth: expect.stringMatching(/^otpauth:\/\/totp\/SAMIM:li\?issuer=SAMIM&secret=[A-Z2-7]{32}&/),
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      expiresAt: '2026-11-23T20:00:00+08:00',
    },
  });
  const { secret, recoveryCodes } = prepared.body;
  expect(new Set(recoveryCodes).size).toBe(10);
  const code = codeOf(secret, now());
  const early = await adminCall(app, 'session', { name: 'li', password: OPERATORS_PASSWORD, code });
  expect(early.status).toBe(401);
  const wrong = await confirm(invitation, code === '000000' ? '000001' : '000000');
  expect(wrong).toMatchObject({ status: 401, body: { error: 'WRONG_CODE' } });

  const confirmed = await confirm(invitation, code);
  expect(confirmed).toMatchObject({
    status: 200,
    body: { operator: { name: 'li', role: 'finance' }, recoveryCodesLeft: 10 },
  });
  const cookie = confirmed.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(
    /^teahouse-operator=ths_[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
  );
  const stored = JSON.stringify([
    await app.sql('SELECT * FROM operators'),
    await app.sql('SELECT * FROM operator_recovery_codes'),
    await app.sql('SELECT * FROM operator_sessions'),
    await app.sql('SELECT * FROM operator_invitations'),
  ]);
  for (const hidden of [invitation, secret, OPERATORS_PASSWORD, ...recoveryCodes, cookie.slice(18, 60)])
    expect(stored).not.toContain(hidden);
});

test('an invitation is good once, for 24 hours, on its own server', async () => {
  const used = await invite(app, 'li', 'owner');
  const { secret } = (await prepare(used)).body;
  await confirm(used, codeOf(secret, now()));
  const gone = { status: 404, body: { error: 'NO_SUCH_INVITATION' } };
  app.clock.advance(30_000);
  expect(await confirm(used, codeOf(secret, now()))).toMatchObject(gone);
  expect(await prepare(used)).toMatchObject(gone);

  const old = await invite(app, 'wang', 'viewer');
  const { secret: late } = (await prepare(old)).body;
  app.clock.advance(24 * 3600 * 1000);
  expect(await confirm(old, codeOf(late, now()))).toMatchObject(gone);
  expect(await prepare(old)).toMatchObject(gone);

  const other = await testApp();
  const foreign = await invite(other, 'zhang', 'owner');
  await other.close();
  expect(await prepare(foreign)).toMatchObject(gone);
  expect(await prepare('thi_x')).toMatchObject(gone);
});

test('a code confirms nothing before a password was chosen, and only the newest secret', async () => {
  const invitation = await invite(app, 'li', 'owner');
  expect(await confirm(invitation, '123456')).toMatchObject({ status: 409, body: { error: 'NOT_PREPARED' } });
  const first = (await prepare(invitation)).body.secret;
  const second = (await prepare(invitation)).body.secret;
  expect((await confirm(invitation, codeOf(first, now()))).status).toBe(401);
  expect((await confirm(invitation, codeOf(second, now()))).status).toBe(200);
});

test.each([
  ['short', 'elevenchars'],
  ['long', 'ab3 xy9 '.repeat(20)],
  ['monotonous', 'abababababababab'],
  ['common with something around it', 'password123456789'],
  ['a run of the keyboard', 'qwertyuiopasdf'],
  ['a run of the alphabet', 'ABCDEFGHIJKLMN'],
  ['the name', 'lei-lei-lei1'],
])('a password that is %s is refused, and says why', async (_, password) => {
  const invitation = await invite(app, 'lei-lei-lei', 'viewer');
  expect(await prepare(invitation, password)).toMatchObject({
    status: 422,
    body: { error: 'WEAK_PASSWORD', why: expect.stringMatching(/password/) },
  });
  expect(await app.sql('SELECT password_hash FROM operator_invitations')).toEqual([[null]]);
});

test.each([
  [{}],
  [{ invitation: 'x' }],
  [{ invitation: 'x', password: 'y', code: '1' }],
  [{ invitation: 1, password: 'y' }],
  [{ invitation: 'x', code: 'y'.repeat(1000) }],
])('a body %j is refused', async (body) => {
  await invite(app, 'li', 'viewer');
  expect(await adminCall(app, 'invitation', body)).toMatchObject({
    status: 422,
    body: { error: 'INVALID_PARAMETER' },
  });
});

test('of two first logins with one invitation one wins', async () => {
  await app.close();
  const { executor } = await freshDatabase();
  const met = meeting(executor);
  app = await testApp({ executor: met.executor });
  const invitation = await invite(app, 'li', 'owner');
  const { secret } = (await prepare(invitation)).body;
  const code = codeOf(secret, now());
  met.hold(2);
  const both = await Promise.all([confirm(invitation, code), confirm(invitation, code)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
  expect(await app.sql('SELECT count(*) FROM operator_sessions')).toEqual([[1]]);
  expect(await app.sql('SELECT count(*) FROM operator_recovery_codes')).toEqual([[10]]);
});

test('a secret of one operator opens nothing as another’s', async () => {
  await operator(app, 'li', 'owner');
  const wang = await operator(app, 'wang', 'viewer');
  await app.executor.write([
    {
      sql: "UPDATE operators SET sealed_totp = (SELECT sealed_totp FROM operators WHERE name = 'wang'), password_hash = (SELECT password_hash FROM operators WHERE name = 'wang') WHERE name = 'li'",
      params: [],
      kind: 'change',
    },
  ]);
  expect((await wang.logIn({ name: 'li' })).status).toBe(401);
  expect((await wang.logIn()).status).toBe(200);
});
