import { type SQL, sql } from 'drizzle-orm';
import { FRIEND, type FriendState, friendships } from '../../../db/schema/friends.ts';

/**
 * How two users stand to each other, as SQL conditions for any feature's statements. The arguments are
 * placeholders or columns; in SQL of one's own, a column with its table's name or alias before it. The aliases in
 * here are used nowhere else, or they would take such a column for their own.
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

/** They are friends. */
export const areFriends = (a: SQL, b: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${friendships} AS befriended
    WHERE befriended.user_id = ${a} AND befriended.friend_id = ${b} AND befriended.state = ${FRIEND.friends})`;

/** One of them has blocked the other. */
export const blockedEitherWay = (a: SQL, b: SQL): SQL => {
  const hasBlocked = (one: SQL, other: SQL) => sql`EXISTS (SELECT 1 FROM ${friendships} AS blocking
    WHERE blocking.user_id = ${one} AND blocking.friend_id = ${other} AND blocking.is_blocked = 1)`;
  return sql`(${hasBlocked(a, b)} OR ${hasBlocked(b, a)})`;
};

/** `SELECT … AS user_id` of everybody whom `a` has blocked or who has blocked him, for `IN` over many rows. */
export const blockedWith = (a: SQL): SQL =>
  sql`SELECT blocked.friend_id AS user_id FROM ${friendships} AS blocked
      WHERE blocked.user_id = ${a} AND blocked.is_blocked = 1
    UNION ALL SELECT blocked.user_id FROM ${friendships} AS blocked
      WHERE blocked.friend_id = ${a} AND blocked.is_blocked = 1`;

/** `from` has asked `to`, and the request still counts at the placeholder `now`. */
export const hasAsked = (from: SQL, to: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${friendships} AS asking WHERE asking.user_id = ${from} AND asking.friend_id = ${to}
    AND asking.state = ${FRIEND.asked} AND asking.requested_at > ${sql.placeholder('now')} - ${sql.raw(String(REQUEST_LIFE_MS))})`;

/** The batch that goes under the placeholder `change` has put the row of `from` into this state: its mark. */
export const changedTo = (state: FriendState, from: SQL, to: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${friendships} AS changed WHERE changed.user_id = ${from} AND changed.friend_id = ${to}
    AND changed.change_id = ${sql.placeholder('change')} AND changed.state = ${state})`;
