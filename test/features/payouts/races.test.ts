import { describe, expect } from 'vitest';
import { sealingKey } from '../../../src/core/sealing.ts';
import { returnPayout, settlePayout } from '../../../src/features/payouts/end.ts';
import { waitingPayouts } from '../../../src/features/payouts/list.ts';
import { holdPayout, sendPayout } from '../../../src/features/payouts/queue.ts';
import { sendPayouts } from '../../../src/features/payouts/send-due.ts';
import { dbOver } from '../../../src/platform/database/db.ts';
import { change } from '../../support/bank.ts';
import { payoutTest } from '../../support/payout-test.ts';
import { expectPaidOnce, standing, untilEnded, withdraw } from '../../support/payouts.ts';

const [SECOND, MINUTE] = [1000, 60_000];
const DAY = 24 * 60 * MINUTE;

const test = payoutTest();

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
    const keys = { ...app.platform.keys, data: [sealingKey(new Uint8Array(32))] as const };
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
