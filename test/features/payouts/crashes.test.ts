import { expect } from 'vitest';
import { parseYuan } from '../../../src/core/fen.ts';
import { sendPayouts } from '../../../src/features/payouts/send-due.ts';
import type { AppOptions, Person } from '../../support/app.ts';
import { sharedAppTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { load } from '../../support/database.ts';
import { type BankFault, hostileBank } from '../../support/hostile-bank.ts';
import { expectBalancedBooks } from '../../support/money.ts';
import { mortal } from '../../support/mortal.ts';
import { balance } from '../../support/payments.ts';
import { expectPaidOnce, standing, untilEnded, withdraw, withdrawer } from '../../support/payouts.ts';

const fenOf = async (who: Person) => parseYuan(await balance(who)) ?? Number.NaN;

const REFUSED: BankFault = { refuse: 'PAYEE_CARD_INFO_ERROR' };
const POOR: BankFault = { refuse: 'PAYER_BALANCE_NOT_ENOUGH' };
/** What a transfer meets, and how it must end; refusals do not survive a crash, so that it may be paid after one. */
const LIVES: [string, BankFault[], readonly number[]][] = [
  ['a transfer that is paid', [], [1]],
  ['one whose answer is lost', ['answer lost'], [1]],
  ['one that never arrives and is sent again', ['dropped'], [1]],
  ['one that is refused for its card', [REFUSED, REFUSED, REFUSED], [1, 2]],
  ['one that the merchant cannot pay', [POOR, POOR, POOR], [0, 1]],
];

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
      env: { WITHDRAW_PROVIDER: 'alipay', WITHDRAW_AUTO_DAY_MAX: '100000', WITHDRAW_AUTO_DAY_COUNT: '10000' },
      platform: { payouts: (provider) => bank.payouts(provider) },
    }),
  )
  .extend('li', { scope: 'file' }, ({ app }) => withdrawer(app, '10000.00'))
  /** One payout: the process that works on it dies at the step, another one goes on. @returns whether it did die */
  .extend(
    'live',
    { scope: 'file' },
    ({ bank, app, li }) =>
      async (
        faults: readonly BankFault[],
        ends: readonly number[],
        at: number,
        when: 'before' | 'after',
      ): Promise<boolean> => {
        const before = await fenOf(li);
        const payout = await withdraw(app, li, '12.34');
        bank.faults.transfer = [...faults];
        bank.arrivals.length = 0;
        const life = mortal(app, at, when);
        for (let run = 0; run < 12 && !life.isDead(); run += 1) {
          await sendPayouts(life.platform).catch(() => {});
          app.clock.advance(7 * 60_000);
        }
        await untilEnded(app);
        bank.faults.transfer = [];
        const { state } = await standing(app, payout);
        expect(ends).toContain(state);
        expect(before - (await fenOf(li))).toBe(state === 2 ? 0 : 1234);
        for (const { outBizNo } of bank.arrivals) expect(outBizNo).toBe(`payout${payout}`);
        // Nothing of it is left for the next one to look at.
        await app.executor.write([change('UPDATE payout_transfers SET next_at = NULL WHERE stage = 3')]);
        return life.isDead();
      },
  );
test.afterEach(async ({ bank, app }) => {
  await expectPaidOnce(app, bank);
  await expectBalancedBooks(app);
});

test.for(LIVES)('%s ends once, wherever the process dies', async ([_, faults, ends], { live }) => {
  for (const when of ['before', 'after'] as const) {
    const stride = load(1, 3);
    let at = 1;
    while (await live(faults, ends, at, when)) at += stride;
    // A life of few steps would prove little.
    expect(at).toBeGreaterThan(4);
  }
});
