import { eq, getTableColumns, sql } from 'drizzle-orm';
import { paymentOrders, sandboxTrades, TRADE } from '../../db/schema/payment-orders.ts';
import type { Clock } from '../core/clock.ts';
import type { Fen } from '../core/fen.ts';
import { type Random, randomDigits } from '../core/random.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareChange, prepareSelect, type RowOf } from '../platform/database/query.ts';
import type { Provider } from '../platform/payments/port.ts';

/** What the statements here want. */
type Wanted = {
  readonly outTradeNo: string;
  readonly provider: string;
  readonly amount: number;
  readonly tradeNo: string;
  readonly now: number;
};

/** Alipay closes a trade by itself at the end that its order named (`time_expire`); WeChat Pay leaves it open. */
const stateNow = sql<number>`CASE WHEN state = ${TRADE.opened} AND provider = 'alipay' AND EXISTS (SELECT 1 FROM ${paymentOrders} AS o
  WHERE o.out_trade_no = ${p('outTradeNo')} AND o.expires_at <= ${p('now')}) THEN ${TRADE.closed} ELSE state END`;
const find = prepareSelect<{ outTradeNo: string; now: number }>()(
  { ...getTableColumns(sandboxTrades), state: stateNow },
  (select) => select.from(sandboxTrades).where(eq(sandboxTrades.outTradeNo, p('outTradeNo'))),
);
export type Trade = RowOf<typeof find>;
const findPaid = prepareSelect<{ tradeNo: string }>()(getTableColumns(sandboxTrades), (select) =>
  select.from(sandboxTrades).where(eq(sandboxTrades.tradeNo, p('tradeNo'))),
);

const open = prepareChange<Wanted>(
  sql`INSERT INTO ${sandboxTrades} (out_trade_no, provider, amount, trade_no, opened_at)
    VALUES (${p('outTradeNo')}, ${p('provider')}, ${p('amount')}, ${p('tradeNo')}, ${p('now')}) ON CONFLICT DO NOTHING`,
);
/** As at the real ones: nothing is paid after its end, or after it was closed. */
const pay = prepareChange<{ now: number; outTradeNo: string }>(
  sql`UPDATE ${sandboxTrades} SET state = ${TRADE.paid}, paid_at = ${p('now')} WHERE out_trade_no = ${p('outTradeNo')} AND state = ${TRADE.opened}
    AND EXISTS (SELECT 1 FROM ${paymentOrders} WHERE out_trade_no = ${p('outTradeNo')} AND expires_at > ${p('now')})`,
);
const close = prepareChange<{ outTradeNo: string }>(
  sql`UPDATE ${sandboxTrades} SET state = ${TRADE.closed} WHERE out_trade_no = ${p('outTradeNo')} AND state = ${TRADE.opened}`,
);

export interface Tools {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
}

/** The sandbox gateway's own books. */
export function createTrades({ db, clock, random }: Tools) {
  const found = async (outTradeNo: string): Promise<Trade | undefined> =>
    (await db.read(find({ outTradeNo, now: clock.now() })))[0];
  return {
    find: found,
    /** The trade by the gateway's own number. */
    byTradeNo: async (tradeNo: string): Promise<Trade | undefined> =>
      (await db.read(findPaid({ tradeNo })))[0],
    /** Somebody has opened the pay sheet (Alipay), or an order was placed (WeChat Pay). Harmless to repeat. */
    async open(provider: Provider, outTradeNo: string, amount: Fen | number): Promise<void> {
      const tradeNo = `${new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '')}${randomDigits(random, 20)}`;
      await db.write(open({ outTradeNo, provider, amount, tradeNo, now: clock.now() }));
    },
    /** @returns true when it is paid now, and was not before */
    async pay(outTradeNo: string): Promise<boolean> {
      const paid = await db.write(pay({ outTradeNo, now: clock.now() }));
      return paid === 1;
    },
    /** @returns the trade as it is afterwards: one that was paid stays so */
    async close(outTradeNo: string): Promise<Trade | undefined> {
      await db.write(close({ outTradeNo }));
      return found(outTradeNo);
    },
  };
}
export type Trades = ReturnType<typeof createTrades>;
