import { sql } from 'drizzle-orm';
import { deletions } from '../../../db/schema/deletions.ts';
import { vipNumbers } from '../../../db/schema/vip-numbers.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Sweep } from '../../platform/database/sweep.ts';

/** How long nobody gets the vip number of a deleted account: people still know it as somebody else's. */
const WITHHELD_MS = 90 * 24 * 3600 * 1000;

type Due = { readonly before: number; readonly limit: number };
const due = sql`FROM ${deletions} AS d WHERE d.vip_number <> '' AND d.erased_at <= ${p('before')} ORDER BY d.erased_at LIMIT ${p('limit')}`;
const release = prepareChange<Due>(
  sql`UPDATE ${vipNumbers} SET withheld_at = NULL WHERE (number, withheld_at) IN (SELECT d.vip_number, d.begun_at ${due})`,
);
const forget = prepareChange<Due>(
  sql`UPDATE ${deletions} SET vip_number = '' WHERE user_id IN (SELECT d.user_id ${due})`,
);

/** Lets vip numbers of deleted accounts go on sale again. */
export const releaseNumbers: Sweep = (now, limit) => release({ before: now - WITHHELD_MS, limit });
/** In the same batch, behind it: which numbers they were is forgotten. */
export const forgetNumbers: Sweep = (now, limit) => forget({ before: now - WITHHELD_MS, limit });
