import { type SQL, sql } from 'drizzle-orm';
import { messageGaps, messages } from '../../../db/schema/messages.ts';
import { p } from '../../platform/database/query.ts';
import { NEIGHBOURS } from '../chat/places.ts';

/** Messages that are looked at where a job has not numbered a conversation yet: more are said as so many. */
const COUNTED = sql.raw('1000');

const newest = (columns: SQL, conversation: SQL) =>
  sql`(SELECT ${columns} FROM ${messages} AS w WHERE w.conversation = ${conversation} ORDER BY w.id DESC LIMIT ${NEIGHBOURS})`;
/** The place of a message, or of the last before it where that has been deleted; 0 for none. */
const placeOf = (id: SQL, conversation: SQL) =>
  sql`COALESCE((SELECT w.number FROM ${messages} AS w WHERE w.id = ${id} AND w.conversation = ${conversation}),
    (SELECT w.number FROM ${messages} AS w WHERE w.conversation = ${conversation} AND w.id <= ${id} ORDER BY w.id DESC LIMIT 1), 0)`;

/**
 * SQL of how many messages `me` has not read in the conversation of a row `c`. They are of others, still there, behind
 * the read mark, behind what `me` said last, and within their time in a group.
 *
 * A row has `conversation`, and what bounds their time: `low`, below which no id is theirs, and `since`, before which
 * nothing was written for them. `mark` is the id up to which they have read. `spoke` is that of what they had last said
 * in a group when somebody else spoke.
 *
 * It subtracts places: what lies between costs nothing. Only what a job has not numbered yet is counted.
 */
export const unread = (c: string): SQL => {
  const of = (column: string) => sql.raw(`${c}.${column}`);
  const conversation = of('conversation');
  const last = sql`(SELECT MAX(n.number) FROM ${newest(sql`w.number`, conversation)} AS n)`;
  const spoken = sql`MAX(${placeOf(of('spoke'), conversation)}, (SELECT MAX(CASE n.sender_id WHEN ${p('me')} THEN n.number ELSE n.answers END)
    FROM ${newest(sql`w.number, w.answers, w.sender_id`, conversation)} AS n))`;
  const first = sql`COALESCE((SELECT w.number - 1 FROM ${messages} AS w
    WHERE w.conversation = ${conversation} AND w.id >= ${of('low')} AND w.created_at >= ${of('since')} ORDER BY w.id LIMIT 1), 0)`;
  const subtracted = sql`(SELECT MAX(0, e.last - e.seen - (SELECT count(*) FROM ${messageGaps} AS g
      WHERE g.conversation = ${conversation} AND g.number > e.seen AND g.number <= e.last))
    FROM (SELECT ${last} AS last, MAX(${placeOf(of('mark'), conversation)}, ${spoken}, ${first}) AS seen) AS e)`;
  const some = sql`(SELECT w.id, w.sender_id, w.recalled_at FROM ${messages} AS w WHERE w.conversation = ${conversation}
    AND w.id > MAX(${of('mark')}, ${of('spoke')}, ${of('low')} - 1) AND w.created_at >= ${of('since')} ORDER BY w.id DESC LIMIT ${COUNTED})`;
  const counted = sql`(SELECT count(*) FROM ${some} AS s WHERE s.recalled_at IS NULL AND s.id >
    COALESCE((SELECT MAX(o.id) FROM ${some} AS o WHERE o.sender_id = ${p('me')}), 0))`;
  const isNumbered = sql`(SELECT count(*) = count(n.number) FROM ${newest(sql`w.number`, conversation)} AS n)`;
  return sql`CASE WHEN ${isNumbered} THEN ${subtracted} ELSE ${counted} END`;
};
