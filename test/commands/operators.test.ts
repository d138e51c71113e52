import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { teahouseOn } from '../support/commands.ts';
import { type SharedDatabase, sharedDatabase } from '../support/database.ts';
import { adminCall, codeOf, OPERATORS_PASSWORD, operator } from '../support/operators.ts';
import { PRODUCTION } from '../support/production-settings.ts';

let database: SharedDatabase;
let app: TestApp;
beforeEach(async () => {
  database = await sharedDatabase();
});
afterEach(async () => {
  await app.close();
  database.dispose();
});
const teahouse = (...args: string[]) => teahouseOn(database)('admin', 'operators', ...args);

test('an operator is invited, and ended, where none of the server’s secrets is known', async () => {
  const env = { ...PRODUCTION, ADMIN_URL: 'https://admin.example.com' };
  app = await testApp({ executor: database.executor, env });
  // The laptop has the address of the database, and no more.
  const added = await teahouse('add', 'Li', '--role', 'owner', '--json');
  const { invitation, link, operator: name } = JSON.parse(added.lines[0] ?? '');
  expect([added.exit, name, link]).toEqual([0, 'li', `/admin/invitation?code=${invitation}`]);
  const withUrl = teahouseOn(database, { ADMIN_URL: env.ADMIN_URL, MODE: 'production' });
  const [whole = ''] = (await withUrl('admin', 'operators', 'reset', 'li')).lines;
  expect(whole).toMatch(/^https:\/\/admin\.example\.com\/admin\/invitation\?code=thi_[\w-]{43}$/);

  const origin = env.ADMIN_URL;
  const first = (body: object) => adminCall(app, 'invitation', body, { origin });
  expect((await first({ invitation, password: OPERATORS_PASSWORD })).status, 'reset').toBe(404);
  const code = new URL(whole).searchParams.get('code') ?? '';
  app.clock.time = Date.now();
  const { secret } = (await first({ invitation: code, password: OPERATORS_PASSWORD })).body;
  const confirmed = await first({ invitation: code, code: codeOf(secret, app.clock.now()) });
  expect(confirmed.body.operator).toMatchObject({ name: 'li', role: 'owner' });
  const stored = JSON.stringify(await app.sql('SELECT * FROM operator_invitations'));
  expect(stored).not.toContain(code);

  // Without the server's key an act has its row, and no details that nobody could prove.
  const acts = await app.sql('SELECT operation, actor_kind, details_mac FROM audit ORDER BY id');
  expect(acts).toEqual([
    ['operators.add', 'shell', ''],
    ['operators.reset', 'shell', ''],
    ['account.first-login', 'operator', expect.stringMatching(/./)],
  ]);
  expect(await app.sql('SELECT audit_id FROM audit_details')).toEqual([[3]]);
  const proved = await verifyAudit(app.platform.db, app.platform.keys.audit, app.clock.now());
  expect(proved.faults).toEqual([]);

  const { lines } = await teahouse('list', '--json');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    total: 1,
    rows: [{ name: 'li', role: 'owner', state: 'active', sessions: 1 }],
  });
}, 60_000);

test('a role, a reset and a removal count from the next call on; the last owner stays', async () => {
  app = await testApp({ executor: database.executor });
  app.clock.time = Date.now();
  const li = await operator(app, 'li', 'owner');
  const wang = await operator(app, 'wang', 'viewer');
  const last = {
    exit: 1,
    lines: ['li is the last owner who can log in: make another one first, who has logged in.'],
  };
  expect(await teahouse('remove', 'li')).toEqual(last);
  expect(await teahouse('role', 'li', 'viewer')).toEqual(last);
  expect(await teahouse('add', 'new', '--role', 'owner')).toMatchObject({ exit: 0 });
  expect(await teahouse('remove', 'li'), 'the other one has not logged in').toEqual(last);

  const who = (one: typeof li) => one.call('session', undefined, { method: 'GET' });
  expect(await teahouse('role', 'wang', 'owner')).toEqual({ exit: 0, lines: ['Done.'] });
  expect((await who(wang)).body.operator.role).toBe('owner');
  expect(await teahouse('role', 'wang', 'owner')).toEqual({ exit: 1, lines: ['wang is owner already.'] });
  const scopes = ['payouts.list'];
  await li.call('tokens/add', { token: 'bank', role: 'finance', scopes });
  expect((await teahouse('remove', 'li')).lines).toEqual(['Done. Tokens that li has made still work: bank.']);
  expect((await who(li)).status).toBe(401);
  expect((await li.logIn()).status).toBe(401);
  expect(await teahouse('remove', 'li')).toEqual({ exit: 1, lines: ['There is no operator li.'] });

  expect((await teahouse('reset', 'wang')).lines[0]).toMatch(
    /^http:\/\/127\.0\.0\.1:8787\/admin\/invitation/,
  );
  expect((await who(wang)).status).toBe(401);
  expect((await wang.logIn()).status).toBe(401);
  expect((await wang.logIn({ recoveryCode: wang.recoveryCodes[0] })).status).toBe(401);
  expect((await teahouse('add', 'li', '--role', 'support')).exit, 'the name is free again').toBe(0);
  expect(
    await app.sql(
      "SELECT before, after FROM audit_details JOIN audit ON id = audit_id WHERE operation = 'operators.role'",
    ),
  ).toEqual([['{"role":"viewer"}', '{"operator":"wang","role":"owner"}']]);
  const secrets = JSON.stringify(await app.sql('SELECT * FROM audit_details'));
  expect(secrets).not.toMatch(/th[ips]_/);
  const proved = await verifyAudit(app.platform.db, app.platform.keys.audit, app.clock.now());
  expect(proved.faults).toEqual([]);
}, 60_000);

test('a wrong name, role or person is one line, and changes nothing', async () => {
  app = await testApp({ executor: database.executor });
  await teahouse('add', 'li', '--role', 'owner');
  const before = await app.sql('SELECT * FROM operators, operator_invitations');
  const roles = 'viewer, support, moderator, finance, owner';
  const add = 'Usage: teahouse admin operators add OPERATOR --role ROLE [--reason TEXT] [--json]';
  for (const [args, line] of [
    [
      ['add', 'li', '--role', 'owner'],
      'There is an operator li already; "reset" gives them a new invitation.',
    ],
    [
      ['add', 'a b', '--role', 'owner'],
      'That is no operator’s name: up to 32 letters, digits, dots, hyphens and underscores, the first a letter or a digit.',
    ],
    [['add', 'wang', '--role', 'king'], `The role is one of: ${roles}.`],
    [['add', 'wang'], `The role is one of: ${roles}.`],
    [['add'], `Something is missing. ${add}`],
    [['role', 'wang', 'owner'], 'There is no operator wang.'],
    [['reset', 'wang'], 'There is no operator wang.'],
    [['remove', 'wang'], 'There is no operator wang.'],
  ] as const)
    expect(await teahouse(...args), args.join(' ')).toEqual({ exit: 1, lines: [line] });
  expect(await app.sql('SELECT * FROM operators, operator_invitations')).toEqual(before);
  expect(await app.sql('SELECT count(*) FROM audit')).toEqual([[1]]);
}, 60_000);
