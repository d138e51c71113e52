import { type SQL, sql } from 'drizzle-orm';
import { FRIEND, type FriendState, friendships } from '../../db/schema/friends.ts';
import { groupMembers, groups, MEMBER } from '../../db/schema/groups.ts';
import type { ChangeId, UserId } from '../core/ids.ts';
import { p } from '../platform/database/query.ts';

/**
 * How people stand to each other and to groups, as SQL conditions for anybody's statements. The arguments are
 * placeholders or columns; in SQL of one's own, a column with its table's name or alias before it. The aliases in
 * here are used nowhere else, or they would take such a column for their own.
 */

/** They are friends. */
export const areFriends = (a: SQL, b: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${friendships} AS befriended
    WHERE befriended.user_id = ${a} AND befriended.friend_id = ${b} AND befriended.state = ${FRIEND.friends})`;

/** `one` has blocked `other`. */
export const hasBlocked = (one: SQL, other: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${friendships} AS blocking
    WHERE blocking.user_id = ${one} AND blocking.friend_id = ${other} AND blocking.is_blocked = 1)`;

/** One of them has blocked the other. */
export const blockedEitherWay = (a: SQL, b: SQL): SQL => sql`(${hasBlocked(a, b)} OR ${hasBlocked(b, a)})`;

/** `SELECT … AS user_id` of everybody whom `a` has blocked or who has blocked `a`, for `IN` over many rows. */
export const blockedWith = (a: SQL): SQL =>
  sql`SELECT blocked.friend_id AS user_id FROM ${friendships} AS blocked
      WHERE blocked.user_id = ${a} AND blocked.is_blocked = 1
    UNION ALL SELECT blocked.user_id FROM ${friendships} AS blocked
      WHERE blocked.friend_id = ${a} AND blocked.is_blocked = 1`;

/** The user is a member of the group, which still exists. */
export const isMemberOf = (group: SQL, user: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${groupMembers} AS belonging
    JOIN ${groups} AS joined ON joined.id = belonging.group_id AND joined.dismissed_at IS NULL
    WHERE belonging.group_id = ${group} AND belonging.user_id = ${user} AND belonging.state = ${MEMBER.joined})`;

/** The two are members of one group. */
export const shareGroup = (a: SQL, b: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${groupMembers} AS met_here WHERE met_here.user_id = ${a} AND met_here.state = ${MEMBER.joined}
    AND ${isMemberOf(sql`met_here.group_id`, b)})`;

/**
 * `SELECT … AS user_id` of a group itself, as the inbox knows it: an event for it is one for all of its members, and
 * stands there once. Nothing where it is null. Conditions may follow with `AND`.
 */
export const everyoneIn = (group: SQL): SQL => sql`SELECT -${group} AS user_id WHERE ${group} IS NOT NULL`;

/** `SELECT … AS user_id` of the members of a group. Conditions may follow with `AND`. */
export const membersOf = (group: SQL): SQL =>
  sql`SELECT fellow.user_id FROM ${groupMembers} AS fellow
    WHERE fellow.group_id = ${group} AND fellow.state = ${MEMBER.joined}`;

/** The batch that goes under the placeholder `mark_change` has put the row of `from` into this state: its mark. */
export const changedTo = (state: FriendState, from: SQL, to: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${friendships} AS changed WHERE changed.user_id = ${from} AND changed.friend_id = ${to}
    AND changed.change_id = ${p('mark_change')} AND changed.state = ${state})`;

/** What `friendshipEnded` wants. */
export type FriendshipEndedValues = {
  readonly me: UserId;
  readonly other: UserId;
  readonly mark_change: ChangeId;
};
/** The mark of a batch that has just ended the friendship of the placeholders `me` and `other`. */
export const friendshipEnded = changedTo(FRIEND.none, p('me'), p('other'));
