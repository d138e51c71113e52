import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_URL, type AdminAnswer, letIn, ownerOf, toAdminHost } from './support/admin-host.ts';
import { befriend, newPerson, type OtherServer, type Person } from './support/client.ts';
import { startProduction } from './support/production.ts';
import { isAddress, type Target } from './support/target.ts';

const target = process.env['TARGET'] ?? 'bun';
const PAY_PASSWORD = '135790';

describe.skipIf(isAddress(target))('an operator’s week with money', () => {
  let server: Target & OtherServer;
  const cookies = new Map<string, string>();
  let li: Person;
  let wang: Person;

  const as = (name: string, path: string, given: object): Promise<AdminAnswer> =>
    toAdminHost(server, path, given, { cookie: cookies.get(name) ?? '', origin: ADMIN_URL });
  const shell = async (...args: string[]) => (await server.teahouse?.('admin', ...args)) ?? '';
  const balance = async (who: Person) => (await who.call('/wallet/getBalance')).data;

  beforeAll(async () => {
    server = await startProduction(target, { ADMIN_URL });
    cookies.set('li', await ownerOf(server));
    for (const name of ['fay', 'fin']) {
      const { body } = await as('li', 'operators/add', { operator: name, role: 'finance' });
      cookies.set(name, await letIn(server, body.invitation));
    }
    [li, wang] = [await newPerson('李雷', server), await newPerson('王芳', server)];
    await befriend(li, wang);
    const validateNum = await server.codeFor(li.mobile);
    expect((await li.call('/pay/setPayPwd', { pwd: PAY_PASSWORD, validateNum })).code).toBe('1');
  }, 240_000);
  afterAll(() => server?.stop());

  test('more than one may do alone waits for a second one, from API and shell, and happens once', async () => {
    const credit = { user: li.id, yuan: '2000.00', note: '补偿', reason: 'ticket 1' };
    const { body: asked } = await as('fay', 'corrections/credit', credit);
    expect(asked).toMatchObject({ done: false, waits: true, yuan: '2000.00' });
    expect(await balance(li)).toBe('0.00');
    expect((await as('fay', 'approvals/approve', { approval: asked.approval })).status).toBe(409);
    const both = await Promise.all(
      ['fin', 'li'].map((name) => as(name, 'approvals/approve', { approval: asked.approval })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await balance(li)).toBe('2000.00');
    const [first] = (await li.call('/wallet/getWalletHistory')).data;
    expect(first).toMatchObject({ moneyType: '17', moneyDirect: '1', amount: '2000.00', content: '补偿' });

    const args = ['corrections', 'debit', String(li.id), '1500', '--reason', 'ticket 2'];
    const waiting = await shell(...args);
    const [, approval = ''] = /approvals approve (\d+)/.exec(waiting) ?? [];
    expect(waiting).toContain('waits for a second operator');
    expect(await shell('approvals', 'list')).toContain('corrections.debit');
    expect((await as('fin', 'approvals/reject', { approval, reason: 'no' })).status).toBe(200);
    expect(await balance(li)).toBe('2000.00');
  }, 120_000);

  test('a disputed transfer is found, its receiver frozen, and the money given back', async () => {
    const sent = await li.call('/transfer/createTransfer', {
      destId: wang.id,
      amount: '800.00',
      payPwd: PAY_PASSWORD,
      msg: '',
    });
    const transfer = Number(sent.data.id);
    expect((await wang.call('/transfer/confirmTransfer', { transId: transfer })).code).toBe('1');
    const found = await as('fay', 'transfers/find', { user: li.id, yuan: '800' });
    expect(found.body).toMatchObject({ total: 1, rows: [{ transfer, payee: wang.id, state: 'confirmed' }] });
    expect(await shell('transfers', 'show', String(transfer))).toContain(`with ${wang.id}`);

    expect(await shell('wallets', 'freeze', String(wang.id), '--reason', 'ticket 3')).toContain('Done.');
    const packet = { destType: 1, destId: li.id, redPacketCount: 1, redPacketAmount: '1', redPacketType: 1 };
    expect(await wang.call('/chat/sendRedPacket', packet)).toMatchObject({
      code: '-1',
      data: { reason: 'WALLET_FROZEN' },
    });
    // Of this person’s money Fay has had enough approved today: her colleague may give some back alone.
    const given = await as('fin', 'corrections/reverse-transfer', { transfer, reason: 'ticket 3' });
    expect(given.body).toMatchObject({ done: true, taken: '800.00', missing: '0.00' });
    expect([await balance(li), await balance(wang)]).toEqual(['2000.00', '0.00']);
    expect((await as('fin', 'wallets/unfreeze', { user: wang.id, reason: 'ticket 3' })).status).toBe(200);
  }, 120_000);

  test('a lost red packet is found, and where its money is', async () => {
    const packet = {
      destType: 1,
      destId: wang.id,
      redPacketCount: 1,
      redPacketAmount: '6.60',
      redPacketType: 1,
    };
    const { data } = await li.call('/chat/sendRedPacket', { ...packet, payPwd: PAY_PASSWORD });
    expect(await shell('packets', 'find', String(li.id), '--yuan', '6.6')).toContain(String(data.info));
    const shown = await as('fay', 'packets/show', { packet: Number(data.info) });
    expect(shown.body).toMatchObject({
      state: 'open',
      left: '6.60',
      where: expect.stringContaining('in escrow'),
    });
  }, 120_000);

  test('the books are browsed, and balance', async () => {
    const accounts = await as('fay', 'ledger/accounts', {});
    expect(accounts.body.rows).toContainEqual({ account: 'redPackets', yuan: '6.60' });
    const { body } = await as('fay', 'ledger/journals', { user: li.id, kind: 'transfer_reversed' });
    expect(body).toMatchObject({ total: 1, rows: [{ yuan: '800.00' }] });
    const { journal } = body.rows[0];
    expect((await as('fay', 'ledger/journal', { journal })).body.lines).toEqual([
      { from: `user ${wang.id}`, to: `user ${li.id}`, yuan: '800.00' },
    ]);
    expect((await as('fay', 'ledger/reconcile', {})).body).toMatchObject({
      standing: 'balances',
      findings: [],
    });
    expect(await shell('ledger', 'checks')).toContain('balances');
    expect(await server.teahouse?.('reconcile')).toContain('The books balance.');
    expect((await as('li', 'audit/verify', {})).body).toMatchObject({ holds: true, faults: [] });
  }, 120_000);
});
