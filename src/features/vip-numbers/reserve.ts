import { type SQL, sql } from 'drizzle-orm';
import { ORDER, ORDER_KIND, paymentOrders } from '../../../db/schema/payment-orders.ts';
import { users } from '../../../db/schema/users.ts';
import { numberOrders, numberTypes, vipNumbers } from '../../../db/schema/vip-numbers.ts';
import type { Fen } from '../../core/fen.ts';
import type { OrderId, UserId } from '../../core/ids.ts';
import { type Network, networkValues } from '../../http/address.ts';
import { refuse } from '../../http/failure.ts';
import { replyRow } from '../../http/idempotency.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { type NoMore, p, prepareChange, prepareRead, type Values } from '../../platform/database/query.ts';
import type { Provider } from '../../platform/payments/port.ts';
import { type CodeValues, codeClaimed } from '../sms-codes/claim.ts';
import { isOffered, isOwned, liveOrders } from './queries.ts';

/** What the limit by address wants: the networks of the buyer's client, and how many reservations each may hold. */
type CrowdValues = ReturnType<typeof networkValues> & {
  readonly max: number;
  readonly max56: number;
  readonly max48: number;
};
/** What a number is looked at for: who would buy it, from where, at what price. */
export type WantedNumber = CrowdValues & {
  readonly number: string;
  readonly amount: Fen;
  /** `user:<number>`, or `mobile:<number>` of a newcomer. */
  readonly buyer: string;
  readonly me: UserId | null;
  readonly mobile: string | null;
  readonly now: number;
};
/** What the order of a number wants. */
export type Reservation = WantedNumber & {
  readonly order: OrderId;
  readonly outTradeNo: string;
  readonly provider: Provider;
  readonly subject: string;
  readonly body: string;
  readonly expiresAt: number;
  readonly nextCheckAt: number;
  readonly passwordHash: string;
  readonly name: string;
  readonly headUrl: string;
};

const ofCatalogue = (condition: SQL) =>
  sql`EXISTS (SELECT 1 FROM ${vipNumbers} v JOIN ${numberTypes} t ON t.id = v.type_id
    WHERE v.number = ${p('number')} AND ${condition})`;
/** One that is withheld is none, for those who would buy it; whose it is, says `owned`. */
const exists = ofCatalogue(sql`(${isOffered} OR ${isOwned})`);
const owned = ofCatalogue(isOwned);
const offered = ofCatalogue(isOffered);
const priced = ofCatalogue(sql`t.price = ${p('amount')}`);
/** Somebody else has it reserved. */
const busy = sql`EXISTS (SELECT 1 FROM ${liveOrders} WHERE n.buyer <> ${p('buyer')} AND n.number = ${p('number')})`;
/**
 * Numbers that newcomers of one address may have reserved (docs/decisions.md#vip-numbers). Users are limited by who
 * they are.
 */
const NEWCOMERS = 5;
const reservedFrom = (column: 'address' | 'network56' | 'network48') =>
  sql`(SELECT count(*) FROM ${liveOrders} WHERE n.${sql.raw(column)} = ${p(column)}
    AND n.buyer >= 'mobile:' AND n.buyer < 'mobile;' AND n.buyer <> ${p('buyer')})`;
const crowded = sql`(${reservedFrom('address')} >= ${p('max')}
  OR ${reservedFrom('network56')} >= ${p('max56')} OR ${reservedFrom('network48')} >= ${p('max48')})`;
const bound = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('me')} AND vip_number IS NOT NULL)`;
const registered = sql`EXISTS (SELECT 1 FROM ${users} WHERE mobile = ${p('mobile')})`;
const available = sql`${offered} AND NOT ${owned} AND NOT ${busy} AND ${priced}`;

const ordered = rowOf(paymentOrders, 'order');
const order = <Wanted extends Values = NoMore>(condition: SQL) =>
  prepareChange<Wanted & Reservation>(
    sql`INSERT INTO ${paymentOrders} (id, out_trade_no, user_id, kind, provider, amount, subject, body, created_at, expires_at, next_check_at)
      SELECT ${p('order')}, ${p('outTradeNo')}, ${p('me')}, ${ORDER_KIND.number}, ${p('provider')}, ${p('amount')}, ${p('subject')}, ${p('body')},
        ${p('now')}, ${p('expiresAt')}, ${p('nextCheckAt')}
      WHERE ${orTaken(sql`${available} AND ${condition}`, ordered)}`,
  );

/** The mark of the batch: the order, under every condition. */
export const orderFor = {
  user: order(sql`NOT ${bound}`),
  newcomer: order<CodeValues>(sql`${codeClaimed} AND NOT ${registered} AND NOT ${crowded}`),
};

/** Remembers the reply with the order. */
export const rememberOrder = replyRow<{ order: OrderId }>(ordered);

/** What the order is about; from here on the number is reserved. */
export const reserve = prepareChange<Reservation>(
  sql`INSERT INTO ${numberOrders} (order_id, number, buyer, address, mobile, password_hash, name, head_url)
    SELECT ${p('order')}, ${p('number')}, ${p('buyer')}, ${p('address')}, ${p('mobile')}, ${p('passwordHash')}, ${p('name')},
      ${p('headUrl')} WHERE ${ordered}`,
);
/** Notes the networks of a newcomer, which limit others there. */
export const noteNetworks = prepareChange<Reservation>(
  sql`UPDATE ${numberOrders} SET network56 = ${p('network56')}, network48 = ${p('network48')}
    WHERE order_id = ${p('order')} AND ${ordered}`,
);

/** A buyer has one reservation: an earlier one that is not paid is let go. */
export const letGoEarlier = prepareChange<Reservation>(
  sql`UPDATE ${paymentOrders} SET state = ${ORDER.cancelled}, next_check_at = expires_at
    WHERE state = ${ORDER.pending} AND id <> ${p('order')} AND ${ordered}
      AND id IN (SELECT order_id FROM ${numberOrders} WHERE buyer = ${p('buyer')})`,
);

/** The values of the limit by address. */
export const reservationValues = (networks: readonly Network[]): CrowdValues => ({
  ...networkValues(networks),
  max: NEWCOMERS,
  max56: NEWCOMERS * (networks[1]?.times ?? 1),
  max48: NEWCOMERS * (networks[2]?.times ?? 1),
});

type Obstacles = Record<'exists' | 'owned' | 'busy' | 'crowded' | 'priced' | 'bound' | 'registered', number>;
/** Why an order would be refused. Values: `number`, `amount`, `buyer`, `me`, `mobile`, `now`, `reservationValues`. */
export const findObstacles = prepareRead<WantedNumber, Obstacles>(
  sql`SELECT ${exists}, ${owned}, ${busy}, ${crowded}, ${priced}, ${bound}, ${registered}`,
  ['exists', 'owned', 'busy', 'crowded', 'priced', 'bound', 'registered'],
);

/** Refuses for the first of the obstacles, in the order of the document; none: returns. */
export function refuseObstacles(found: Obstacles | undefined, isNewcomer: boolean): void {
  if (found?.bound) refuse('HAS_NUMBER');
  if (!found?.exists) refuse('NO_SUCH_NUMBER');
  if (found.owned) refuse('NUMBER_GONE');
  if (found.busy) refuse('RESERVED_BY_OTHER');
  if (isNewcomer && found.crowded) refuse('TOO_MANY_RESERVED');
  if (!found.priced) refuse('BAD_AMOUNT', { field: 'amount' });
}
