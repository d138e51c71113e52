import { sql } from 'drizzle-orm';
import { numberTypes } from '../../../db/schema/vip-numbers.ts';
import { p } from '../../platform/database/query.ts';
import { prepareItem } from '../catalogue/change.ts';

/** A kind of vip numbers as the catalogue has it. */
export type NumberType = { readonly name: string; readonly price: number; readonly withdrawn: number };

const after = p('after');
const id = sql`CAST(${p('item')} AS INTEGER)`;

/** Apps ask for a type by its name: no two have the same. */
export const numberTypeItem = prepareItem<NumberType>({
  subject: 'number-type',
  state: sql`(SELECT json_object('name', name, 'price', price, 'withdrawn', withdrawn_at IS NOT NULL)
    FROM ${numberTypes} WHERE id = ${id})`,
  may: sql`NOT EXISTS (SELECT 1 FROM ${numberTypes} WHERE name = ${after} ->> 'name' AND id <> ${id})`,
  put: (made) =>
    sql`INSERT INTO ${numberTypes} (id, name, price, withdrawn_at)
      SELECT ${id}, ${after} ->> 'name', ${after} ->> 'price', CASE ${after} ->> 'withdrawn' WHEN 1 THEN ${p('now')} END
      WHERE ${made}
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, price = excluded.price, withdrawn_at = excluded.withdrawn_at`,
});
