import { sql } from 'drizzle-orm';
import { inbox } from '../../../db/schema/inbox.ts';
import { pushOutbox, pushProgress } from '../../../db/schema/push.ts';
import { pushDevices } from '../../../db/schema/sessions.ts';
import { p, prepareChange, prepareRead, type Untyped } from '../../platform/database/query.ts';
import { lastSeq } from '../inbox.ts';
import { isLate, isOwn, isWanted } from './wanted.ts';

/**
 * How rows of the outbox come from events: a page of events, by their place, becomes a row for each device that is
 * to be told. `push_progress` keeps the place up to which they were looked through.
 */

/** Events that one step looks through. */
const PAGE = sql.raw('500');

/** What was there before anybody was told stays untold. */
const begin = prepareChange(
  sql`INSERT INTO ${pushProgress} (id, seq) VALUES (1, ${lastSeq}) ON CONFLICT DO NOTHING`,
);

const reached = sql`(SELECT seq FROM ${pushProgress} WHERE id = 1)`;
const page = sql`SELECT n.seq, n.created_at FROM ${inbox} AS n WHERE n.seq > ${reached} ORDER BY n.seq LIMIT ${PAGE}`;
/** Up to before the first event that is younger than the grace, at most a page. */
const upTo = sql`COALESCE((SELECT MIN(seq) - 1 FROM (${page}) WHERE created_at > ${p('settled')}),
  (SELECT MAX(seq) FROM (${page})), ${reached})`;
const toTell = sql`FROM ${inbox} AS i JOIN ${pushDevices} AS d ON d.user_id = i.user_id
  WHERE i.seq > ${reached} AND i.seq <= ${upTo} AND i.type IN (SELECT value FROM json_each(${p('types')}))
    AND NOT ${isOwn} AND ${isWanted}`;

const countLate = prepareRead<Untyped, { devices: number }>(sql`SELECT count(*) ${toTell} AND ${isLate}`, [
  'devices',
]);
const fill = prepareChange(
  sql`INSERT INTO ${pushOutbox} (seq, user_id, device, due_at)
    SELECT i.seq, i.user_id, d.device, ${p('now')} ${toTell} AND NOT ${isLate} ON CONFLICT DO NOTHING`,
);
const moveOn = prepareRead<Untyped, { seq: number }>(
  sql`UPDATE ${pushProgress} SET seq = ${upTo} WHERE id = 1 AND seq < ${upTo} RETURNING seq`,
  ['seq'],
);

/** What a look through the events wants to know. */
export interface Looked {
  /** Epoch ms; nothing younger than `settled` is told yet, nothing older than `oldest` any more. */
  readonly now: number;
  readonly settled: number;
  readonly oldest: number;
  /** JSON of the types that are told. */
  readonly types: string;
}

/** The batch that looks through the next page of events. `moved` has a row where there was one. */
export const fillPage = (looked: Looked) => {
  const values = { ...looked };
  return {
    begun: begin(),
    late: countLate(values),
    filled: fill(values),
    moved: moveOn(values),
  };
};

/**
 * When the oldest event came that nobody has looked at, and the oldest of those that are due in the outbox; null
 * where there is none. Value: `now`.
 */
export const readOldest = prepareRead<{ now: number }, { event: number | null; push: number | null }>(
  sql`SELECT (SELECT n.created_at FROM ${inbox} AS n WHERE n.seq > ${reached} ORDER BY n.seq LIMIT 1),
    (SELECT i.created_at FROM ${pushOutbox} AS o JOIN ${inbox} AS i ON i.seq = o.seq
      WHERE o.due_at <= ${p('now')} ORDER BY o.due_at LIMIT 1)`,
  ['event', 'push'],
);
