import type { Call } from './call.ts';
import type { Endpoint } from './endpoint.ts';
import { refuse } from './failure.ts';

const MINUTE = 60_000;

const check = (wait: number) => {
  if (wait > 0) refuse('TOO_MANY_CALLS', { retryAfter: Math.ceil(wait / 1000) });
};

/** Answers a promise only where the limiter does, so that a call need not wait for counting in memory. */
function hit(call: Call, key: string, limit: number): Promise<void> | undefined {
  const wait = call.limiter.hit(key, limit, MINUTE);
  if (typeof wait !== 'number') return wait.then(check);
  check(wait);
  return undefined;
}

function hitBoth(call: Call, who: string, limit: number, path: string, perMinute: number | undefined) {
  const all = hit(call, who, limit);
  const these = perMinute ? hit(call, `${path}:${who}`, perMinute) : undefined;
  return all && these ? Promise.all([all, these]) : (all ?? these);
}

/** Counts a call of this client address, before anything is read of it. */
export function limitAddress(call: Call, endpoint: Endpoint): Promise<unknown> | undefined {
  if (call.config.RATE_LIMITS === 'off') return undefined;
  const { path, perMinute } = endpoint;
  const own = endpoint.open ? perMinute : undefined;
  return hitBoth(call, `a:${call.addressKey}`, call.config.RATE_PER_ADDRESS, path, own);
}

/** Counts a call of this user. */
export function limitUser(call: Call, endpoint: Endpoint): Promise<unknown> | undefined {
  if (call.config.RATE_LIMITS === 'off') return undefined;
  const { path, perMinute } = endpoint;
  const own = endpoint.open ? undefined : perMinute;
  return hitBoth(call, `u:${call.caller.userId}`, call.config.RATE_PER_USER, path, own);
}
