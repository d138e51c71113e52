import { expect } from 'vitest';
import type { PayoutId } from '../../src/core/ids.ts';
import { systemRandom } from '../../src/core/random.ts';
import { seal } from '../../src/core/sealing.ts';
import { sendPayouts } from '../../src/features/payouts/send-due.ts';
import { REAL_NAME } from '../../src/features/profiles/view.ts';
import type { Params, Person, TestApp } from './app.ts';
import { change } from './bank.ts';
import type { HostileBank } from './hostile-bank.ts';
import { PAY_PASSWORD } from './money.ts';
import { payer } from './payments.ts';

export const CARD = '6214830202117965';
export const NAME = '李雷雷';

/** Has the person's name confirmed, as an operator does. */
export async function confirmName({ platform, executor }: TestApp, who: Person): Promise<void> {
  const name = seal(platform.keys.data[0], REAL_NAME, NAME, systemRandom);
  await executor.write([
    change(
      `INSERT INTO identity_checks (user_id, sealed_name, sealed_id_no, id_no_digest, state, submitted_at) VALUES (?, ?, '', ?, 1, 0)`,
      who.id,
      name,
      String(who.id),
    ),
  ]);
}

/** Somebody with money, a card, and a confirmed name. */
export async function withdrawer(app: TestApp, yuan = '100.00'): Promise<Person> {
  const who = await payer(app, yuan);
  expect((await who.call('/wallet/bindingCard', { cardNo: CARD })).code).toBe('1');
  await confirmName(app, who);
  return who;
}

/** Withdraws; answers the payout's number. */
export async function withdraw(
  app: TestApp,
  who: Person,
  amount: string,
  params: Params = {},
): Promise<PayoutId> {
  const reply = await who.call('/wallet/withdraw', { amount, payPwd: PAY_PASSWORD, ...params });
  expect(reply.code).toBe('1');
  const [[id] = []] = await app.sql('SELECT MAX(id) FROM payouts WHERE user_id = ?', who.id);
  return Number(id) as PayoutId; // just made
}

/** A payout in a few words: its state, and the stage, attempts and reason at its provider. */
export async function standing(app: TestApp, payout: PayoutId) {
  const [[state, stage, attempts, reason] = []] = await app.sql(
    `SELECT state, stage, attempts, reason FROM payouts LEFT JOIN payout_transfers ON payout_id = id WHERE id = ?`,
    payout,
  );
  return { state, stage, attempts, reason };
}

/** Lets time pass, job after job, until nothing is queued or sent any more; fails where that takes days. */
export async function untilEnded(app: TestApp): Promise<void> {
  const open = `SELECT COUNT(*), MIN(next_at) FROM payout_transfers WHERE stage IN (0, 1)`;
  for (let run = 0; run < 100; run += 1) {
    const [[count, next] = []] = await app.sql(open);
    if (count === 0) return;
    app.clock.time = Math.max(app.clock.time, Number(next));
    await sendPayouts(app.platform);
  }
  throw new Error('Payouts are still under way.');
}

/**
 * What must hold once nothing is under way: a payout is settled if and only if it was paid, once, by the bank or
 * by the operator's hand; and what left the books is what was paid.
 * @param byHand payouts that the operator has paid himself
 */
export async function expectPaidOnce(
  app: TestApp,
  bank: HostileBank,
  byHand: ReadonlySet<PayoutId> = new Set(),
): Promise<void> {
  const paid = await bank.paid();
  const rows = await app.sql('SELECT id, state, amount FROM payouts ORDER BY id');
  let out = 0;
  for (const [id, state, amount] of rows) {
    const payments =
      Number(paid.has(`payout${id}`)) + Number([...byHand].some((payout) => payout === Number(id)));
    expect({ id, state, payments }).toEqual({ id, state, payments: state === 1 ? 1 : 0 });
    if (state === 1) out += Number(amount);
  }
  const known = new Set(rows.map(([id]) => `payout${id}`));
  expect([...paid.keys()].filter((name) => !known.has(name))).toEqual([]);
  expect(await app.sql("SELECT balance FROM ledger_accounts WHERE kind = 'cash_out'")).toEqual([[out]]);
}
