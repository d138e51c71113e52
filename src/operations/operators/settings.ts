import { isIP } from 'node:net';
import * as z from 'zod';
import { list, origin, type Settings, type SettingsOf, whole } from '../../core/settings.ts';

/** Where operators reach their side of the server. */
export const operatorSettings = {
  ADMIN_URL: origin.describe(
    'Where operators work in production, as `https://admin.example.com`: a host of its own, which serves nothing else. Empty: nowhere, but for ADMIN_PORT. A sandbox has it at `/admin`.',
  ),
  ADMIN_PORT: z
    .union([z.literal(''), whole(0, 0, 65535)])
    .default('')
    .describe(
      'TCP port on 127.0.0.1 that serves the operators’ side alone, for a tunnel (`ssh -L`) or a proxy. 0 takes a free one. Empty: none. A Worker has no ports.',
    )
    .meta({ expects: 'a whole number from 0 to 65535' }),
  ADMIN_ADDRESSES: list.describe(
    'Addresses that may reach the operators’ side, as `203.0.113.7,10.0.0.0/8,2001:db8::/32`; to others it is not there. Empty: any.',
  ),
} as const;

declare module '../../core/settings.ts' {
  interface Settings extends SettingsOf<typeof operatorSettings> {}
}

/** Whether a text is an address, or a network as `10.0.0.0/8`. */
export function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

const hostOf = (url: string) => URL.parse(url)?.hostname;

/** Why operators could not be let in with these settings. */
export function operatorProblems(
  settings: SettingsOf<typeof operatorSettings> & Pick<Settings, 'MODE' | 'PORT' | 'PUBLIC_URL'>,
): string[] {
  const { ADMIN_URL, ADMIN_PORT, MODE, PORT, PUBLIC_URL } = settings;
  const problems = settings.ADMIN_ADDRESSES.filter((range) => !isAddressRange(range)).map(
    (range) => `ADMIN_ADDRESSES: ${range} is no address, and no network as 10.0.0.0/8.`,
  );
  if (ADMIN_PORT !== '' && ADMIN_PORT !== 0 && ADMIN_PORT === PORT)
    problems.push('ADMIN_PORT must be another one than PORT.');
  if (URL.parse(ADMIN_URL) && URL.parse(ADMIN_URL)?.pathname !== '/')
    problems.push('ADMIN_URL must be a host without a path.');
  if (MODE !== 'production' || ADMIN_URL === '') return problems;
  if (!ADMIN_URL.startsWith('https:')) problems.push('ADMIN_URL must begin with https:// in production.');
  if (hostOf(ADMIN_URL) === hostOf(PUBLIC_URL))
    problems.push('ADMIN_URL must have another host than PUBLIC_URL: what users upload lies there.');
  return problems;
}
