import { describe, expect } from 'vitest';
import { waitingPayouts } from '../../../src/features/payouts/list.ts';
import { sendPayout } from '../../../src/features/payouts/queue.ts';
import type { Person } from '../../support/app.ts';
import { change } from '../../support/bank.ts';
import { balance } from '../../support/payments.ts';
import { payoutTest } from '../../support/payout-test.ts';
import { CARD, expectPaidOnce, standing, untilEnded, withdraw } from '../../support/payouts.ts';

const [SECOND, MINUTE] = [1000, 60_000];
const DAY = 24 * 60 * MINUTE;

const test = payoutTest();

/** What a person was told about the account. */
const kindsOf = async (who: Person) =>
  (await who.events()).filter(({ type }) => type === 68).map(({ content }) => JSON.parse(content).kind);

describe('a definite answer', () => {
  test('that the card or name is wrong gives the money back, with bill 15 and event 39', async ({
    bank,
    app,
    li,
    run,
    transfers,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = [{ refuse: 'PAYEE_CARD_INFO_ERROR' }];
    await run();
    for (const wait of [30, 60, 120]) await later(wait * SECOND);
    expect(await standing(app, payout)).toMatchObject({
      state: 0,
      stage: 1,
      reason: 'PAYEE_CARD_INFO_ERROR',
    });
    await later(390 * SECOND);
    expect(await standing(app, payout)).toMatchObject({
      state: 2,
      stage: 3,
      reason: 'PAYEE_CARD_INFO_ERROR',
    });
    expect(transfers()).toEqual([]);
    expect(await balance(li)).toBe('100.00');
    expect((await li.call('/wallet/getWalletHistory')).data[0]).toMatchObject({
      moneyType: '15',
      amount: '12.34',
    });
    expect((await li.events()).filter(({ type }) => type === 39)).toMatchObject([
      { content: '{"amt":12.34}' },
    ]);
    expect(await kindsOf(li)).toEqual(['cardBound', 'payoutRequested', 'payoutReturned']);
    await expectPaidOnce(app, bank);
  });

  test.for(['PAYER_BALANCE_NOT_ENOUGH', 'EXCEED_LIMIT_DM_MAX_AMOUNT', 'PRODUCT_NOT_SIGN'])(
    'about ourselves (%s) leaves it to the operator, who sees why, and can have it sent again',
    async (refuse, { bank, app, li, transfers, later }) => {
      const payout = await withdraw(app, li, '12.34');
      bank.faults.transfer = [{ refuse }];
      await untilEnded(app);
      await later(DAY);
      expect(await standing(app, payout)).toMatchObject({ state: 0, stage: 2, reason: refuse });
      expect(await waitingPayouts(app.platform)).toMatchObject([
        { id: payout, cardNumber: CARD, standing: `alipay: held (${refuse})` },
      ]);
      expect([await balance(li), transfers()]).toEqual(['87.66', []]);
      expect(await sendPayout(app.platform, payout)).toBe(true);
      await untilEnded(app);
      expect(await standing(app, payout)).toMatchObject({ state: 1 });
      await expectPaidOnce(app, bank);
    },
  );

  test.for([
    ['failed', 'PAYEE_CARD_INFO_ERROR', { state: 2, stage: 3, reason: 'PAYEE_CARD_INFO_ERROR' }],
    ['failed', '', { state: 2, stage: 3, reason: 'FAIL' }],
    ['sentBack', 'X', { state: 2, stage: 3, reason: 'X' }],
    ['failed', 'BALANCE_NOT_ENOUGH_FOR_CARD_FEE', { state: 0, stage: 2 }],
  ] as const)(
    'after a while (%s, "%s") ends what was under way',
    async ([state, code, expected], { bank, app, li, run }) => {
      const payout = await withdraw(app, li, '12.34');
      await run();
      await bank.decide(`payout${payout}`, state, code);
      await untilEnded(app);
      expect(await standing(app, payout)).toMatchObject(expected);
      expect(await balance(li)).toBe(expected.state === 2 ? '100.00' : '87.66');
      await expectPaidOnce(app, bank);
    },
  );

  test('that the bank has sent a paid one back within two weeks returns it once', async ({
    bank,
    app,
    li,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    await untilEnded(app);
    await later(7 * DAY);
    await bank.decide(`payout${payout}`, 'sentBack', 'BANK_REFUND');
    await later(DAY);
    expect(await standing(app, payout)).toMatchObject({ state: 2, reason: 'BANK_REFUND' });
    await later(30 * DAY);
    expect(await balance(li)).toBe('100.00');
    expect((await li.call('/wallet/getWalletHistory')).data).toMatchObject([
      { moneyType: '15' },
      { moneyType: '2' },
      { moneyType: '1' },
    ]);
    expect(await app.sql("SELECT kind FROM journals WHERE kind LIKE 'payout%' ORDER BY id")).toEqual([
      ['payout_settled'],
      ['payout_bounced'],
    ]);
    await expectPaidOnce(app, bank);
  });

  test('that returned it is asked for again, silently, and never ends it a second time', async ({
    logged,
    bank,
    app,
    li,
    run,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    await run();
    await bank.decide(`payout${payout}`, 'failed', 'PAYEE_CARD_INFO_ERROR');
    await untilEnded(app);
    const before = bank.arrivals.length;
    logged.length = 0;
    for (let day = 0; day < 20; day += 1) await later(DAY);
    expect([bank.arrivals.length - before, logged]).toEqual([15, []]);
    expect([await standing(app, payout), await balance(li)]).toMatchObject([{ state: 2 }, '100.00']);
  });

  test('is looked for 15 times after a payment, whatever else is said then, and no more', async ({
    bank,
    app,
    li,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    await untilEnded(app);
    const before = bank.arrivals.length;
    bank.faults.query = ['dropped', { refuse: 'ORDER_NOT_EXIST' }, 'SYSTEM_ERROR'];
    for (let day = 0; day < 20; day += 1) await later(DAY);
    expect(bank.arrivals.length - before).toBe(12);
    expect(await standing(app, payout)).toMatchObject({ state: 1 });
    await expectPaidOnce(app, bank);
  });
});

describe('an answer that comes late, and says that nothing is known of what was refused,', () => {
  const it = test
    /** A refused request whose first copy was taken in, and the fourth question under way. */
    .extend('fourthQuestion', ({ bank, app, li, run, later }) => async (refuse = 'PAYEE_CARD_INFO_ERROR') => {
      const payout = await withdraw(app, li, '12.34');
      bank.faults.transfer = [{ refuse, first: 'done' }];
      bank.faults.query = [
        ...Array.from({ length: 3 }, () => ({ refuse: 'ORDER_NOT_EXIST' })),
        { refuse: 'ORDER_NOT_EXIST', late: true },
      ];
      await run();
      for (const wait of [30, 60, 120]) await later(wait * SECOND);
      const late = bank.late();
      app.clock.advance(390 * SECOND);
      const asking = run();
      const answer = await late;
      const finish = () => {
        answer();
        return asking;
      };
      return { payout, finish };
    });

  it('returns nothing where it was asked about again meanwhile', async ({
    bank,
    app,
    later,
    fourthQuestion,
  }) => {
    const { payout, finish } = await fourthQuestion();
    bank.faults.query = ['dropped'];
    await later(600 * SECOND);
    await finish();
    expect(await standing(app, payout)).toMatchObject({ state: 0, stage: 1 });
    await untilEnded(app);
    await expectPaidOnce(app, bank);
  });

  it.for(['PAYEE_CARD_INFO_ERROR', 'PAYER_BALANCE_NOT_ENOUGH'])(
    'returns and holds nothing where the number has been known (%s)',
    async (refuse, { bank, app, fourthQuestion }) => {
      const { payout, finish } = await fourthQuestion(refuse);
      await app.executor.write([change('UPDATE payout_transfers SET taken_in = 1')]);
      await finish();
      expect(await standing(app, payout)).toMatchObject({ state: 0, stage: 1 });
      await untilEnded(app);
      await expectPaidOnce(app, bank);
    },
  );
});
