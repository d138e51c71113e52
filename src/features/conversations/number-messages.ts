import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { runningFigures } from '../../../db/schema/figures.ts';
import { groupMembers } from '../../../db/schema/groups.ts';
import { messages } from '../../../db/schema/messages.ts';
import { type Allowance, inSlices } from '../../core/in-slices.ts';
import { prepareChange, prepareRead } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { NEIGHBOURS } from '../chat/places.ts';

/** Messages that one step looks at: some milliseconds of the database. */
const TOGETHER = sql.raw('500');

const reached = sql`COALESCE((SELECT value FROM ${runningFigures} WHERE name = 'messages_numbered'), 0)`;
const slice = sql`SELECT a.id, a.conversation, a.sender_id, a.dest_type, a.dest_id, a.number, a.sender_id < a.dest_id AS is_lower
  FROM ${messages} AS a WHERE a.id > ${reached} ORDER BY a.id LIMIT ${TOGETHER}`;
const before = (column: string) => sql`(SELECT ${sql.raw(column)} FROM ${messages} AS b
  WHERE b.conversation = s.conversation AND b.id <= ${reached} ORDER BY b.id DESC LIMIT 1)`;
/** How far a conversation had come: the last place, and on which side of the two it was. */
const begun = sql`SELECT s.conversation, COALESCE((SELECT MAX(n.number) FROM (SELECT b.number FROM ${messages} AS b
    WHERE b.conversation = s.conversation AND b.id <= ${reached} ORDER BY b.id DESC LIMIT ${NEIGHBOURS}) AS n), 0) AS number,
  ${before('b.sender_id')} AS sender_id, ${before('b.answers')} AS answers
  FROM slice AS s GROUP BY s.conversation HAVING count(*) > count(s.number)`;
const counted = sql`SELECT s.*, begun.number + ROW_NUMBER() OVER (PARTITION BY s.conversation ORDER BY s.id) AS place,
  begun.sender_id AS before_sender, begun.answers AS before_answers, begun.number AS before_number
  FROM slice AS s CROSS JOIN begun ON begun.conversation = s.conversation`;
const lastOf = (isLower: 0 | 1) => sql`MAX(CASE c.is_lower WHEN ${sql.raw(String(isLower))} THEN c.place END)
  OVER (PARTITION BY c.conversation ORDER BY c.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`;
const numbered = sql`SELECT c.id, c.place, CASE c.dest_type WHEN ${DEST.group} THEN 0 ELSE
  COALESCE(CASE c.is_lower WHEN 1 THEN ${lastOf(0)} ELSE ${lastOf(1)} END,
    CASE c.before_sender WHEN c.sender_id THEN c.before_answers ELSE c.before_number END, 0) END AS answers FROM counted AS c`;

const anyLeft = prepareRead<void, { id: number }>(
  sql`SELECT a.id FROM ${messages} AS a WHERE a.id > ${reached} LIMIT 1`,
  ['id'],
);
const noteSpeakers = prepareChange<void>(
  sql`UPDATE ${groupMembers} AS m SET spoke_id = MAX(m.spoke_id, said.id)
    FROM (SELECT s.dest_id, s.sender_id, MAX(s.id) AS id FROM (${slice}) AS s
      WHERE s.dest_type = ${DEST.group} AND s.number IS NULL GROUP BY s.dest_id, s.sender_id) AS said
    WHERE m.group_id = said.dest_id AND m.user_id = said.sender_id`,
);
const number = prepareChange<void>(
  sql`WITH slice AS MATERIALIZED (${slice}), begun AS MATERIALIZED (${begun}), counted AS (${counted}),
    numbered AS MATERIALIZED (${numbered})
    UPDATE ${messages} AS m SET number = numbered.place, answers = numbered.answers FROM numbered
    WHERE m.id = numbered.id AND m.number IS NULL`,
);
const advance = prepareRead<void, { looked: number }>(
  sql`INSERT INTO ${runningFigures} (name, value)
    SELECT 'messages_numbered', (SELECT MAX(id) FROM (${slice})) WHERE EXISTS (SELECT 1 FROM (${slice}))
    ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING 1`,
  ['looked'],
);

/**
 * Gives messages their places in their conversations that have none: those of a database that an earlier version has
 * filled. It goes from the oldest on, once; until a conversation has been reached its unread messages are counted.
 */
export async function numberMessages({ db, clock }: Platform, allowance?: Allowance): Promise<number> {
  if ((await db.read(anyLeft())).length === 0) return 0;
  let done = 0;
  const step = async () => {
    const { numbered, looked } = await db.write({
      spoke: noteSpeakers(),
      numbered: number(),
      looked: advance(),
    });
    done += numbered;
    return looked.length > 0;
  };
  await inSlices(clock, step, { allowance });
  return done;
}
