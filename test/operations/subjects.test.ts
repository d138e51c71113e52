import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { md5Of } from '../../src/http/params.ts';
import { PASSWORD, type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { smsCodeOf } from '../support/money.ts';
import { operate, operatedApp } from '../support/operate.ts';

const [FIRST, SECOND] = ['11010519491231002X', '440524199003072343'];

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await operatedApp();
  [li, wang] = [await person(app, '李雷'), await person(app, '李雷雷')];
});
afterEach(() => app.close());

const support = (name: string, given: object = {}) => operate(app, 'support', name, given);
const moderator = (name: string, given: object = {}) => operate(app, 'moderator', name, given);
const written = async () =>
  (await app.sql('SELECT operation FROM audit ORDER BY id')).map(([operation]) => operation);
const notices = async (who: Person) =>
  (await who.events())
    .filter(({ type }) => type === 68)
    .map(({ content }) => JSON.parse(content) as { kind: string; content: string });

const submit = async (who: Person, idNo = FIRST) => {
  app.clock.advance(31_000);
  return who.call('/chat/updateAuth', {
    name: '李雷雷',
    idNo,
    mobile: who.mobile,
    validateNum: await smsCodeOf(app, who),
  });
};

describe('identity', () => {
  test('shows name and number without their middle, and whole for a reason', async () => {
    await submit(li);
    const { body } = await operate(app, 'viewer', 'identity.list');
    expect(body).toMatchObject({
      total: 1,
      next: null,
      rows: [{ user: li.id, name: '李**', idNumber: '110105********002X' }],
    });
    expect((await support('identity.show', { user: li.id })).status).toBe(400);
    expect((await support('identity.show', { user: li.id, reason: 'review' })).body).toMatchObject({
      name: '李雷雷',
      idNumber: FIRST,
    });
    expect((await support('identity.show', { user: wang.id, reason: 'review' })).status).toBe(409);
    expect(await written()).toEqual(['identity.show']);
    expect(JSON.stringify(await app.sql('SELECT * FROM audit_details'))).not.toContain(FIRST);
  });

  test('tells the person of either decision, of a rejection with its reason', async () => {
    await submit(li);
    await submit(wang, SECOND);
    expect((await support('identity.approve', { user: li.id })).body).toMatchObject({
      done: true,
      identity: 'confirmed',
    });
    expect(await notices(li)).toMatchObject([{ kind: 'identityConfirmed', content: '您的实名认证已通过' }]);
    expect((await support('identity.reject', { user: wang.id, reason: '姓名不符' })).status).toBe(200);
    expect(await notices(wang)).toMatchObject([
      { kind: 'identityRejected', content: expect.stringContaining('姓名不符') },
    ]);
    const twice = await support('identity.approve', { user: li.id });
    expect([twice.status, twice.body.message]).toEqual([
      409,
      `The request of user ${li.id} is confirmed already.`,
    ]);
    expect(await notices(li)).toHaveLength(1);
  });

  test('takes a decision back, and the request waits again', async () => {
    await submit(li);
    expect((await support('identity.undo', { user: li.id, reason: 'r' })).status).toBe(409);
    await support('identity.approve', { user: li.id });
    expect((await li.call('/chat/ready')).data.myInfo.isAuth).toBe('1');
    expect((await support('identity.undo', { user: li.id, reason: 'the wrong one' })).body).toMatchObject({
      identity: 'waits',
    });
    expect((await li.call('/chat/ready')).data.myInfo.isAuth).toBe('0');
    expect((await operate(app, 'viewer', 'identity.list')).body.total).toBe(1);
    await support('identity.reject', { user: li.id, reason: 'r' });
    // Whoever has handed in the same number since stands in the way.
    await submit(wang);
    const { status, body } = await support('identity.undo', { user: li.id, reason: 'r' });
    expect([status, body.message]).toEqual([409, expect.stringContaining('Somebody else')]);
    expect(await written()).toEqual(['identity.approve', 'identity.undo', 'identity.reject']);
  });
});

describe('users', () => {
  test('are found by number, mobile, IM number and the beginning of a name, shut or not', async () => {
    await app.executor.write([
      change('UPDATE users SET nick_folded = nick_name'),
      change('UPDATE users SET vip_number = ? WHERE id = ?', '888999', wang.id),
    ]);
    await moderator('users.disable', { user: wang.id });
    const found = async (text: string) =>
      (await support('users.find', { text })).body.rows.map(({ user }: { user: number }) => user);
    expect(await found('李')).toEqual([li.id, wang.id]);
    expect(await found('李雷雷')).toEqual([wang.id]);
    for (const text of ['888999', String(wang.id), wang.mobile, wang.mobile.slice(3)])
      expect(await found(text), text).toEqual([wang.id]);
    for (const text of ['雷', '%', '*', '李雷雷雷']) expect(await found(text), text).toEqual([]);
    expect((await support('users.find', { text: '李' })).body.rows[1]).toMatchObject({ state: 'disabled' });
  });

  test('by name come by pages, which lose nobody and count truly', async () => {
    await app.executor.write([
      change(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
          INSERT INTO users (mobile, password_hash, name, nick_name, nick_folded, status, created_at, updated_at)
          SELECT '+86137' || (10000000 + i), '', 'x', '茶' || (i % 7), '茶' || (i % 7), i % 2, 1, 1 FROM n`,
      ),
    ]);
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const { body } = await support('users.find', { text: '茶', ...(after ? { after } : {}) });
      expect(body.total).toBe(250);
      seen.push(...body.rows.map(({ user }: { user: number }) => user));
      after = body.next ?? undefined;
    } while (after);
    expect([seen.length, new Set(seen).size]).toEqual([250, 250]);
  });

  test('show their sessions, logins, locks and holds', async () => {
    const now = app.clock.now();
    await app.executor.write([
      change(
        "INSERT INTO known_logins (user_id, device, kind, address, last_day) VALUES (?, 'phone', 2, '10.0.0.9', 20779)",
        li.id,
      ),
      change(
        'INSERT INTO wrong_tries (key, count, since, locked_until) VALUES (?, 5, ?, ?)',
        `login:${li.mobile}:10.0.0.8`,
        now,
        now + 60_000,
      ),
      change(
        'INSERT INTO wrong_tries (key, count, since, locked_until) VALUES (?, 5, ?, ?)',
        `pay:${li.id}`,
        now,
        now + 60_000,
      ),
      change(
        'INSERT INTO wrong_tries (key, count, since, locked_until) VALUES (?, 5, ?, ?)',
        `login:${wang.mobile}`,
        now,
        now + 60_000,
      ),
      change(
        'INSERT INTO wallet_holds (user_id, limited_until, frozen_at) VALUES (?, ?, ?)',
        li.id,
        now + 60_000,
        now,
      ),
    ]);
    const { body } = await support('users.show', { user: li.id });
    expect(body).toMatchObject({
      user: li.id,
      mobile: li.mobile,
      state: 'enabled',
      identity: 'none',
      walletFrozenSince: '2026-11-22 20:00:00',
      walletLimitedUntil: '2026-11-22 20:01:00',
      sessions: [{ kind: 'Android', since: '2026-11-22 20:00:00' }],
      logins: [{ kind: 'iOS', device: 'phone', address: '10.0.0.9', lastDay: '2026-11-22' }],
    });
    expect(body.locks.map(({ what }: { what: string }) => what).sort()).toEqual(['login', 'pay password']);
    expect((await support('users.show', { user: 7 })).status).toBe(409);
    expect((await support('users.open-wallet', { user: li.id })).status).toBe(200);
    expect((await support('users.open-wallet', { user: li.id })).status).toBe(409);
    expect(await written()).toEqual(['users.open-wallet']);
  });

  test('are let try again, by whatever they were locked out, and nobody else is', async () => {
    const lock = (key: string) =>
      change(
        'INSERT INTO wrong_tries (key, count, since, locked_until) VALUES (?, 5, ?, ?)',
        key,
        app.clock.now(),
        app.clock.now() + 60_000,
      );
    const own = [
      ...[`login:${li.mobile}`, `login:${li.mobile}:10.0.0.8`, `login:${li.mobile}:device:x`],
      ...[`code:${li.mobile}:10.0.0.8`, `pay:${li.id}`],
    ];
    const others = [
      `login:${li.mobile}0`,
      `login:${wang.mobile}`,
      `code:${wang.mobile}:10.0.0.8`,
      `pay:${li.id}0`,
    ];
    await app.executor.write([...own, ...others].map(lock));
    const locks = async () =>
      (await support('users.show', { user: li.id })).body.locks.map(({ what }: { what: string }) => what);
    expect((await locks()).sort()).toEqual(['SMS code', 'login', 'pay password']);
    expect((await support('users.unlock', { user: li.id })).body.error).toBe('REASON_NEEDED');
    expect((await moderator('users.unlock', { user: li.id, reason: 'r' })).status).toBe(403);
    const why = { user: li.id, reason: 'called, told the last payment' };
    expect((await support('users.unlock', why)).body).toMatchObject({ done: true, locks: 'lifted' });
    expect(await locks()).toEqual([]);
    const left = (await app.sql('SELECT key FROM wrong_tries')).map(([key]) => key);
    expect(left.sort()).toEqual(others.sort());
    const { status, body } = await support('users.unlock', why);
    expect([status, body.message]).toEqual([409, `Nothing of user ${li.id} is locked.`]);
    expect(await written()).toEqual(['users.unlock']);
  });

  test('locked out by wrong passwords log in again at once when they are let', async () => {
    const logIn = async (pwd: string) =>
      (await app.call('/chat/doLogin', { mobie: li.mobile, pwd, device: 2, UUID: 'new' })).code;
    for (let i = 0; i < 6; i += 1) await logIn('0'.repeat(32));
    expect(await logIn(md5Of(PASSWORD))).not.toBe('1');
    expect((await support('users.unlock', { user: li.id, reason: 'called' })).status).toBe(200);
    expect(await logIn(md5Of(PASSWORD))).toBe('1');
  });

  test('are logged out on every device, and may log in again', async () => {
    expect((await support('users.end-sessions', { user: li.id })).status).toBe(200);
    expect((await li.call('/chat/ready')).code).toBe('601');
    expect((await wang.call('/chat/ready')).code).toBe('1');
    const { status, body } = await support('users.end-sessions', { user: li.id });
    expect([status, body.message]).toEqual([409, `User ${li.id} is logged in nowhere.`]);
  });

  test('are banned with a reason and let in again', async () => {
    expect((await moderator('users.ban', { user: li.id })).body.error).toBe('REASON_NEEDED');
    expect((await li.call('/chat/ready')).code).toBe('1');
    expect((await moderator('users.ban', { user: li.id, reason: 'spam' })).status).toBe(200);
    expect((await li.call('/chat/ready')).code).toBe('601');
    expect((await moderator('users.lift', { user: li.id, reason: 'it was not' })).status).toBe(200);
    expect(await written()).toEqual(['users.ban', 'users.lift']);
  });
});

test('reports are closed once', async () => {
  await li.call('/chat/report', { destId: wang.id, destType: 0, msg: 'spam' });
  const { body } = await operate(app, 'viewer', 'reports.list');
  const [{ report }] = body.rows;
  expect((await moderator('reports.close', { report })).body).toEqual({
    done: true,
    on: report,
    report: 'closed',
  });
  expect((await moderator('reports.close', { report })).body.message).toBe(
    `Report ${report} is closed already.`,
  );
  expect(await written()).toEqual(['reports.close']);
});
