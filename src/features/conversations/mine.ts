import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { friendships } from '../../../db/schema/friends.ts';
import { groupMembers, groups, MEMBER } from '../../../db/schema/groups.ts';
import { messages } from '../../../db/schema/messages.ts';
import { lowestIdAt } from '../../core/id-maker.ts';
import { p } from '../../platform/database/query.ts';
import { nameOfGroup, nameOfPair } from '../../realtime/conversation-changes.ts';

const EPOCH = sql.raw(String(lowestIdAt(0)));
const PER_MS = sql.raw(String(lowestIdAt(1) - lowestIdAt(0)));
/** Whoever may have written to me has a row beside me, and keeps it; and my groups, from when I came. */
const mine = sql`SELECT ${DEST.person} AS dest_type, f.friend_id AS dest_id, ${nameOfPair(sql`f.user_id`, sql`f.friend_id`)} AS conversation,
    0 AS since, 0 AS low, f.receive_tip AS receive_tip, f.remark AS remark, 0 AS spoke
    FROM ${friendships} AS f WHERE f.user_id = ${p('me')}
  UNION ALL SELECT ${DEST.group}, b.group_id, ${nameOfGroup(sql`b.group_id`)},
    b.created_at, b.created_at * ${PER_MS} + ${EPOCH}, b.receive_tip, '', b.spoke_id
    FROM ${groupMembers} AS b CROSS JOIN ${groups} AS g ON g.id = b.group_id AND g.dismissed_at IS NULL
    WHERE b.user_id = ${p('me')} AND b.state = ${MEMBER.joined}`;
const withHeads = sql`SELECT mine.*, (SELECT l.id FROM ${messages} AS l WHERE l.conversation = mine.conversation
    AND l.id >= mine.low AND l.created_at >= mine.since ORDER BY l.id DESC LIMIT 1) AS head FROM mine`;

/** `WITH heads AS …`: all that may be a conversation of `me`, each with the id of its last message, which is null for none. */
export const heads = sql`WITH mine AS MATERIALIZED (${mine}), heads AS MATERIALIZED (${withHeads})`;
