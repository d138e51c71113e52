import * as z from 'zod';
import { flag, list, origin, type Settings, type SettingsOf, text, whole } from '../core/settings.ts';

/** How the server is reached, what it takes in, and what it logs. */
export const httpSettings = {
  PORT: whole(8787, 0, 65535).describe('TCP port of the HTTP server; 0 takes a free one.'),
  HOST: text().describe(
    'Address to listen on. Empty: `127.0.0.1` in sandbox mode, every address in production.',
  ),
  SANDBOX_PUBLIC: flag.describe(
    '`1` lets a sandbox listen on every address. It gives codes and money away: never on the internet.',
  ),
  PUBLIC_URL: origin.describe(
    'How clients reach this server, as `https://im.example.com`. Upload URLs are built from it. Empty: the address it listens on; required in production.',
  ),
  TRUSTED_PROXIES: list.describe(
    'Reverse proxies whose `X-Forwarded-For` the server believes: addresses, as `10.0.0.5,127.0.0.1` or `10.0.0.0/8`.',
  ),
  HTTP_STATUS: z
    .enum(['original', 'real'])
    .default('original')
    .describe(
      '`original` answers refusals with HTTP 200, as the original apps expect; `real` uses 401, 403 and 429 for codes 601, 403 and 429.',
    ),
  RATE_LIMITS: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      '`off` turns the flood limits per address and user off, never the limits on SMS codes and passwords.',
    ),
  RATE_PER_ADDRESS: whole(1200, 1).describe(
    'Most calls per minute and client address. An IPv6 client counts by its /64 network, and by the /56 and /48 around it with twice and eight times the limit.',
  ),
  RATE_FILES_PER_ADDRESS: whole(6000, 1).describe(
    'Most requests for uploads (`/upload/…`) per minute and client address. They count apart from calls.',
  ),
  RATE_PER_USER: whole(600, 1).describe('Most calls per minute and user.'),
  BODIES_HELD_BYTES: whole(64 * 1024 * 1024, 1024 * 1024).describe(
    'Most bytes of request bodies in memory at a moment, in all. Beyond it large calls are answered 503. Callers who are not known yet get a quarter. An upload of the allowed size always has room. On Workers each isolate counts for itself.',
  ),
  BODIES_HELD_PER_ADDRESS: whole(32 * 1024 * 1024, 1024 * 1024).describe(
    'The same per client address (IPv6: its /64 network).',
  ),
  BODIES_HELD_PER_USER: whole(24 * 1024 * 1024, 1024 * 1024).describe('The same per user.'),
  UPLOAD_MAX_BYTES: whole(10 * 1024 * 1024, 1024).describe('Size of the largest upload, in bytes.'),
  PICTURE_HOSTS: list.describe(
    'Hosts of pictures besides this server, as `cdn.example.com,*.example.org`; `*`: any. Production refuses heads, backgrounds and the pictures and films of moments on other hosts. The host of a picture learns the address of everybody who sees it.',
  ),
  APP_NAME: text('SAMIM').describe('The name of the app in texts such as 请使用 … 进行扫码.'),
  LOG: z
    .enum(['all', 'errors', 'off'])
    .default('errors')
    .describe('Request log lines: every call, only faults and slow calls, or none.'),
  LOG_SLOW_MS: whole(1000, 1).describe('Calls that take longer are logged as slow.'),
  DEMO: flag.describe('`1` fills an empty sandbox with demo people (as `teahouse serve --demo`).'),
} as const;

declare module '../core/settings.ts' {
  interface Settings extends SettingsOf<typeof httpSettings> {}
}

/** A range that says whose word on the client's address is believed, and says everybody. */
const isEverybody = (range: string) => {
  const [address = '', prefix] = range.split('/');
  // The largest ranges that are somebody's own: 10.0.0.0/8 and fc00::/7.
  return prefix !== undefined && Number(prefix) < (address.includes(':') ? 7 : 8);
};

/** What production refuses of how the server is reached: what is there for play or a test. */
export function httpProblems(settings: SettingsOf<typeof httpSettings> & Pick<Settings, 'MODE'>): string[] {
  if (settings.MODE !== 'production') return [];
  const problems: string[] = [];
  if (!settings.PUBLIC_URL) problems.push('PUBLIC_URL must be set in production, as https://im.example.com.');
  else if (!settings.PUBLIC_URL.startsWith('https:'))
    problems.push('PUBLIC_URL must begin with https:// in production: tokens and payments go there.');
  if (settings.RATE_LIMITS === 'off') problems.push('RATE_LIMITS must not be off in production.');
  for (const range of settings.TRUSTED_PROXIES.filter(isEverybody))
    problems.push(`TRUSTED_PROXIES must name your proxies, and ${range} is everybody.`);
  if (settings.DEMO) problems.push('DEMO is refused in production.');
  return problems;
}
