import { type SQL, sql } from 'drizzle-orm';
import { wrongTries } from '../../db/schema/sessions.ts';
import type { Db } from '../platform/database/db.ts';
import {
  type NoMore,
  type Prepared,
  p,
  prepareChange,
  type Query,
  type Values,
} from '../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../platform/database/sweep.ts';

/** Wrong tries are counted over this time, and a lock lasts as long (docs/decisions.md#passwords). */
export const LOCK_MS = 15 * 60 * 1000;

const now = p('now');
const limit = p('try_limit');
const t = wrongTries;
const windowOver = sql`(${t.since} <= ${now} - ${sql.raw(String(LOCK_MS))} OR (${t.lockedUntil} > 0 AND ${t.lockedUntil} <= ${now}))`;
const nextCount = sql`CASE WHEN ${windowOver} THEN 1 ELSE ${t.count} + 1 END`;
/** How a try changes the count of its key. */
const counting = {
  count: nextCount,
  since: sql`CASE WHEN ${windowOver} THEN ${now} ELSE ${t.since} END`,
  lockedUntil: sql`CASE WHEN ${nextCount} >= ${limit} THEN ${now} + ${sql.raw(String(LOCK_MS))} ELSE 0 END`,
};
const unlocked = sql`${t.lockedUntil} <= ${now}`;

/** What a statement that counts tries wants; how many lock has a name of its own, because pages have limits, too. */
export type TryValues = { readonly now: number; readonly try_limit: number };

/**
 * Counts a try that SQL itself finds wrong, for a batch that also does what the right secret allows. There the
 * comparison, the count and the deed are one step, so that nobody gets a look in between. Answers 1 when the try
 * was counted; 0 when it was right or its key is locked.
 * @param key SQL of the key
 * @param wrong condition: the secret is wrong
 */
export const prepareWrongTry = <Wanted extends Values = NoMore>(
  key: SQL,
  wrong: SQL,
): Prepared<number, Wanted & TryValues> =>
  prepareChange<Wanted & TryValues>(
    sql`INSERT INTO ${t} (key, count, since, locked_until) SELECT ${key}, 1, ${now}, 0 WHERE ${wrong}
      ON CONFLICT (key) DO UPDATE SET count = ${counting.count}, since = ${counting.since},
        locked_until = ${counting.lockedUntil} WHERE ${unlocked}`,
  );

/** Condition: the key is locked. Value: `now`. */
export const isLocked = (key: SQL): SQL<number> =>
  sql<number>`EXISTS (SELECT 1 FROM ${t} WHERE ${t.key} = ${key} AND ${t.lockedUntil} > ${now})`;

/** Forgets a key's tries: for the batch of what the right secret opened. */
export const forgetTries = prepareChange<{ key: string }>(sql`DELETE FROM ${t} WHERE ${t.key} = ${p('key')}`);

const sweep = prepareSweep(wrongTries, wrongTries.since);
/**
 * Drops counts whose window and lock are over: a lock begins in the window of the tries that led to it, and lasts
 * as long.
 */
export const sweepTries: Sweep = (now, limit) => sweep({ before: now - 2 * LOCK_MS, limit });

/** What tries are counted under, and how many lock it. */
export interface TryLimit {
  readonly key: string;
  readonly limit: number;
}

const key = p('key');
/** One of these keys is locked. Value: `narrower`, a JSON list. */
const anyLocked = sql`EXISTS (SELECT 1 FROM ${t} WHERE ${t.key} IN (SELECT value FROM json_each(${p('narrower')}))
  AND ${t.lockedUntil} > ${now})`;
const countTry = prepareWrongTry<{ key: string; narrower: string }>(key, sql`NOT ${anyLocked}`);

/** Statements that follow the count of a key in its batch, at once: there `changes()` tells whether it was counted. */
export type BehindCount = (key: string) => readonly Query<number>[];
const nothing: BehindCount = () => [];

/**
 * Counts a try **before** the secret is looked at, so that tries sent at once are counted, too.
 * @param limits what it counts under, narrowest first. What a narrower one has locked out counts for the wider ones
 *   no more: else one address alone could lock everybody's
 * @returns false when one of them is locked: then the secret must not be checked
 */
export async function mayTry(
  db: Db,
  now: number,
  limits: readonly TryLimit[],
  behind: BehindCount = nothing,
): Promise<boolean> {
  const counts = limits.map((each, i) => {
    const narrower = JSON.stringify(limits.slice(0, i).map((limit) => limit.key));
    const count = countTry({ key: each.key, narrower, now, try_limit: each.limit });
    return [count, ...behind(each.key)] as const;
  });
  // The widest first: the try that locks a narrower one counts for all.
  const { counted } = await db.write({ counted: counts.reverse().flat() });
  const firsts = counts.map((_, i) => counts.slice(0, i).flat().length);
  return firsts.every((first) => Number(counted[first]) > 0);
}
