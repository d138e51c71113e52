import type { Clock } from './clock.ts';
import type { ChangeId } from './ids.ts';
import type { Random } from './random.ts';

export interface Ids {
  /**
   * Names a new thing: a time-ordered whole number below 2^53, known before a batch is sent
   * (docs/decisions.md#ids-and-time). Of two processes that make one in the same millisecond, one in 4096 makes
   * the other's: the primary key must refuse it, also where the batch would have been refused softly (`orTaken`).
   */
  next<Kind extends number>(): Kind;
  /**
   * A mark of one call for a row that is there already. It is chance alone, 53 bits of it, because no key refuses
   * one that another process has left: nobody makes one twice.
   */
  mark(): ChangeId;
}

/** 2020-01-01; 41 bits of milliseconds last until 2089. */
const EPOCH = Date.UTC(2020, 0, 1);
const PER_MILLISECOND = 4096;

/** No id that was made at this time or later is smaller, so that a range of ids is a range of time. */
export const lowestIdAt = (time: number): number => (time - EPOCH) * PER_MILLISECOND;

/**
 * Ids are 41 bits of time and 12 bits that start at a random place in each millisecond and count up, so that one
 * process never repeats itself and two seldom meet.
 * @param after the highest id that there is: all are above it, also where the clock has been set back meanwhile
 */
export function createIds(clock: Clock, random: Random, after = 0): Ids {
  let last = after;
  return {
    next<Kind extends number>() {
      const base = lowestIdAt(clock.now());
      last = last < base ? base + random.below(PER_MILLISECOND) : last + 1;
      return last as Kind; // with `mark`, the one place where a number becomes an id
    },
    // Never 0, which a row has that nobody has changed.
    mark: () => ((1 + random.below(2 ** 21 - 1)) * 2 ** 32 + random.below(2 ** 32)) as ChangeId,
  };
}
