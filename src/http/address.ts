import { BlockList, isIP } from 'node:net';

/** Addresses and networks. */
export interface AddressRanges {
  has(address: string): boolean;
}

/** Tells whether a peer is a reverse proxy of ours. */
export interface TrustedProxies extends AddressRanges {}

/** The eight groups of an IPv6 address without its zone (`%eth0`); undefined for other text. */
function groupsOf(address: string): readonly string[] | undefined {
  const bare = address.replace(/%.*$/s, '');
  if (isIP(bare) !== 6) return undefined;
  // A URL writes every address in one way: lower case, no leading zeros, an IPv4 tail as two groups.
  const [before = '', after] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  if (after === undefined) return groups(before);
  const [left, right] = [groups(before), groups(after)];
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
}

/** IPv4 inside IPv6: as a socket for both shows it (mapped), and as a NAT64 gateway does. */
const CARRIERS = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'];
const MAPPED = CARRIERS.slice(0, 1);

function carriedIpv4(groups: readonly string[], carriers: readonly string[]): string | undefined {
  if (!carriers.includes(groups.slice(0, 6).join(':'))) return undefined;
  const bytes = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return bytes.flatMap((pair) => [pair >> 8, pair & 255]).join('.');
}

/** An address without its zone, a mapped IPv4 address as itself. Text that is no address stays. */
function plain(address: string): string {
  if (!address.includes(':')) return address;
  const groups = groupsOf(address);
  return groups ? (carriedIpv4(groups, MAPPED) ?? address.replace(/%.*$/s, '')) : address;
}

/** An address in the one way in which it is kept: an IPv6 address as short as it can be, in small letters. */
export function plainAddress(address: string): string {
  const bare = plain(address);
  return isIP(bare) === 6 ? new URL(`http://[${bare}]`).hostname.slice(1, -1) : bare;
}

/** A network that limits count, and how many times what one client may its clients may together. */
export interface Network {
  readonly key: string;
  readonly times: number;
}

/**
 * The networks that a client's address counts under wherever calls, tries, codes or reservations are limited,
 * narrowest first. A client with IPv6 has a /64 at the least, and so as many addresses as it likes: they count as
 * one. A home is often given a /56, a site a /48: these count as well, with higher limits, because others may share
 * them. An IPv4 address counts as itself, in whatever clothes it comes; all that is no address counts together.
 */
export function networksOf(address: string): readonly Network[] {
  if (isIP(address) === 4) return [{ key: address, times: 1 }];
  const groups = groupsOf(address);
  if (!groups) return [{ key: 'unknown', times: 1 }];
  const ipv4 = carriedIpv4(groups, CARRIERS);
  if (ipv4) return [{ key: ipv4, times: 1 }];
  const [site, subnet = '0'] = [groups.slice(0, 3).join(':'), groups[3]];
  const home = (Number.parseInt(subnet, 16) & 0xff00).toString(16);
  return [
    { key: `${site}:${subnet}::/64`, times: 1 },
    { key: `${site}:${home}::/56`, times: 2 },
    { key: `${site}::/48`, times: 8 },
  ];
}

/** The narrowest of these: what stands for one client. A limit counts the others, too (`networksOf`). */
export const addressKey = (address: string): string => networksOf(address)[0]?.key ?? 'unknown';

/** The keys of a client's networks as rows keep them; null where there is none. */
export const networkValues = ([own, home, site]: readonly Network[]) => ({
  address: own?.key ?? 'unknown',
  network56: home?.key ?? null,
  network48: site?.key ?? null,
});

/**
 * @param list addresses and CIDR ranges; throws on one that is neither
 * @param name of the setting, for what is thrown
 */
export function addressRanges(list: readonly string[], name: string): AddressRanges {
  const blocks = new BlockList();
  const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
  for (const item of list) {
    const [address = '', prefix] = item.split('/');
    if (!isIP(address)) throw new TypeError(`${name}: ${item} is not an address or a range.`);
    if (prefix === undefined) blocks.addAddress(address, family(address));
    else blocks.addSubnet(address, Number(prefix), family(address));
  }
  return {
    has: (address) => isIP(plain(address)) > 0 && blocks.check(plain(address), family(plain(address))),
  };
}

/** @param list as `addressRanges` takes it */
export const trustedProxies = (list: readonly string[]): TrustedProxies =>
  addressRanges(list, 'TRUSTED_PROXIES');

/**
 * An entry of `X-Forwarded-For`, and the port that some proxies write behind it: `1.1.1.1:443`, `[::1]:443`,
 * `[::1]`.
 */
function splitPort(entry: string): Client {
  const [, ipv6, ipv4, port] = /^(?:\[([^\]]*)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  return { address: ipv6 ?? ipv4 ?? entry, port: Number(port ?? 0) };
}

/** A client, or a proxy on the way; port 0 is not known. */
export interface Client {
  readonly address: string;
  readonly port: number;
}

/**
 * The client's address and port: the peer's, unless the peer is a trusted proxy. Then it is the last entry of
 * `X-Forwarded-For` that is no trusted proxy itself. Entries before it are the client's own word.
 */
export function clientOf(
  { address: peer, port }: Client,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): Client {
  const own = { address: plain(peer), port };
  if (!forwardedFor || !trusted.has(peer)) return own;
  // From the end: a client may have written any number of entries before those that count.
  for (let end = forwardedFor.length; end >= 0; ) {
    const comma = forwardedFor.lastIndexOf(',', end - 1);
    const entry = splitPort(forwardedFor.slice(comma + 1, end).trim());
    const hop = { ...entry, address: plain(entry.address) };
    if (isIP(hop.address) === 0) break;
    if (!trusted.has(hop.address)) return hop;
    end = comma;
  }
  return own;
}

/** The same without the port. */
export const clientAddress = (
  address: string,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): string => clientOf({ address, port: 0 }, forwardedFor, trusted).address;
