import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { yuan } from '../../../src/core/fen.ts';
import { runJobs } from '../../../src/jobs.ts';
import { type Adapter, hardestAdapters } from '../../support/adapters.ts';
import { type Params, type Person, type Reply, testApp } from '../../support/app.ts';
import { befriend } from '../../support/friends.ts';
import { expectBalancedBooks, PAY_PASSWORD } from '../../support/money.ts';
import { balances, key, payer } from '../../support/payments.ts';
import {
  FRIENDS,
  MEMBERS,
  PaymentsModel,
  placeOf,
  START_FEN,
  type Step,
  step,
} from '../../support/payments-model.ts';
import { chosenSeed } from '../../support/seeded.ts';
import { soak } from '../../support/soak.ts';
import { startSqld } from '../../support/sqld.ts';

const sqld = await startSqld();
const adapters = hardestAdapters(sqld).filter(({ name }) => !name.includes('better'));
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

const SEED = chosenSeed() | 0; // fast-check’s seeds are signed

/** Lives the steps through the API and in the model side by side; every answer and every end must agree. */
async function live(adapter: Adapter, steps: readonly Step[]): Promise<void> {
  await adapter.reset();
  const executor = await adapter.openMigrated();
  const app = await testApp({ executor });
  const model = new PaymentsModel();
  const people: Person[] = [];
  for (let i = 0; i < model.wallets.length; i += 1) people.push(await payer(app, yuan(START_FEN)));
  const at = (place: number): Person => people[place] ?? expect.unreachable();
  for (const [a, b] of FRIENDS) await befriend(at(a), at(b));
  const group = await makeGroup(at, app.executor);
  const transfers: string[] = [];
  const bills: { id: string; by: number; share: number }[] = [];
  let calls = 0;

  /** Sends a call as often as the step says, at once; under one key all answers are one. */
  async function send(by: number, path: string, params: Params, how: { copies: number; keyed: boolean }) {
    calls += 1;
    const options = how.keyed ? key(`k${calls}`) : {};
    const all = await Promise.all(
      Array.from({ length: how.copies }, () =>
        at(by).call(path, { payPwd: PAY_PASSWORD, ...params }, options),
      ),
    );
    const good = all.filter(({ code }) => code === '1');
    if (how.keyed) expect([0, all.length]).toContain(good.length);
    return how.keyed ? good.slice(0, 1) : good;
  }
  /** How many of the copies the model lets through. */
  const expected = (how: { copies: number; keyed: boolean }, once: () => boolean) =>
    Array.from({ length: how.keyed ? 1 : how.copies }, once).filter(Boolean).length;

  async function take(each: Step): Promise<void> {
    if (each.do === 'wait') {
      app.clock.advance(each.ms);
      model.now += each.ms;
    } else if (each.do === 'jobs') {
      await Promise.all(Array.from({ length: each.copies }, () => runJobs(app.platform)));
      model.runJobs();
    } else if (each.do === 'block') {
      const path = each.on ? '/chat/setBlock' : '/chat/removeBlack';
      await at(each.by).call(path, { blockId: at(each.whom).id, destId: at(each.whom).id });
      model.block(each.by, each.whom, each.on);
    } else expect(await act(each)).toBe(allowed(each));
  }

  async function act(each: Exclude<Step, { do: 'wait' | 'jobs' | 'block' }>): Promise<number> {
    if (each.do === 'send' || each.do === 'pay') {
      const params = { destId: at(each.to).id, amount: yuan(each.amount) };
      if (each.do === 'pay') return (await send(each.from, '/transfer/postPayment', params, each)).length;
      const where = { ...params, groupId: each.inGroup ? group : 0 };
      const sent = await send(each.from, '/transfer/createTransfer', where, each);
      transfers.push(...sent.map(({ data }: Reply) => data.id));
      return sent.length;
    }
    if (each.do === 'confirm') {
      const nth = placeOf(each.nth, transfers);
      const params = { transId: transfers[nth] ?? 1 };
      return (await send(model.payee(each.by, nth), '/transfer/confirmTransfer', params, each)).length;
    }
    if (each.do === 'ask') {
      const dest = each.inGroup ? { destType: 1, destId: group } : { destType: 0, destId: at(each.to).id };
      const { counts } = each;
      const params = { ...dest, totalAmount: yuan(each.amount), counts };
      const asked = await send(each.by, '/transfer/aaTrans', params, { copies: 1, keyed: false });
      const share = Math.ceil(each.amount / counts);
      bills.push(...asked.map(({ data }: Reply) => ({ id: data.transId, by: each.by, share })));
      return asked.length;
    }
    const nth = placeOf(each.nth, bills);
    const bill = bills[nth] ?? { id: '1', by: 0, share: 1 };
    const params = { destId: at(bill.by).id, amount: yuan(bill.share + each.more), transId: bill.id };
    return (await send(model.payer(each.by, nth), '/transfer/aaTransPay', params, each)).length;
  }

  function allowed(each: Exclude<Step, { do: 'wait' | 'jobs' | 'block' }>): number {
    if (each.do === 'send')
      return expected(each, () => model.send(each.from, each.to, each.amount, each.inGroup));
    if (each.do === 'pay') return expected(each, () => model.pay(each.from, each.to, each.amount));
    if (each.do === 'confirm') {
      const nth = placeOf(each.nth, model.transfers);
      const by = model.payee(each.by, nth);
      return expected(each, () => model.confirm(by, nth));
    }
    if (each.do === 'ask')
      return Number(model.ask(each.by, each.inGroup ? 'group' : each.to, each.amount, each.counts));
    const nth = placeOf(each.nth, model.bills);
    const share = (model.bills[nth]?.share ?? 1) + each.more;
    const by = model.payer(each.by, nth);
    return expected(each, () => model.share(by, nth, share));
  }

  try {
    for (const each of steps) {
      await take(each);
      expect(await balances(...people), JSON.stringify(each)).toEqual(model.wallets.map(yuan));
    }
    for (const [i, { from, status }] of model.transfers.entries()) {
      const { data } = await at(from).call('/transfer/viewTransfer', { transId: transfers[i] ?? '' });
      expect(data.status).toBe(status);
    }
    for (const [i, bill] of model.bills.entries()) {
      const { data } = await at(bill.by).call('/transfer/aaTransDetail', { transId: bills[i]?.id ?? '' });
      expect([data.transInfo.status, data.records.length]).toEqual([model.billStatus(bill), bill.paid.size]);
    }
    await expectBalancedBooks(app);
  } finally {
    await app.close();
  }
}

/** A group of `MEMBERS`; put in directly, because not all of them are friends of one another. */
async function makeGroup(
  at: (place: number) => Person,
  executor: ReturnType<Adapter['open']>,
): Promise<number> {
  const [owner = 0, ...members] = MEMBERS;
  const made = await at(owner).call('/chat/createGroup', { name: '茶', ids: at(1).id });
  const group = Number(made.data.id);
  const insert = 'INSERT OR IGNORE INTO group_members (group_id, user_id, created_at) VALUES (?, ?, 0)';
  await executor.write(
    members.map((place) => ({ sql: insert, params: [group, at(place).id], kind: 'change' as const })),
  );
  return group;
}

describe.each(adapters.map((each) => [each.name, each] as const))('on %s', (name, adapter) => {
  test(
    `any life of payments, transfers and bills is what the model says (seed ${SEED})`,
    async () => {
      const numRuns = name.includes('sqld') ? soak(3, 10) : soak(10, 100);
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }), (steps) =>
          live(adapter, steps),
        ),
        { numRuns, seed: SEED, endOnFailure: true },
      );
    },
    soak(120_000, 1_200_000),
  );
});
