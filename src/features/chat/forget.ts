import { sql } from 'drizzle-orm';
import { messages } from '../../../db/schema/messages.ts';
import { lowestIdAt } from '../../core/id-maker.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Messages that one statement deletes: more would hold up everybody else's writes. */
const CHUNK = 1000;
/** Statements of one run, each after a pause for others. */
const CHUNKS = 20;
const PAUSE_MS = 20;

/** Ids are in the order of time, so that the oldest are the first. */
const forgetOldest = prepareChange(
  sql`DELETE FROM ${messages} WHERE id IN (SELECT id FROM ${messages} WHERE id < ${p('before')}
    ORDER BY id LIMIT ${sql.raw(String(CHUNK))})`,
);

/**
 * Deletes messages that are older than MESSAGES_KEPT_DAYS, at most 20,000 a run. Entries of the inbox that named
 * one are passed over by their readers from then on. Answers how many went.
 */
export async function forgetMessages({ config, db, clock }: Platform): Promise<number> {
  if (config.MESSAGES_KEPT_DAYS === 0) return 0;
  const before = lowestIdAt(clock.now() - config.MESSAGES_KEPT_DAYS * DAY_MS);
  let gone = 0;
  for (let i = 0; i < CHUNKS; i += 1) {
    const some = await db.write(forgetOldest({ before }));
    gone += some;
    if (some < CHUNK) break;
    await new Promise((rested) => setTimeout(rested, PAUSE_MS));
  }
  return gone;
}
