import type { TakedownId, UserId } from '../../core/ids.ts';
import { seal, unsealIfOurs } from '../../core/sealing.ts';
import type { Query } from '../../platform/database/query.ts';
import { openOf } from '../../platform/keys/persons.ts';
import type { Platform } from '../../realtime/context.ts';
import { ownKey } from '../person-keys/own-key.ts';
import { keepKey } from './row.ts';

/** How long what was taken down may come back; then its copy, and the bytes of its files, are deleted. */
export const TAKEDOWN_KEPT_MS = 180 * 24 * 3600 * 1000;

export const EVIDENCE = 'takedowns.sealed';

type Sealing = Pick<Platform, 'db' | 'keys' | 'random'>;

/**
 * Seals what is taken down, under its owner's key, or DATA_KEY where nobody knows the owner.
 * @param json as it stands in the database
 * @returns the text, and the statements that keep the key, for the batch of that takedown
 */
export async function sealEvidence(
  home: Sealing,
  takedown: TakedownId,
  owner: UserId | null,
  json: string,
): Promise<{ readonly sealed: string; readonly keepKey: readonly Query<number>[] }> {
  const { keys, random } = home;
  if (owner === null) return { sealed: seal(keys.data[0], EVIDENCE, json, random), keepKey: [] };
  const own = await ownKey(home, owner);
  return { sealed: own.seal(EVIDENCE, json), keepKey: [keepKey({ takedown, ...own.values })] };
}

/** A takedown as far as its copy is opened by it. */
export interface SealedTakedown {
  readonly ownerId: UserId | null;
  readonly sealed: string;
  readonly sealedKey: string | null;
}

/** What was taken down, as JSON; undefined where its time has passed, or a lost key sealed it. */
export const openEvidence = (
  { keys }: Pick<Platform, 'keys'>,
  { ownerId, sealed, sealedKey }: SealedTakedown,
): string | undefined =>
  ownerId === null
    ? unsealIfOurs(keys.data, EVIDENCE, sealed)
    : openOf(keys, ownerId, sealedKey, EVIDENCE, sealed);
