import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** Names new things: time-ordered whole numbers below 2^53, known before a batch is sent (decisions, Ids and time). */
export interface Ids {
  next<Kind extends number>(): Kind;
}

/** 2020-01-01; 41 bits of milliseconds last until 2089. */
const EPOCH = Date.UTC(2020, 0, 1);
const PER_MILLISECOND = 4096;

/** No id that was made at this time or later is smaller, so that a range of ids is a range of time. */
export const lowestIdAt = (time: number): number => (time - EPOCH) * PER_MILLISECOND;

/**
 * 41 bits of time and 12 bits that start at a random place in each millisecond and count up, so that one
 * process never repeats itself and two seldom meet; where they do, the primary key refuses the second.
 */
export function createIds(clock: Clock, random: Random): Ids {
  let last = 0;
  return {
    next<Kind extends number>() {
      const base = (clock.now() - EPOCH) * PER_MILLISECOND;
      const fresh = base + random.below(PER_MILLISECOND / 2);
      last = Math.max(fresh, last + 1);
      return last as Kind; // the one place where a number becomes an id
    },
  };
}
