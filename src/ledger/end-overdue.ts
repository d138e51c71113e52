import { type SQL, sql } from 'drizzle-orm';
import type { Clock } from '../core/clock.ts';
import { type Allowance, inSlices } from '../core/in-slices.ts';
import { ConstraintViolation } from '../platform/database/db.ts';
import { p } from '../platform/database/query.ts';

/** Records read in one page; what one run leaves waits for the next. */
const AT_ONCE = 200;
/** Records named in an error. */
const SHOWN = 20;

/** What a page has of a record: enough to name it, and to go on behind it. */
interface Overdue {
  readonly id: number;
  readonly expiresAt: number;
}

/** Behind which record a page begins. */
export interface After {
  readonly afterTime: number;
  readonly afterId: number;
}

/**
 * SQL of the end of a page's query, over the columns `expires_at` and `id`: the next records, the oldest first.
 * Values: `After`. @param others further conditions
 */
export const nextPage = (others: SQL = sql`1`): SQL =>
  sql`(expires_at, id) > (${p('afterTime')}, ${p('afterId')}) AND ${others}
    ORDER BY expires_at, id LIMIT ${sql.raw(String(AT_ONCE))}`;

/**
 * Ends records whose time has passed, each in a batch of its own. A constraint refuses one if the books do not hold
 * its money, for example because somebody changed the database by hand. That one stays as it is and stops none of
 * the others. The error that is thrown at the end names it.
 * @param what they are, for that error
 * @param find a page of them; its query ends with `nextPage`
 * @param end answers 1, or 0 where somebody else has ended it meanwhile
 * @returns how many have ended
 */
export async function endOverdue<Row extends Overdue>(
  { clock }: { readonly clock: Clock },
  what: string,
  find: (after: After) => Promise<readonly Row[]>,
  end: (row: Row) => Promise<number>,
  allowance?: Allowance,
): Promise<number> {
  const failures: string[] = [];
  let ended = 0;
  let page: Row[] = [];
  let isLast = false;
  let after: After = { afterTime: 0, afterId: 0 };
  const next = async (): Promise<Row | undefined> => {
    if (page.length === 0 && !isLast) {
      page = [...(await find(after))];
      isLast = page.length < AT_ONCE;
    }
    return page.shift();
  };
  /**
   * @returns false where it cannot be ended: then it counts for nothing, so that however many there are hold up no
   *   other
   */
  const isEnded = async (row: Row): Promise<boolean> => {
    after = { afterTime: row.expiresAt, afterId: row.id };
    try {
      ended += await end(row);
      return true;
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
      failures.push(`${row.id} (${error.constraint})`);
      return false;
    }
  };
  const step = async () => {
    for (let row = await next(); row; row = await next()) if (await isEnded(row)) return true;
    return false;
  };
  await inSlices(clock, step, { allowance });
  if (failures.length > 0)
    throw new Error(`${failures.length} ${what} not given back: ${failures.slice(0, SHOWN).join(', ')}`);
  return ended;
}
