import { sql } from 'drizzle-orm';
import { messages } from '../../../db/schema/messages.ts';
import { lowestIdAt } from '../../core/id-maker.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Messages that one statement deletes: more would hold up everybody else's writes. */
const CHUNK = 500;

/** Ids are in the order of time, so that the oldest are the first. */
const forgetOldest = prepareChange<{ before: number }>(
  sql`DELETE FROM ${messages} WHERE id IN (SELECT id FROM ${messages} WHERE id < ${p('before')}
    ORDER BY id LIMIT ${sql.raw(String(CHUNK))})`,
);

/**
 * Deletes messages that are older than MESSAGES_KEPT_DAYS. Entries of the inbox that named one are passed over by their
 * readers from then on. Answers how many went.
 */
export async function forgetMessages(
  { config, db, clock }: Platform,
  allowance?: Allowance,
): Promise<number> {
  if (config.MESSAGES_KEPT_DAYS === 0) return 0;
  const before = lowestIdAt(clock.now() - config.MESSAGES_KEPT_DAYS * DAY_MS);
  let gone = 0;
  const step = async () => {
    const some = await db.write(forgetOldest({ before }));
    gone += some;
    return some === CHUNK;
  };
  await inSlices(clock, step, { allowance });
  return gone;
}
