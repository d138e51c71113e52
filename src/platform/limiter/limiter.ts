/** Flood limits, approximate: exact ones (codes, passwords) are counted in the database. */
export interface Limiter {
  /** Counts one call of `key`; the answer is how many milliseconds to wait, or 0 to go on. */
  hit(key: string, limit: number, windowMs: number): Promise<number> | number;
}

/** Keys remembered at most; beyond that the oldest windows are forgotten. */
const CAPACITY = 50_000;

/** Fixed windows in memory: one process, no I/O. */
export function memoryLimiter(clock: { now(): number }): Limiter {
  const windows = new Map<string, { until: number; count: number }>();
  return {
    hit(key, limit, windowMs) {
      const now = clock.now();
      const window = windows.get(key);
      if (window && window.until > now) {
        window.count += 1;
        return window.count > limit ? window.until - now : 0;
      }
      windows.delete(key); // so that a renewed window counts as new in the eviction order
      if (windows.size >= CAPACITY) windows.delete(windows.keys().next().value ?? key);
      windows.set(key, { until: now + windowMs, count: 1 });
      return 0;
    },
  };
}
