/** Waits so many ms; answers false as soon as the signal ends the wait. */
export function wait(ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve(false);
    const stop = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve(true);
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/**
 * How long to wait before an attempt, in ms: twice as long each time, and somewhere between half of that and all of
 * it, so that those who were cut off together do not come back together.
 */
export function backoff(attempt: number, firstMs: number, mostMs: number): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 20));
  return whole * (0.5 + Math.random() / 2);
}
