import { sql } from 'drizzle-orm';
import { groupLevels } from '../../../db/schema/groups.ts';
import { NOTICE_MS } from '../../features/groups/joining/fee.ts';
import { tierFee } from '../../features/groups/levels/level.ts';
import { p } from '../../platform/database/query.ts';
import { prepareItem } from '../catalogue/change.ts';

/** A group level as the catalogue has it. */
export type Level = {
  readonly price: number;
  readonly seconds: number;
  readonly capacity: number;
  readonly withdrawn: number;
};

const [after, now] = [p('after'), p('now')];
const isSame = sql`excluded.fee = ${groupLevels.fee}`;
const isRaise = sql`excluded.fee > ${tierFee(groupLevels)}`;

/** A raised price is charged from ten minutes later, the lower one until then: apps have shown it to somebody. */
export const levelItem = prepareItem<Level>({
  subject: 'level',
  state: sql`(SELECT json_object('price', fee, 'seconds', seconds, 'capacity', capacity, 'withdrawn', withdrawn_at IS NOT NULL)
    FROM ${groupLevels} WHERE level = CAST(${p('item')} AS INTEGER))`,
  put: (made) =>
    sql`INSERT INTO ${groupLevels} (level, fee, seconds, capacity, withdrawn_at)
      SELECT CAST(${p('item')} AS INTEGER), ${after} ->> 'price', ${after} ->> 'seconds', ${after} ->> 'capacity',
        CASE ${after} ->> 'withdrawn' WHEN 1 THEN ${now} END WHERE ${made}
      ON CONFLICT (level) DO UPDATE SET fee = excluded.fee, seconds = excluded.seconds, capacity = excluded.capacity,
        withdrawn_at = excluded.withdrawn_at,
        lower_fee = CASE WHEN ${isSame} THEN lower_fee WHEN ${isRaise} THEN ${tierFee(groupLevels)} ELSE excluded.fee END,
        fee_since = CASE WHEN ${isSame} THEN fee_since WHEN ${isRaise} THEN ${now} + ${sql.raw(String(NOTICE_MS))} ELSE ${now} END`,
});
