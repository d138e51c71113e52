import type { Call } from './call.ts';
import type { Endpoint } from './endpoint.ts';
import { refuse } from './failure.ts';

const MINUTE = 60_000;

async function hit(call: Call, key: string, limit: number) {
  const pending = call.limiter.hit(key, limit, MINUTE);
  const wait = typeof pending === 'number' ? pending : await pending;
  if (wait > 0) refuse('TOO_MANY_CALLS', { retryAfter: Math.ceil(wait / 1000) });
}

/** Counts a call of this client address, before anything is read of it. */
export async function limitAddress(call: Call, endpoint: Endpoint): Promise<void> {
  if (call.config.RATE_LIMITS === 'off') return;
  const { address } = call;
  await hit(call, `a:${address}`, call.config.RATE_PER_ADDRESS);
  if (endpoint.open && endpoint.perMinute)
    await hit(call, `a:${endpoint.path}:${address}`, endpoint.perMinute);
}

/** Counts a call of this user. */
export async function limitUser(call: Call, endpoint: Endpoint): Promise<void> {
  if (call.config.RATE_LIMITS === 'off') return;
  const { userId } = call.caller;
  await hit(call, `u:${userId}`, call.config.RATE_PER_USER);
  if (!endpoint.open && endpoint.perMinute)
    await hit(call, `u:${endpoint.path}:${userId}`, endpoint.perMinute);
}
