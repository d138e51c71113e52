import { describe, expect } from 'vitest';
import type { PayoutId } from '../../../src/core/ids.ts';
import { returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { waitingPayouts } from '../../../src/features/payouts/list.ts';
import { holdPayout, sendPayout } from '../../../src/features/payouts/queue.ts';
import { type Person, testApp } from '../../support/app.ts';
import { type BankFault, UNCLEAR_FAULTS } from '../../support/hostile-bank.ts';
import { balance, payer } from '../../support/payments.ts';
import { payoutTest } from '../../support/payout-test.ts';
import { CARD, confirmName, expectPaidOnce, standing, untilEnded, withdraw } from '../../support/payouts.ts';

const [SECOND, MINUTE] = [1000, 60_000];
const DAY = 24 * 60 * MINUTE;

const test = payoutTest();

/** What a person was told about the account. */
const kindsOf = async (who: Person) =>
  (await who.events()).filter(({ type }) => type === 68).map(({ content }) => JSON.parse(content).kind);

describe('a withdrawal', () => {
  test('is frozen, sent by the job, asked about, and settled when the bank has paid', async ({
    bank,
    app,
    li,
    run,
    transfers,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    expect([await balance(li), transfers()]).toEqual(['87.66', []]);
    expect(await standing(app, payout)).toMatchObject({ state: 0, stage: 0 });
    expect(await run()).toBe(1);
    expect(await standing(app, payout)).toMatchObject({ state: 0, stage: 1, attempts: 1 });
    await later(29 * SECOND);
    expect(bank.arrivals).toHaveLength(1);
    await later(SECOND);
    expect(await standing(app, payout)).toMatchObject({ state: 1, stage: 3, reason: '' });
    expect(bank.arrivals.map(({ outBizNo }) => outBizNo)).toEqual([`payout${payout}`, `payout${payout}`]);
    await expectPaidOnce(app, bank);
    expect(await kindsOf(li)).toEqual(['cardBound', 'payoutRequested', 'payoutSettled']);
  });

  test('of somebody without a confirmed name, without a card, too small, or beyond the day’s sum is the operator’s for good', async ({
    bank,
    app,
    run,
    transfers,
  }) => {
    const wang = await payer(app, '9000.00');
    const noCard = await withdraw(app, wang, '1.00');
    await wang.call('/wallet/bindingCard', { cardNo: CARD });
    const noName = await withdraw(app, wang, '1.00');
    await confirmName(app, wang);
    const small = await withdraw(app, wang, '0.09');
    const last = await withdraw(app, wang, '4997.91');
    const beyond = await withdraw(app, wang, '1.00');
    await run();
    expect(transfers()).toEqual([{ method: expect.any(String), outBizNo: `payout${last}` }]);
    const byHand = new Set<PayoutId>();
    for (const payout of [noCard, noName, small, beyond]) {
      expect(await standing(app, payout)).toEqual({ state: 0, stage: null, attempts: null, reason: null });
      byHand.add(payout);
      expect(await settlePayout(app.platform, payout)).toBe(true);
    }
    await untilEnded(app);
    await expectPaidOnce(app, bank, byHand);
  });

  test('beyond the fifth of a day is the operator’s', async ({ app, li }) => {
    const made: PayoutId[] = [];
    for (let i = 0; i < 7; i += 1) made.push(await withdraw(app, li, '0.10'));
    app.clock.advance(DAY);
    made.push(await withdraw(app, li, '0.10'));
    const stages = await Promise.all(made.map(async (payout) => (await standing(app, payout)).stage));
    expect(stages).toEqual([0, 0, 0, 0, 0, null, null, 0]);
  });

  test('is the operator’s where no provider is named', async ({ app, li }) => {
    const config = { ...app.platform.config, WITHDRAW_PROVIDER: 'operator' as const };
    const { platform } = app;
    const other = await testApp({ executor: app.executor, platform: { config, keys: platform.keys } });
    const reply = await other.call('/wallet/withdraw', { amount: '1.00' }, { token: li.token });
    expect(reply).toMatchObject({ code: '-1' });
    const payPwd = '135790';
    expect(
      await other.call('/wallet/withdraw', { amount: '1.00', payPwd }, { token: li.token }),
    ).toMatchObject({ code: '1' });
    expect(await app.sql('SELECT * FROM payout_transfers')).toEqual([]);
  });
});

/** Faults of a request; whatever they leave open, the money moves once. */
const FAULTS: readonly BankFault[] = [
  ...UNCLEAR_FAULTS,
  { refuse: 'PAYMENT_INFO_INCONSISTENCY' },
  { refuse: 'A_CODE_OF_TOMORROW' },
];
const named = FAULTS.map((fault): [string, BankFault] => [
  typeof fault === 'string' ? fault : fault.refuse,
  fault,
]);

describe('a transfer whose request meets', () => {
  test.for(named)('"%s" is paid once', async ([_, fault], { bank, app, li }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = [fault];
    await untilEnded(app);
    expect(await standing(app, payout)).toMatchObject({ state: 1 });
    expect(new Set(bank.arrivals.map(({ outBizNo }) => outBizNo))).toEqual(new Set([`payout${payout}`]));
    await expectPaidOnce(app, bank);
  });

  test.for(named)(
    '"%s" three times, and its questions once, is paid once',
    async ([_, fault], { bank, app, li }) => {
      await withdraw(app, li, '12.34');
      bank.faults.transfer = [fault, fault, fault];
      bank.faults.query = [fault];
      await untilEnded(app);
      await expectPaidOnce(app, bank);
      expect(await balance(li)).toBe('87.66');
    },
  );
});

describe('a doubt', () => {
  test('is asked about, and nothing is sent again before the number is unknown for ten minutes', async ({
    bank,
    app,
    li,
    run,
    transfers,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['dropped'];
    await run();
    for (const wait of [30, 60, 120]) await later(wait * SECOND);
    await later(390 * SECOND - 1);
    expect(transfers()).toEqual([]);
    expect(await standing(app, payout)).toMatchObject({ stage: 1, attempts: 1, reason: 'NOT_FOUND_YET' });
    await later(1);
    expect(transfers()).toHaveLength(1);
    await untilEnded(app);
    await expectPaidOnce(app, bank);
  });

  test('stays one while no answer is definite, for days, and is asked about every hour', async ({
    bank,
    app,
    li,
    run,
    transfers,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['answer lost'];
    bank.faults.query = Array.from({ length: 60 }, () => 'SYSTEM_ERROR');
    await run();
    for (let hour = 0; hour < 66; hour += 1) await later(60 * MINUTE);
    expect(await standing(app, payout)).toMatchObject({ state: 1, attempts: 1 });
    expect(transfers()).toHaveLength(1);
    await expectPaidOnce(app, bank);
  });

  test('of a day ago is not sent again: the operator has it', async ({
    bank,
    app,
    li,
    run,
    transfers,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['dropped'];
    bank.faults.query = Array.from({ length: 30 }, () => 'dropped');
    await run();
    for (let hour = 0; hour < 40; hour += 1) await later(60 * MINUTE);
    expect(await standing(app, payout)).toMatchObject({ state: 0, stage: 2, reason: 'TOO_OLD' });
    expect(transfers()).toEqual([]);
    for (const act of [settlePayout, returnPayout, sendPayout])
      expect(await act(app.platform, payout)).toBe(false);
    expect(await returnPayout(app.platform, payout, true)).toBe(true);
    await expectPaidOnce(app, bank);
  });

  test('about what the bank has had and does not know any more is the operator’s: nothing is sent or returned', async ({
    bank,
    app,
    li,
    run,
    transfers,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    await run();
    bank.faults.query = Array.from({ length: 4 }, () => ({ refuse: 'ORDER_NOT_EXIST' }));
    for (const wait of [30, 60, 120, 390]) await later(wait * SECOND);
    expect(await standing(app, payout)).toMatchObject({ state: 0, stage: 2, reason: 'FORGOTTEN' });
    expect(transfers()).toHaveLength(1);
    for (const act of [settlePayout, returnPayout, sendPayout])
      expect(await act(app.platform, payout)).toBe(false);
    expect(await sendPayout(app.platform, payout, true)).toBe(true);
    await untilEnded(app);
    expect(await standing(app, payout)).toMatchObject({ state: 1 });
    await expectPaidOnce(app, bank);
  });

  test.for(['PAYEE_CARD_INFO_ERROR', 'PAYER_BALANCE_NOT_ENOUGH'])(
    'about which of two copies of one request was refused (%s) is paid once',
    async (refuse, { bank, app, li }) => {
      await withdraw(app, li, '12.34');
      bank.faults.transfer = [{ refuse, first: 'done' }];
      await untilEnded(app);
      await expectPaidOnce(app, bank);
      expect(await balance(li)).toBe('87.66');
    },
  );

  test('that an earlier request left is not ended by the refusal of a later one before the bank agrees', async ({
    bank,
    app,
    li,
    run,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['answer lost', { refuse: 'PAYEE_CARD_INFO_ERROR' }];
    // The first questions find nothing yet, as where the one who is asked lags behind.
    bank.faults.query = Array.from({ length: 4 }, () => ({ refuse: 'ORDER_NOT_EXIST' }));
    await run();
    for (const wait of [30, 60, 120, 390]) await later(wait * SECOND);
    expect(await standing(app, payout)).toMatchObject({
      state: 0,
      stage: 1,
      attempts: 2,
      reason: 'PAYEE_CARD_INFO_ERROR',
    });
    await untilEnded(app);
    expect(await standing(app, payout)).toMatchObject({ state: 1 });
    await expectPaidOnce(app, bank);
  });

  test('that an earlier request left ends with a later refusal once the bank knows of neither', async ({
    bank,
    app,
    li,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['dropped', { refuse: 'PAYEE_CARD_INFO_ERROR' }];
    bank.faults.query = Array.from({ length: 5 }, (_, i) =>
      i < 4 ? { refuse: 'ORDER_NOT_EXIST' } : 'dropped',
    );
    await untilEnded(app);
    expect(await standing(app, payout)).toMatchObject({ state: 2, reason: 'PAYEE_CARD_INFO_ERROR' });
    expect(await balance(li)).toBe('100.00');
    await expectPaidOnce(app, bank);
  });
});

describe('the list', () => {
  test('shows what a provider has without the card’s number, and what is the operator’s with it', async ({
    bank,
    app,
    li,
    run,
  }) => {
    const first = await withdraw(app, li, '1.00');
    expect(await waitingPayouts(app.platform)).toMatchObject([
      { id: first, cardNumber: '************7965', standing: 'alipay: queued' },
    ]);
    bank.faults.transfer = ['SYSTEM_ERROR, done'];
    await run();
    expect(await waitingPayouts(app.platform)).toMatchObject([
      {
        cardNumber: '************7965',
        standing: 'alipay: sent 2026-11-22 20:00:00, asked again 2026-11-22 20:00:30 (SYSTEM_ERROR)',
      },
    ]);
    const second = await withdraw(app, li, '2.00');
    expect(await holdPayout(app.platform, second)).toBe(true);
    expect(await holdPayout(app.platform, first)).toBe(false);
    expect((await waitingPayouts(app.platform))[0]).toMatchObject({
      cardNumber: CARD,
      standing: 'alipay: held (TAKEN_BACK)',
    });
    await untilEnded(app);
  });

  test('begins with what is the operator’s, however much a provider has', async ({ app, li }) => {
    const queued = [await withdraw(app, li, '1.00'), await withdraw(app, li, '1.00')];
    const wang = await payer(app, '10.00');
    const his = await withdraw(app, wang, '1.00');
    expect((await waitingPayouts(app.platform)).map(({ id }) => id)).toEqual([his, ...queued]);
  });
});
