import { type SQL, sql } from 'drizzle-orm';
import { groupMembers, MEMBER } from '../../db/schema/groups.ts';
import { inbox } from '../../db/schema/inbox.ts';
import { presences } from '../../db/schema/presences.ts';
import { sessions } from '../../db/schema/sessions.ts';
import type { Ring } from '../platform/database/executor.ts';
import { textOf } from '../platform/database/query.ts';
import { everybody } from './audience.ts';

const userOf = (user: SQL) =>
  textOf(sql`user_id, EXISTS (SELECT 1 FROM ${presences} AS o WHERE o.user_id = ${user})`);

/** The first who hear of what is for everybody. A job tells the others (wake-readers.ts). */
const FIRST = sql.raw('400');
/** Of what is for a group: its members who have a socket open, as JSON; of what is for everybody, some who have one. */
const members =
  textOf(sql`CASE WHEN ${inbox.userId} = ${everybody} THEN (SELECT json_group_array(f.user_id) FROM (
    SELECT DISTINCT o.user_id FROM ${presences} AS o ORDER BY o.user_id LIMIT ${FIRST}) AS f)
  WHEN ${inbox.userId} < 0 THEN (SELECT json_group_array(m.user_id) FROM ${groupMembers} AS m
  WHERE m.group_id = -${inbox.userId} AND m.state = ${sql.raw(String(MEMBER.joined))}
    AND EXISTS (SELECT 1 FROM ${presences} AS o WHERE o.user_id = m.user_id)) END`);

/**
 * SQL of what a statement that rings returns where sockets live elsewhere: whom it touched, 1 where they have a socket
 * open, and those who have one where it is a group.
 */
export const TOUCHED: Readonly<Record<Ring, string>> = {
  events: `${userOf(sql`${inbox.userId}`)}, ${members}`,
  sessions: userOf(sql`${sessions.userId}`),
};
