import { type SQL, sql } from 'drizzle-orm';
import { friendships } from '../../../db/schema/friends.ts';

/**
 * How two users stand to each other, as SQL conditions for any feature's statements. The arguments are
 * placeholders or columns; in SQL of one's own, a column with its table's name or alias before it.
 */

/** A friend request that nobody accepted lapses after this (decisions, Friends and groups). */
export const REQUEST_LIFE_MS = 7 * 24 * 3600 * 1000;

/** They are friends. */
export const areFriends = (a: SQL, b: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${friendships} AS f WHERE f.user_id = ${a} AND f.friend_id = ${b} AND f.state = 2)`;

/** One of them has blocked the other. */
export const blockedEitherWay = (a: SQL, b: SQL): SQL =>
  sql`(EXISTS (SELECT 1 FROM ${friendships} AS f WHERE f.user_id = ${a} AND f.friend_id = ${b} AND f.is_blocked = 1)
    OR EXISTS (SELECT 1 FROM ${friendships} AS f WHERE f.user_id = ${b} AND f.friend_id = ${a} AND f.is_blocked = 1))`;

/** `SELECT … AS user_id` of everybody whom `a` has blocked or who has blocked him, for `IN` over many rows. */
export const blockedWith = (a: SQL): SQL =>
  sql`SELECT friend_id AS user_id FROM ${friendships} WHERE user_id = ${a} AND is_blocked = 1
    UNION ALL SELECT user_id FROM ${friendships} WHERE friend_id = ${a} AND is_blocked = 1`;

/** `from` has asked `to`, and the request still counts at the placeholder `now`. */
export const hasAsked = (from: SQL, to: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${friendships} AS f WHERE f.user_id = ${from} AND f.friend_id = ${to}
    AND f.state = 1 AND f.requested_at > ${sql.placeholder('now')} - ${sql.raw(String(REQUEST_LIFE_MS))})`;

/** The batch that goes under the placeholder `change` has put the row of `from` into this state: its mark. */
export const changedTo = (state: 0 | 1 | 2, from: SQL, to: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${friendships} AS f WHERE f.user_id = ${from} AND f.friend_id = ${to}
    AND f.change_id = ${sql.placeholder('change')} AND f.state = ${sql.raw(String(state))})`;
