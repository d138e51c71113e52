import { type Limiter, MINUTE_MS } from './limiter.ts';

/** Bindings of `[[ratelimits]]` in wrangler.toml that count a minute: `LIMIT_600` lets 600 calls of a key pass. */
const NAME = /^LIMIT_([1-9]\d*)$/;

interface Counter {
  readonly limit: number;
  readonly binding: RateLimit;
}

const isRateLimit = (value: unknown): value is RateLimit =>
  typeof value === 'object' && value !== null && 'limit' in value && typeof value.limit === 'function';

function countersOf(bindings: Readonly<Record<string, unknown>>): Counter[] {
  return Object.entries(bindings)
    .flatMap(([name, binding]) => {
      const limit = Number(NAME.exec(name)?.[1] ?? 0);
      return limit > 0 && isRateLimit(binding) ? [{ limit, binding }] : [];
    })
    .sort((a, b) => a.limit - b.limit);
}

/**
 * Flood limits by the rate-limit bindings, which count per Cloudflare location. A limit that has no binding of
 * its own takes the next larger one, and beyond the largest the isolate's own count; a binding that fails lets
 * the call pass.
 */
export function bindingLimiter(bindings: Readonly<Record<string, unknown>>, fallback: Limiter): Limiter {
  const counters = countersOf(bindings);
  return {
    async hit(key, limit, windowMs) {
      const counter = windowMs === MINUTE_MS ? counters.find((each) => each.limit >= limit) : undefined;
      if (!counter) return fallback.hit(key, limit, windowMs);
      try {
        const { success } = await counter.binding.limit({ key });
        return success ? 0 : windowMs;
      } catch {
        return 0;
      }
    },
  };
}
