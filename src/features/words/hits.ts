import { sql } from 'drizzle-orm';
import { wordHits } from '../../../db/schema/words.ts';
import { chinaDay } from '../../core/china-time.ts';
import type { Clock } from '../../core/clock.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import type { Found } from '../../core/words/find.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareChange, prepareRead, type Query } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';

/** Days that hits are kept. */
const KEPT_DAYS = 180;

type Hit = { readonly day: number; readonly word: string };
const count = prepareChange<Hit>(
  sql`INSERT INTO ${wordHits} (day, word, hits) VALUES (${p('day')}, ${p('word')}, 1)
    ON CONFLICT (day, word) DO UPDATE SET hits = hits + 1`,
);

/** Words of one call that are counted at most. */
const MOST_COUNTED = 20;

/** Counts the words of one call, each once. */
export const countingHits = (
  { clock }: { readonly clock: Clock },
  found: readonly Found[],
): readonly Query<number>[] => {
  const day = chinaDay(clock.now());
  const words = [...new Set(found.map(({ word }) => word))];
  return words.slice(0, MOST_COUNTED).map((word) => count({ day, word }));
};

type HitRow = { readonly day: number; readonly word: string; readonly hits: number };
const page = prepareRead<Hit, HitRow>(
  sql`SELECT day, word, hits FROM ${wordHits} WHERE (day, word) < (${p('day')}, ${p('word')})
    ORDER BY day DESC, word DESC LIMIT ${sql.raw(String(LIST_SIZE))}`,
  ['day', 'word', 'hits'],
);
/** What may be many is counted to here. */
const MOST_ROWS = sql.raw('10000');
const counted = prepareRead<void, { total: number }>(
  sql`SELECT count(*) FROM (SELECT 1 FROM ${wordHits} LIMIT ${MOST_ROWS})`,
  ['total'],
);

/** Hits below a day and word, the newest day first, and how many rows there are. */
export async function hitsBelow(db: Db, behind: Hit) {
  const { rows, total } = await db.read({ rows: page(behind), total: counted() });
  return { rows, total: total[0]?.total ?? 0 };
}

const sweep = prepareSweep(wordHits, wordHits.day);
/** Forgets how often words were met long ago. */
export const sweepWordHits: Sweep = (now, limit) => sweep({ before: chinaDay(now) - KEPT_DAYS, limit });
