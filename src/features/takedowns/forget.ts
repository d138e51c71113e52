import { sql } from 'drizzle-orm';
import { takedowns } from '../../../db/schema/takedowns.ts';
import { UPLOAD, uploads } from '../../../db/schema/uploads.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Sweep } from '../../platform/database/sweep.ts';
import { isEnding } from '../uploads/states.ts';
import { TAKEDOWN_KEPT_MS } from './evidence.ts';

type Due = { readonly before: number; readonly limit: number };
const forgetEvidence = prepareChange<Due>(
  sql`UPDATE ${takedowns} SET sealed = '' WHERE id IN (SELECT id FROM ${takedowns}
    WHERE sealed <> '' AND taken_at <= ${p('before')} ORDER BY taken_at LIMIT ${p('limit')})`,
);
const eraseFiles = prepareChange<Due & { readonly now: number }>(
  sql`UPDATE ${uploads} SET erased_at = ${p('now')}, is_pending = 1 WHERE is_pending = 0 AND key IN
    (SELECT key FROM ${uploads} WHERE state = ${UPLOAD.down} AND ${isEnding} AND state_since <= ${p('before')}
      ORDER BY state_since LIMIT ${p('limit')})`,
);

/** Deletes the copies of what was taken down too long ago to come back. */
export const sweepEvidence: Sweep = (now, limit) => forgetEvidence({ before: now - TAKEDOWN_KEPT_MS, limit });
/** And lets the bytes of files go that have been down as long. */
export const sweepDownFiles: Sweep = (now, limit) =>
  eraseFiles({ before: now - TAKEDOWN_KEPT_MS, now, limit });
