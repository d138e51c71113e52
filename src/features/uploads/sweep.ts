import type { Allowance } from '../../core/in-slices.ts';
import type { Platform } from '../../realtime/context.ts';
import { walkStore } from './found.ts';
import { walkNames } from './names.ts';
import { endUnnamed, settleUploads } from './states.ts';

/**
 * A step of the upkeep of uploads, bounded: what has no row gets one, what is named is marked so, what nothing names
 * goes on its way out, and the store follows.
 * @returns how many files went on their way, or were settled
 */
export async function sweepUploads(platform: Platform, allowance?: Allowance): Promise<number> {
  await walkStore(platform, allowance);
  await walkNames(platform, allowance);
  const ended = await endUnnamed(platform);
  return ended + (await settleUploads(platform));
}
