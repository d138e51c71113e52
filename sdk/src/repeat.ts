import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import { backoff } from './wait.ts';

/** Refusals of a moment: the server has done nothing, and says so. */
const OF_A_MOMENT: ReadonlySet<string> = new Set(['BUSY', 'STOPPING', 'WRITES_PAUSED', 'DATABASE_AWAY']);
/** After these nobody knows whether it was done. */
const UNKNOWN: ReadonlySet<string> = new Set(['OUTCOME_UNKNOWN', 'TOO_SLOW', 'BROKEN_OFF']);

const FIRST_MS = 300;
const MOST_MS = 5000;
/** A user does not wait longer for one call. */
const PATIENCE_S = 10;

function isWorthIt(call: Call, answer: Answer): boolean {
  if (answer.ok || answer.reason === 'ABORTED') return false;
  if (answer.isLost || UNKNOWN.has(answer.reason)) return call.repeat !== undefined;
  if (answer.reason === 'TOO_MANY_CALLS') return (answer.retryAfter ?? PATIENCE_S + 1) <= PATIENCE_S;
  return OF_A_MOMENT.has(answer.reason);
}

/**
 * How long to wait before the call is made again, in ms; undefined where that could do harm, or no good.
 * @param attempt how many attempts were made before this one
 */
export function pauseBefore(call: Call, answer: Answer, attempt: number): number | undefined {
  if (!isWorthIt(call, answer)) return undefined;
  const asked = !answer.ok && !answer.isLost ? (answer.retryAfter ?? 0) : 0;
  if (asked > PATIENCE_S) return undefined;
  return Math.max(asked * 1000, backoff(attempt, FIRST_MS, MOST_MS));
}
