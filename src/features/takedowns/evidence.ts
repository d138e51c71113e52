import { seal, unsealIfOurs } from '../../core/sealing.ts';
import type { Platform } from '../../realtime/context.ts';

/** How long what was taken down may come back; then its copy, and the bytes of its files, are deleted. */
export const TAKEDOWN_KEPT_MS = 180 * 24 * 3600 * 1000;

const PURPOSE = 'takedowns.sealed';

/** Seals what is taken down. @param json as it stands in the database */
export const sealEvidence = ({ keys, random }: Pick<Platform, 'keys' | 'random'>, json: string): string =>
  seal(keys.data, PURPOSE, json, random);

/** What was taken down, as JSON; undefined where its time has passed, or another DATA_KEY sealed it. */
export const openEvidence = ({ keys }: Pick<Platform, 'keys'>, sealed: string): string | undefined =>
  unsealIfOurs(keys.data, PURPOSE, sealed);
