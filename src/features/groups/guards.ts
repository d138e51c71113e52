import { type SQL, sql } from 'drizzle-orm';
import { groupMembers, groups, MEMBER, ROLE } from '../../../db/schema/groups.ts';
import type { ChangeId, GroupId } from '../../core/ids.ts';
import { type NoMore, type Prepared, p, prepareChange, type Values } from '../../platform/database/query.ts';
import { everyoneIn } from '../../realtime/relations.ts';

/**
 * What each member may do in a group, as conditions of the statement that begins a change. Placeholders: `group`,
 * `me` (who acts), `whom` (whom it concerns), `mark_change` (the call's mark).
 */

const roleOf = (user: string) =>
  sql`(SELECT role FROM ${groupMembers} WHERE group_id = ${p('group')} AND user_id = ${p(user)} AND state = ${MEMBER.joined})`;

/** 1 owner, 2 admin, 3 member; NULL for anybody else. */
export const myRole = roleOf('me');
export const theirRole = roleOf('whom');

export const isMember = sql`${myRole} IS NOT NULL`;
export const isOwner = sql`${myRole} = ${ROLE.owner}`;
/** Owner or admin. */
export const isManager = sql`${myRole} <= ${ROLE.admin}`;
/** The owner acts on everybody else, admins on ordinary members, and these on nobody. */
export const outranks = sql`${myRole} < ${theirRole}`;

/** What a claim wants beside its conditions, and `claimed` after it. */
export type ClaimValues = { readonly group: GroupId; readonly mark_change: ChangeId };

/**
 * Prepares the first statement of every change in a group: it holds all conditions and marks the group with
 * the call's id. Answers 0 where the group is gone or the condition does not hold.
 * @param changes what it sets in the group itself
 */
export const prepareClaim = <Wanted extends Values = NoMore>(
  condition: SQL,
  ...changes: readonly SQL[]
): Prepared<number, Wanted & ClaimValues> =>
  prepareChange<Wanted & ClaimValues>(
    sql`UPDATE ${groups} SET ${sql.join([sql`change_id = ${p('mark_change')}`, ...changes], sql`, `)}
      WHERE id = ${p('group')} AND dismissed_at IS NULL AND ${condition}`,
  );

/** The mark that a claim leaves: holds in the later statements of its batch. */
export const claimed = sql`EXISTS (SELECT 1 FROM ${groups} WHERE id = ${p('group')} AND change_id = ${p('mark_change')})`;

/** The receivers of an event of the batch: every member. */
export const everyMember = sql`${everyoneIn(p('group'))} AND ${claimed}`;
/** Of such an event: it is for every member but who acts. */
export const butMe = { except: p('me') } as const;
