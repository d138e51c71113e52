import { sql } from 'drizzle-orm';
import { personKeys } from '../../../db/schema/person-keys.ts';
import { payPasswords } from '../../../db/schema/users.ts';
import { p, prepareChange, prepareRead, type Query } from '../../platform/database/query.ts';
import { personsKey, sealPersonsKey } from '../../platform/keys/persons.ts';
import type { Platform } from '../../realtime/context.ts';
import { ROWS } from './stages.ts';

type Row = { readonly user: number; readonly sealedKey: string; readonly sealedUnder: string };
/** People's keys behind a number, in their order. */
export const findKeys = prepareRead<{ cursor: number }, Row>(
  sql`SELECT user_id, sealed_key, sealed_under FROM ${personKeys} WHERE user_id > ${p('cursor')}
    ORDER BY user_id LIMIT ${sql.raw(String(ROWS))}`,
  ['user', 'sealedKey', 'sealedUnder'],
);
const rewrap = prepareChange<{ user: number; seen: string; sealedKey: string; sealedUnder: string }>(
  sql`UPDATE ${personKeys} SET sealed_key = ${p('sealedKey')}, sealed_under = ${p('sealedUnder')}
    WHERE user_id = ${p('user')} AND sealed_key = ${p('seen')}`,
);

/** The statement that seals a person's key under the present DATA_KEY; 'lost' where nobody opens it any more. */
export function rewrapping(
  { keys, random }: Pick<Platform, 'keys' | 'random'>,
  row: Row,
): Query<number>[] | 'lost' {
  const [{ name }] = keys.data;
  if (row.sealedUnder === name) return [];
  const key = personsKey(keys, row.user, row.sealedKey);
  if (!key) return 'lost';
  const sealedKey = sealPersonsKey(keys, row.user, key, random);
  return [rewrap({ user: row.user, seen: row.sealedKey, sealedKey, sealedUnder: name })];
}

type Waiting = { readonly last: number | null; readonly waiting: number };
/** Of some pay passwords behind a number: the last one's, and how many an earlier PAY_PEPPER has digested. */
export const countWaiting = prepareRead<{ cursor: number; pepperName: string }, Waiting>(
  sql`SELECT max(user_id), COALESCE(sum(pepper_name <> ${p('pepperName')}), 0) FROM
    (SELECT user_id, pepper_name FROM ${payPasswords} WHERE user_id > ${p('cursor')} ORDER BY user_id LIMIT 2000)`,
  ['last', 'waiting'],
);
