import { expect } from 'vitest';
import { md5Of } from '../../src/http/params.ts';
import { sealAudit } from '../../src/operations/audit/seal.ts';
import { verifyAudit } from '../../src/operations/audit/verify.ts';
import { PASSWORD } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { change } from '../support/bank.ts';
import { teahouseOn } from '../support/commands.ts';
import { sharedDatabase } from '../support/database.ts';
import { smsCodeOf } from '../support/money.ts';
import { onDevice } from '../support/realtime.ts';

const test = appTest()
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
  .extend('database', async ({}, { onCleanup }) => {
    const database = await sharedDatabase();
    onCleanup(() => database.dispose());
    return database;
  })
  .extend('options', ({ database }) => ({ executor: database.executor }))
  .extend(
    'teahouse',
    ({ database }) =>
      async (...args: string[]) =>
        (await teahouseOn(database)('admin', ...args)).lines,
  );

test('a disabled user is out at once on every device, can do nothing to come back, and is found by nobody', async ({
  app,
  li,
  wang,
  teahouse,
}) => {
  const page = await onDevice(app, li, 4);
  await li.call('/geo/updateGeo', { lat: 39.9, lon: 116.4 });
  await li.call('/chat/bindXgToken', { token: 'phone', device: 1 });
  // His password, and the mobile as clients send it.
  await app.call('/chat/findPwd', {
    mobile: li.mobile,
    pwd: PASSWORD,
    validateNum: await smsCodeOf(app, li),
  });
  const logIn = () => app.call('/chat/doLogin', { mobie: li.mobile, pwd: md5Of(PASSWORD), device: 1 });
  const { token } = (await logIn()).data;
  const ready = async (token: string) => (await app.call('/chat/ready', {}, { token })).code;
  expect(await ready(token)).toBe('1');

  expect(await teahouse('users', 'disable', String(li.id))).toEqual(['Done.']);
  expect([await ready(token), await ready(page.token)]).toEqual(['601', '601']);
  const refused = { code: '-1', data: { info: '老用户拒绝登录' } };
  expect(await logIn()).toMatchObject(refused);
  const fresh = { mobile: li.mobile, pwd: 'another1', validateNum: await smsCodeOf(app, li) };
  await app.call('/chat/findPwd', fresh);
  expect((await app.call('/chat/doLogin', { mobie: li.mobile, pwd: md5Of('another1') })).code).toBe('-1');
  expect((await app.call('/chat/register', { ...fresh, validateNum: await smsCodeOf(app, li) })).code).toBe(
    '2',
  );
  expect((await wang.call('/chat/queryUser', { mobile: li.mobile })).data.info).toEqual([]);
  expect((await wang.call('/chat/requestFriend', { destId: li.id, destType: 1 })).code).toBe('-1');
  expect((await wang.call('/geo/findNearby', { lat: 39.9, lon: 116.4 })).data.list).toEqual([]);
  expect(await app.sql('SELECT * FROM push_devices')).toEqual([]);
  expect((await wang.call('/chat/ready')).code).toBe('1');

  expect(await teahouse('users', 'disable', String(li.id))).toEqual([`User ${li.id} is disabled already.`]);
  expect(await teahouse('users', 'enable', '999')).toEqual(['There is no user 999.']);
  expect(await teahouse('users', 'enable', String(li.id))).toEqual(['Done.']);
  expect(await ready(token)).toBe('601');
  expect((await app.call('/chat/doLogin', { mobie: li.mobile, pwd: md5Of('another1') })).code).toBe('1');
}, 60_000);

test('complaints wait for an operator, a line each whatever they say, until he closes them', async ({
  app,
  li,
  wang,
  teahouse,
}) => {
  await li.call('/chat/report', {
    destId: wang.id,
    destType: 0,
    msg: 'spam\n\u001b[2J\u202Espam',
    imgs: '/upload/1.jpg',
  });
  app.clock.advance(1000);
  const groupId = (await wang.call('/chat/createGroup', { name: '茶', ids: '' })).data.id;
  await wang.call('/chat/report', { destId: groupId, destType: 1 });
  const [first = '', second = '', count] = await teahouse('reports', 'list');
  const date = '2026-11-22 20:00:0';
  expect(first.split('\t').slice(1)).toEqual([
    String(li.id),
    `user ${wang.id}`,
    '',
    '',
    'spam [2Jspam',
    '/upload/1.jpg',
    `${date}0`,
  ]);
  expect(second.split('\t').slice(1)).toEqual([
    String(wang.id),
    `group ${groupId}`,
    ...['', '', '', ''],
    `${date}1`,
  ]);
  expect(count).toBe('2 waiting');
  const [id = ''] = first.split('\t');
  expect(await teahouse('reports', 'close', id)).toEqual(['Done.']);
  expect(await teahouse('reports', 'close', id)).toEqual([`Report ${id} is closed already.`]);
  expect(await teahouse('reports', 'close', '7')).toEqual(['There is no report 7.']);
  expect(await teahouse('reports', 'list')).toEqual([second, '1 waiting']);
}, 60_000);

test.for([
  [['users', 'remove', '1'], /^Say what to do. Usage: teahouse admin users allow-search \| ban \| /],
  [
    ['users', 'disable'],
    /^Something is missing. Usage: teahouse admin users disable USER \[--reason TEXT\] \[--json\]$/,
  ],
  [
    ['users', 'disable', '1', '--force'],
    /^Unknown option '--force'. Usage: teahouse admin users disable USER /,
  ],
  [['users', 'disable', '13900000001x'], /Give the user’s number.*admin users find/],
  [['users', 'disable', '1', '2'], /^What is "2"\? Usage/],
  [['reports', 'close', '1 OR 1'], /Give the report’s number/],
  [['reports', 'list', '--reason', 'x'], /^Unknown option '--reason'/],
  [['reports'], /^Say what to do. Usage: teahouse admin reports close \| list \| reported \| show$/],
  [['identity', 'reject', '1'], /^Say why: give a reason/],
  [['payouts', 'import', '/nowhere.csv'], /nowhere.csv/],
  [[], /^Say what about. Usage: teahouse admin addresses \|/],
] as const)('admin %j says what to say instead', async ([args, words], { database }) => {
  const { exit, lines } = await teahouseOn(database)('admin', ...args);
  expect([exit, lines.join('\n')]).toEqual([1, expect.stringMatching(words)]);
});

test('a user is found by mobile, however it is written, by IM number and by number', async ({
  database,
  app,
  li,
  wang,
  teahouse,
}) => {
  await app.executor.write([change('UPDATE users SET vip_number = ? WHERE id = ?', '888999', wang.id)]);
  const line = [li.id, li.mobile, '', '李雷', ''].join('\t');
  const national = li.mobile.replace('+86', '');
  for (const written of [li.mobile, national, `0086${national}`, ` ${national} `, String(li.id)])
    expect(await teahouse('users', 'find', written)).toEqual([line]);
  expect(await teahouse('users', 'find', '888999')).toEqual([
    [wang.id, wang.mobile, '888999', '王梅', ''].join('\t'),
  ]);
  const [json = ''] = await teahouse('users', 'find', national, '--json');
  expect(JSON.parse(json)).toMatchObject({ total: 1, rows: [{ user: li.id, mobile: li.mobile, state: '' }] });
  expect(await teahouseOn(database)('admin', 'users', 'find', '13812345678')).toEqual({
    exit: 1,
    lines: ['Nobody has that number, or such a name.'],
  });
}, 60_000);

test('a list says how many there are of all that wait, and shows the rest by pages', async ({
  app,
  li,
  wang,
  teahouse,
}) => {
  const many = change(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 151)
      INSERT INTO reports (id, user_id, dest_type, dest_id, created_at, updated_at)
      SELECT i, ?, 0, ?, i, i FROM n`,
    li.id,
    wang.id,
  );
  await app.executor.write([many]);
  const first = await teahouse('reports', 'list');
  const [, next = ''] = /^100 of 151 waiting; --after (\S+) shows more$/.exec(first.at(-1) ?? '') ?? [];
  expect([first.length, next]).toEqual([101, expect.stringMatching(/./)]);
  // Whoever works the list off meanwhile moves nothing out of the next page.
  await teahouse('reports', 'close', '7');
  const second = await teahouse('reports', 'list', '--after', next);
  expect([second.length, second[0]?.split('\t')[0], second.at(-1)]).toEqual([52, '101', '51 of 150 waiting']);
  const [json = ''] = await teahouse('reports', 'list', '--after', next, '--json');
  const list = JSON.parse(json);
  expect([list.total, list.next, list.rows.length, list.rows[0].report]).toEqual([150, null, 51, 101]);
}, 60_000);

test('an act at the machine is written down with its reason, and proved by the audit', async ({
  database,
  li,
  teahouse,
}) => {
  expect(await teahouse('users', 'ban', String(li.id), '--reason', 'spam')).toEqual(['Done.']);
  const [line = '', count] = await teahouse('audit', 'list', '--subject', 'user', '--number', String(li.id));
  expect([line.split('\t').slice(2), count]).toEqual([
    [
      expect.stringMatching(/^cli:/),
      'users.ban',
      'user',
      String(li.id),
      '{"user":"enabled"}',
      '{"user":"disabled"}',
      'spam',
      '',
    ],
    '1 acts',
  ]);
  const verify = (...args: string[]) => teahouseOn(database)('audit', 'verify', ...args);
  expect(await verify()).toEqual({
    exit: 0,
    lines: ['1 acts, 0 seals. Not sealed yet: acts 1 to 1.', 'The audit is as it was written.'],
  });
  await teahouseOn(database)('jobs');
  const [sealed = ''] = (await verify()).lines;
  const [, head = ''] = /^1 acts, 1 seals. All are sealed. Newest seal: (1:\S+)$/.exec(sealed) ?? [];
  const backup = `${database.settings['DATA_DIR']}/proof.db`;
  expect((await teahouseOn(database)('backup', backup)).lines).toContain(`Audit:    newest seal ${head}`);
  expect((await verify('--head', head)).exit).toBe(0);
  expect(await verify('--head', '1:cut')).toMatchObject({
    exit: 1,
    lines: [expect.anything(), expect.stringMatching(/^The seal 1:cut is not there/)],
  });
}, 60_000);

test('a shell with another AUDIT_KEY than the server says so, and writes nothing that would look forged', async ({
  app,
  li,
  database,
  teahouse,
}) => {
  const { db, keys, clock } = app.platform;
  await teahouse('users', 'disable', String(li.id));
  await sealAudit(app.platform);
  const other = teahouseOn(database, { AUDIT_KEY: 'a key that the server does not have, long enough' });
  const { exit, lines } = await other('admin', 'users', 'enable', String(li.id));
  expect([exit, [...lines].sort()]).toEqual([
    0,
    ['Done.', expect.stringContaining('AUDIT_KEY is not the one')],
  ]);
  await teahouse('users', 'disable', String(li.id));
  await sealAudit(app.platform);
  expect(await verifyAudit(db, keys.audit, clock.now())).toMatchObject({ acts: 3, seals: 2, faults: [] });
  expect(await app.sql('SELECT audit_id FROM audit_details ORDER BY audit_id')).toEqual([[1], [3]]);
}, 60_000);
