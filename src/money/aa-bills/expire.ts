import { sql } from 'drizzle-orm';
import { aaBills } from '../../../db/schema/aa-bills.ts';
import type { Platform } from '../../context.ts';
import { prepareChange } from '../../platform/database/query.ts';

/** Bills ended in one run; what is left waits for the next. */
const AT_ONCE = 500;

const now = sql.placeholder('now');
const expire = prepareChange(
  sql`UPDATE ${aaBills} SET status = 2, updated_at = expires_at WHERE status = 0 AND id IN
    (SELECT id FROM ${aaBills} WHERE status = 0 AND expires_at <= ${now} ORDER BY expires_at LIMIT ${sql.raw(String(AT_ONCE))})`,
);

/**
 * Ends bills that were not completed in time. What was paid is the organiser's, who has had it since it was
 * paid: nothing lies in escrow. @returns how many
 */
export async function expireBills({ db, clock }: Platform): Promise<number> {
  const [expired] = await db.write(expire({ now: clock.now() }));
  return expired;
}
