import { afterEach, beforeEach, expect, test } from 'vitest';
import { eraseAccounts } from '../../src/features/account-deletion/erase.ts';
import { PASSWORD, type Person, person, type TestApp } from '../support/app.ts';
import { groupOf } from '../support/groups.ts';
import { deposit } from '../support/ledger.ts';
import { expectBalancedBooks } from '../support/money.ts';
import { operate, operatedApp } from '../support/operate.ts';

const DAY = 24 * 3600_000;
let app: TestApp;
let li: Person;
let wang: Person;
beforeEach(async () => {
  app = await operatedApp();
  [li, wang] = [await person(app, 'li'), await person(app, 'wang')];
});
afterEach(async () => {
  await expectBalancedBooks(app);
  await app.close();
});

const reason = 'ticket 31: asked for by post, ID seen';
const as = (role: string, name: string, given: object) =>
  operate(app, role, `users.${name}`, { reason, ...given });
const acts = async () => (await app.sql('SELECT operation FROM audit ORDER BY id')).flat();

test('an account is deleted on its owner’s request, and kept again while it waits', async () => {
  expect((await as('support', 'delete', { user: li.id })).status).toBe(200);
  expect((await li.call('/chat/ready')).code).toBe('601');
  const twice = await as('support', 'delete', { user: li.id });
  expect([twice.status, twice.body.message]).toEqual([409, expect.stringContaining('is to be deleted at')]);
  expect((await as('moderator', 'disable', { user: li.id })).status).toBe(200);
  expect((await as('moderator', 'enable', { user: li.id })).status).toBe(200);
  expect((await as('support', 'keep', { user: li.id })).status).toBe(200);
  expect((await app.call('/chat/doLogin', { mobie: li.mobile, pwd: PASSWORD })).code).toBe('1');
  expect((await as('support', 'keep', { user: li.id })).body.message).toMatch(/^Nobody has asked/);
  expect(await acts()).toEqual(['users.delete', 'users.disable', 'users.enable', 'users.keep']);
});

test('what stands in the way is told, and who may not, or names nobody, does nothing', async () => {
  const group = await groupOf(li, wang);
  await app.platform.db.write(deposit(li.id, 100));
  const refused = await as('support', 'delete', { user: li.id });
  expect([refused.status, refused.body.message]).toEqual([409, `In the way: group ${group}, balance.`]);
  expect((await as('support', 'delete', { user: 999_999 })).body.message).toBe('There is no user 999999.');
  expect((await as('finance', 'delete', { user: li.id })).status).toBe(403);
  expect((await as('viewer', 'keep', { user: li.id })).status).toBe(403);
  expect((await as('support', 'delete', { user: 'x' })).status).toBe(400);
  expect((await as('support', 'delete', { user: li.id, reason: '' })).status).toBe(400);
  expect(await acts()).toEqual([]);
});

test('a deleted account’s balance is paid to whoever owned it, for three years, and once', async () => {
  await app.platform.db.write(deposit(li.id, 900));
  const consents = { giveUpBalance: true, dismissGroups: true };
  expect((await as('support', 'delete', { user: li.id, ...consents })).status).toBe(200);
  const pay = (yuan: string, role = 'finance') =>
    as(role, 'pay-unclaimed', { user: li.id, to: wang.id, yuan });
  expect((await pay('9.00')).body.message).toMatch(/There is no deleted account/);
  app.clock.advance(15 * DAY);
  expect(await eraseAccounts(app.platform)).toBe(1);
  expect((await as('support', 'keep', { user: li.id })).body.message).toMatch(/was deleted at/);
  expect((await as('moderator', 'enable', { user: li.id })).status).toBe(409);
  expect((await pay('4.00', 'support')).status).toBe(403);
  expect((await pay('4.00')).status).toBe(200);
  expect((await pay('5.01')).body.message).toMatch(/^5\.00 of user/);
  app.clock.advance(3 * 365 * DAY);
  expect((await pay('5.00')).status).toBe(409);
  expect(await app.sql('SELECT balance FROM ledger_accounts WHERE id = ?', wang.id)).toEqual([[400]]);
});

test('a wallet that is frozen meanwhile keeps its money, and its owner is erased when it is open again', async () => {
  await app.platform.db.write(deposit(li.id, 900));
  expect((await as('support', 'delete', { user: li.id, giveUpBalance: true })).status).toBe(200);
  const wallet = (name: string) => operate(app, 'finance', `wallets.${name}`, { user: li.id, reason });
  expect((await wallet('freeze')).status).toBe(200);
  app.clock.advance(15 * DAY);
  expect(await eraseAccounts(app.platform)).toBe(0);
  const balance = () => app.sql('SELECT balance FROM ledger_accounts WHERE id = ?', li.id);
  expect(await balance()).toEqual([[900]]);
  expect((await wallet('unfreeze')).status).toBe(200);
  app.clock.advance(DAY);
  expect(await eraseAccounts(app.platform)).toBe(1);
  expect(await balance()).toEqual([[0]]);
});
