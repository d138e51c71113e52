import { describe, expect } from 'vitest';
import { seal } from '../../../src/core/sealing.ts';
import { eraseAccounts } from '../../../src/features/account-deletion/erase.ts';
import { disableAccount } from '../../../src/features/accounts/disable.ts';
import { ID_NO } from '../../../src/features/profiles/view.ts';
import { PASSWORD, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { groupOf } from '../../support/groups.ts';
import { deposit } from '../../support/ledger.ts';
import { askToDelete } from '../../support/marked.ts';
import { expectBalancedBooks, PAY_PASSWORD, smsCodeOf, withPayPassword } from '../../support/money.ts';

const DAY = 24 * 3600_000;
const test = appTest();

const login = (who: { mobile: string }, more = {}) => ({ mobie: who.mobile, pwd: PASSWORD, ...more });

describe('an account that is to be deleted', () => {
  test('is shut at once, found by nobody, and comes back by a login, which says so', async ({
    app,
    li,
    wang,
  }) => {
    const asked = await askToDelete(app, li);
    expect([asked.code, asked.data.eraseAt]).toEqual(['1', String(app.clock.now() + 15 * DAY)]);
    expect((await li.call('/chat/ready')).code).toBe('601');
    expect(
      (await wang.call('/chat/queryUser', { text: li.mobile, condition: li.mobile })).data,
    ).not.toContain(li.id);
    app.clock.advance(15 * DAY - 1000);
    await eraseAccounts(app.platform);
    const back = await app.call('/chat/doLogin', login(li));
    expect([back.code, back.data.deletionTakenBack]).toEqual(['1', '1']);
    const kinds = (await li.events()).map(({ content }) => content).filter((text) => text.includes('kind'));
    expect(kinds.join()).toContain('deletionTakenBack');
    app.clock.advance(DAY);
    expect(await eraseAccounts(app.platform)).toBe(0);
    const again = await app.call('/chat/doLogin', login(li));
    expect([again.code, again.data.deletionTakenBack]).toEqual(['1', undefined]);
  });

  test('does not come back by a wrong password, nor once an operator has shut it, nor when its days are over', async ({
    app,
    li,
    wang,
  }) => {
    expect((await askToDelete(app, li)).code).toBe('1');
    expect((await app.call('/chat/doLogin', login(li, { pwd: 'wrong11' }))).code).toBe('3');
    expect(await disableAccount(app.platform, li.id as never)).toBe(true);
    expect((await app.call('/chat/doLogin', login(li))).code).toBe('-1');
    expect((await askToDelete(app, wang)).code).toBe('1');
    app.clock.advance(15 * DAY);
    await eraseAccounts(app.platform);
    expect((await app.call('/chat/doLogin', login(wang))).code).toBe('2');
    expect(await app.sql('SELECT count(*) FROM deletions WHERE erased_at IS NULL')).toEqual([[0]]);
  });
});

describe('a request', () => {
  test('wants the code and the password, or the end of a confirmed ID number', async ({ app, li }) => {
    expect((await askToDelete(app, li, { validateNum: '000000' })).data.reason).toBe('WRONG_CODE');
    expect((await askToDelete(app, li, { pwd: 'wrong11' })).data.reason).toBe('NOT_PROVED');
    const code = await smsCodeOf(app, li);
    const byId = (idNo: string) => li.call('/user/deleteAccount', { validateNum: code, idNo });
    expect((await byId('1234')).data.reason).toBe('NOT_PROVED');
    const { keys, random } = app.platform;
    const sealed = seal(keys.data[0], ID_NO, '11010519491231002X', random);
    await app.executor.write([
      change(
        `INSERT INTO identity_checks (user_id, sealed_name, sealed_id_no, id_no_digest, state, submitted_at)
          VALUES (?, '', ?, 'd', 1, 0)`,
        li.id,
        sealed,
      ),
    ]);
    expect((await byId('0021')).data.reason).toBe('NOT_PROVED');
    expect((await byId('002x')).code).toBe('1');
  });

  test('is locked after five wrong proofs, and refuses what is no end of an ID number', async ({ li }) => {
    const ask = (more: object) =>
      li.call('/user/deleteAccount', { validateNum: '123456', pwd: PASSWORD, ...more });
    for (let i = 0; i < 5; i += 1) expect((await ask({ pwd: 'wrong11' })).data.reason).toBe('NOT_PROVED');
    expect((await ask({})).data.reason).toBe('LOCKED');
    expect((await ask({ idNo: 'abc' })).data.field).toBe('idNo');
  });

  test('tells what stands in the way, and the way out of each, and does nothing', async ({
    app,
    li,
    wang,
  }) => {
    const group = await groupOf(li, wang);
    await app.platform.db.write(deposit(li.id, 5000));
    await withPayPassword(app, li);
    const sent = await li.call('/wallet/sendTransfer', {
      destId: wang.id,
      amount: '10.00',
      msg: '',
      payPwd: PAY_PASSWORD,
    });
    const now = app.clock.now();
    await app.executor.write([
      change(
        `INSERT INTO wallet_freezes (user_id, frozen_at, until, change_id) VALUES (?, ?, ?, 1)`,
        li.id,
        now,
        now + DAY,
      ),
    ]);
    const asked = await askToDelete(app, li, { groups: '', giveUpBalance: 0 });
    expect(asked.code).toBe('2');
    const kinds = asked.data.obstacles.map(({ kind, way }: { kind: string; way: string }) => [
      kind,
      way !== '',
    ]);
    const expected = ['frozenWallet', 'group', 'balance'];
    if (sent.code === '1') expected.unshift('transferSent');
    expect(kinds).toEqual(expected.map((kind) => [kind, true]));
    expect(asked.data.obstacles.find(({ kind }: { kind: string }) => kind === 'group').id).toBe(
      String(group),
    );
    expect(await app.sql('SELECT * FROM deletions')).toEqual([]);
    expect((await li.call('/chat/ready')).code).toBe('1');
  });

  test('that gives the balance up moves it when the days are over, and not before', async ({ app, li }) => {
    await app.platform.db.write(deposit(li.id, 5000));
    expect((await askToDelete(app, li)).code).toBe('1');
    const balances = () =>
      app.sql('SELECT balance FROM ledger_accounts WHERE id IN (?, -11) ORDER BY id', li.id);
    expect(await balances()).toEqual([[0], [5000]]);
    app.clock.advance(15 * DAY);
    await eraseAccounts(app.platform);
    expect(await balances()).toEqual([[5000], [0]]);
    await expectBalancedBooks(app);
  });

  test('of somebody else’s account is nobody’s to make', async ({ app }) => {
    const params = { validateNum: '123456', pwd: PASSWORD };
    expect((await app.call('/user/deleteAccount', params)).code).toBe('601');
    const li = await person(app);
    expect((await li.call('/user/deleteAccount', { ...params, userId: li.id + 1 })).code).toBe('403');
  });
});
