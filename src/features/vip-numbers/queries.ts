import { asc, sql } from 'drizzle-orm';
import { ORDER, paymentOrders } from '../../../db/schema/payment-orders.ts';
import { users } from '../../../db/schema/users.ts';
import { numberOrders, numberTypes, vipNumbers } from '../../../db/schema/vip-numbers.ts';
import type { NumberId } from '../../core/ids.ts';
import { p, prepareRead, prepareSelect } from '../../platform/database/query.ts';

/** Numbers shown at once. */
const SHOWN = 10;

export const listTypes = prepareSelect<void>()({ id: numberTypes.id, name: numberTypes.name }, (select) =>
  select.from(numberTypes).orderBy(asc(numberTypes.id)),
);

/** SQL over the alias `v` of a number: somebody has it. */
export const isOwned = sql`EXISTS (SELECT 1 FROM ${users} WHERE ${users.vipNumber} = v.number)`;
/** SQL: orders under which a number is reserved at `:now`, as `n` and `o`. */
export const liveOrders = sql`${numberOrders} n JOIN ${paymentOrders} o ON o.id = n.order_id AND o.state = ${ORDER.pending}
  AND o.expires_at > ${p('now')}`;

/** A type's name or id, and what the order of its numbers comes from. */
type Draw = { readonly type: string; readonly now: number; readonly drawA: number; readonly drawB: number };

/**
 * Ten free numbers of a type, by its name or id, others each time: their order comes from `drawA` and `drawB`,
 * which the caller draws.
 */
export const drawNumbers = prepareRead<Draw, { id: NumberId; number: string; price: number }>(
  sql`SELECT v.id, v.number, t.price FROM ${vipNumbers} v JOIN ${numberTypes} t ON t.id = v.type_id
    WHERE (t.name = ${p('type')} OR CAST(t.id AS TEXT) = ${p('type')}) AND NOT ${isOwned}
      AND NOT EXISTS (SELECT 1 FROM ${liveOrders} WHERE n.number = v.number)
    ORDER BY (v.id * v.id % 65521 * ${p('drawA')} + v.id * ${p('drawB')}) % 65521, v.id LIMIT ${sql.raw(String(SHOWN))}`,
  ['id', 'number', 'price'],
);

/** Whether somebody has the number. */
export const findOwned = prepareRead<{ number: string }, { owned: number }>(
  sql`SELECT EXISTS (SELECT 1 FROM ${users} WHERE ${users.vipNumber} = ${p('number')})`,
  ['owned'],
);
