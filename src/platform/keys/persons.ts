import type { Random } from '../../core/random.ts';
import { KEY_BYTES, type SealingKey, seal, sealingKey, unsealIfOurs } from '../../core/sealing.ts';
import type { Keys } from './keys.ts';

/** Of one person alone: a row with another's key cannot be made of it. */
const purposeOf = (user: number) => `person_keys.sealed_key:${user}`;

/** A person's own key, out of its row; undefined where there is none, or a lost DATA_KEY has sealed it. */
export function personsKey(
  { data }: Pick<Keys, 'data'>,
  user: number,
  sealedKey: string | null | undefined,
): SealingKey | undefined {
  const bytes = sealedKey ? unsealIfOurs(data, purposeOf(user), sealedKey) : undefined;
  return bytes === undefined ? undefined : sealingKey(new Uint8Array(Buffer.from(bytes, 'base64')));
}

/** A new key of a person's. */
export const drawPersonsKey = (random: Random): SealingKey => sealingKey(random.bytes(KEY_BYTES));

/** A person's key as its row keeps it. */
export const sealPersonsKey = (
  { data }: Pick<Keys, 'data'>,
  user: number,
  key: SealingKey,
  random: Random,
): string => seal(data[0], purposeOf(user), Buffer.from(key.bytes).toString('base64'), random);

/**
 * Opens something of a person's; undefined where a lost key has sealed it. What is older than persons' keys was sealed
 * under DATA_KEY itself.
 * @param sealedKey the person's row of `person_keys`; null where there is none
 */
export function openOf(
  keys: Pick<Keys, 'data'>,
  user: number,
  sealedKey: string | null | undefined,
  purpose: string,
  sealed: string,
): string | undefined {
  const own = personsKey(keys, user, sealedKey);
  return unsealIfOurs(own ? [own, ...keys.data] : keys.data, purpose, sealed);
}
