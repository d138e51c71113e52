import { type SQL, sql } from 'drizzle-orm';
import { paymentOrders } from '../../../db/schema/payment-orders.ts';
import { users } from '../../../db/schema/users.ts';
import { numberOrders, numberTypes, vipNumbers } from '../../../db/schema/vip-numbers.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { prepareChange, prepareSql } from '../../platform/database/query.ts';
import { codeClaimed } from '../sms-codes/claim.ts';
import { isOwned, liveOrders } from './queries.ts';

const p = (name: string) => sql.placeholder(name);
const ofCatalogue = (condition: SQL) =>
  sql`EXISTS (SELECT 1 FROM ${vipNumbers} v JOIN ${numberTypes} t ON t.id = v.type_id
    WHERE v.number = ${p('number')} AND ${condition})`;
const exists = ofCatalogue(sql`1`);
const owned = ofCatalogue(isOwned);
const priced = ofCatalogue(sql`t.price = ${p('amount')}`);
/** Somebody else has it reserved, or this address has another number reserved for somebody else. */
const busy = sql`EXISTS (SELECT 1 FROM ${liveOrders} WHERE n.buyer <> ${p('buyer')}
  AND (n.number = ${p('number')} OR n.address = ${p('address')}))`;
const bound = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('me')} AND vip_number IS NOT NULL)`;
const registered = sql`EXISTS (SELECT 1 FROM ${users} WHERE mobile = ${p('mobile')})`;
const available = sql`${exists} AND NOT ${owned} AND NOT ${busy} AND ${priced}`;

const ordered = rowOf(paymentOrders, 'order');
const order = (condition: SQL) =>
  prepareChange(
    sql`INSERT INTO ${paymentOrders} (id, out_trade_no, user_id, kind, provider, amount, subject, body, created_at, expires_at, next_check_at)
      SELECT ${p('order')}, ${p('outTradeNo')}, ${p('me')}, 1, ${p('provider')}, ${p('amount')}, ${p('subject')}, ${p('body')},
        ${p('now')}, ${p('expiresAt')}, ${p('nextCheckAt')}
      WHERE ${orTaken(sql`${available} AND ${condition}`, ordered)}`,
  );

/** The mark of the batch: the order, under every condition. Values: those of `Reservation`. */
export const orderFor = {
  user: order(sql`NOT ${bound}`),
  newcomer: order(sql`${codeClaimed} AND NOT ${registered}`),
};

/** Remembers the reply with the order. */
export const rememberOrder = replyRow(ordered);

/** What the order is about; from here on the number is reserved. */
export const reserve = prepareChange(
  sql`INSERT INTO ${numberOrders} (order_id, number, buyer, address, mobile, password_hash, name, head_url)
    SELECT ${p('order')}, ${p('number')}, ${p('buyer')}, ${p('address')}, ${p('mobile')}, ${p('passwordHash')}, ${p('name')},
      ${p('headUrl')} WHERE ${ordered}`,
);

/** A buyer has one reservation: an earlier one that he has not paid is let go. */
export const letGoEarlier = prepareChange(
  sql`UPDATE ${paymentOrders} SET state = 2, next_check_at = expires_at
    WHERE state = 0 AND id <> ${p('order')} AND ${ordered}
      AND id IN (SELECT order_id FROM ${numberOrders} WHERE buyer = ${p('buyer')})`,
);

type Obstacles = Record<'exists' | 'owned' | 'busy' | 'priced' | 'bound' | 'registered', number>;
/** Why an order would be refused. Values: `number`, `amount`, `buyer`, `address`, `me`, `mobile`, `now`. */
export const findObstacles = prepareSql<Obstacles>(
  sql`SELECT ${exists}, ${owned}, ${busy}, ${priced}, ${bound}, ${registered}`,
  ['exists', 'owned', 'busy', 'priced', 'bound', 'registered'],
);

/** Refuses for the first of the obstacles, in the order of the document; none: returns. */
export function refuseObstacles(found: Obstacles | undefined): void {
  if (found?.bound) refuse('HAS_NUMBER');
  if (!found?.exists) refuse('NO_SUCH_NUMBER');
  if (found.owned) refuse('NUMBER_GONE');
  if (found.busy) refuse('NUMBER_RESERVED');
  if (!found.priced) refuse('BAD_AMOUNT', { field: 'amount' });
}
