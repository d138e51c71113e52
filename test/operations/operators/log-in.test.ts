import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApp, testApp } from '../../support/app.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import {
  adminCall,
  codeOf,
  cookieOf,
  invite,
  OPERATORS_PASSWORD,
  type Operator,
  operator,
} from '../../support/operators.ts';

let app: TestApp;
let met: ReturnType<typeof meeting>;
let li: Operator;
beforeEach(async () => {
  met = meeting((await freshDatabase()).executor);
  app = await testApp({ executor: met.executor });
  li = await operator(app, 'li', 'owner');
});
afterEach(() => app.close());

const WRONG = { status: 401, body: { error: 'WRONG_LOGIN' } };
const bare = ({ body: { requestId: _, ...body }, status }: Awaited<ReturnType<Operator['call']>>) => ({
  status,
  body,
});

test('whatever is wrong, the answer is the same, and as much work is done', async () => {
  await invite(app, 'new', 'viewer');
  const wrongs = [
    await li.logIn({ password: 'not this one 12' }),
    await li.logIn({ code: '000000' }),
    await li.logIn({ code: 'x' }),
    await li.logIn({ recoveryCode: 'AAAA-BBBB-CCCC-DDDD' }),
    await li.logIn({ name: 'nobody' }),
    await li.logIn({ name: 'new' }),
    await li.logIn({ name: '<script>' }, { from: '10.0.0.1' }),
  ];
  for (const wrong of wrongs) {
    expect(bare(wrong)).toEqual(bare(wrongs[0] ?? wrong));
    expect(wrong).toMatchObject(WRONG);
    expect(wrong.headers.get('set-cookie')).toBe(null);
  }
});

test('a code is taken once, one step early and one step late', async () => {
  const step = () => codeOf(li.secret, app.clock.now());
  // The first login has used the present one.
  expect(await li.logIn({ code: step() })).toMatchObject(WRONG);
  const before = step();
  app.clock.advance(30_000);
  expect(await li.logIn({ code: before })).toMatchObject(WRONG);
  const next = codeOf(li.secret, app.clock.now() + 30_000);
  expect((await li.logIn({ code: next })).status).toBe(200);
  expect(await li.logIn({ code: next })).toMatchObject(WRONG);
  expect(await li.logIn({ code: step() }), 'older than the one that was taken').toMatchObject(WRONG);
  app.clock.advance(90_000);
  const late = codeOf(li.secret, app.clock.now() - 30_000);
  const tooLate = codeOf(li.secret, app.clock.now() - 60_000);
  expect(await li.logIn({ code: tooLate })).toMatchObject(WRONG);
  expect((await li.logIn({ code: `${late.slice(0, 3)} ${late.slice(3)}` })).status).toBe(200);
});

test('of two who use one code at once, one is let in', async () => {
  const code = li.freshCode();
  // Each counts its try, then writes.
  met.hold(2);
  const both = [li.logIn({ code }), li.logIn({ code })];
  const replies = await Promise.all(both);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 401]);
});

test('a recovery code stands in for the authenticator, once', async () => {
  const [first = ''] = li.recoveryCodes;
  const typed = first.toLowerCase().replaceAll('-', ' ');
  const met = await li.logIn({ recoveryCode: typed });
  expect(met).toMatchObject({ status: 200, body: { recoveryCodesLeft: 9 } });
  expect(await li.logIn({ recoveryCode: first })).toMatchObject(WRONG);
  const wang = await operator(app, 'wang', 'viewer');
  expect(await wang.logIn({ recoveryCode: li.recoveryCodes[1] }), 'another’s').toMatchObject(WRONG);
});

test('of two who use one recovery code at once, one is let in', async () => {
  met.hold(2);
  const [recoveryCode] = li.recoveryCodes;
  const replies = await Promise.all([li.logIn({ recoveryCode }), li.logIn({ recoveryCode })]);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 401]);
});

describe('guessing', () => {
  const guess = (from: string, name = 'li') =>
    li.logIn({ password: 'a wrong one 123', name, code: '1' }, { from });

  test('ends after five tries from an address, the right password included, and begins again after 15 minutes', async () => {
    for (let i = 0; i < 5; i += 1) expect(await guess('9.9.9.9')).toMatchObject(WRONG);
    const locked = await li.logIn({}, { from: '9.9.9.9' });
    expect(locked).toMatchObject({ status: 429, body: { error: 'TOO_MANY_TRIES' } });
    expect(locked.headers.get('retry-after')).toBe('900');
    app.clock.advance(15 * 60_000);
    expect((await li.logIn({}, { from: '9.9.9.9' })).status).toBe(200);
  });

  test('from many addresses locks the operator out nowhere that they have logged in from', async () => {
    for (let i = 0; i < 60; i += 1) await guess(`9.9.${i}.9`);
    expect((await li.logIn({}, { from: '8.8.8.8' })).status).toBe(429);
    expect((await li.logIn()).status).toBe(200);
  });

  test('at many names ends for an address', async () => {
    const statuses = [];
    for (let i = 0; i < 25; i += 1) statuses.push((await guess('9.9.9.9', `name${i}`)).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(429);
  });

  test('where the operator has been ends after five tries, too', async () => {
    for (let i = 0; i < 5; i += 1) expect(await guess('127.0.0.1')).toMatchObject(WRONG);
    expect((await li.logIn()).status).toBe(429);
  });
});

describe('a session', () => {
  const who = (cookie = li.cookie) =>
    adminCall(app, 'session', undefined, { method: 'GET', headers: { cookie } });

  test('ends after 30 minutes without use', async () => {
    for (let i = 0; i < 3; i += 1) {
      app.clock.advance(29 * 60_000);
      expect((await who()).status).toBe(200);
    }
    app.clock.advance(30 * 60_000);
    expect(await who()).toMatchObject({ status: 401, body: { error: 'NOT_LOGGED_IN' } });
  });

  test('ends after 12 hours, however it is used', async () => {
    for (let i = 0; i < 12 * 4 - 1; i += 1) {
      app.clock.advance(15 * 60_000);
      expect((await who()).status).toBe(200);
    }
    expect((await who()).body.session.until).toBe('2026-11-23T08:00:00+08:00');
    app.clock.advance(15 * 60_000);
    expect((await who()).status).toBe(401);
  });

  test('ends by logging out', async () => {
    const out = await li.call('session', undefined, { method: 'DELETE' });
    expect(out.status).toBe(200);
    expect(out.headers.get('set-cookie')).toMatch(/^teahouse-operator=; Path=\/; Max-Age=0;/);
    expect((await who()).status).toBe(401);
  });

  test('is shown by address, browser and last use, and ended by its operator', async () => {
    const other = await li.logIn({}, { from: '8.8.8.8', headers: { 'user-agent': 'Phone\u0007 1' } });
    app.clock.advance(60_000);
    const { sessions } = (await li.call('session/list', {})).body;
    expect(sessions).toMatchObject([
      {
        operator: 'li',
        address: '8.8.8.8',
        browser: 'Phone  1',
        isThis: false,
        lastUse: '2026-11-22T20:00:30+08:00',
      },
      { operator: 'li', address: '127.0.0.1', isThis: true, lastUse: '2026-11-22T20:01:30+08:00' },
    ]);
    const ended = await li.call('session/end', { session: sessions[0].session });
    expect(ended).toMatchObject({ status: 200, body: { ended: 1 } });
    expect((await who(cookieOf(other))).status).toBe(401);
    expect((await li.call('session/end', { session: sessions[0].session })).body.error).toBe(
      'NO_SUCH_SESSION',
    );
    await li.logIn();
    await li.logIn();
    expect((await li.call('session/end', { others: true })).body).toEqual({ ended: 2 });
    expect((await who()).status).toBe(200);
  });

  test('of somebody else is an owner’s to see and to end, and nobody else’s', async () => {
    const wang = await operator(app, 'wang', 'finance');
    const [{ session }] = (await li.call('session/list', { operator: 'Wang' })).body.sessions;
    expect((await li.call('session/list', { all: true })).body.sessions).toHaveLength(2);
    const mine = (await li.call('session/list', {})).body.sessions[0].session;
    for (const refused of [
      await wang.call('session/list', { all: true }),
      await wang.call('session/list', { operator: 'li' }),
      await wang.call('session/end', { operator: 'li' }),
    ])
      expect(refused).toMatchObject({ status: 403, body: { error: 'NOT_ALLOWED' } });
    expect((await wang.call('session/end', { session: mine })).status).toBe(404);
    expect((await wang.call('session/list', { operator: 'wang' })).body.sessions).toHaveLength(1);
    expect((await li.call('session/end', { session })).body).toEqual({ ended: 1 });
    expect((await wang.call('session/list', {})).status).toBe(401);
    expect((await li.call('session/end', { operator: 'nobody' })).body.error).toBe('NO_SUCH_OPERATOR');
    expect((await li.call('session/end', { operator: 'wang' })).body).toEqual({ ended: 0 });
  });

  test('makes room for a new one beyond ten', async () => {
    for (let i = 0; i < 12; i += 1) expect((await li.logIn()).status).toBe(200);
    expect((await who()).status).toBe(401);
    expect(await app.sql('SELECT count(*) FROM operator_sessions')).toEqual([[10]]);
  });

  test('that does not exist is nobody’s', async () => {
    for (const cookie of [
      'teahouse-operator=ths_x',
      `teahouse-operator=ths_${'a'.repeat(43)}`,
      `${li.cookie}; teahouse-operator=x`,
      li.cookie.replace('teahouse-operator', '__Host-teahouse-operator'),
    ])
      expect((await who(cookie)).status, cookie).toBe(401);
  });
});

describe('another password', () => {
  const change = (more: object) =>
    li.call('session/password', { password: OPERATORS_PASSWORD, newPassword: 'calm river 4455', ...more });

  test('ends the other sessions, and is the only right one from then on', async () => {
    const other = cookieOf(await li.logIn());
    expect((await change({ code: li.freshCode() })).status).toBe(200);
    expect((await li.call('session/list', {})).body.sessions).toHaveLength(1);
    const gone = await adminCall(app, 'session', undefined, { method: 'GET', headers: { cookie: other } });
    expect(gone.status).toBe(401);
    expect(await li.logIn()).toMatchObject(WRONG);
    expect((await li.logIn({ password: 'calm river 4455' })).status).toBe(200);
  });

  test('needs the old one and a code, and must be a good one', async () => {
    const code = li.freshCode();
    expect(await change({ code, password: 'not this one 12' })).toMatchObject(WRONG);
    expect(await change({ code, newPassword: 'short' })).toMatchObject({
      status: 422,
      body: { error: 'WEAK_PASSWORD' },
    });
    expect((await change({})).status).toBe(422);
    expect((await change({ code })).status).toBe(200);
    expect(await change({ code, password: 'calm river 4455' }), 'the code is used').toMatchObject(WRONG);
  });

  test('of two at once is one', async () => {
    const code = li.freshCode();
    met.hold(2);
    const both = await Promise.all([change({ code }), change({ code, newPassword: 'other river 889' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });
});

test('new recovery codes take the place of all old ones', async () => {
  const given = { password: OPERATORS_PASSWORD, code: li.freshCode() };
  const renewed = await li.call('session/recovery-codes', given);
  expect(renewed.body.recoveryCodes).toHaveLength(10);
  expect(await li.logIn({ recoveryCode: li.recoveryCodes[3] })).toMatchObject(WRONG);
  expect((await li.logIn({ recoveryCode: renewed.body.recoveryCodes[3] })).status).toBe(200);
  expect(await li.call('session/recovery-codes', given), 'the code is used').toMatchObject(WRONG);
});
