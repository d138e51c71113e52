import { describe, expect } from 'vitest';
import { expireBills } from '../../../src/features/aa-bills/expire.ts';
import type { Person } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { load } from '../../support/database.ts';
import { groupOf, heard } from '../../support/groups.ts';
import { deposit } from '../../support/ledger.ts';
import { moneyTest } from '../../support/money-test.ts';
import { balances, billsOf, key, payer, payShare, startBill } from '../../support/payments.ts';

const HOUR = 3600 * 1000;
const SHARE = '3.34';

const test = moneyTest({ env: { AA_EXPIRES_SECONDS: '3600' } })
  .extend('li', ({ app }) => payer(app, '0', '李'))
  .extend('wang', ({ app }) => payer(app, '100.00', '王'))
  .extend('zhao', ({ app }) => payer(app, '100.00', '赵'))
  .extend('chen', ({ app }) => payer(app, '100.00', '陈'))
  .extend('zhou', ({ app }) => payer(app, '100.00', '周'))
  .extend('members', ({ wang, zhao, chen, zhou }) => [wang, zhao, chen, zhou])
  .extend('group', ({ li, members }) => groupOf(li, ...members))
  /** A bill of 李 whose share is `SHARE`, for three of the four unless told otherwise. */
  .extend(
    'started',
    ({ li, group }) =>
      async (counts = 4): Promise<string> =>
        (await startBill(li, group, (3.34 * counts).toFixed(2), counts)).data.transId,
  )
  .extend(
    'pays',
    ({ li }) =>
      async (who: Person, transId: string) =>
        expect(await payShare(who, li, SHARE, { transId })).toMatchObject({ code: '1' }),
  )
  .extend(
    'escrow',
    ({ app }) =>
      async () =>
        (await app.sql('SELECT balance FROM ledger_accounts WHERE id = -7'))[0]?.[0],
  )
  .extend(
    'status',
    ({ app }) =>
      async (who: Person, enabled: boolean) =>
        app.executor.write([change('UPDATE users SET status = ? WHERE id = ?', enabled ? 1 : 0, who.id)]),
  )
  .extend(
    'expire',
    ({ app }) =>
      () =>
        expireBills(app.platform),
  );

const detail = async (who: Person, transId: string) =>
  (await who.call('/transfer/aaTransDetail', { transId })).data;

describe('the shares of a bill that expires', () => {
  test.for([0, 1, 2])(
    'go back to each of the %i who paid, and to nobody else',
    async (count, { app, li, members, started, pays, escrow, expire }) => {
      const transId = await started();
      const payers = members.slice(0, count);
      const others = members.slice(count);
      for (const who of payers) await pays(who, transId);
      expect(await escrow()).toBe(334 * count);
      app.clock.advance(HOUR - 1);
      expect(await expire()).toBe(0);
      app.clock.advance(1);
      expect(await expire()).toBe(1);
      expect(await expire()).toBe(0);
      expect(await balances(li, ...members)).toEqual(['0.00', ...Array(4).fill('100.00')]);
      expect(await escrow()).toBe(0);
      const bill = { amount: SHARE, content: '李' };
      for (const who of payers) {
        expect(await billsOf(who)).toEqual([
          { ...bill, moneyType: '8', moneyDirect: '1', destType: '3', destId: transId },
          { ...bill, moneyType: '11', moneyDirect: '-1', destType: '1', destId: String(li.id) },
        ]);
        expect(await heard(who, 39)).toEqual([
          { from: li.id, fromType: 3, dest: who.id, content: { amt: 3.34 } },
        ]);
      }
      for (const who of [li, ...others]) expect([await billsOf(who), await heard(who, 39)]).toEqual([[], []]);
    },
  );

  test('leave complete bills and those that can still be paid alone', async ({
    app,
    li,
    wang,
    zhao,
    chen,
    started,
    pays,
    expire,
  }) => {
    const complete = await started(2);
    await pays(wang, complete);
    const over = await started();
    await pays(zhao, over);
    app.clock.advance(HOUR - 1);
    const open = await started();
    await pays(chen, open);
    app.clock.advance(1);
    expect(await expire()).toBe(1);
    const states = [complete, over, open].map(async (id) => (await detail(li, id)).transInfo.status);
    expect(await Promise.all(states)).toEqual(['1', '2', '0']);
    expect(await balances(li, wang, zhao, chen)).toEqual(['3.34', '96.66', '100.00', '96.66']);
    await pays(wang, open);
    await pays(zhao, open);
    expect(await balances(li)).toEqual(['13.36']);
  });

  test('go back once, however many jobs run at once', async ({ app, wang, zhao, started, pays, expire }) => {
    const transId = await started();
    await pays(wang, transId);
    await pays(zhao, transId);
    await started();
    app.clock.advance(HOUR);
    const runs = await Promise.all(Array.from({ length: 4 }, expire));
    expect(runs.reduce((sum, ended) => sum + ended)).toBe(2);
    expect(await balances(wang, zhao)).toEqual(['100.00', '100.00']);
    expect(await heard(wang, 39)).toHaveLength(1);
  });

  test('go back to who was disabled, blocked, removed or left, without the group and its owner', async ({
    app,
    li,
    wang,
    zhao,
    chen,
    group,
    started,
    pays,
    status,
    expire,
  }) => {
    const transId = await started(5);
    for (const who of [wang, zhao, chen]) await pays(who, transId);
    await status(wang, false);
    await li.call('/chat/setBlock', { blockId: zhao.id });
    await li.call('/chat/removeGroupMember', { groupId: group, destId: zhao.id });
    await chen.call('/chat/setBlock', { blockId: li.id });
    await chen.call('/chat/quitGroup', { groupId: group });
    await li.call('/chat/dismissGroup', { groupId: group });
    await status(li, false);
    app.clock.advance(HOUR);
    expect(await expire()).toBe(1);
    const ids = [wang, zhao, chen].map(({ id }) => id).join(', ');
    expect(await app.sql(`SELECT balance FROM ledger_accounts WHERE id IN (${ids})`)).toEqual(
      Array(3).fill([10_000]),
    );
  });

  test('are shown as expired from the deadline on, before and after they went back', async ({
    app,
    li,
    wang,
    zhao,
    started,
    pays,
    expire,
  }) => {
    const transId = await started();
    await pays(wang, transId);
    app.clock.advance(HOUR);
    const deadline = String(app.clock.now());
    const seen = await detail(wang, transId);
    expect(seen).toMatchObject({ isPayed: '1', transInfo: { status: '2', updateTime: deadline } });
    expect(seen.records).toMatchObject([{ userId: String(wang.id), amount: SHARE }]);
    for (const who of [wang, zhao])
      expect((await payShare(who, li, SHARE, { transId })).data.info).toBe('AA收款已过期');
    expect(await balances(wang)).toEqual(['96.66']);
    app.clock.advance(HOUR);
    await expire();
    expect(await detail(wang, transId)).toEqual(seen);
    expect((await payShare(zhao, li, SHARE, { transId })).data.info).toBe('AA收款已过期');
  });

  test('are not paid again by the retry of a call that was answered before', async ({
    app,
    li,
    wang,
    started,
    expire,
  }) => {
    const transId = await started();
    const params = { destId: li.id, amount: SHARE, payPwd: '135790', transId };
    const send = () => wang.call('/transfer/aaTransPay', params, key('p'));
    const first = await send();
    app.clock.advance(HOUR);
    await expire();
    expect((await send()).data).toEqual(first.data);
    expect(await balances(li, wang)).toEqual(['0.00', '100.00']);
  });

  test('that cannot go back are told of, stay, and hold up none of those behind them', async ({
    app,
    li,
    wang,
    zhao,
    group,
    started,
    pays,
    expire,
  }) => {
    const torn = load(201, 5);
    // Payments whose money lies nowhere: a hand in the database.
    await app.executor.write([
      change(
        `INSERT INTO aa_bills (id, organiser_id, dest_type, dest_id, message, total, counts, share, slots, created_at, updated_at, expires_at)
          WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
          SELECT i, ?, 1, ?, '', 10000000, 3, 5000000, 2, 0, 0, i FROM n`,
        torn,
        li.id,
        group,
      ),
      change('INSERT INTO aa_payments SELECT id, ?, 1, 0 FROM aa_bills WHERE share = 5000000', wang.id),
    ]);
    const [transId, unpaid] = [await started(), await started()];
    await pays(zhao, transId);
    app.clock.advance(HOUR);
    const error = new RegExp(`^${torn} AA bills not given back: 1 \\(ledger_accounts_covered\\), 2 `);
    await expect(expire()).rejects.toThrow(error);
    const seen = await Promise.all(
      [transId, unpaid].map(async (id) => (await detail(li, id)).transInfo.status),
    );
    expect(seen).toEqual(['2', '2']);
    expect(await balances(zhao, wang)).toEqual(['100.00', '100.00']);
    expect(await app.sql('SELECT count(*) FROM aa_bills WHERE status = 0')).toEqual([[torn]]);
    await app.executor.write([change('DELETE FROM aa_payments WHERE journal_id = 1')]);
    expect(await expire()).toBe(torn);
  });
});

describe('a bill in the meantime', () => {
  test('keeps the share of who leaves the group and comes back, who pays no second one', async ({
    li,
    wang,
    zhao,
    chen,
    group,
    started,
    pays,
  }) => {
    const transId = await started();
    await pays(wang, transId);
    await wang.call('/chat/quitGroup', { groupId: group });
    await li.call('/chat/addGroupMember', { groupId: group, inviteIds: wang.id });
    expect((await payShare(wang, li, SHARE, { transId })).data.info).toBe('您已经支付过该笔转账');
    for (const who of [zhao, chen]) await pays(who, transId);
    expect(await balances(li, wang)).toEqual(['10.02', '96.66']);
  });

  test('is completed by others after a payer and the organiser blocked each other or the organiser left', async ({
    li,
    wang,
    zhao,
    chen,
    group,
    started,
    pays,
  }) => {
    const transId = await started();
    await pays(wang, transId);
    await wang.call('/chat/setBlock', { blockId: li.id });
    await li.call('/chat/setBlock', { blockId: wang.id });
    await li.call('/chat/transGroup', { groupId: group, destId: zhao.id });
    await zhao.call('/chat/transGroupConfirm', { groupId: group, accept: 1, destId: li.id });
    await pays(zhao, transId);
    expect((await li.call('/chat/quitGroup', { groupId: group })).code).toBe('1');
    await pays(chen, transId);
    expect(await balances(li, wang)).toEqual(['10.02', '96.66']);
  });

  test('that nobody can pay any more, because its group is gone, gives everything back', async ({
    app,
    li,
    wang,
    zhao,
    group,
    started,
    pays,
    expire,
  }) => {
    const transId = await started();
    await pays(wang, transId);
    await li.call('/chat/dismissGroup', { groupId: group });
    expect((await payShare(zhao, li, SHARE, { transId })).code).toBe('-1');
    app.clock.advance(HOUR);
    expect(await expire()).toBe(1);
    expect(await balances(li, wang)).toEqual(['0.00', '100.00']);
  });

  test('may be as large as amounts can be', async ({ app, li, expire }) => {
    const [rich, richer] = [await payer(app, '0'), await payer(app, '0')];
    const club = await groupOf(rich, richer, li);
    for (const who of [richer, li])
      await app.platform.db.write(deposit(who.id, 999_999_999_999, app.platform.ids.next()));
    const ask = async () => (await startBill(rich, club, '9999999999.99', 3)).data;
    const [complete, over] = [await ask(), await ask()];
    expect(complete.amt).toBe('3333333333.33');
    const share = (who: Person, { transId, amt }: { transId: string; amt: string }) =>
      payShare(who, rich, amt, { transId });
    expect((await share(richer, over)).code).toBe('1');
    for (const who of [richer, li]) expect((await share(who, complete)).code).toBe('1');
    app.clock.advance(HOUR);
    expect(await expire()).toBe(1);
    expect(await balances(rich, richer, li)).toEqual(['6666666666.66', '6666666666.66', '6666666666.66']);
    expect(await heard(rich, 39)).toMatchObject([{ content: { amt: 6666666666.66 } }]);
    expect(await heard(richer, 39)).toMatchObject([{ content: { amt: 3333333333.33 } }]);
  });

  test('of fifty people is completed by the forty-ninth payment, or gives forty-eight shares back', async ({
    app,
    li,
    wang,
    zhao,
    group,
    escrow,
    expire,
  }) => {
    const crowd: Person[] = [];
    for (let i = 0; i < 49; i += 1) crowd.push(await payer(app, '10.00'));
    await app.executor.write(
      crowd.map(({ id }) =>
        change('INSERT INTO group_members (group_id, user_id, created_at) VALUES (?, ?, 0)', group, id),
      ),
    );
    const ask = async (): Promise<string> => (await startBill(li, group, '50.00', 50)).data.transId;
    const [complete, over] = [await ask(), await ask()];
    const all = (transId: string, payers: readonly Person[]) =>
      Promise.all(payers.map((who) => payShare(who, li, '1', { transId })));
    await all(over, crowd.slice(1));
    expect(await escrow()).toBe(4800);
    const replies = await all(complete, [...crowd, wang, zhao]);
    expect(replies.filter(({ code }) => code === '1')).toHaveLength(49);
    expect([await escrow(), await balances(li)]).toEqual([4800, ['49.00']]);
    app.clock.advance(HOUR);
    expect(await expire()).toBe(1);
    expect([await escrow(), await balances(li)]).toEqual([0, ['49.00']]);
    const left = await balances(...crowd, wang, zhao);
    expect(left.filter((each) => each === '9.00' || each === '99.00')).toHaveLength(49);
  });
});
