import { type SQL, sql } from 'drizzle-orm';
import { wrongTries } from '../../../db/schema/sessions.ts';
import type { Mobile } from '../../core/text/mobile.ts';
import type { Network } from '../../http/address.ts';
import type { TryLimit } from '../../http/lockout.ts';
import { type Prepared, p, prepareChange, type Values } from '../../platform/database/query.ts';

/** Wrong tries an account and address, and ten times as many an account (docs/decisions.md#passwords). */
const TRIES = 5;

/** What strangers' logins of an account are counted under, narrowest first: those from each network of the client, and all. */
export const loginTries = (mobile: Mobile, networks: readonly Network[]): readonly TryLimit[] => [
  ...networks.map(({ key, times }) => ({ key: `login:${mobile}:${key}`, limit: TRIES * times })),
  { key: `login:${mobile}`, limit: TRIES * 10 },
];

/** The same where the account's owner is known to be: strangers' tries do not count there, nor these among theirs. */
export const knownTries = (mobile: Mobile, place: string): readonly TryLimit[] => [
  { key: `login:${mobile}:${place}`, limit: TRIES },
];

const mobile = p('mobile');
/**
 * Forgets all tries at an account, from wherever: for a batch that has proved whose it is. Value: `mobile`.
 * @param condition when
 */
export const prepareForgetLogins = <Wanted extends Values>(
  condition: SQL,
): Prepared<number, Wanted & { readonly mobile: Mobile }> =>
  prepareChange<Wanted & { readonly mobile: Mobile }>(
    sql`DELETE FROM ${wrongTries} WHERE (key = 'login:' || ${mobile}
      OR (key >= 'login:' || ${mobile} || ':' AND key < 'login:' || ${mobile} || ';')) AND ${condition}`,
  );
