import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Person, person, type TestApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { operate, operatedApp } from '../support/operate.ts';

let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await operatedApp();
  [li, wang] = [await person(app, '李雷'), await person(app, '王')];
});
afterEach(() => app.close());

/** So many events of somebody, a minute from each to the next, the newest now. */
const events = (who: Person, count: number, address: string) =>
  app.executor.write([
    change(
      `WITH RECURSIVE n(i) AS (SELECT ?1 - 1 UNION ALL SELECT i - 1 FROM n WHERE i > 0)
        INSERT INTO login_events (at, user_id, session_id, what, result, subject, device, uuid, address, port)
        SELECT ?2 - i * 60000, ?3, 0, 1, i % 5, '', 2, 'phone', ?4, 40000 + i FROM n`,
      count,
      app.clock.now(),
      who.id,
      address,
    ),
  ]);
const moderator = (name: string, given: object) =>
  operate(app, 'moderator', name, { reason: 'case 12', ...given });
const audited = () => app.sql('SELECT operation, subject, subject_id FROM audit ORDER BY id');

describe('login events', () => {
  test('of a person are shown for a reason, the newest first, and who looked stands in the audit', async () => {
    await events(li, 2, '10.0.0.1');
    await events(wang, 1, '10.0.0.1');
    expect((await operate(app, 'support', 'users.login-events', { user: li.id })).body.error).toBe(
      'REASON_NEEDED',
    );
    for (const role of ['viewer', 'finance'])
      expect((await operate(app, role, 'users.login-events', { user: li.id, reason: 'r' })).status).toBe(403);
    expect(await audited()).toEqual([]);
    const { body } = await moderator('users.login-events', { user: li.id });
    const shown = { user: li.id, what: 'login', kind: 'iOS', device: 'phone', address: '10.0.0.1' };
    expect(body).toMatchObject({
      next: null,
      events: [
        { ...shown, at: '2026-11-22 20:00:00', result: 'success', port: 40_000 },
        { ...shown, at: '2026-11-22 19:59:00', result: 'wrong password', port: 40_001 },
      ],
    });
    expect(await audited()).toEqual([['users.login-events', 'user', String(li.id)]]);
    expect(await app.sql('SELECT after, reason FROM audit_details')).toEqual([['{"events":2}', 'case 12']]);
  });

  test('of an address are those of everybody, in whichever way it is written', async () => {
    await events(li, 1, '10.0.0.1');
    await events(wang, 1, '10.0.0.1');
    await events(wang, 1, '2001:db8::1');
    const users = async (address: string) =>
      (await moderator('addresses.login-events', { address })).body.events?.map(
        ({ user }: { user: number }) => user,
      );
    expect((await users('10.0.0.1')).sort()).toEqual([li.id, wang.id].sort());
    for (const same of ['::ffff:10.0.0.1', ' 10.0.0.1']) expect(await users(same)).toHaveLength(2);
    expect(await users('2001:0DB8:0::0001')).toEqual([wang.id]);
    expect((await moderator('addresses.login-events', { address: '10.0.0.9' })).status).toBe(409);
    for (const wrong of ['10.0.0', '10.0.0.1/8', 'x', ''])
      expect((await moderator('addresses.login-events', { address: wrong })).body).toMatchObject({
        member: 'address',
      });
    expect(
      (await operate(app, 'support', 'addresses.login-events', { address: '10.0.0.1', reason: 'r' })).status,
    ).toBe(403);
    expect((await audited()).at(-1)).toEqual(['addresses.login-events', 'address', '2001:db8::1']);
  });

  test('of a port of an address, which thousands may share, are those of that port', async () => {
    await events(li, 3, '10.0.0.1');
    await events(wang, 1, '10.0.0.1');
    const of = async (port: unknown) =>
      (await moderator('addresses.login-events', { address: '10.0.0.1', port })).body;
    expect((await of(40_002)).events).toMatchObject([{ user: li.id, port: 40_002 }]);
    expect((await of(40_000)).events).toHaveLength(2);
    expect((await of(1)).message).toBe('Nothing is kept of 10.0.0.1, port 1.');
    for (const wrong of [-1, 65_536, 'x']) expect(await of(wrong)).toMatchObject({ member: 'port' });
    expect(await app.sql('SELECT after FROM audit_details')).toEqual([
      ['{"port":40002,"events":1}'],
      ['{"port":40000,"events":2}'],
    ]);
  });

  test('come by pages that lose none, and until a time', async () => {
    await events(li, 250, '10.0.0.1');
    const seen: number[] = [];
    let before: number | undefined;
    do {
      const { body } = await moderator('users.login-events', { user: li.id, ...(before ? { before } : {}) });
      seen.push(...body.events.map(({ event }: { event: number }) => event));
      before = body.next ?? undefined;
    } while (before);
    expect([seen.length, new Set(seen).size]).toEqual([250, 250]);
    const first = async (until: string) =>
      (await moderator('users.login-events', { user: li.id, until })).body.events[0].at;
    expect(await first('2026-11-22 19:30')).toBe('2026-11-22 19:30:00');
    expect(await first('2026-11-22 19:29:59')).toBe('2026-11-22 19:29:00');
    for (const until of ['yesterday', '2026-13-01 00:00', 7])
      expect((await moderator('users.login-events', { user: li.id, until })).body).toMatchObject({
        member: 'until',
      });
  });
});
