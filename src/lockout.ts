import { eq, sql } from 'drizzle-orm';
import { wrongTries } from '../db/schema/sessions.ts';
import type { Db } from './platform/database/db.ts';
import { build, prepareChange, prepareRows } from './platform/database/query.ts';

/** Wrong tries are counted over this time, and a lock lasts as long (decisions, Identity). */
export const LOCK_MS = 15 * 60 * 1000;

const now = sql.placeholder('now');
const limit = sql.placeholder('limit');
const t = wrongTries;
const windowOver = sql`(${t.since} <= ${now} - ${sql.raw(String(LOCK_MS))} OR (${t.lockedUntil} > 0 AND ${t.lockedUntil} <= ${now}))`;
const nextCount = sql`CASE WHEN ${windowOver} THEN 1 ELSE ${t.count} + 1 END`;

/** Counts a try unless its key is locked, in one guarded upsert; a row comes back only when it may go on. */
const countTry = prepareRows(
  build
    .insert(wrongTries)
    .values({ key: sql.placeholder('key'), count: 1, since: now, lockedUntil: 0 })
    .onConflictDoUpdate({
      target: t.key,
      set: {
        count: nextCount,
        since: sql`CASE WHEN ${windowOver} THEN ${now} ELSE ${t.since} END`,
        lockedUntil: sql`CASE WHEN ${nextCount} >= ${limit} THEN ${now} + ${sql.raw(String(LOCK_MS))} ELSE 0 END`,
      },
      setWhere: sql`${t.lockedUntil} <= ${now}`,
    })
    .returning({ count: t.count }),
);

/** Forgets a key's tries: for the batch of what the right secret opened. */
export const forgetTries = prepareChange(build.delete(wrongTries).where(eq(t.key, sql.placeholder('key'))));

/** Drops counts whose window and lock are over. */
export const sweepTries = prepareChange(build.delete(wrongTries).where(windowOver));

/**
 * Counts a try of each key **before** the secret is looked at, so that tries sent at once are counted, too.
 * @returns false when one of them is locked: then the secret must not be checked
 */
export async function mayTry(
  db: Db,
  time: number,
  keys: readonly { key: string; limit: number }[],
): Promise<boolean> {
  const outcomes = await db.write(...keys.map((each) => countTry({ ...each, now: time })));
  return outcomes.every((rows) => rows.length > 0);
}
