import type { Settings } from '../core/settings.ts';

/**
 * Whose pictures may be shown to others: whoever serves one learns the address of everybody who looks at it. In
 * production those are this server, the hosts of PICTURE_HOSTS, and uploads under an address that it had before,
 * which are rewritten to the one that it has now.
 */

/** An upload's name, under whatever address and prefix (`newKey` in features/uploads). */
const UPLOAD = /\/upload\/((?:small_)?\d{13}_[A-Za-z0-9]{20,30}\.[a-z0-9]{1,5})$/;
/** An address with a host in a text; browsers take a backslash for a slash. */
const ADDRESS = /(?:https?:)?[/\\]{2}[^\s<>"',]*/gi;

const isListed = (host: string, hosts: readonly string[]): boolean =>
  hosts.some((listed) => (listed.startsWith('*.') ? host.endsWith(listed.slice(1)) : host === listed));

/** The address, or that of our own upload that it means; undefined where it is somebody else's. */
function ownAddress(text: string, publicUrl: string, hosts: readonly string[]): string | undefined {
  const url = URL.parse(/^https?:/i.test(text) ? text : `https:${text}`);
  if (!url || url.username || url.password || text.includes('\\')) return undefined;
  if (url.host === new URL(publicUrl).host || isListed(url.hostname, hosts)) return text;
  const [, key] = (url.search || url.hash ? '' : url.pathname).match(UPLOAD) ?? [];
  return key && `${publicUrl}/upload/${key}`;
}

/**
 * A picture's address, a list of them, or a text that holds some, as it may be stored.
 * @returns undefined where one of them is on a foreign host
 */
export function ownPictures(
  text: string,
  { config, publicUrl }: { readonly config: Settings; readonly publicUrl: string },
): string | undefined {
  if (config.MODE === 'sandbox' || config.PICTURE_HOSTS.includes('*')) return text;
  const plain = text.replaceAll('\\/', '/');
  let isForeign = false;
  const own = plain.replace(ADDRESS, (address) => {
    const mine = ownAddress(address, publicUrl, config.PICTURE_HOSTS);
    isForeign ||= mine === undefined;
    return mine ?? address;
  });
  // What is written in an app's own way, as JSON, is not rewritten for it.
  if (isForeign || (own !== plain && plain !== text)) return undefined;
  return own === plain ? text : own;
}
