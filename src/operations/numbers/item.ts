import { sql } from 'drizzle-orm';
import { numberTypes, vipNumbers } from '../../../db/schema/vip-numbers.ts';
import { isOwned, liveOrders } from '../../features/vip-numbers/queries.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { prepareItem } from '../catalogue/change.ts';

/** A vip number as the catalogue has it. */
export type VipNumber = { readonly type: number; readonly withheld: number };

const [after, item] = [p('after'), p('item')];
const v = sql`${vipNumbers} AS v WHERE v.number = ${item}`;
const owned = sql`EXISTS (SELECT 1 FROM ${v} AND ${isOwned})`;
const reserved = sql`EXISTS (SELECT 1 FROM ${liveOrders} WHERE n.number = ${item})`;
const hasType = sql`EXISTS (SELECT 1 FROM ${numberTypes} WHERE id = ${after} ->> 'type')`;

/** Whoever has a number, or has it reserved, keeps it as it is. */
export const numberItem = prepareItem<VipNumber>({
  subject: 'number',
  state: sql`(SELECT json_object('type', v.type_id, 'withheld', v.withheld_at IS NOT NULL) FROM ${v})`,
  may: sql`NOT ${owned} AND NOT ${reserved} AND ${hasType}`,
  put: (made) =>
    sql`UPDATE ${vipNumbers} SET type_id = ${after} ->> 'type',
        withheld_at = CASE ${after} ->> 'withheld' WHEN 1 THEN ${p('now')} END WHERE number = ${item} AND ${made}`,
});

const obstacles = prepareRead<{ item: string; now: number }, Record<'owned' | 'reserved', number>>(
  sql`SELECT ${owned}, ${reserved}`,
  ['owned', 'reserved'],
);

/** Why a number may not be changed; undefined where it is free. */
export async function whyNotFree({ db, clock }: Platform, number: string): Promise<string | undefined> {
  const [found] = await db.read(obstacles({ item: number, now: clock.now() }));
  if (found?.owned) return `Somebody has the number ${number}.`;
  return found?.reserved ? `Somebody has the number ${number} reserved, for ten minutes at most.` : undefined;
}
