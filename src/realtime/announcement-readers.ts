import { sql } from 'drizzle-orm';
import { announcements } from '../../db/schema/announcements.ts';
import { inbox, inboxCursors } from '../../db/schema/inbox.ts';
import { p, prepareChange } from '../platform/database/query.ts';
import { isFor } from './audience.ts';
import { lastSeq } from './inbox.ts';

/** How far some kinds of device come by their acknowledgements; nobody, where there is no announcement at all. */
const taken = sql`SELECT a.value ->> 0, a.value ->> 1,
    MAX(COALESCE((SELECT c.seq FROM ${inboxCursors} AS c WHERE c.user_id = a.value ->> 0 AND c.device = a.value ->> 1), 0),
      COALESCE((SELECT MAX(d.dropped) FROM ${inboxCursors} AS d WHERE d.user_id = a.value ->> 0), 0)),
    MIN(a.value ->> 2, ${lastSeq})
  FROM (SELECT 1 WHERE EXISTS (SELECT 1 FROM ${announcements})) AS some CROSS JOIN json_each(${p('acks')}) AS a`;
/** The first acknowledgement of a person counts, whatever it comes from, of what is still there to be read. */
const fresh = sql`SELECT DISTINCT n.id, taken.user_id
  FROM taken CROSS JOIN ${announcements} AS n ON n.seq > taken.low AND n.seq <= taken.high
  WHERE ${isFor(sql`taken.user_id`, sql`taken.device`)} AND EXISTS (SELECT 1 FROM ${inbox} AS i WHERE i.seq = n.seq)
    AND (n.device IS NOT NULL OR NOT EXISTS (SELECT 1 FROM ${inboxCursors} AS k WHERE k.user_id = taken.user_id AND k.seq >= n.seq))`;

/**
 * Counts who has got announcements, for the batch of their acknowledgements and before these: `acks` is JSON of
 * `[user, device, seq]`. It costs two lookups per acknowledgement, and nothing while there are no announcements.
 */
export const countReaders = prepareChange<{ acks: string }>(
  sql`WITH taken (user_id, device, low, high) AS MATERIALIZED (${taken}),
    fresh (id, user_id) AS MATERIALIZED (${fresh})
    UPDATE ${announcements} SET got = got + (SELECT count(*) FROM fresh WHERE fresh.id = announcements.id)
    WHERE id IN (SELECT id FROM fresh)`,
);
