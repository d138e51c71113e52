import { expect } from 'vitest';
import type { RefundId } from '../../src/core/ids.ts';
import { sendRefunds } from '../../src/features/refunds/send-due.ts';
import type { Trade } from '../../src/sandbox-gateway/trades.ts';
import type { Params, Person, TestApp } from './app.ts';
import type { HostileRefunds } from './hostile-refunds.ts';
import { operate } from './operate.ts';

/** An order of this person's, not paid yet. */
export async function ordered(who: Person, type: 'alipay' | 'wxpay', params: Params = {}): Promise<string> {
  const order = { amount: '12.34', body: '', subject: '茶馆充值', type, orderType: 0, ...params };
  const { code, data } = await who.call('/wallet/createRechargeOrder', order);
  expect(code).toBe('1');
  return data.outTradeNo;
}

/** Pays an order, of which the provider tells. */
export async function paid(
  app: TestApp,
  providers: HostileRefunds,
  type: 'alipay' | 'wxpay',
  outTradeNo: string,
  amount = 1234,
): Promise<Trade> {
  const trade = await providers.pay(type, outTradeNo, amount);
  const { status } = await app.fetch(await providers.notice(trade));
  expect(status).toBeLessThan(300);
  return trade;
}

/** Begins a refund as an operator does; answers its number. */
export async function refunded(app: TestApp, payment: string, yuan?: string): Promise<RefundId> {
  const given = { payment, ...(yuan === undefined ? {} : { yuan }), reason: 'asked by mail' };
  const { status, body } = await operate(app, 'finance', 'refunds.refund', given);
  expect([status, body]).toEqual([200, expect.objectContaining({ done: true })]);
  return body.on;
}

/** A refund in a few words: its state, and the stage, attempts and reason at its provider. */
export async function standing(app: TestApp, refund: RefundId) {
  const [[state, stage, attempts, reason] = []] = await app.sql(
    'SELECT state, stage, attempts, reason FROM refunds JOIN refund_requests ON refund_id = id WHERE id = ?',
    refund,
  );
  return { state, stage, attempts, reason };
}

/** Lets time pass, job after job, until nothing is queued or sent any more; fails where that takes days. */
export async function untilEnded(app: TestApp): Promise<void> {
  for (let run = 0; run < 100; run += 1) {
    const [[count, next] = []] = await app.sql(
      'SELECT COUNT(*), MIN(next_at) FROM refund_requests WHERE stage IN (0, 1)',
    );
    if (count === 0) return;
    app.clock.time = Math.max(app.clock.time, Number(next));
    await sendRefunds(app.platform);
  }
  throw new Error('Refunds are still under way.');
}

/**
 * What must hold once nothing is under way: a refund is done if and only if its money went back, once, by the provider
 * or by the operator's hand; and what left the books is what went back out of wallets.
 * @param byHand refunds that the operator has given back otherwise
 */
export async function expectRefundedOnce(
  app: TestApp,
  providers: HostileRefunds,
  byHand: ReadonlySet<RefundId> = new Set(),
): Promise<void> {
  const gone = new Map(providers.gone().map((each) => [each.refundNo, each]));
  const rows = await app.sql('SELECT id, state, amount, user_id, trade_no, total FROM refunds ORDER BY id');
  let out = 0;
  for (const [id, state, amount, user] of rows) {
    const there = gone.get(`refund${id}`);
    if (there) expect(there.amount).toBe(amount);
    const times = Number(there !== undefined) + Number([...byHand].some((refund) => refund === Number(id)));
    expect({ id, state, times }).toEqual({ id, state, times: state === 1 ? 1 : 0 });
    if (state === 1 && user !== null) out += Number(amount);
  }
  const known = new Set(rows.map(([id]) => `refund${id}`));
  expect([...gone.keys()].filter((name) => !known.has(name))).toEqual([]);
  expect(await app.sql("SELECT balance FROM ledger_accounts WHERE kind = 'cash_out'")).toEqual([[out]]);
  // Never more than was paid.
  const over = `SELECT trade_no FROM refunds WHERE state <> 2 GROUP BY provider, trade_no HAVING SUM(amount) > MAX(total)`;
  expect(await app.sql(over)).toEqual([]);
}
