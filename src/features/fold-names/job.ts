import { type Allowance, inSlices } from '../../core/in-slices.ts';
import type { Platform } from '../../realtime/context.ts';
import { foldSomeGroups } from './groups.ts';
import { foldSomeLabels, foldSomePeople } from './people.ts';
import { CHUNK } from './rows.ts';

/** Round trips to the database that a chunk takes, at most. */
const TRIPS = 3;

/**
 * Folds names that were written without it: SQL cannot. Those of a database that an earlier version filled, of
 * accounts that a paid order made, and of demonstrations. Until then people are found letter by letter.
 */
export async function foldNames(platform: Platform, allowance?: Allowance): Promise<number> {
  const kinds = [foldSomePeople, foldSomeLabels, foldSomeGroups];
  let total = 0;
  const step = async () => {
    const found = (await kinds[0]?.(platform)) ?? 0;
    total += found;
    if (found < CHUNK) kinds.shift();
    return kinds.length > 0;
  };
  await inSlices(platform.clock, step, { trips: TRIPS, allowance });
  return total;
}
