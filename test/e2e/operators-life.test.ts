import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chosenSeed, seeded } from '../support/seeded.ts';
import { ADMIN_URL, type AdminAnswer, letIn, ownerOf, toAdminHost } from './support/admin-host.ts';
import { befriend, newPerson, type OtherServer, type Person } from './support/client.ts';
import { startProduction } from './support/production.ts';
import { isAddress, type Target } from './support/target.ts';

const target = process.env['TARGET'] ?? 'bun';
const CARD = '6217000000000000103';
const PAY_PASSWORD = '135790';
const ROUNDS = 10;
const ACTS = 8;
/** What one operator may move alone of a person's money per day, yuan. */
const ALONE = 40;

describe.skipIf(isAddress(target))('operators who work at once', () => {
  let server: Target & OtherServer;
  const cookies = new Map<string, string>();
  const people: Person[] = [];
  const as = (name: string, path: string, given: object): Promise<AdminAnswer> =>
    toAdminHost(server, path, given, { cookie: cookies.get(name) ?? '', origin: ADMIN_URL });

  beforeAll(async () => {
    server = await startProduction(target, { ADMIN_URL, ADMIN_TWO_EYES: `${ALONE}.00` });
    cookies.set('li', await ownerOf(server));
    for (const name of ['fay', 'fin']) {
      const { body } = await as('li', 'operators/add', { operator: name, role: 'finance' });
      cookies.set(name, await letIn(server, body.invitation));
    }
    for (const name of ['李', '王', '赵']) {
      const who = await newPerson(name, server);
      const validateNum = await server.codeFor(who.mobile);
      expect((await who.call('/pay/setPayPwd', { pwd: PAY_PASSWORD, validateNum })).code).toBe('1');
      for (const other of people) await befriend(who, other);
      people.push(who);
    }
    expect((await people[0]?.call('/wallet/bindingCard', { cardNo: CARD }))?.code).toBe('1');
  }, 240_000);
  afterAll(() => server?.stop());

  test('leave the books balanced and the audit whole, and never move more than they may alone', async () => {
    const seed = chosenSeed();
    console.error(`operators at once: SEED=${seed}`);
    const random = seeded(seed);
    const asked = new Map<number, string>();
    const transfers: number[] = [];
    /** Fen that each has moved alone, by operator and person; and how many acts were done, by operation. */
    const alone = new Map<string, number>();
    const done = new Map<string, number>();
    const count = (operation: string): void => void done.set(operation, (done.get(operation) ?? 0) + 1);
    const names = [...cookies.keys()];
    const refusals = new Set<string>();

    async function move(name: string, operation: string, given: object): Promise<void> {
      const { status, body } = await as(name, operation.replace('.', '/'), { ...given, reason: 'a life' });
      if (status !== 200) return void refusals.add(`${operation} ${body.error}`);
      if (body.waits) {
        asked.set(body.approval, name);
        return count('approvals.ask');
      }
      const key = `${name} ${body.user}`;
      alone.set(key, (alone.get(key) ?? 0) + Math.round(Number(body.yuan) * 100));
      count(operation);
    }
    async function end(name: string, verb: string): Promise<void> {
      const waiting = [...asked.keys()];
      if (waiting.length === 0) return;
      const approval = random.pick(waiting);
      const given = verb === 'reject' ? { approval, reason: 'a life' } : { approval };
      const { status } = await as(name, `approvals/${verb}`, given);
      if (status !== 200) return;
      expect(asked.get(approval) === name).toBe(verb === 'withdraw');
      asked.delete(approval);
      count(`approvals.${verb}`);
    }
    async function endPayout(name: string): Promise<void> {
      const { body } = await as(name, 'payouts/list', {});
      const payout = random.pick([...body.rows, { payout: 999 }]).payout;
      const verb = random.pick(['settle', 'return']);
      const { status } = await as(name, `payouts/${verb}`, { payout, reason: 'a life' });
      if (status === 200) count(`payouts.${verb}`);
    }
    async function act(): Promise<unknown> {
      const [name, who, other] = [random.pick(names), random.pick(people), random.pick(people)];
      const yuan = (0.01 + random.below(4000) / 100).toFixed(2);
      const what = random.below(12);
      if (what < 3) return move(name, 'corrections.credit', { user: who.id, yuan });
      if (what < 4) return move(name, 'corrections.debit', { user: who.id, yuan });
      if (what < 5) return move(name, 'corrections.seize', { user: who.id });
      if (what < 6 && transfers.length > 0)
        return move(name, 'corrections.reverse-transfer', { transfer: random.pick(transfers) });
      if (what < 8) return end(name, random.pick(['approve', 'reject', 'withdraw']));
      if (what < 9) {
        const verb = random.pick(['freeze', 'unfreeze']);
        const { status } = await as(name, `wallets/${verb}`, { user: who.id, reason: 'a life' });
        return status === 200 ? count(`wallets.${verb}`) : undefined;
      }
      if (what < 10) return endPayout(name);
      const pay = { amount: yuan, payPwd: PAY_PASSWORD };
      if (what < 11) return who.call('/wallet/withdraw', pay);
      const sent = await who.call('/transfer/createTransfer', { ...pay, destId: other.id, msg: '' });
      if (sent.code !== '1') return;
      await other.call('/transfer/confirmTransfer', { transId: sent.data.id });
      transfers.push(Number(sent.data.id));
    }

    for (let round = 0; round < ROUNDS; round += 1) await Promise.all(Array.from({ length: ACTS }, act));
    for (const [key, fen] of alone) expect(fen, key).toBeLessThanOrEqual(ALONE * 100);
    expect([...refusals].filter((each) => !each.endsWith('NOTHING_DONE'))).toEqual([]);
    expect((done.get('corrections.credit') ?? 0) + (done.get('approvals.ask') ?? 0)).toBeGreaterThan(0);

    expect((await as('li', 'ledger/reconcile', {})).body).toMatchObject({
      standing: 'balances',
      findings: [],
    });
    expect((await as('li', 'audit/verify', {})).body).toMatchObject({ holds: true, faults: [] });
    const written = new Map<string, number>();
    let after: string | undefined;
    do {
      const { body } = await as('li', 'audit/list', after ? { after } : {});
      for (const { operation } of body.rows) written.set(operation, (written.get(operation) ?? 0) + 1);
      after = body.next ?? undefined;
    } while (after);
    // An approved act stands below its own name, too.
    for (const [operation, times] of done)
      expect(written.get(operation) ?? 0, operation).toBeGreaterThanOrEqual(times);
  }, 240_000);
});
