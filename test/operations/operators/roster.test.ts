import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OperatorId } from '../../../src/core/ids.ts';
import { changeRole, removeOperator } from '../../../src/operations/operators/roster.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { invite, operator } from '../../support/operators.ts';

let app: TestApp;
let met: ReturnType<typeof meeting>;
beforeEach(async () => {
  met = meeting((await freshDatabase()).executor);
  app = await testApp({ executor: met.executor });
});
afterEach(() => app.close());

async function changeOf(name: string) {
  const [row] = await app.sql('SELECT id FROM operators WHERE name = ?', name);
  const operator = Number(row?.[0]) as OperatorId; // just read
  return { operator, mark_change: app.platform.ids.mark(), now: app.clock.now() };
}

test('of two owners who remove or lower each other at once, one stays', async () => {
  await operator(app, 'li', 'owner');
  await operator(app, 'wang', 'owner');
  const [li, wang] = [await changeOf('li'), await changeOf('wang')];
  met.hold(2);
  const done = await Promise.all([
    app.platform.db.write(removeOperator(li)),
    app.platform.db.write(changeRole(wang, 'viewer')),
  ]);
  expect(done.map(({ marked }) => marked).sort()).toEqual([0, 1]);
  const owners = "SELECT count(*) FROM operators WHERE role = 'owner' AND removed_at IS NULL";
  expect(await app.sql(owners)).toEqual([[1]]);
});

test('before anybody has logged in, another owner is as good', async () => {
  await invite(app, 'li', 'owner');
  const alone = await app.platform.db.write(removeOperator(await changeOf('li')));
  await invite(app, 'wang', 'owner');
  const beside = await app.platform.db.write(removeOperator(await changeOf('li')));
  expect([alone.marked, beside.marked]).toEqual([0, 1]);
});

test('nothing of somebody removed is kept but the number and the name', async () => {
  await operator(app, 'li', 'owner');
  await operator(app, 'wang', 'support');
  await app.platform.db.write(removeOperator(await changeOf('wang')));
  const [row] = await app.sql("SELECT id, password_hash, sealed_totp FROM operators WHERE name = 'wang'");
  expect(row?.slice(1)).toEqual([null, null]);
  for (const table of ['sessions', 'recovery_codes', 'invitations', 'addresses'])
    expect(
      await app.sql(`SELECT * FROM operator_${table} WHERE operator_id = ?`, Number(row?.[0])),
      table,
    ).toEqual([]);
});

test('an owner invites over the API as well, and what is shown once stands nowhere', async () => {
  const li = await operator(app, 'li', 'owner');
  const added = await li.call('operators/add', { operator: 'Wang', role: 'support', reason: 'joins us' });
  expect(added).toMatchObject({
    status: 200,
    body: {
      done: true,
      operator: 'wang',
      role: 'support',
      link: expect.stringMatching(/\?code=thi_[\w-]{43}$/),
    },
  });
  const made = await li.call('tokens/add', { token: 'bank', role: 'finance', scopes: 'payouts.list' });
  const kept = JSON.stringify([
    await app.sql('SELECT * FROM audit'),
    await app.sql('SELECT * FROM audit_details'),
    await app.sql('SELECT * FROM operation_replies'),
  ]);
  expect(kept).toContain('joins us');
  for (const secret of [added.body.invitation, made.body.secret]) expect(kept).not.toContain(secret);
  const { rows } = (await li.call('operators/list', {})).body;
  expect(rows).toMatchObject([
    { name: 'li', role: 'owner', state: 'active', sessions: 1 },
    { name: 'wang', role: 'support', state: 'invited', sessions: 0 },
  ]);
  expect((await li.call('operators/remove', { operator: 'li' })).body).toMatchObject({
    error: 'NOTHING_DONE',
  });
});
