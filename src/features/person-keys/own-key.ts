import { type SQL, sql } from 'drizzle-orm';
import { personKeys } from '../../../db/schema/person-keys.ts';
import { instance } from '../../../db/schema/platform.ts';
import type { UserId } from '../../core/ids.ts';
import { keyNameOf, type SealingKey, seal } from '../../core/sealing.ts';
import {
  type NoMore,
  type Prepared,
  p,
  prepareChange,
  prepareRead,
  type Values,
} from '../../platform/database/query.ts';
import type { Keys } from '../../platform/keys/keys.ts';
import { drawPersonsKey, personsKey, sealPersonsKey } from '../../platform/keys/persons.ts';
import type { Platform } from '../../realtime/context.ts';

/** The row of `instance` with the names of the DATA_KEYs that are still needed, as a JSON list. */
export const DATA_KEYS_NEEDED = 'keys:DATA_KEY';

/** The sealed key of a person, for a SELECT; null where there is none. @param user SQL of their number */
export const sealedKeyOf = (user: SQL): SQL<string | null> =>
  sql`(SELECT own_key.sealed_key FROM ${personKeys} AS own_key WHERE own_key.user_id = ${user})`;

/** What `prepareKeepKey` wants; its names are its own among a batch's values. */
export type KeyValues = {
  readonly key_user: UserId;
  readonly key_name: string;
  readonly key_sealed: string;
  readonly key_under: string;
  /** The stored one that nobody can open any more; empty where there is none. */
  readonly key_lost: string;
};

/** A key under which something of a person's is sealed now. */
export interface OwnKey {
  seal(purpose: string, text: string): string;
  /** Of the statement that keeps it, in the same batch. */
  readonly values: KeyValues;
}

const isSame = sql`${personKeys.keyName} = excluded.key_name`;
/** Lost is what no DATA_KEY opens that this database needs: one that this process merely lacks is not. */
const isLost = sql`${personKeys.sealedKey} = ${p('key_lost')} AND NOT EXISTS (SELECT 1 FROM ${instance} AS needed,
  json_each(needed.value) AS needed_key WHERE needed.name = ${DATA_KEYS_NEEDED} AND needed_key.value = ${personKeys.sealedUnder})`;
const unlessSame = (column: 'sealed_key' | 'sealed_under') =>
  sql`${sql.raw(column)} = CASE WHEN ${isSame} THEN ${sql.raw(column)} ELSE excluded.${sql.raw(column)} END`;

/**
 * Prepares the statement that keeps a person's key, for every batch that seals something under it. It fails where
 * another batch has kept another key meanwhile, and the whole batch with it. That runs again with the key that is kept
 * (`renamedIfTaken`), so that nothing is ever sealed under one that is not.
 * @param mark SQL that holds when the batch did what it seals for
 */
export const prepareKeepKey = <Wanted extends Values = NoMore>(
  mark: SQL,
): Prepared<number, KeyValues & Wanted> =>
  prepareChange<KeyValues & Wanted>(
    sql`INSERT INTO ${personKeys} (user_id, key_name, sealed_key, sealed_under)
      SELECT ${p('key_user')}, ${p('key_name')}, ${p('key_sealed')}, ${p('key_under')} WHERE ${mark}
      ON CONFLICT (user_id) DO UPDATE SET
        key_name = CASE WHEN ${isSame} THEN ${personKeys.keyName} WHEN ${isLost} THEN excluded.key_name END,
        ${unlessSame('sealed_key')}, ${unlessSame('sealed_under')}`,
  );

const findKey = prepareRead<{ user: UserId }, { sealedKey: string }>(
  sql`SELECT sealed_key FROM ${personKeys} WHERE user_id = ${p('user')}`,
  ['sealedKey'],
);

type Ports = Pick<Platform, 'random'> & { readonly keys: Pick<Keys, 'data'> };

/** The key of a person whose row was read already. @param stored its sealed key; null where there is no row */
export function ownKeyOf({ keys, random }: Ports, user: UserId, stored: string | null): OwnKey {
  const kept = personsKey(keys, user, stored);
  const key: SealingKey = kept ?? drawPersonsKey(random);
  const sealed = kept && stored !== null ? stored : sealPersonsKey(keys, user, key, random);
  return {
    seal: (purpose, text) => seal(key, purpose, text, random),
    values: {
      key_user: user,
      key_name: key.name,
      key_sealed: sealed,
      key_under: keyNameOf(sealed) ?? '',
      key_lost: kept ? '' : (stored ?? ''),
    },
  };
}

/** The key under which something of a person's is sealed now: the one that is kept, or a new one. */
export async function ownKey(home: Ports & Pick<Platform, 'db'>, user: UserId): Promise<OwnKey> {
  const [found] = await home.db.read(findKey({ user }));
  return ownKeyOf(home, user, found?.sealedKey ?? null);
}
