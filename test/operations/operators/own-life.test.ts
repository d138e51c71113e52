import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OWN_LIFE } from '../../../src/operations/operators/own-life.ts';
import { routes } from '../../../src/operations/operators/routes.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { OPERATORS_PASSWORD, type Operator, operator } from '../../support/operators.ts';

let app: TestApp;
let li: Operator;
let wang: Operator;
beforeEach(async () => {
  app = await testApp();
  li = await operator(app, 'li', 'owner');
  wang = await operator(app, 'wang', 'support');
});
afterEach(() => app.close());

interface Told {
  readonly by: string;
  readonly operation: string;
  readonly on: number;
  readonly after: Readonly<Record<string, unknown>>;
  readonly address: string;
}
/** What the audit tells, the oldest first. */
async function told(): Promise<Told[]> {
  const rows = await app.sql(
    `SELECT a.actor, a.operation, a.subject_id, d.after, d.address FROM audit AS a
      JOIN audit_details AS d ON d.audit_id = a.id WHERE a.subject = 'operator' ORDER BY a.id`,
  );
  return rows.map(([by, operation, on, after, address]) => ({
    by: String(by),
    operation: String(operation),
    on: Number(on),
    after: JSON.parse(String(after)),
    address: String(address),
  }));
}
const numberOf = async (name: string) =>
  (await app.sql('SELECT id FROM operators WHERE name = ?', name))[0]?.[0];
/** What the audit tells of what this does. */
async function toldOf(act: () => Promise<unknown>): Promise<Told[]> {
  const before = (await told()).length;
  await act();
  return (await told()).slice(before);
}
const proof = (who: Operator) => ({ password: OPERATORS_PASSWORD, code: who.freshCode() });

/** What each call of an operator's own account leaves in the audit when it is done. */
const LEAVES: Readonly<Record<string, string | undefined>> = {
  'POST /admin/api/session': 'account.log-in',
  'GET /admin/api/session': undefined,
  'DELETE /admin/api/session': 'account.log-out',
  'POST /admin/api/invitation': 'account.first-login',
  'POST /admin/api/session/list': undefined,
  'POST /admin/api/session/end': 'account.end-sessions',
  'POST /admin/api/session/password': 'account.change-password',
  'POST /admin/api/session/recovery-codes': 'account.renew-recovery-codes',
};

describe('the audit tells of operators’ own accounts', () => {
  test('what each of their calls does', async () => {
    expect(Object.keys(LEAVES)).toEqual(routes.map(({ method, path }) => `${method} ${path}`));
    const first = await told();
    expect(first.map(({ by, operation }) => [by, operation])).toEqual([
      ['li', 'account.first-login'],
      ['wang', 'account.first-login'],
    ]);
    expect(first[0]).toMatchObject({ on: await numberOf('li'), address: expect.stringMatching(/./) });
    const doings: Readonly<Record<string, () => Promise<unknown>>> = {
      'POST /admin/api/session': () => wang.logIn(),
      'GET /admin/api/session': () => wang.call('session', undefined, { method: 'GET' }),
      'POST /admin/api/session/list': () => wang.call('session/list', {}),
      'POST /admin/api/session/end': () => wang.call('session/end', { others: true }),
      'POST /admin/api/session/recovery-codes': () => wang.call('session/recovery-codes', proof(wang)),
      'POST /admin/api/session/password': () =>
        wang.call('session/password', { ...proof(wang), newPassword: 'another harbour 72' }),
      'DELETE /admin/api/session': () => wang.call('session', undefined, { method: 'DELETE' }),
    };
    const left = [...Object.entries(doings)];
    for (const [call, act] of left) {
      const expected = LEAVES[call];
      const rows = (await toldOf(act)).map(({ by, operation }) => [by, operation]);
      expect(rows, call).toEqual(expected ? [['wang', expected]] : []);
    }
    const all = new Set((await told()).map(({ operation }) => operation));
    expect([...all, 'account.locked'].sort()).toEqual([...OWN_LIFE].sort());
  });

  test('whether it was a recovery code', async () => {
    const [recoveryCode] = wang.recoveryCodes;
    const [used] = await toldOf(() => wang.logIn({ recoveryCode }));
    expect(used).toMatchObject({ operation: 'account.log-in', after: { proof: 'recovery code' } });
    expect((await toldOf(() => wang.logIn()))[0]).toMatchObject({ after: { proof: 'authenticator' } });
    expect(JSON.stringify(await told())).not.toContain(String(recoveryCode));
  });

  test('whose sessions an owner ends, one or all', async () => {
    const on = await numberOf('wang');
    const { sessions } = (await wang.call('session/list', {})).body;
    const [{ session }] = sessions;
    const one = await toldOf(() => li.call('session/end', { session }));
    expect(one).toMatchObject([
      { by: 'li', operation: 'account.end-sessions', on, after: { sessions: String(session) } },
    ]);
    await wang.logIn();
    const all = await toldOf(() => li.call('session/end', { operator: 'wang' }));
    expect(all).toMatchObject([{ by: 'li', on, after: { sessions: 'all' } }]);
  });

  test('nothing of what was refused, or did nothing', async () => {
    const refused = await toldOf(async () => {
      await wang.logIn({ password: 'not this one 12' });
      await wang.logIn({ code: '000000' });
      await wang.call('session/end', { others: true });
      await wang.call('session/end', { session: 1 });
      await li.call('session/end', { session: 1 });
      await wang.call('session/password', { ...proof(wang), newPassword: 'short' });
      await wang.call('session/recovery-codes', { ...proof(wang), password: 'not this one 12' });
    });
    expect(refused).toEqual([]);
  });

  test('a lock, once, and not each try: of tries from many addresses the widest lock', async () => {
    const wrongly = (times: number, from: string) => async () => {
      for (let i = 0; i < times; i += 1) await wang.logIn({ code: '000000' }, { from });
    };
    expect(await toldOf(wrongly(4, '10.0.0.1'))).toEqual([]);
    expect(await toldOf(wrongly(3, '10.0.0.1'))).toMatchObject([
      {
        by: 'lock',
        operation: 'account.locked',
        on: await numberOf('wang'),
        after: { operator: 'wang', address: '10.0.0.1', locked: 'there' },
      },
    ]);
    const locks = await toldOf(async () => {
      for (let i = 2; i < 16; i += 1) await wrongly(5, `10.0.${i}.1`)();
    });
    const where = locks.map(({ after }) => after['locked']);
    expect(where.filter((place) => place === 'everywhere')).toHaveLength(1);
    expect(where.length).toBeLessThanOrEqual(10);
    expect(where.at(-1)).toBe('everywhere');
    // Nobody's lock is no operator's.
    expect(
      await toldOf(async () => {
        for (let i = 0; i < 6; i += 1)
          await wang.logIn({ name: 'nobody', code: '000000' }, { from: '10.9.0.1' });
      }),
    ).toEqual([]);
  });
});
