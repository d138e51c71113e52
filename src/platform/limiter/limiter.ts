import { BoundedMap } from '../../core/bounded.ts';
/** Flood limits, approximate: exact ones (codes, passwords) are counted in the database. */
export interface Limiter {
  /** Counts one call of `key`; the answer is how many milliseconds to wait, or 0 to go on. */
  hit(key: string, limit: number, windowMs: number): Promise<number> | number;
}

/** The window that every flood limit is counted in. */
export const MINUTE_MS = 60_000;

/** Keys remembered at most; beyond that the oldest windows are forgotten. */
const CAPACITY = 50_000;

/** Fixed windows in memory: one process, no I/O. */
export function memoryLimiter(clock: { now(): number }): Limiter {
  const windows = new BoundedMap<string, { until: number; count: number }>(CAPACITY);
  return {
    hit(key, limit, windowMs) {
      const now = clock.now();
      const window = windows.get(key);
      if (window && window.until > now) {
        window.count += 1;
        return window.count > limit ? window.until - now : 0;
      }
      windows.set(key, { until: now + windowMs, count: 1 });
      return 0;
    },
  };
}
