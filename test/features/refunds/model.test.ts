import fc from 'fast-check';
import { expect } from 'vitest';
import { fen, parseYuan, yuan } from '../../../src/core/fen.ts';
import type { RefundId } from '../../../src/core/ids.ts';
import { sendRefunds } from '../../../src/features/refunds/send-due.ts';
import type { Trade } from '../../../src/sandbox-gateway/trades.ts';
import { change } from '../../support/bank.ts';
import { load } from '../../support/database.ts';
import { PROVIDERS, REFUSAL, type RefundFault, UNCLEAR_FAULTS } from '../../support/hostile-refunds.ts';
import { expectBalancedBooks } from '../../support/money.ts';
import { mortal } from '../../support/mortal.ts';
import { operate } from '../../support/operate.ts';
import { sharedRefundTest } from '../../support/refund-test.ts';
import { expectRefundedOnce, ordered, paid, standing, untilEnded } from '../../support/refunds.ts';
import { chosenSeed } from '../../support/seeded.ts';
import { soak } from '../../support/soak.ts';

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];
const fault = fc.constantFrom<RefundFault>(
  ...UNCLEAR_FAULTS,
  ...PROVIDERS.flatMap((type): RefundFault[] => [
    { refuse: REFUSAL[type] },
    { refuse: REFUSAL[type], first: 'done' },
  ]),
);
const faults = { refund: fc.array(fault, { maxLength: 3 }), query: fc.array(fault, { maxLength: 3 }) };
const nth = fc.nat(50);
const weighted = <Value>(weight: number, arbitrary: fc.Arbitrary<Value>) => ({ weight, arbitrary });
const step = fc.oneof(
  weighted(
    3,
    fc.record({
      do: fc.constant('pay' as const),
      type: fc.constantFrom(...PROVIDERS),
      /** Credited, left unclaimed, or paid a second time. */
      how: fc.constantFrom('recharge' as const, 'unclaimed' as const, 'twice' as const),
    }),
  ),
  weighted(5, fc.record({ do: fc.constant('refund' as const), nth, fen: fc.integer({ min: 1, max: 1300 }) })),
  weighted(
    4,
    fc.record({ do: fc.constant('run' as const), ...faults, times: fc.integer({ min: 1, max: 3 }) }),
  ),
  weighted(
    2,
    fc.record({
      do: fc.constant('die' as const),
      ...faults,
      at: fc.integer({ min: 1, max: 12 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  ),
  weighted(
    2,
    fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 25 * HOUR, -HOUR),
    }),
  ),
  weighted(
    3,
    fc.record({
      do: fc.constant('operate' as const),
      act: fc.constantFrom('ask' as const, 'end' as const),
      nth,
      beside: fc.boolean(),
    }),
  ),
  weighted(
    2,
    fc.record({
      do: fc.constant('decide' as const),
      how: fc.constantFrom('closed' as const, 'stuck' as const),
      nth,
      tell: fc.boolean(),
    }),
  ),
  weighted(1, fc.record({ do: fc.constant('spend' as const), fen: fc.integer({ min: 1, max: 900 }) })),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const seen = new Map<string, number>();
const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);

const test = sharedRefundTest();

test('whatever the network, the clock, the providers, crashes and an operator do, nothing goes back twice, or is kept and gone', async ({
  app,
  providers,
  li,
}) => {
  const seed = chosenSeed();
  console.error(`refunds: SEED=${seed}`);
  /** Payments and refunds of this life. */
  let trades: Trade[] = [];
  let refunds: RefundId[] = [];
  /** What the wallet must hold: what came in, less what has gone back or is on its way, less what was spent. */
  let came = 0;
  let spent = 0;
  const chosen = <Item>(items: readonly Item[], nth: number) => items[nth % Math.max(1, items.length)];
  const finance = (name: string, given: object) =>
    operate(app, 'finance', name, { ...given, reason: 'a life' });
  const isGone = (refund: RefundId) =>
    providers.gone().some(({ refundNo }) => refundNo === `refund${refund}`);

  async function expectWallet(): Promise<void> {
    const [[taken] = []] = await app.sql(
      'SELECT COALESCE(SUM(amount), 0) FROM refunds WHERE state <> 2 AND user_id IS NOT NULL',
    );
    const has = parseYuan((await li.call('/wallet/getBalance')).data);
    expect(has).toBe(came - spent - Number(taken));
  }
  async function pay(each: Extract<Step, { do: 'pay' }>): Promise<void> {
    const order = await ordered(li, each.type, each.how === 'unclaimed' ? { orderType: 2 } : {});
    trades.push(await paid(app, providers, each.type, order));
    if (each.how !== 'unclaimed') came += 1234;
    if (each.how === 'twice') trades.push(await paid(app, providers, each.type, order));
  }
  /** An operator who looks at the provider before they end what they have: they never say what is not so. */
  async function end(refund: RefundId): Promise<void> {
    const verb = isGone(refund) ? 'settle' : 'return';
    const { status } = await finance(`refunds.${verb}`, { refund });
    if (status === 200) count(`operator: ${verb}`);
  }
  async function take(each: Step): Promise<void> {
    if ('refund' in each) providers.faults.refund.push(...each.refund);
    if ('query' in each) providers.faults.query.push(...each.query);
    const refund = 'nth' in each ? chosen(refunds, each.nth) : undefined;
    switch (each.do) {
      case 'pay':
        return pay(each);
      case 'refund': {
        const trade = chosen(trades, each.nth);
        if (!trade) return;
        const given = { payment: trade.tradeNo, yuan: yuan(fen(each.fen)) };
        const { status, body } = await finance('refunds.refund', given);
        expect([200, 409]).toContain(status);
        if (status === 200) refunds.push(body.on);
        count(`refund: ${status}`);
        return;
      }
      case 'run':
        await Promise.all(Array.from({ length: each.times }, () => sendRefunds(app.platform)));
        return;
      case 'die':
        await sendRefunds(mortal(app, each.at, each.when).platform).catch(() => count('died'));
        return;
      case 'wait':
        app.clock.advance(each.ms);
        return;
      case 'operate':
        if (refund === undefined) return;
        await Promise.all([
          each.act === 'ask' ? finance('refunds.ask', { refund }) : end(refund),
          each.beside ? sendRefunds(app.platform) : undefined,
        ]);
        return;
      case 'decide': {
        const name = `refund${refund}`;
        const known = providers.gone().find(({ refundNo }) => refundNo === name);
        // What the payer has does not come back, and Alipay closes nothing.
        if (known?.provider !== 'wxpay' || known.state === 1) return;
        await providers.decide(name, each.how);
        const trade = trades.find(({ tradeNo }) => tradeNo === known.tradeNo);
        if (each.tell && trade) await app.fetch(await providers.refundNotice(trade, name));
        count(each.how);
        return;
      }
      case 'spend': {
        const { code } = await li.call('/wallet/withdraw', { amount: yuan(fen(each.fen)) });
        if (code === '1') spent += each.fen;
      }
    }
  }
  /** Everything comes to its end: the network is well, and the operator looks at what is theirs. */
  async function conclude(): Promise<void> {
    providers.faults.refund = [];
    providers.faults.query = [];
    await untilEnded(app);
    for (const refund of refunds) {
      const { state, reason } = await standing(app, refund);
      count(`${['held', 'done', 'returned'][Number(state)]}${reason ? ` (${reason})` : ''}`);
      if (state === 0 && reason === 'ABNORMAL') {
        await providers.decide(`refund${refund}`, 'done');
        await finance('refunds.ask', { refund });
        await untilEnded(app);
      } else if (state === 0) await end(refund);
    }
    await expectRefundedOnce(app, providers);
    await app.executor.write([change('UPDATE refund_requests SET next_at = NULL WHERE stage = 3')]);
  }

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), async (steps) => {
      [trades, refunds] = [[], []];
      for (const each of steps) {
        await take(each);
        await expectWallet();
      }
      await conclude();
      await expectWallet();
      await expectBalancedBooks(app);
    }),
    { numRuns: load(soak(40, 300), 8), seed: seed | 0 },
  );
  console.error(`refunds: ${JSON.stringify(Object.fromEntries([...seen].sort()))}`);
  for (const what of ['done', 'refund: 200', 'refund: 409', 'died'])
    expect(seen.get(what) ?? 0, what).toBeGreaterThanOrEqual(load(1, 0));
}, 240_000);
