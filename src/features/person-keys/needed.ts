import { getTableColumns, sql } from 'drizzle-orm';
import { instance } from '../../../db/schema/platform.ts';
import { digest, sealingKey } from '../../core/sealing.ts';
import { p, prepareChange, prepareSelect, type Query } from '../../platform/database/query.ts';
import type { Keys } from '../../platform/keys/keys.ts';
import { DATA_KEYS_NEEDED } from './own-key.ts';

/** The secrets that a database's content depends on. SESSION_SECRET may be another one tomorrow. */
export const LASTING = ['PAY_PEPPER', 'DATA_KEY'] as const;
export type LastingSecret = (typeof LASTING)[number];

/** What the table `instance` holds. */
export type InstanceRows = readonly { readonly name: string; readonly value: string }[];
/** All of it: a handful of rows. */
export const readInstance = prepareSelect<void>()(getTableColumns(instance), (select) =>
  select.from(instance),
);
/** The value of a name; empty where it has none. */
export const valueIn = (rows: InstanceRows, name: string): string =>
  rows.find((row) => row.name === name)?.value ?? '';

/** What a database keeps to know a secret again: a digest under the secret itself. */
export const markOfKey = (key: Uint8Array, name: LastingSecret): string => digest(key, 'instance', name);
/** The row with it. */
export const markName = (name: LastingSecret): string => `mark:${name}`;

/** The row with the names of the secrets that are still needed, as a JSON list: the first is the present one. */
export const neededName = (name: LastingSecret): string =>
  name === 'DATA_KEY' ? DATA_KEYS_NEEDED : `keys:${name}`;

/** The names that a database needs; undefined where it keeps none yet. */
export function neededIn(rows: InstanceRows, name: LastingSecret): string[] | undefined {
  const text = valueIn(rows, neededName(name));
  return text ? JSON.parse(text) : undefined;
}

interface Given {
  readonly name: string;
  readonly mark: string;
}

/** The secrets that are given, the present one first. */
export function givenOf(keys: Keys, name: LastingSecret): readonly [Given, ...Given[]] {
  const known = (bytes: Uint8Array): Given => ({
    name: sealingKey(bytes).name,
    mark: markOfKey(bytes, name),
  });
  if (name === 'PAY_PEPPER') return [known(keys.pepper), ...keys.oldPeppers.map(known)];
  const [now, ...old] = keys.data;
  return [known(now.bytes), ...old.map(({ bytes }) => known(bytes))];
}

/** Changes a row of `instance` only as long as nobody else has changed it. */
export const exchange = prepareChange<{ name: string; value: string; seen: string }>(
  sql`UPDATE ${instance} SET value = ${p('value')} WHERE name = ${p('name')} AND value = ${p('seen')}`,
);

/** The statement after which a database needs the present secret alone. @param seen what it has needed until now */
export const needsOnlyPresent = (keys: Keys, name: LastingSecret, seen: readonly string[]): Query<number> =>
  exchange({
    name: neededName(name),
    seen: JSON.stringify(seen),
    value: JSON.stringify([givenOf(keys, name)[0].name]),
  });
