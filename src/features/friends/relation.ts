import { type SQL, sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import { p } from '../../platform/database/query.ts';

/**
 * How a friendship begins, as SQL conditions. The arguments are as in `src/realtime/relations.ts`, which says how
 * people stand to each other.
 */

/** A friend request that nobody accepted lapses after this (docs/decisions.md#friends). */
export const REQUEST_LIFE_MS = 7 * 24 * 3600 * 1000;

/** Friends that one user may have: all of them come with every login, and hear of every moment and change. */
export const MAX_FRIENDS = 5000;

/** Both have room for one more friend. @param most how many each may have */
export const haveRoom = (a: SQL, b: SQL, most = MAX_FRIENDS): SQL => {
  const hasRoom = (user: SQL) => sql`(SELECT count(*) FROM ${friendships} AS counted
    WHERE counted.friend_id = ${user} AND counted.state = ${FRIEND.friends}) < ${sql.raw(String(most))}`;
  return sql`(${hasRoom(a)} AND ${hasRoom(b)})`;
};

/** `from` has asked `to`, and the request still counts at the placeholder `now`. */
export const hasAsked = (from: SQL, to: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${friendships} AS asking WHERE asking.user_id = ${from} AND asking.friend_id = ${to}
    AND asking.state = ${FRIEND.asked} AND asking.requested_at > ${p('now')} - ${sql.raw(String(REQUEST_LIFE_MS))})`;
