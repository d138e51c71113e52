import { chinaDayStart } from '../../core/china-time.ts';
import type { Allowance } from '../../core/in-slices.ts';
import { escrows } from '../../features/holds/all.ts';
import { newestCheck } from '../../ledger/check/rows.ts';
import { beginCheck, goOn } from '../../ledger/check/run.ts';
import type { Platform } from '../../realtime/context.ts';

/** 03:30, Asia/Shanghai. */
const AFTER_MIDNIGHT_MS = 3.5 * 3600 * 1000;
/** When the newest night's check was to begin. */
const lastNight = (now: number): number => chinaDayStart(now - AFTER_MIDNIGHT_MS) + AFTER_MIDNIGHT_MS;

/**
 * Begins the night's check of all books where it has not begun yet, and goes on with the one that goes on. The log
 * tells how it came out.
 */
export async function checkBooks(home: Platform, allowance?: Allowance): Promise<number> {
  const night = lastNight(home.clock.now());
  const newest = await newestCheck(home.db);
  if (!newest || newest.startedAt < night) await beginCheck(home, 'check-books', night);
  else if (newest.finishedAt !== null) return 0;
  await goOn(home, escrows, allowance);
  return 0;
}
