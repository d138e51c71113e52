import { type SQL, sql } from 'drizzle-orm';
import { groupMembers, MEMBER } from '../../../db/schema/groups.ts';
import { inbox } from '../../../db/schema/inbox.ts';
import { pushOutbox, pushProgress } from '../../../db/schema/push.ts';
import { pushDevices } from '../../../db/schema/sessions.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { lastSeq } from '../inbox.ts';
import { OWN_TYPES } from '../message-types.ts';
import { isLate, isOwn, isWanted } from './wanted.ts';

/**
 * How rows of the outbox come from events: a page of events, by their place, becomes a row for each device that is
 * to be told. `push_progress` keeps the place up to which they were looked through.
 */

/** What a look through the events wants to know. */
export type Looked = {
  /** Epoch ms; nothing younger than `settled` is told yet, nothing older than `oldest` any more. */
  readonly now: number;
  readonly settled: number;
  readonly oldest: number;
  /** JSON of the types that are told. */
  readonly types: string;
};

/** Events that one step looks through. */
const PAGE = sql.raw('500');
/** Members of the groups whose events one step looks through: a large group counts `MOST`, a small one `LEAST`. */
const MEMBERS = sql.raw('600');
const MOST = sql.raw('200');
const LEAST = sql.raw('6');
/** Events of groups that reach `MEMBERS` and one more, however small the groups are. */
const OF_GROUPS = sql.raw('101');

/** What was there before anybody was told stays untold. */
const begin = prepareChange<void>(
  sql`INSERT INTO ${pushProgress} (id, seq) VALUES (1, ${lastSeq}) ON CONFLICT DO NOTHING`,
);

const reached = sql`(SELECT seq FROM ${pushProgress} WHERE id = 1)`;
const page = sql`SELECT n.seq, n.user_id, n.created_at FROM ${inbox} AS n WHERE n.seq > ${reached} ORDER BY n.seq LIMIT ${PAGE}`;
/** How much the event `e` of a group counts: each may be for thousands. */
const weight = sql`MAX(${LEAST}, (SELECT count(*) FROM (SELECT 1 FROM ${groupMembers} AS c
  WHERE c.group_id = -e.user_id AND c.state = ${MEMBER.joined} LIMIT ${MOST})))`;
const weighed = sql`SELECT seq, SUM(weight) OVER (ORDER BY seq) AS total FROM (
  SELECT e.seq, ${weight} AS weight FROM (${page}) AS e WHERE e.user_id < 0 ORDER BY e.seq LIMIT ${OF_GROUPS})`;
/** Before the first event that must not be looked at yet: it is younger than the grace, or for too many people more. */
const first = sql`SELECT MIN(seq) - 1 FROM (SELECT seq FROM (${page}) WHERE created_at > ${p('settled')}
  UNION ALL SELECT seq FROM (${weighed}) WHERE total > ${MEMBERS})`;
/** Up to there, at most a page. */
const upTo = sql`COALESCE((${first}), (SELECT MAX(seq) FROM (${page})), ${reached})`;
/** Events and devices to be told. @param receivers what joins `user` to the event `i` */
const toTell = (
  user: SQL,
  receivers: SQL,
) => sql`FROM ${inbox} AS i ${receivers} JOIN ${pushDevices} AS d ON d.user_id = ${user}
  WHERE i.seq > ${reached} AND i.seq <= ${upTo} AND (i.type IN (SELECT value FROM json_each(${p('types')})) OR i.type >= ${sql.raw(String(OWN_TYPES.first))})
    AND NOT ${isOwn(user)} AND ${isWanted(user)}`;

const owner = sql`i.user_id`;
const member = sql`r.user_id`;
const ofOwners = toTell(owner, sql``);
/** What is there once for all members of a group: those are told who are in it still. */
const ofMembers = toTell(
  member,
  sql`JOIN ${groupMembers} AS r ON r.group_id = -i.user_id AND r.state = ${MEMBER.joined} AND r.joined_seq < i.seq`,
);

const countLate = prepareRead<Looked, { devices: number }>(
  sql`SELECT (SELECT count(*) ${ofOwners} AND ${isLate}) + (SELECT count(*) ${ofMembers} AND ${isLate})`,
  ['devices'],
);
const prepareFill = (user: SQL, told: SQL) =>
  prepareChange<Looked>(
    sql`INSERT INTO ${pushOutbox} (seq, user_id, device, due_at)
      SELECT i.seq, ${user}, d.device, ${p('now')} ${told} AND NOT ${isLate} ON CONFLICT DO NOTHING`,
  );
const fill = prepareFill(owner, ofOwners);
const fillOfGroups = prepareFill(member, ofMembers);
const moveOn = prepareRead<Pick<Looked, 'settled'>, { seq: number }>(
  sql`UPDATE ${pushProgress} SET seq = ${upTo} WHERE id = 1 AND seq < ${upTo} RETURNING seq`,
  ['seq'],
);

/** The batch that looks through the next page of events. `moved` has a row where there was one. */
export const fillPage = (looked: Looked) => ({
  begun: begin(),
  late: countLate(looked),
  filled: fill(looked),
  filledOfGroups: fillOfGroups(looked),
  moved: moveOn(looked),
});

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
