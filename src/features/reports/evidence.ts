import { sql } from 'drizzle-orm';
import { reports } from '../../../db/schema/reports.ts';
import { seal, unsealIfOurs } from '../../core/sealing.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Sweep } from '../../platform/database/sweep.ts';
import type { Platform } from '../../realtime/context.ts';

/** How long the copy of what was reported is kept. */
const KEPT_MS = 180 * 24 * 3600 * 1000;
export const REPORTED = 'reports.sealed';

/** Seals what is reported. @param json as it stands in the database */
export const sealReported = ({ keys, random }: Pick<Platform, 'keys' | 'random'>, json: string): string =>
  seal(keys.data[0], REPORTED, json, random);

/** What was reported, as JSON; undefined where its time has passed, or a lost DATA_KEY sealed it. */
export const openReported = ({ keys }: Pick<Platform, 'keys'>, sealed: string): string | undefined =>
  unsealIfOurs(keys.data, REPORTED, sealed);

const forget = prepareChange<{ readonly before: number; readonly limit: number }>(
  sql`UPDATE ${reports} SET sealed = '', files = '' WHERE id IN (SELECT id FROM ${reports}
    WHERE sealed <> '' AND created_at <= ${p('before')} ORDER BY created_at LIMIT ${p('limit')})`,
);
/** Deletes the copies of what was reported too long ago. */
export const sweepReported: Sweep = (now, limit) => forget({ before: now - KEPT_MS, limit });
