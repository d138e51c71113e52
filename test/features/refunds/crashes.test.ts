import { expect } from 'vitest';
import { parseYuan } from '../../../src/core/fen.ts';
import { sendRefunds } from '../../../src/features/refunds/send-due.ts';
import type { Person } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { load } from '../../support/database.ts';
import { PROVIDERS, REFUSAL, type RefundFault } from '../../support/hostile-refunds.ts';
import { expectBalancedBooks } from '../../support/money.ts';
import { mortal } from '../../support/mortal.ts';
import { sharedRefundTest } from '../../support/refund-test.ts';
import { expectRefundedOnce, ordered, paid, refunded, standing, untilEnded } from '../../support/refunds.ts';

const fenOf = async (who: Person) => parseYuan((await who.call('/wallet/getBalance')).data) ?? Number.NaN;

type Life = [name: string, faults: (refusal: string) => RefundFault[], ends: readonly number[]];
/** What a refund meets, and how it must end; refusals do not survive a crash, so that it may be done after one. */
const LIVES: Life[] = [
  ['a refund that is done', () => [], [1]],
  ['one whose answer is lost', () => ['answer lost'], [1]],
  ['one that never arrives and is sent again', () => ['dropped'], [1]],
  ['one that is refused', (refuse) => [{ refuse }, { refuse }, { refuse }], [1, 2]],
];

const test = sharedRefundTest();
test.afterEach(async ({ app, providers }) => {
  await expectRefundedOnce(app, providers);
  await expectBalancedBooks(app);
});

test.for(PROVIDERS.flatMap((type) => LIVES.map((life) => [type, ...life] as const)))(
  'at %s %s ends once, wherever the process dies',
  { timeout: 60_000 },
  async ([type, , faultsOf, ends], { app, providers, li }) => {
    /** One refund: the process that works on it dies at the step, another one goes on. @returns whether it did die */
    async function live(at: number): Promise<boolean> {
      const { tradeNo } = await paid(app, providers, type, await ordered(li, type));
      const before = await fenOf(li);
      const refund = await refunded(app, tradeNo);
      providers.faults.refund = faultsOf(REFUSAL[type]);
      providers.arrivals.length = 0;
      const life = mortal(app, at, 'after');
      for (let run = 0; run < 12 && !life.isDead(); run += 1) {
        await sendRefunds(life.platform).catch(() => {});
        app.clock.advance(7 * 60_000);
      }
      await untilEnded(app);
      providers.faults.refund = [];
      const { state } = await standing(app, refund);
      expect(ends).toContain(state);
      expect(before - (await fenOf(li))).toBe(state === 2 ? 0 : 1234);
      for (const { refundNo } of providers.arrivals) expect(refundNo).toBe(`refund${refund}`);
      // Nothing of it is left for the next one to look at.
      await app.executor.write([change('UPDATE refund_requests SET next_at = NULL WHERE stage = 3')]);
      return life.isDead();
    }
    // Dead after a step is dead before the next one.
    const stride = load(1, 3);
    let at = 1;
    while (await live(at)) at += stride;
    // A life of few steps would prove little.
    expect(at).toBeGreaterThan(3);
  },
);
