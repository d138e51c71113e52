import fc from 'fast-check';
import { expect } from 'vitest';
import type { PayoutId } from '../../../src/core/ids.ts';
import { bouncePayout, returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { holdPayout, sendPayout } from '../../../src/features/payouts/queue.ts';
import { sendPayouts } from '../../../src/features/payouts/send-due.ts';
import type { AppOptions } from '../../support/app.ts';
import { sharedAppTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { load } from '../../support/database.ts';
import { type BankFault, hostileBank, UNCLEAR_FAULTS } from '../../support/hostile-bank.ts';
import { expectBalancedBooks } from '../../support/money.ts';
import { mortal } from '../../support/mortal.ts';
import { expectPaidOnce, standing, untilEnded, withdraw, withdrawer } from '../../support/payouts.ts';
import { chosenSeed } from '../../support/seeded.ts';
import { soak } from '../../support/soak.ts';

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];
const DAY = 24 * HOUR;

const fault = fc.constantFrom<BankFault>(
  ...UNCLEAR_FAULTS,
  { refuse: 'PAYEE_CARD_INFO_ERROR' },
  { refuse: 'PAYER_BALANCE_NOT_ENOUGH' },
  { refuse: 'PAYEE_CARD_INFO_ERROR', first: 'done' },
  { refuse: 'PAYER_BALANCE_NOT_ENOUGH', first: 'done' },
);
const questionFault = fc.constantFrom<BankFault>('dropped', 'error page', 'SYSTEM_ERROR', 'answer lost');
const faults = {
  transfer: fc.array(fault, { maxLength: 3 }),
  query: fc.array(questionFault, { maxLength: 3 }),
};
const nth = fc.nat(50);
const withdrawing = fc.record({
  do: fc.constant('withdraw' as const),
  fen: fc.integer({ min: 1, max: 5000 }),
});
const running = fc.record({
  do: fc.constant('run' as const),
  ...faults,
  times: fc.integer({ min: 1, max: 3 }),
});
const dying = fc.record({
  do: fc.constant('die' as const),
  ...faults,
  at: fc.integer({ min: 1, max: 12 }),
  when: fc.constantFrom('before' as const, 'after' as const),
});
const waiting = fc.record({
  do: fc.constant('wait' as const),
  ms: fc.constantFrom(SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 25 * HOUR, -HOUR, -3 * DAY),
});
const operating = fc.record({
  do: fc.constant('operate' as const),
  act: fc.constantFrom('settle' as const, 'return' as const, 'send' as const, 'hold' as const),
  nth,
  /** A job runs at the same moment. */
  beside: fc.boolean(),
});
const deciding = fc.record({
  do: fc.constant('decide' as const),
  how: fc.constantFrom('failed' as const, 'sentBack' as const),
  nth,
});
const weighted = <Value>(weight: number, arbitrary: fc.Arbitrary<Value>) => ({ weight, arbitrary });
const step = fc.oneof(
  weighted(3, withdrawing),
  weighted(4, running),
  weighted(2, dying),
  weighted(2, waiting),
  weighted(4, operating),
  weighted(1, deciding),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** A life in which an operator does everything that they may. */
const ask = (nth: number, act: 'settle' | 'return' | 'send' | 'hold'): Step => ({
  do: 'operate',
  act,
  nth,
  beside: false,
});
const EVERY_ACT: Step[] = [
  ...[0, 1, 2].map((): Step => ({ do: 'withdraw', fen: 100 })),
  ...[0, 1, 2].map((nth) => ask(nth, 'hold')),
  ask(0, 'settle'),
  ask(1, 'send'),
  ask(2, 'return'),
  { do: 'run', transfer: [], query: [], times: 2 },
];

/** What the operator has paid himself. */
const byHand = new Set<PayoutId>();
/** Payouts of this life. */
let payouts: PayoutId[] = [];
const seen = new Map<string, number>();
const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);

const test = sharedAppTest()
  .extend('bank', { scope: 'file' }, async ({ clock }, { onCleanup }) => {
    const bank = await hostileBank(clock);
    onCleanup(() => bank.close());
    return bank;
  })
  .extend(
    'options',
    { scope: 'file' },
    ({ bank }): AppOptions => ({
      env: {
        WITHDRAW_PROVIDER: 'alipay',
        WITHDRAW_AUTO_DAY_MAX: '9999999999',
        WITHDRAW_AUTO_DAY_COUNT: '10000',
      },
      platform: { payouts: (provider) => bank.payouts(provider) },
    }),
  )
  .extend('li', { scope: 'file' }, ({ app }) => withdrawer(app, '9000000000.00'))
  /** An operator who believes the list: who settles has paid by hand, and whoever returns has looked nowhere else. */
  .extend(
    'operate',
    { scope: 'file' },
    ({ app }) =>
      async (act: 'settle' | 'return' | 'send' | 'hold', payout: PayoutId): Promise<void> => {
        const acts = { settle: settlePayout, return: returnPayout, send: sendPayout, hold: holdPayout };
        if (!(await acts[act](app.platform, payout))) return;
        if (act === 'settle') byHand.add(payout);
        count(`operator: ${act}`);
      },
  )
  .extend('take', { scope: 'file' }, ({ bank, app, li, operate }) => async (each: Step): Promise<void> => {
    const chosen = 'nth' in each ? payouts[each.nth % Math.max(1, payouts.length)] : undefined;
    if ('transfer' in each) bank.faults.transfer.push(...each.transfer);
    if ('query' in each) bank.faults.query.push(...each.query);
    switch (each.do) {
      case 'withdraw':
        payouts.push(await withdraw(app, li, (each.fen / 100).toFixed(2)));
        return;
      case 'run':
        await Promise.all(Array.from({ length: each.times }, () => sendPayouts(app.platform)));
        return;
      case 'die': {
        const life = mortal(app, each.at, each.when);
        await sendPayouts(life.platform).catch(() => count('died'));
        return;
      }
      case 'wait':
        app.clock.advance(each.ms);
        return;
      case 'operate':
        if (chosen === undefined) return;
        await Promise.all([operate(each.act, chosen), each.beside ? sendPayouts(app.platform) : undefined]);
        return;
      case 'decide':
        if (chosen !== undefined) await bank.decide(`payout${chosen}`, each.how, 'PAYEE_CARD_INFO_ERROR');
    }
  })
  /** Everything comes to its end: the network is well, and the operator sees to what is his. */
  .extend('conclude', { scope: 'file' }, ({ bank, app, operate }) => async (): Promise<void> => {
    bank.faults.transfer = [];
    bank.faults.query = [];
    await untilEnded(app);
    const paid = await bank.paid();
    for (const payout of payouts) {
      const { state, reason } = await standing(app, payout);
      count(`${['held', 'settled', 'returned'][Number(state)]}${reason ? ` (${reason})` : ''}`);
      const isBack = state === 1 && !byHand.has(payout) && !paid.has(`payout${payout}`);
      if (isBack) await bouncePayout(app.platform, payout);
      if (state === 0) await operate('return', payout);
      // What is unclear he looks up at the bank.
      if (paid.has(`payout${payout}`)) await settlePayout(app.platform, payout, true);
      else await returnPayout(app.platform, payout, true);
    }
    await expectPaidOnce(app, bank, byHand);
    await app.executor.write([change('UPDATE payout_transfers SET next_at = NULL WHERE stage = 3')]);
  });

test('whatever the network, the clock, the bank, crashes and an operator do, nothing is paid twice, or returned and paid', async ({
  app,
  take,
  conclude,
}) => {
  const seed = chosenSeed();
  console.error(`payouts: SEED=${seed}`);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), async (steps) => {
      payouts = [];
      for (const each of steps) await take(each);
      await conclude();
      await expectBalancedBooks(app);
    }),
    { numRuns: load(soak(60, 300), 10), seed: seed | 0, examples: [[EVERY_ACT]] },
  );
  console.error(`payouts: ${JSON.stringify(Object.fromEntries([...seen].sort()))}`);
  // Over HTTP the lives are few.
  for (const what of ['settled', 'died', 'operator: settle', 'operator: send', 'operator: return'])
    expect(seen.get(what) ?? 0, what).toBeGreaterThanOrEqual(what === 'died' ? load(1, 0) : 1);
}, 180_000);
