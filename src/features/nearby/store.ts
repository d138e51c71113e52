import { sql } from 'drizzle-orm';
import { positions } from '../../../db/schema/nearby.ts';
import { users } from '../../../db/schema/users.ts';
import type { CallerContext } from '../../context.ts';
import { prepareChange } from '../../platform/database/query.ts';
import { cellOf } from './cells.ts';
import { pointOf } from './sphere.ts';

const p = (name: string) => sql.placeholder(name);
const upsert = prepareChange(
  sql`INSERT INTO ${positions} (user_id, cell, x, y, z, sex, seen_at)
    SELECT id, ${p('cell')}, ${p('x')}, ${p('y')}, ${p('z')}, CASE sex WHEN '男' THEN 1 WHEN '女' THEN 2 ELSE 0 END, ${p('now')} FROM ${users} WHERE id = ${p('me')}
    ON CONFLICT (user_id) DO UPDATE SET cell = excluded.cell, x = excluded.x, y = excluded.y, z = excluded.z,
      sex = excluded.sex, seen_at = excluded.seen_at`,
);

/** Where the caller is now, in degrees: the query that remembers it. */
export const rememberPosition = (context: CallerContext, latitude: number, longitude: number) =>
  upsert({
    me: context.caller.userId,
    cell: cellOf(latitude, longitude),
    ...pointOf(latitude, longitude),
    now: context.clock.now(),
  });

/** Forgets positions that count no longer, a few at a time. */
export const forgetPositions = prepareChange(
  sql`DELETE FROM ${positions} WHERE user_id IN
    (SELECT user_id FROM ${positions} WHERE seen_at <= ${p('before')} ORDER BY seen_at LIMIT 10000)`,
);
