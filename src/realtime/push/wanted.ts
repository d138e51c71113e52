import { type SQL, sql } from 'drizzle-orm';
import { clientChats, friendships } from '../../../db/schema/friends.ts';
import { groupMembers } from '../../../db/schema/groups.ts';
import { inboxCursors } from '../../../db/schema/inbox.ts';
import { presences } from '../../../db/schema/presences.ts';
import { DEVICE, sessions } from '../../../db/schema/sessions.ts';
import { p } from '../../platform/database/query.ts';
import { FROM } from '../message-types.ts';

const from = (kind: keyof typeof FROM) => sql.raw(String(FROM[kind]));

const isAway = (user: SQL) =>
  sql`NOT EXISTS (SELECT 1 FROM ${presences} AS online WHERE online.user_id = ${user} AND online.until > ${p('now')})`;
const isLoggedIn = (user: SQL) => sql`EXISTS (SELECT 1 FROM ${sessions} AS s WHERE s.user_id = ${user}
  AND s.device IN (d.device, ${DEVICE.unknown}) AND s.ended_at IS NULL AND s.expires_at > ${p('now')})`;
const hasTaken = (user: SQL) => sql`EXISTS (SELECT 1 FROM ${inboxCursors} AS c WHERE c.user_id = ${user}
  AND c.device = d.device AND c.seq >= i.seq)`;
const isSilent = (user: SQL) => sql`CASE i.from_type
  WHEN ${from('person')} THEN EXISTS (SELECT 1 FROM ${friendships} AS f
    WHERE f.user_id = ${user} AND f.friend_id = i.from_id AND (f.receive_tip = 0 OR f.is_blocked = 1))
    OR EXISTS (SELECT 1 FROM ${clientChats} AS h WHERE h.user_id = ${user} AND h.chat_id = i.from_id AND h.receive_tip = 0)
  WHEN ${from('group')} THEN EXISTS (SELECT 1 FROM ${groupMembers} AS g
    WHERE g.group_id = i.dest_id AND g.user_id = ${user} AND g.receive_tip = 0)
  ELSE 0 END`;

/**
 * Condition over an event `i` and a device `d`: its user, who gets the event, has no socket open, has not taken it, and
 * wants to hear of it. Asked when the outbox is filled, and before each try. Value: `now`.
 */
export const isWanted = (user: SQL): SQL =>
  sql`(${isAway(user)} AND ${isLoggedIn(user)} AND NOT ${hasTaken(user)} AND NOT ${isSilent(user)})`;
/** Condition over an event `i`: nobody hears of it any more, because it waited for too long. Value: `oldest`. */
export const isLate = sql`(i.created_at <= ${p('oldest')})`;
/**
 * Condition over an event `i`: a copy for the sender's own devices, where what the system says is always for its reader;
 * or an event of a group that this member does not get.
 */
export const isOwn = (user: SQL): SQL =>
  sql`((i.from_id = ${user} AND i.from_type <> ${from('system')}) OR i.except_id IS ${user})`;
