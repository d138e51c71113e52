import { BlockList, isIP } from 'node:net';

/** Tells whether a peer is a reverse proxy of ours. */
export interface TrustedProxies {
  has(address: string): boolean;
}

const plain = (address: string) => address.replace(/^::ffff:/i, '');

/** @param list addresses and CIDR ranges; throws on one that is neither */
export function trustedProxies(list: readonly string[]): TrustedProxies {
  const blocks = new BlockList();
  const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
  for (const item of list) {
    const [address = '', prefix] = item.split('/');
    if (!isIP(address)) throw new TypeError(`TRUSTED_PROXIES: ${item} is not an address or a range.`);
    if (prefix === undefined) blocks.addAddress(address, family(address));
    else blocks.addSubnet(address, Number(prefix), family(address));
  }
  return {
    has: (address) => isIP(plain(address)) > 0 && blocks.check(plain(address), family(plain(address))),
  };
}

/**
 * The client's address: the peer's, unless the peer is a trusted proxy; then the last entry of
 * `X-Forwarded-For` that is not a trusted proxy itself, for entries before it are the client's own word.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): string {
  if (!forwardedFor || !trusted.has(peer)) return plain(peer);
  const hops = forwardedFor.split(',').map((hop) => plain(hop.trim()));
  for (const hop of hops.reverse()) {
    if (isIP(hop) === 0) break;
    if (!trusted.has(hop)) return hop;
  }
  return plain(peer);
}
