import { sql } from 'drizzle-orm';
import { groupMembers, MEMBER, ROLE } from '../../../../db/schema/groups.ts';
import { users } from '../../../../db/schema/users.ts';
import type { ChangeId, GroupId, UserId } from '../../../core/ids.ts';
import { refuse } from '../../../http/failure.ts';
import { p, prepareChange } from '../../../platform/database/query.ts';
import type { CallerContext } from '../../../realtime/context.ts';
import { prepareEvent } from '../../../realtime/events.ts';
import { claimed, everyMember, isOwner, prepareClaim, theirRole } from '../guards.ts';
import { memberStanding } from '../standing.ts';
import { changeValues, noticeValues } from '../values.ts';

/** What the statements here want. */
type Wanted = {
  readonly role: number;
  readonly whom: UserId;
  readonly group: GroupId;
  readonly mark_change: ChangeId;
};

/** Admins that a group may have (docs/decisions.md#groups). */
const MAX_ADMINS = 5;

const member = sql`group_id = ${p('group')} AND user_id = ${p('whom')} AND state = ${MEMBER.joined}`;
const admins = sql`(SELECT count(*) FROM ${groupMembers} WHERE group_id = ${p('group')} AND state = ${MEMBER.joined} AND role = ${ROLE.admin})`;
const claim = prepareClaim<{ me: UserId; whom: UserId; role: number }>(
  sql`${isOwner} AND ${theirRole} > ${ROLE.owner} AND (${p('role')} = ${ROLE.member} OR ${theirRole} = ${ROLE.admin} OR ${admins} < ${MAX_ADMINS})`,
);
const setRole = prepareChange<Wanted>(
  sql`UPDATE ${groupMembers} SET role = ${p('role')}, change_id = ${p('mark_change')}
    WHERE ${member} AND role <> ${p('role')} AND ${claimed}`,
);
const tellEveryone = prepareEvent<Wanted>(
  sql`${everyMember} AND EXISTS (SELECT 1 FROM ${groupMembers} WHERE ${member} AND change_id = ${p('mark_change')})`,
  sql`(SELECT json_object('name', name, 'headUrl', head_url, 'role', ${p('role')}) FROM ${users} WHERE id = ${p('whom')})`,
);

/**
 * Makes a member an admin, or an admin a member again; the owner may. Event 55 to every member, unless nothing changed.
 * Refuses `NO_SUCH_GROUP`, `NOT_A_MEMBER`, `NOT_ALLOWED`, `TO_ONESELF`, `NOT_THEIR_GROUP`, `TOO_MANY_ADMINS`.
 */
export async function setAdmin(
  context: CallerContext,
  group: GroupId,
  whom: UserId,
  isAdmin: boolean,
): Promise<void> {
  const values = { ...changeValues(context, group), whom, role: isAdmin ? ROLE.admin : ROLE.member };
  const notice = noticeValues(context, values, 'adminChanged', undefined, whom);
  const { set } = await context.db.write({
    set: claim(values),
    setRole: setRole(values),
    tellEveryone: tellEveryone(notice),
  });
  if (set === 1) return;
  const { myRole, theirRole: theirs } = await memberStanding(context, group, whom);
  if (myRole !== ROLE.owner) refuse('NOT_ALLOWED');
  if (whom === values.me) refuse('TO_ONESELF');
  refuse(theirs === null ? 'NOT_THEIR_GROUP' : 'TOO_MANY_ADMINS');
}
