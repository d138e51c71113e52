import { type SQL, sql } from 'drizzle-orm';
import { ORDER, paymentOrders } from '../../../db/schema/payment-orders.ts';
import { numberOrders } from '../../../db/schema/vip-numbers.ts';
import { p, prepareChange } from '../../platform/database/query.ts';

/**
 * How long after the end of an order what a newcomer gave is kept. Providers take no payment of an order that is
 * over, and send the notice of one that came in time for about a day.
 */
export const NEWCOMER_LIFE_MS = 30 * 24 * 3600 * 1000;

/** Forgets who ordered a number to register by it and never paid; at most 1000 a run. Values: `before`. */
export const forgetNewcomers = prepareChange(
  sql`UPDATE ${numberOrders} SET buyer = '', address = '', network56 = NULL, network48 = NULL, mobile = NULL, password_hash = '', name = '', head_url = ''
    WHERE order_id IN (SELECT n.order_id FROM ${numberOrders} AS n JOIN ${paymentOrders} AS o ON o.id = n.order_id
      WHERE n.buyer >= 'mobile:' AND n.buyer < 'mobile;' AND o.state <> ${ORDER.paid} AND o.expires_at < ${p('before')} LIMIT 1000)`,
);

/** Condition: nobody knows any more who ordered. Values: `order`. */
export const isForgotten: SQL = sql`EXISTS (SELECT 1 FROM ${numberOrders} AS n WHERE n.order_id = ${p('order')} AND n.buyer = '')`;
