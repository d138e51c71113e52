import { type SQL, sql } from 'drizzle-orm';
import { groupDepartures, groupMembers, MEMBER } from '../../db/schema/groups.ts';
import { inbox } from '../../db/schema/inbox.ts';
import { presences } from '../../db/schema/presences.ts';
import { sessions } from '../../db/schema/sessions.ts';
import type { UserId } from '../core/ids.ts';
import type { Ring } from '../platform/database/executor.ts';
import { p, prepareRead, textOf } from '../platform/database/query.ts';
import { EVERYBODY } from './audience.ts';

const userOf = (user: SQL) =>
  textOf(sql`user_id, EXISTS (SELECT 1 FROM ${presences} AS o WHERE o.user_id = ${user})`);

/**
 * SQL of what a statement that rings returns where sockets live elsewhere: whom it touched (below 0 many at once), 1 where
 * they have a socket open, and the place of an event.
 */
export const TOUCHED: Readonly<Record<Ring, string>> = {
  events: `${userOf(sql`${inbox.userId}`)}, seq`,
  sessions: userOf(sql`${sessions.userId}`),
};

const isHere = (user: SQL) => sql`EXISTS (SELECT 1 FROM ${presences} AS o WHERE o.user_id = ${user})`;
const groups = sql`(SELECT -value FROM json_each(${p('owners')}))`;
/** The first who hear of what is for everybody. A job tells the others (wake-readers.ts). */
const FIRST = sql.raw('400');

/**
 * Those with a socket open whom rows for many at once are for: members of groups, and those who were members until a
 * place or a later one. Of everybody it finds some. Some come several times. It looks at each
 * once, whatever was written to the group, and not in the batch that wrote it: a batch holds up all others.
 */
export const readManyHere = prepareRead<{ owners: string; since: number }, { user: UserId }>(
  sql`SELECT m.user_id FROM json_each(${p('owners')}) AS g
      CROSS JOIN ${groupMembers} AS m ON m.group_id = -g.value AND m.state = ${MEMBER.joined}
      WHERE ${isHere(sql`m.user_id`)}
    UNION ALL SELECT d.user_id FROM ${groupDepartures} AS d WHERE d.left_seq >= ${p('since')}
      AND d.group_id IN ${groups} AND ${isHere(sql`d.user_id`)}
    UNION ALL SELECT f.user_id FROM (SELECT o.user_id FROM json_each(${p('owners')}) AS e
      CROSS JOIN ${presences} AS o ON o.user_id > 0 WHERE e.value = ${EVERYBODY} LIMIT ${FIRST}) AS f`,
  ['user'],
);
