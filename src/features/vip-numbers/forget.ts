import { type SQL, sql } from 'drizzle-orm';
import { ORDER, paymentOrders } from '../../../db/schema/payment-orders.ts';
import { numberOrders } from '../../../db/schema/vip-numbers.ts';
import { lowestIdAt } from '../../core/id-maker.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Sweep } from '../../platform/database/sweep.ts';

/**
 * How long after the end of an order what a newcomer gave is kept. Providers take no payment of an order that is
 * over, and send the notice of one that came in time for about a day.
 */
const NEWCOMER_LIFE_MS = 30 * 24 * 3600 * 1000;

/** Orders have numbers in the order of time. */
const forget = prepareChange<{ before: number; lowest: number; limit: number }>(
  sql`UPDATE ${numberOrders} SET buyer = '', address = '', network56 = NULL, network48 = NULL, mobile = NULL, password_hash = '', name = '', head_url = ''
    WHERE order_id IN (SELECT n.order_id FROM ${numberOrders} AS n JOIN ${paymentOrders} AS o ON o.id = n.order_id
      WHERE n.order_id < ${p('lowest')} AND n.mobile IS NOT NULL AND n.sold_by IS NULL AND o.state <> ${ORDER.paid} AND o.expires_at < ${p('before')}
      ORDER BY n.order_id LIMIT ${p('limit')})`,
);

/** Forgets who ordered a number to register by it and never paid. */
export const forgetNewcomers: Sweep = (now, limit) => {
  const before = now - NEWCOMER_LIFE_MS;
  return forget({ before, lowest: lowestIdAt(before), limit });
};

/** Condition: nobody knows any more who ordered. Values: `order`. */
export const isForgotten: SQL = sql`EXISTS (SELECT 1 FROM ${numberOrders} AS n WHERE n.order_id = ${p('order')} AND n.buyer = '')`;
