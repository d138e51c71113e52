import type { Settings } from '../../core/settings.ts';
import { type AddressRanges, addressRanges } from '../../http/address.ts';
import type { Door } from '../../http/context.ts';
import type { OperatorCall } from './operator-call.ts';

/** What the operators' side is to a request: not there, one side of many, or all there is. */
export type Side = 'closed' | 'beside' | 'alone';

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/** The host that a request was sent to, with its port; empty where it named none (HTTP/1.0). */
export function hostOf({ url }: Pick<Request, 'url'>): string {
  const start = url.indexOf('//') + 2;
  // Cut out by hand: every call of the server is asked.
  return url.startsWith('/') ? '' : url.slice(start, url.indexOf('/', start)).toLowerCase();
}

const isHostOf = (url: string, host: string) => url.slice(url.indexOf('//') + 2).toLowerCase() === host;

/**
 * What the operators' side is to a request, by how it came. A sandbox has it beside all else. In production it is
 * alone on its host, or on its own port. The port answers to names of this machine, too, which a tunnel has. It
 * answers to no others, so that no page of another site can point its own name there.
 */
export function sideFor(config: Settings, door: Door, request: Request): Side {
  const { MODE, ADMIN_URL } = config;
  if (MODE === 'sandbox' && door === 'public') return 'beside';
  const host = ADMIN_URL || door === 'operators' ? hostOf(request) : '';
  if (ADMIN_URL && isHostOf(ADMIN_URL, host)) return 'alone';
  return door === 'operators' && LOOPBACK.test(host) ? 'alone' : 'closed';
}

const known = new WeakMap<Settings, AddressRanges>();
function rangesOf(config: Settings): AddressRanges {
  const ranges = known.get(config) ?? addressRanges(config.ADMIN_ADDRESSES, 'ADMIN_ADDRESSES');
  known.set(config, ranges);
  return ranges;
}

/** Whether the operators' side may be reached from where the call comes. */
export const mayReach = ({ config, address }: OperatorCall): boolean =>
  config.ADMIN_ADDRESSES.length === 0 || rangesOf(config).has(address);
