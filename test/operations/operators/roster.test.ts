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
