import { type SQL, sql } from 'drizzle-orm';
import { operatorSessions } from '../../../db/schema/operators.ts';
import { p } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';

/** A session ends so long after its last use, and so long after its beginning at the latest. */
export const IDLE_MS = 30 * 60 * 1000;
export const LONGEST_MS = 12 * 3600 * 1000;

/** Values of `liveSession`. */
export const sessionAges = (now: number) => ({ seen_after: now - IDLE_MS, begun_after: now - LONGEST_MS });
export type SessionAges = ReturnType<typeof sessionAges>;

/** Condition: the session has not ended by its age. @param session its table, as the statement calls it */
export const liveSession = (session: SQL): SQL =>
  sql`(${session}.seen_at > ${p('seen_after')} AND ${session}.created_at > ${p('begun_after')})`;

/** When a session ends if nobody uses it from now on. */
export const sessionEnd = (now: number, createdAt: number): number =>
  Math.min(now + IDLE_MS, createdAt + LONGEST_MS);

const sweep = prepareSweep(operatorSessions, operatorSessions.seenAt);
/** Deletes sessions that nobody has used for so long that they have ended. */
export const sweepOperatorSessions: Sweep = (now, limit) => sweep({ before: now - IDLE_MS, limit });
