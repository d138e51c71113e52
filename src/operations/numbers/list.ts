import { type SQL, sql } from 'drizzle-orm';
import { users } from '../../../db/schema/users.ts';
import { numberTypes, vipNumbers } from '../../../db/schema/vip-numbers.ts';
import { yuan } from '../../core/fen.ts';
import type { UserId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { liveOrders } from '../../features/vip-numbers/queries.ts';
import { p, prepareRead, type Values } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

type Behind = { readonly behind: number; readonly now: number };
type Row = {
  readonly id: number;
  readonly number: string;
  readonly type: number;
  readonly name: string;
  readonly price: number;
  readonly withheldAt: number | null;
  readonly owner: UserId | null;
  readonly reserved: number;
};

const listed = <Wanted extends Values>(condition: SQL) => ({
  rows: prepareRead<Wanted & Behind, Row>(
    sql`SELECT v.id, v.number, t.id, t.name, t.price, v.withheld_at,
        (SELECT ${users.id} FROM ${users} WHERE ${users.vipNumber} = v.number),
        EXISTS (SELECT 1 FROM ${liveOrders} WHERE n.number = v.number)
      FROM ${vipNumbers} AS v JOIN ${numberTypes} AS t ON t.id = v.type_id
      WHERE ${condition} AND v.id > ${p('behind')} ORDER BY v.id LIMIT ${sql.raw(String(LIST_SIZE))}`,
    ['id', 'number', 'type', 'name', 'price', 'withheldAt', 'owner', 'reserved'],
  ),
  total: prepareRead<Wanted, { total: number }>(
    sql`SELECT count(*) FROM ${vipNumbers} AS v WHERE ${condition}`,
    ['total'],
  ),
});
const ofType = listed<{ type: number }>(sql`v.type_id = ${p('type')}`);
const ofNumber = listed<{ number: string }>(sql`v.number = ${p('number')}`);
const all = listed<Record<never, never>>(sql`1`);

const standing = ({ owner, reserved, withheldAt }: Row): string => {
  if (owner !== null) return `of user ${owner}`;
  if (reserved) return 'reserved';
  return withheldAt === null ? 'for sale' : 'withheld';
};

/** Which numbers: one, or those of a type, or all. */
export interface Which {
  readonly number?: string | undefined;
  readonly type?: number | undefined;
}

/** A page of numbers in the order in which they came, and how many there are. */
export async function listNumbers({ db, clock }: Platform, { number, type }: Which, behind: number) {
  const from = { behind, now: clock.now() };
  const found =
    number !== undefined
      ? await db.read({ rows: ofNumber.rows({ ...from, number }), total: ofNumber.total({ number }) })
      : type !== undefined
        ? await db.read({ rows: ofType.rows({ ...from, type }), total: ofType.total({ type }) })
        : await db.read({ rows: all.rows(from), total: all.total({}) });
  return {
    total: found.total[0]?.total ?? 0,
    rows: found.rows.map((row) => ({
      id: row.id,
      number: row.number,
      type: row.type,
      name: row.name,
      yuan: yuan(row.price),
      state: standing(row),
    })),
  };
}
