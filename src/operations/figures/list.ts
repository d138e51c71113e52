import { sql } from 'drizzle-orm';
import { dailyFigures } from '../../../db/schema/figures.ts';
import { SECONDS } from '../../core/histogram.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { withinName } from '../../platform/metrics/call-meter.ts';
import type { Platform } from '../../realtime/context.ts';

/** Days, as `chinaDay` counts, both included. */
export type Days = { readonly from: number; readonly to: number };

const days = prepareRead<Days, { day: number; figures: string }>(
  sql`SELECT day, json_group_object(name, value) FROM ${dailyFigures} WHERE day BETWEEN ${p('from')} AND ${p('to')}
    GROUP BY day ORDER BY day DESC LIMIT ${sql.raw(String(LIST_SIZE))}`,
  ['day', 'figures'],
);
const countDays = prepareRead<Days, { total: number }>(
  sql`SELECT count(DISTINCT day) FROM ${dailyFigures} WHERE day BETWEEN ${p('from')} AND ${p('to')}`,
  ['total'],
);

export interface Day {
  readonly day: number;
  /** By name; what is missing was nought, or nobody counted it yet. */
  readonly figures: Readonly<Record<string, number>>;
}

/** The figures of a page of days, the newest first. */
export async function figuresOf({ db }: Pick<Platform, 'db'>, wanted: Days): Promise<Day[]> {
  const rows = await db.read(days(wanted));
  return rows.map(({ day, figures }) => ({ day, figures: JSON.parse(figures) as Day['figures'] })); // our own SQL
}

/** How many days have figures. */
export const countOfDays = async ({ db }: Pick<Platform, 'db'>, wanted: Days): Promise<number> =>
  (await db.read(countDays(wanted)))[0]?.total ?? 0;

/**
 * The time, in milliseconds, within which this share of a day's calls were answered: between the two bounds where it
 * lies, in proportion. Undefined where there was no call; the last bound where it is beyond that.
 */
export function within({ figures }: Day, share: number): number | undefined {
  const wanted = (figures['calls'] ?? 0) * share;
  if (wanted === 0) return undefined;
  let [below, low] = [0, 0];
  for (const bound of SECONDS) {
    const here = figures[withinName(bound)] ?? 0;
    const high = bound * 1000;
    if (below + here >= wanted)
      return Math.round((low + ((high - low) * (wanted - below)) / here) * 100) / 100;
    [below, low] = [below + here, high];
  }
  return low;
}
