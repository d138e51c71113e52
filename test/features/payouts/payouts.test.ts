import { describe, expect } from 'vitest';
import type { PayoutId } from '../../../src/core/ids.ts';
import { returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { waitingPayouts } from '../../../src/features/payouts/list.ts';
import { holdPayout, sendPayout } from '../../../src/features/payouts/queue.ts';
import { sendPayouts } from '../../../src/features/payouts/send-due.ts';
import { dbOver } from '../../../src/platform/database/db.ts';
import { type AppOptions, type Person, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { type BankFault, hostileBank, UNCLEAR_FAULTS } from '../../support/hostile-bank.ts';
import { expectBalancedBooks } from '../../support/money.ts';
import { balance, payer } from '../../support/payments.ts';
import {
  CARD,
  confirmName,
  expectPaidOnce,
  NAME,
  standing,
  untilEnded,
  withdraw,
  withdrawer,
} from '../../support/payouts.ts';

const [SECOND, MINUTE] = [1000, 60_000];
const DAY = 24 * 60 * MINUTE;

const byHand = new Set<PayoutId>();
const logged: unknown[] = [];
const log = { info: () => {}, error: (...line: unknown[]) => void logged.push(line) };

const test = appTest()
  .extend('bank', async ({ clock }, { onCleanup }) => {
    const bank = await hostileBank(clock);
    onCleanup(() => bank.close());
    return bank;
  })
  .extend('meet', async () => meeting((await freshDatabase()).executor))
  .extend(
    'options',
    ({ bank, meet }): AppOptions => ({
      env: { WITHDRAW_PROVIDER: 'alipay' },
      executor: meet.executor,
      platform: { log, payouts: (provider) => bank.payouts(provider) },
    }),
  )
  .extend('li', ({ app }) => withdrawer(app))
  .extend(
    'run',
    ({ app }) =>
      () =>
        sendPayouts(app.platform),
  )
  .extend(
    'transfers',
    ({ bank }) =>
      () =>
        bank.arrivals.filter(({ method }) => method === 'alipay.fund.trans.uni.transfer'),
  )
  .extend('later', ({ app, run }) => async (ms: number) => {
    app.clock.advance(ms);
    await run();
  });
test.beforeEach(() => {
  byHand.clear();
  logged.length = 0;
});
test.afterEach(async ({ app }) => {
  await expectBalancedBooks(app);
  expect(JSON.stringify(logged)).not.toMatch(new RegExp(`${CARD}|${NAME}`));
});

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

describe('at the same moment', () => {
  test('two jobs send a transfer once, ask once, and settle once', async ({
    bank,
    meet,
    app,
    li,
    run,
    transfers,
  }) => {
    await withdraw(app, li, '12.34');
    meet.hold(2);
    await Promise.all([run(), run()]);
    expect(transfers()).toHaveLength(1);
    app.clock.advance(30 * SECOND);
    meet.hold(2);
    await Promise.all([run(), run()]);
    expect(bank.arrivals).toHaveLength(2);
    await expectPaidOnce(app, bank);
  });

  test('two jobs send again once what has never arrived', async ({
    bank,
    meet,
    app,
    li,
    run,
    transfers,
    later,
  }) => {
    await withdraw(app, li, '12.34');
    bank.faults.transfer = ['dropped'];
    await run();
    for (const wait of [30, 60, 120]) await later(wait * SECOND);
    app.clock.advance(390 * SECOND);
    meet.hold(2);
    await Promise.all([run(), run()]);
    expect(transfers()).toHaveLength(1);
    await untilEnded(app);
    await expectPaidOnce(app, bank);
  });

  test.for([settlePayout, returnPayout])(
    'an operator ends nothing that is queued or on its way (%o)',
    async (end, { bank, meet, app, li, run }) => {
      const payout = await withdraw(app, li, '12.34');
      expect(await end(app.platform, payout)).toBe(false);
      meet.hold(2);
      const [, ended] = await Promise.all([run(), end(app.platform, payout)]);
      expect(ended).toBe(false);
      expect(await end(app.platform, payout)).toBe(false);
      await untilEnded(app);
      expect(await end(app.platform, payout)).toBe(false);
      await expectPaidOnce(app, bank);
    },
  );

  test('an operator takes it out of the queue, or the job sends it', async ({ bank, meet, app, li, run }) => {
    for (let i = 0; i < 4; i += 1) {
      const payout = await withdraw(app, li, '1.00');
      meet.hold(2);
      const sending = i % 2 ? run() : undefined;
      const held = holdPayout(app.platform, payout);
      const isHeld = (await Promise.all([held, sending ?? run()]))[0];
      if (isHeld) {
        expect(await returnPayout(app.platform, payout)).toBe(true);
        await run();
      }
      await untilEnded(app);
      expect(await standing(app, payout)).toMatchObject({ state: isHeld ? 2 : 1 });
    }
    await expectPaidOnce(app, bank);
  });

  test('an operator ends a held one or has it sent again, not both', async ({ bank, meet, app, li }) => {
    for (const first of [0, 1]) {
      const payout = await withdraw(app, li, '1.00');
      bank.faults.transfer = [{ refuse: 'PAYER_BALANCE_NOT_ENOUGH' }];
      await untilEnded(app);
      meet.hold(2);
      const acts = [() => sendPayout(app.platform, payout), () => returnPayout(app.platform, payout)];
      const done = await Promise.all((first ? acts.reverse() : acts).map((act) => act()));
      expect(done.filter(Boolean)).toHaveLength(1);
      await untilEnded(app);
    }
    await expectPaidOnce(app, bank);
  });

  test('a question and a late answer to the request settle once', async ({ bank, app, li, run, later }) => {
    await withdraw(app, li, '12.34');
    bank.faults.transfer = ['late'];
    const late = bank.late();
    const slow = run();
    const answer = await late;
    await later(30 * SECOND);
    answer();
    await slow;
    await expectPaidOnce(app, bank);
  });

  test('a late refusal does not end what was sent again meanwhile', async ({ bank, app, li, run, later }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = [{ refuse: 'PAYEE_CARD_INFO_ERROR', late: true }, 'answer lost'];
    const late = bank.late();
    const slow = run();
    const answer = await late;
    for (const wait of [30, 60, 120, 390]) await later(wait * SECOND);
    expect(await standing(app, payout)).toMatchObject({ stage: 1, attempts: 2 });
    answer();
    await slow;
    expect(await standing(app, payout)).toMatchObject({ stage: 1, attempts: 2 });
    await untilEnded(app);
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

describe('an operator who insists', () => {
  test('settles what the provider never answers about; a late answer changes nothing', async ({
    bank,
    app,
    li,
    run,
    later,
  }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['answer lost'];
    await run();
    expect(await settlePayout(app.platform, payout, true)).toBe(true);
    await later(DAY);
    expect(await standing(app, payout)).toMatchObject({ state: 1, stage: 3 });
    await expectPaidOnce(app, bank);
  });

  test('is watched in what he says was paid there, and not in what he has paid by hand', async ({
    bank,
    app,
    li,
    run,
    later,
  }) => {
    const first = await withdraw(app, li, '1.00');
    bank.faults.transfer = [{ refuse: 'PAYER_BALANCE_NOT_ENOUGH' }];
    await untilEnded(app);
    expect(await settlePayout(app.platform, first)).toBe(true);
    const second = await withdraw(app, li, '2.00');
    bank.faults.transfer = ['SYSTEM_ERROR, done'];
    await run();
    expect(await settlePayout(app.platform, second, true)).toBe(true);
    const before = bank.arrivals.length;
    await bank.decide(`payout${second}`, 'sentBack', 'X');
    await later(6 * 60 * MINUTE);
    expect(bank.arrivals.slice(before).map(({ outBizNo }) => outBizNo)).toEqual([`payout${second}`]);
    expect(await standing(app, second)).toMatchObject({ state: 2, reason: 'X' });
    await expectPaidOnce(app, bank, new Set([first]));
  });

  test('and returns what the bank pays later reads so in the log', async ({ bank, app, li, run, later }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['SYSTEM_ERROR, done'];
    await run();
    expect(await returnPayout(app.platform, payout, true)).toBe(true);
    logged.length = 0;
    await later(6 * 60 * MINUTE);
    expect(logged).toEqual([['payout provider', { provider: 'alipay', payout, why: 'PAID_AFTER_RETURN' }]]);
    expect([await standing(app, payout), await balance(li)]).toMatchObject([{ state: 2 }, '100.00']);
  });

  test('and returns what is paid at that moment reads so in the log', async ({ bank, app, li, run }) => {
    const payout = await withdraw(app, li, '12.34');
    bank.faults.transfer = ['late'];
    const late = bank.late();
    const slow = run();
    const answer = await late;
    await bank.decide(`payout${payout}`, 'paid');
    bank.faults.query = ['late'];
    const lateQuestion = bank.late();
    app.clock.advance(30 * SECOND);
    const asking = run();
    const answerQuestion = await lateQuestion;
    expect(await returnPayout(app.platform, payout, true)).toBe(true);
    answer();
    answerQuestion();
    await Promise.all([slow, asking]);
    expect(logged).toContainEqual([
      'payout provider',
      { provider: 'alipay', payout, why: 'PAID_AFTER_RETURN' },
    ]);
    expect(await standing(app, payout)).toMatchObject({ state: 2, stage: 3 });
    expect(await balance(li)).toBe('100.00');
  });
});

describe('what changes meanwhile', () => {
  const it = test.extend(
    'sent',
    ({ app, li }) =>
      () =>
        withdraw(app, li, '12.34'),
  );

  it('what has been in the queue for more than a day, as in a backup, waits for the operator', async ({
    bank,
    app,
    later,
    sent,
  }) => {
    const payout = await sent();
    await later(DAY + 1);
    expect(await standing(app, payout)).toMatchObject({ state: 0, stage: 2, reason: 'TOO_OLD' });
    expect(bank.arrivals).toEqual([]);
    expect(await waitingPayouts(app.platform)).toMatchObject([{ cardNumber: '************7965' }]);
    expect(await sendPayout(app.platform, payout)).toBe(false);
    expect(await sendPayout(app.platform, payout, true)).toBe(true);
    await untilEnded(app);
    await expectPaidOnce(app, bank);
  });

  it('a disabled user is not paid', async ({ app, li, run, transfers, sent }) => {
    const payout = await sent();
    await app.executor.write([change('UPDATE users SET status = 0 WHERE id = ?', li.id)]);
    await run();
    expect(await standing(app, payout)).toMatchObject({ state: 0, stage: 2, reason: 'USER_DISABLED' });
    expect(await sendPayout(app.platform, payout)).toBe(true);
    await run();
    expect([await standing(app, payout), transfers()]).toMatchObject([{ stage: 2 }, []]);
  });

  it('an unbound card still gets what is on its way to it', async ({ bank, app, li, sent }) => {
    const payout = await sent();
    const [[card] = []] = await app.sql('SELECT id FROM bank_cards WHERE user_id = ?', li.id);
    await li.call('/wallet/dissCard', { cardId: Number(card) });
    await untilEnded(app);
    expect(await standing(app, payout)).toMatchObject({ state: 1 });
    await expectPaidOnce(app, bank);
  });

  it('where the provider is switched off, what was sent is asked about and the rest is held', async ({
    bank,
    app,
    li,
    run,
  }) => {
    const [first, second] = [await withdraw(app, li, '1.00'), await withdraw(app, li, '2.00')];
    await app.executor.write([
      change('UPDATE payout_transfers SET next_at = next_at + 1000 WHERE payout_id = ?', second),
    ]);
    await run();
    const off = {
      ...app.platform,
      config: { ...app.platform.config, WITHDRAW_PROVIDER: 'operator' as const },
    };
    app.clock.advance(30 * SECOND);
    await sendPayouts(off);
    expect(await standing(app, first)).toMatchObject({ state: 1 });
    expect(await standing(app, second)).toMatchObject({ stage: 2, reason: 'SWITCHED_OFF' });
    expect(await sendPayout(off, second)).toBe(false);
    await expectPaidOnce(app, bank);
  });

  it('a card that cannot be read any more is not paid', async ({ bank, app, sent }) => {
    const payout = await sent();
    const keys = { ...app.platform.keys, data: new Uint8Array(32) };
    await sendPayouts({ ...app.platform, keys });
    expect(await standing(app, payout)).toMatchObject({ stage: 2, reason: 'DATA_KEY_DIFFERS' });
    expect(bank.arrivals).toEqual([]);
  });

  it('an account that is gone asks nothing and forgets nothing', async ({ bank, app, run, sent }) => {
    const payout = await sent();
    await run();
    app.clock.advance(30 * SECOND);
    await sendPayouts({ ...app.platform, payouts: async () => undefined });
    expect(await standing(app, payout)).toMatchObject({ state: 0, stage: 1, reason: 'NO_ACCOUNT' });
    await untilEnded(app);
    await expectPaidOnce(app, bank);
  });

  it.for([-400 * DAY, -60 * MINUTE, 60 * MINUTE, 400 * DAY])(
    'a clock that jumps by %i ms after a lost request pays once all the same, and waits for no clock',
    async (jump, { bank, app, run, later, sent }) => {
      const payout = await sent();
      bank.faults.transfer = ['answer lost'];
      await run();
      app.clock.advance(jump);
      for (let minute = 0; minute < 90; minute += 1) await later(MINUTE);
      expect(await standing(app, payout)).toMatchObject({ state: 1, attempts: 1 });
      await expectPaidOnce(app, bank);
    },
  );

  it('a clock that jumps while a request is on its way sends no second number', async ({
    bank,
    app,
    run,
    later,
    sent,
  }) => {
    const payout = await sent();
    bank.faults.transfer = ['late'];
    const late = bank.late();
    const slow = run();
    const answer = await late;
    for (const jump of [DAY, -2 * DAY, 3 * DAY]) await later(jump);
    expect(await standing(app, payout)).toMatchObject({ state: 1 });
    answer();
    await slow;
    await untilEnded(app);
    await expectPaidOnce(app, bank);
  });

  it('a claim that took too long is not used', async ({ bank, app, sent }) => {
    const payout = await sent();
    const { db } = app.platform;
    let writes = 0;
    const slowDb = dbOver(
      async (queries) => (await db.read({ queries })).queries,
      async (queries) => {
        writes += 1;
        const done = await db.write({ queries });
        if (writes === 1) app.clock.advance(20 * SECOND + 1);
        return done.queries;
      },
    );
    await sendPayouts({ ...app.platform, db: slowDb });
    expect([await standing(app, payout), bank.arrivals]).toMatchObject([{ stage: 1, attempts: 1 }, []]);
    await untilEnded(app);
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
