import { sql } from 'drizzle-orm';
import { sessions } from '../../../db/schema/sessions.ts';
import type { SessionId, UserId } from '../../core/ids.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { dropLeftBehind } from '../../realtime/cursors.ts';
import { readProgress, setProgress } from '../../realtime/progress.ts';

/**
 * What is left of a session when it has ended: events that waited for it alone, and, once it has expired, its row.
 * The cost is that of the sessions that end, however many there are.
 */

/** Sessions that one step looks after, and events that one statement drops. */
const TOGETHER = 50;
const EVENTS = 1000;
/** A call that ends a session may be under way so long. */
const SETTLED_MS = 60_000;
/** How far back the first look goes. */
const DAY_MS = 24 * 3600 * 1000;
const PROGRESS = 'ended_sessions_looked_after_to';

type Ended = { readonly id: SessionId; readonly user: UserId; readonly at: number };

const findExpired = prepareRead<{ now: number }, Ended>(
  sql`SELECT id, user_id, expires_at FROM ${sessions} WHERE expires_at <= ${p('now')}
    ORDER BY expires_at LIMIT ${sql.raw(String(TOGETHER))}`,
  ['id', 'user', 'at'],
);
const remove = prepareChange<{ now: number; ids: string }>(
  sql`DELETE FROM ${sessions} WHERE id IN (SELECT value FROM json_each(${p('ids')})) AND expires_at <= ${p('now')}`,
);
const findEnded = prepareRead<{ settled: number; at: number; id: number }, Ended>(
  sql`SELECT id, user_id, ended_at FROM ${sessions} WHERE ended_at IS NOT NULL AND ended_at <= ${p('settled')}
    AND (ended_at, id) > (${p('at')}, ${p('id')}) ORDER BY ended_at, id LIMIT ${sql.raw(String(TOGETHER))}`,
  ['id', 'user', 'at'],
);

/** Drops what waited for these sessions alone. @returns whether all of it is gone */
async function dropEvents({ db, clock }: Platform, ended: readonly Ended[]): Promise<boolean> {
  const users = [...new Set(ended.map(({ user }) => user))];
  const { dropped } = await db.write(dropLeftBehind(users, clock.now(), EVENTS));
  return dropped < EVENTS;
}

/** Removes sessions that have expired. @returns how many */
async function removeExpired(platform: Platform, allowance?: Allowance): Promise<number> {
  const { db, clock } = platform;
  let removed = 0;
  const step = async () => {
    const now = clock.now();
    const expired = await db.read(findExpired({ now }));
    if (expired.length === 0) return false;
    if (!(await dropEvents(platform, expired))) return true;
    const gone = await db.write(remove({ now, ids: JSON.stringify(expired.map(({ id }) => id)) }));
    removed += gone;
    return expired.length === TOGETHER;
  };
  await inSlices(clock, step, { trips: 3, allowance });
  return removed;
}

const placeOf = (value: string) => {
  const [at = 0, id = 0] = value.split(':').map(Number);
  return { at, id };
};

/** Looks after sessions that somebody ended since the last run. @returns how many */
async function lookAfterEnded(platform: Platform, allowance?: Allowance): Promise<number> {
  const { db, clock } = platform;
  const [noted] = await db.read(readProgress({ name: PROGRESS }));
  let place = noted ? placeOf(noted.value) : { at: clock.now() - DAY_MS, id: 0 };
  let looked = 0;
  const step = async () => {
    const ended = await db.read(findEnded({ ...place, settled: clock.now() - SETTLED_MS }));
    const last = ended.at(-1);
    if (!last) return false;
    if (!(await dropEvents(platform, ended))) return true;
    place = last;
    looked += ended.length;
    await db.write(setProgress({ name: PROGRESS, value: `${last.at}:${last.id}` }));
    return ended.length === TOGETHER;
  };
  await inSlices(clock, step, { trips: 3, allowance });
  return looked;
}

/** Clears up behind sessions that have ended or expired. @returns how many there were */
export async function sweepSessions(platform: Platform, allowance?: Allowance): Promise<number> {
  return (await lookAfterEnded(platform, allowance)) + (await removeExpired(platform, allowance));
}
