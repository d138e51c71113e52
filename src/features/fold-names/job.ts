import type { Platform } from '../../realtime/context.ts';
import { foldSomeGroups } from './groups.ts';
import { foldSomeLabels, foldSomePeople } from './people.ts';
import { CHUNK } from './rows.ts';

/** Chunks of one kind in one run; on Workers a run comes once a minute. */
const CHUNKS_A_RUN = 40;

/**
 * Folds names that were written without it: SQL cannot. Those of a database that an earlier version filled, of
 * accounts that a paid order made, and of demonstrations. Until then people are found letter by letter.
 */
export async function foldNames(platform: Platform): Promise<number> {
  let total = 0;
  for (const foldSome of [foldSomePeople, foldSomeLabels, foldSomeGroups]) {
    for (let chunk = 0; chunk < CHUNKS_A_RUN; chunk += 1) {
      const found = await foldSome(platform);
      total += found;
      if (found < CHUNK) break;
    }
  }
  return total;
}
