import { sql } from 'drizzle-orm';
import { runningFigures } from '../../db/schema/figures.ts';
import { inbox } from '../../db/schema/inbox.ts';
import type { Clock } from '../core/clock.ts';
import { type Allowance, inSlices } from '../core/in-slices.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareChange } from '../platform/database/query.ts';

/** Rows that one step drops: some milliseconds of the database. */
const TOGETHER = 400;

/** Up to here events have gone by their age, whether or not anybody had fetched them. */
export const agedSeq = sql`COALESCE((SELECT value FROM ${runningFigures} WHERE name = 'inbox_aged'), 0)`;

/** The sequence is in the order of time: what is old lies at its beginning. */
const oldest = sql`SELECT n.seq FROM (SELECT o.seq, o.created_at FROM ${inbox} AS o WHERE o.seq > 0 ORDER BY o.seq
  LIMIT ${sql.raw(String(TOGETHER))}) AS n WHERE n.created_at <= ${p('before')}`;
const noteOldest = prepareChange<{ before: number }>(
  sql`INSERT INTO ${runningFigures} (name, value) SELECT 'inbox_aged', f.seq FROM (SELECT MAX(seq) AS seq FROM (${oldest})) AS f
      WHERE f.seq IS NOT NULL
    ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE excluded.value > value`,
);
const dropOldest = prepareChange<{ before: number }>(sql`DELETE FROM ${inbox} WHERE seq IN (${oldest})`);

/** Drops events that nobody has fetched by a time, and notes how far, for clients that come later. */
export async function dropAged(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  before: number,
  allowance?: Allowance,
): Promise<number> {
  let gone = 0;
  const step = async () => {
    const { dropped } = await db.write({ noted: noteOldest({ before }), dropped: dropOldest({ before }) });
    gone += dropped;
    return dropped === TOGETHER;
  };
  await inSlices(clock, step, { allowance });
  return gone;
}
