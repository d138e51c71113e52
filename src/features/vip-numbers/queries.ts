import { asc, isNull, type SQL, sql } from 'drizzle-orm';
import { ORDER, paymentOrders } from '../../../db/schema/payment-orders.ts';
import { users } from '../../../db/schema/users.ts';
import { numberOrders, numberTypes, vipNumbers } from '../../../db/schema/vip-numbers.ts';
import type { NumberId } from '../../core/ids.ts';
import { p, prepareRead, prepareSelect } from '../../platform/database/query.ts';

/** Numbers shown at once. */
const SHOWN = 10;

export const listTypes = prepareSelect<void>()({ id: numberTypes.id, name: numberTypes.name }, (select) =>
  select.from(numberTypes).where(isNull(numberTypes.withdrawnAt)).orderBy(asc(numberTypes.id)),
);

/** SQL over the alias `v` of a number: somebody has it. */
export const isOwned = sql`EXISTS (SELECT 1 FROM ${users} WHERE ${users.vipNumber} = v.number)`;
/** SQL over `v`, and its type `t`: it is sold, whoever has it. */
export const isOffered = sql`v.withheld_at IS NULL AND t.withdrawn_at IS NULL`;
/** SQL: orders under which a number is reserved at `:now`, as `n` and `o`. */
export const liveOrders = sql`${numberOrders} n JOIN ${paymentOrders} o ON o.id = n.order_id AND o.state = ${ORDER.pending}
  AND o.expires_at > ${p('now')}`;

/** A type's name or id, and what the order of its numbers comes from. */
type Draw = { readonly type: string; readonly now: number; readonly drawA: number; readonly drawB: number };

/** Numbers on either side of the place that was drawn among which the free ones are looked for. */
const WINDOW = 1000;
const near = (side: SQL) =>
  sql`SELECT * FROM (SELECT id, number FROM ${vipNumbers} WHERE type_id = (SELECT id FROM kind) AND withheld_at IS NULL
    AND ${side} LIMIT ${sql.raw(String(WINDOW))})`;

/**
 * Ten free numbers of a type, by its name or id, others each time: `drawA` and `drawB`, which the caller draws, say
 * from where on and in which order. However many a type has, as many are looked at.
 */
export const drawNumbers = prepareRead<Draw, { id: NumberId; number: string; price: number }>(
  sql`WITH kind AS (SELECT id, price FROM ${numberTypes}
      WHERE (name = ${p('type')} OR CAST(id AS TEXT) = ${p('type')}) AND withdrawn_at IS NULL LIMIT 1),
    bounds AS (SELECT (SELECT min(id) FROM ${vipNumbers} WHERE type_id = (SELECT id FROM kind)) AS low,
      (SELECT max(id) FROM ${vipNumbers} WHERE type_id = (SELECT id FROM kind)) AS high),
    place AS (SELECT low + (high - low) * ${p('drawA')} / 65521 AS at FROM bounds),
    v AS (${near(sql`id >= (SELECT at FROM place) ORDER BY id`)} UNION ALL ${near(sql`id < (SELECT at FROM place) ORDER BY id DESC`)})
    SELECT v.id, v.number, (SELECT price FROM kind) FROM v WHERE NOT ${isOwned}
      AND NOT EXISTS (SELECT 1 FROM ${liveOrders} WHERE n.number = v.number)
    ORDER BY (v.id * v.id % 65521 * ${p('drawA')} + v.id * ${p('drawB')}) % 65521, v.id LIMIT ${sql.raw(String(SHOWN))}`,
  ['id', 'number', 'price'],
);

/** Whether somebody has the number. */
export const findOwned = prepareRead<{ number: string }, { owned: number }>(
  sql`SELECT EXISTS (SELECT 1 FROM ${users} WHERE ${users.vipNumber} = ${p('number')})`,
  ['owned'],
);
