import { lowestIdAt } from '../core/id-maker.ts';
import { optional, time } from './params.ts';
import { Refused } from './refused.ts';

/** From when until when, for a list of what is numbered by time. */
export const span = { from: optional(time('beginning')), to: optional(time('end')) };

interface Times {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** A range of numbers: from the first on, below the second. */
export interface Numbers {
  readonly fromId: number;
  readonly toId: number;
}

const DAY_MS = 24 * 3600 * 1000;
const numberAt = (time: number) => Math.min(Math.max(0, lowestIdAt(time)), Number.MAX_SAFE_INTEGER);

/** The numbers of a span of time; without its ends, all that there are. */
export function numbersOf({ from, to }: Times): Numbers {
  if (from !== undefined && to !== undefined && from >= to)
    throw new Refused('INVALID_PARAMETER', 'The end must lie behind the beginning.', 'to');
  return {
    fromId: from === undefined ? 0 : numberAt(from),
    toId: to === undefined ? Number.MAX_SAFE_INTEGER : numberAt(to),
  };
}

/**
 * The same where nobody's things alone are looked through: 24 hours at most, without a beginning the last ones. More
 * of everybody's would take too long.
 */
export function boundedNumbers({ from, to }: Times, now: number): Numbers {
  const until = to ?? (from === undefined ? now + 1 : from + DAY_MS);
  const since = from ?? until - DAY_MS;
  if (until - since > DAY_MS)
    throw new Refused(
      'INVALID_PARAMETER',
      'Of everybody, 24 hours at most are looked through: name a person, or a shorter time.',
      'to',
    );
  return numbersOf({ from: since, to: until });
}
