import { eq, getTableColumns, sql } from 'drizzle-orm';
import { SANDBOX_REFUND, sandboxRefunds } from '../../db/schema/refunds.ts';
import type { Fen } from '../core/fen.ts';
import { randomDigits } from '../core/random.ts';
import { p, prepareChange, prepareRead, prepareSelect, type RowOf } from '../platform/database/query.ts';
import type { Provider } from '../platform/payments/port.ts';
import type { Tools } from './trades.ts';

/** What the statements here want. */
type Wanted = {
  readonly refundNo: string;
  readonly provider: string;
  readonly tradeNo: string;
  readonly amount: Fen;
  readonly total: Fen;
  readonly refundId: string;
  readonly state: number;
  readonly now: number;
};

/** WeChat Pay answers that it has begun; the money is there after this. */
const TAKES_MS = 5000;

const find = prepareSelect<{ refundNo: string }>()(getTableColumns(sandboxRefunds), (select) =>
  select.from(sandboxRefunds).where(eq(sandboxRefunds.refundNo, p('refundNo'))),
);
export type SandboxRefund = RowOf<typeof find>;

/** Of a payment, what goes back or has gone back. */
const gone = sql`(SELECT COALESCE(SUM(amount), 0) FROM ${sandboxRefunds} WHERE trade_no = ${p('tradeNo')} AND state <> ${SANDBOX_REFUND.closed})`;
const take = prepareChange<Wanted>(
  sql`INSERT INTO ${sandboxRefunds} (refund_no, provider, trade_no, amount, state, refund_id, taken_at)
    SELECT ${p('refundNo')}, ${p('provider')}, ${p('tradeNo')}, ${p('amount')}, ${p('state')}, ${p('refundId')}, ${p('now')}
    WHERE ${gone} + ${p('amount')} <= ${p('total')} ON CONFLICT DO NOTHING`,
);
const finish = prepareChange<{ refundNo: string; before: number }>(
  sql`UPDATE ${sandboxRefunds} SET state = ${SANDBOX_REFUND.done} WHERE refund_no = ${p('refundNo')} AND state = ${SANDBOX_REFUND.underWay} AND taken_at <= ${p('before')}`,
);
const decide = prepareChange<{ refundNo: string; state: number }>(
  sql`UPDATE ${sandboxRefunds} SET state = ${p('state')} WHERE refund_no = ${p('refundNo')}`,
);
const goneOf = prepareRead<{ tradeNo: string }, { fen: number }>(sql`SELECT ${gone}`, ['fen']);

/** What is to go back of a payment. */
export interface Wish {
  readonly refundNo: string;
  readonly provider: Provider;
  readonly tradeNo: string;
  readonly amount: Fen;
  /** What was paid: more than that never goes back. */
  readonly total: Fen;
}

/** The sandbox gateway's books of payments that go back. */
export function createRefunds({ db, clock, random }: Tools) {
  async function found(refundNo: string): Promise<SandboxRefund | undefined> {
    await db.write(finish({ refundNo, before: clock.now() - TAKES_MS }));
    return (await db.read(find({ refundNo })))[0];
  }
  return {
    find: found,
    /** What has gone back of a payment in all, or is about to, in fen. */
    gone: async (tradeNo: string): Promise<number> => (await db.read(goneOf({ tradeNo })))[0]?.fen ?? 0,
    /**
     * Takes a refund in, once a number. @returns what is known under the number, and whether by this call; undefined
     * where more would go back than was paid
     */
    async take(wish: Wish): Promise<{ readonly known: SandboxRefund; readonly isNew: boolean } | undefined> {
      // Alipay's money moves within the call.
      const state = wish.provider === 'alipay' ? SANDBOX_REFUND.done : SANDBOX_REFUND.underWay;
      const refundId = `5030${randomDigits(random, 24)}`;
      const taken = await db.write(take({ ...wish, state, refundId, now: clock.now() }));
      const known = await found(wish.refundNo);
      return known && { known, isNew: taken === 1 };
    },
    /** What the payer's bank decides, also after it was done. */
    async decide(refundNo: string, state: keyof typeof SANDBOX_REFUND): Promise<void> {
      await db.write(decide({ refundNo, state: SANDBOX_REFUND[state] }));
    },
  };
}
export type SandboxRefunds = ReturnType<typeof createRefunds>;
