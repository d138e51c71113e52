import { describe, expect } from 'vitest';
import { md5Of } from '../../../src/http/params.ts';
import { sweep } from '../../../src/sweep.ts';
import { PASSWORD, PEER_PORT, type Person, type TestApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { smsCodeOf } from '../../support/money.ts';
import { putUpload } from '../../support/uploads.ts';

const DAY_MS = 24 * 3600 * 1000;
const test = appTest({ env: { SMS_RESEND_SECONDS: '0' } });

const WHAT = [
  '',
  'login',
  'logout',
  'register',
  'password',
  'address',
  '',
  '',
  '',
  '',
  'moment',
  'comment',
  'note',
  'report',
  'upload',
];
const RESULTS = ['success', 'wrong password', 'wrong code', 'locked', 'disabled'];

/** What is noted of somebody, the oldest first: what, result, address. */
const noted = async (app: TestApp, { id }: Pick<Person, 'id'>) =>
  (await app.sql('SELECT what, result, address FROM login_events WHERE user_id = ? ORDER BY id', id)).map(
    ([what, result, address]) => `${WHAT[Number(what)]} ${RESULTS[Number(result)]} ${address}`,
  );

const logIn = (app: TestApp, who: Person, more: Record<string, string | number> = {}, from = '10.0.0.1') =>
  app.call(
    '/chat/doLogin',
    { mobie: who.mobile, pwd: md5Of(PASSWORD), device: 2, UUID: 'phone', ...more },
    { from },
  );

describe('what is noted of logins', () => {
  test('is who, on which device, from which address and port, when and with what result', async ({
    app,
    li,
  }) => {
    expect((await logIn(app, li)).code).toBe('1');
    const [session] = await app.sql('SELECT id FROM sessions WHERE user_id = ? AND device = 2', li.id);
    expect(
      await app.sql(
        'SELECT at, user_id, session_id, what, result, device, uuid, address, port FROM login_events',
      ),
    ).toEqual([[app.clock.now(), li.id, session?.[0], 1, 0, 2, 'phone', '10.0.0.1', PEER_PORT]]);
    await logIn(app, li, { pwd: 'wrong' });
    await app.executor.write([change('UPDATE users SET status = 0 WHERE id = ?', li.id)]);
    await logIn(app, li, {}, '10.0.0.2');
    expect((await noted(app, li)).slice(1)).toEqual([
      'login wrong password 10.0.0.1',
      'login disabled 10.0.0.2',
    ]);
    expect(JSON.stringify(await app.sql('SELECT * FROM login_events'))).not.toContain(md5Of(PASSWORD));
  });

  test('of a lock is one row, however often somebody tries, and nobody’s number leaves any', async ({
    app,
    li,
  }) => {
    for (let i = 0; i < 9; i += 1) await logIn(app, li, { pwd: 'wrong', UUID: 'other' });
    expect(await noted(app, li)).toEqual([
      ...Array.from({ length: 5 }, () => 'login wrong password 10.0.0.1'),
      'login locked 10.0.0.1',
    ]);
    app.clock.advance(15 * 60_000);
    for (let i = 0; i < 6; i += 1) await logIn(app, li, { pwd: 'wrong', UUID: 'other' });
    expect((await noted(app, li)).filter((row) => row.includes('locked'))).toHaveLength(2);
    await app.call('/chat/doLogin', { mobie: '13700000099', pwd: 'x', device: 1 });
    expect(await app.sql('SELECT count(*) FROM login_events WHERE user_id <> ?', li.id)).toEqual([[0]]);
  });

  test('are registrations, new passwords, wrong codes and logouts, too', async ({ app, li }) => {
    const mobile = '13700000011';
    const code = async () => (await app.call('/chat/getValidateNum', { mobile })).data.info;
    const given = { mobile, pwd: PASSWORD, name: '李' };
    await app.call('/chat/register', { ...given, validateNum: await code() }, { from: '10.0.0.3' });
    const [[id] = []] = await app.sql("SELECT id FROM users WHERE mobile = '+8613700000011'");
    expect(await noted(app, { id: Number(id) as Person['id'] })).toEqual(['register success 10.0.0.3']);
    const forgot = { mobile: li.mobile, pwd: 'another1' };
    const right = await smsCodeOf(app, li);
    await app.call('/chat/findPwd', { ...forgot, validateNum: '000000' }, { from: '10.0.0.4' });
    await app.call('/chat/findPwd', { ...forgot, validateNum: right }, { from: '10.0.0.5' });
    const { token } = (await logIn(app, li, { pwd: md5Of('another1') })).data;
    await app.call('/chat/doLogout', {}, { token, from: '10.0.0.6' });
    const rows = await noted(app, li);
    expect(rows.filter((row) => !row.startsWith('address'))).toEqual([
      'password wrong code 10.0.0.4',
      'password success 10.0.0.5',
      'login success 10.0.0.1',
      'logout success 10.0.0.6',
    ]);
  });
});

describe('the address of a session', () => {
  test('is noted where it changes, with a write or behind a read, and not with each call', async ({
    app,
    li,
  }) => {
    const { token } = (await logIn(app, li)).data;
    const ready = (from: string) => app.call('/chat/ready', {}, { token, from });
    const say = (from: string) => app.call('/chat/updateProfile', { name: `n${from}` }, { token, from });
    for (const from of ['10.0.0.1', '10.0.0.1']) await ready(from);
    expect(await noted(app, li)).toEqual(['login success 10.0.0.1']);
    app.clock.advance(61_000);
    for (const from of ['10.0.0.2', '10.0.0.2']) await ready(from);
    app.clock.advance(61_000);
    await say('2001:DB8::0001');
    await say('2001:db8::1');
    expect((await noted(app, li)).slice(1)).toEqual([
      'address success 10.0.0.2',
      'address success 2001:db8::1',
    ]);
    // Who comes by two ways in turn is noted once a minute.
    for (let i = 0; i < 10; i += 1) await ready(`10.0.1.${i % 2}`);
    expect((await noted(app, li)).length).toBeLessThanOrEqual(4);
  });
});

test('what is kept outlives the account for 180 days, and goes then', async ({ app, li }) => {
  await logIn(app, li);
  await putUpload(app);
  app.clock.advance(179 * DAY_MS);
  await sweep(app.platform);
  expect(await noted(app, li)).toHaveLength(1);
  app.clock.advance(2 * DAY_MS);
  await sweep(app.platform);
  expect(await noted(app, li)).toEqual([]);
});
