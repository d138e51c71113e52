import type { UserId } from '../core/ids.ts';
import { MINUTE_MS } from '../platform/limiter/limiter.ts';
import type { Network } from './address.ts';
import type { Call } from './call.ts';
import { countedAs } from './counted-as.ts';
import type { Endpoint } from './endpoint.ts';
import { refuse } from './failure.ts';

/** What a limit needs of a call, or of a connection that is none. */
type Counting = Pick<Call, 'config' | 'limiter'>;

/** Refuses where somebody has to wait. @param wait milliseconds */
export const refuseFlood = (wait: number): void => {
  if (wait > 0) refuse('TOO_MANY_CALLS', { retryAfter: Math.ceil(wait / 1000) });
};

/** Answers a promise only where the limiter does, so that a call need not wait for counting in memory. */
function hit({ limiter }: Counting, key: string, limit: number): Promise<void> | undefined {
  const wait = limiter.hit(key, limit, MINUTE_MS);
  if (typeof wait !== 'number') return wait.then(refuseFlood);
  refuseFlood(wait);
  return undefined;
}

function hitBoth(call: Counting, who: string, limit: number, path: string, perMinute: number | undefined) {
  const all = hit(call, who, limit);
  const these = perMinute ? hit(call, `${path}:${who}`, perMinute) : undefined;
  return all && these ? Promise.all([all, these]) : (all ?? these);
}

/**
 * Counts a call of a client address in each of its networks, the narrowest first: what it refuses counts for no wider
 * one, so that a single client locks nobody else out of a network.
 * @param path, perMinute where that call has a limit of its own beside RATE_PER_ADDRESS
 */
export function limitNetworks(
  call: Counting,
  networks: readonly Network[],
  path = '',
  perMinute = 0,
): Promise<unknown> | undefined {
  const { RATE_LIMITS, RATE_PER_ADDRESS } = call.config;
  if (RATE_LIMITS === 'off') return undefined;
  for (const [i, { key, times }] of networks.entries()) {
    const wait = hitBoth(call, countedAs.network(key), RATE_PER_ADDRESS * times, path, perMinute * times);
    if (wait) return wait.then(() => limitNetworks(call, networks.slice(i + 1), path, perMinute));
  }
  return undefined;
}

/** Counts a request of this client address, before anything is read of it. */
export function limitAddress(call: Call, endpoint: Endpoint | undefined): Promise<unknown> | undefined {
  if (call.config.RATE_LIMITS === 'off') return undefined; // then nobody asks for the address, which costs
  return limitNetworks(call, call.networks, endpoint?.path, endpoint?.open ? endpoint.perMinute : undefined);
}

/** Counts a request for a file: a screen of moments shows a hundred pictures at once. */
export function limitFiles(call: Call): Promise<unknown> | undefined {
  const { RATE_LIMITS, RATE_FILES_PER_ADDRESS } = call.config;
  if (RATE_LIMITS === 'off') return undefined;
  const count = (networks: readonly Network[]): Promise<unknown> | undefined => {
    for (const [i, { key, times }] of networks.entries()) {
      const wait = hit(call, countedAs.files(key), RATE_FILES_PER_ADDRESS * times);
      if (wait) return wait.then(() => count(networks.slice(i + 1)));
    }
    return undefined;
  };
  return count(call.networks);
}

/** Counts a call of this user. */
export function limitUser(call: Call, endpoint: Endpoint): Promise<unknown> | undefined {
  if (call.config.RATE_LIMITS === 'off') return undefined;
  const { path, perMinute } = endpoint;
  const own = endpoint.open ? undefined : perMinute;
  return hitBoth(call, countedAs.user(call.caller.userId), call.config.RATE_PER_USER, path, own);
}

/** Counts what a user asks for over a socket, as a call of theirs; answers whether it is one too many. */
export async function isFlooding({ config, limiter }: Counting, user: UserId): Promise<boolean> {
  if (config.RATE_LIMITS === 'off') return false;
  return (await limiter.hit(countedAs.user(user), config.RATE_PER_USER, MINUTE_MS)) > 0;
}
