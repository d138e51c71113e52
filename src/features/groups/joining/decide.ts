import { sql } from 'drizzle-orm';
import { groupMembers, groups, MEMBER, ROLE } from '../../../../db/schema/groups.ts';
import { users } from '../../../../db/schema/users.ts';
import type { ChangeId, GroupId, UserId } from '../../../core/ids.ts';
import { refuse } from '../../../http/failure.ts';
import { p, prepareChange } from '../../../platform/database/query.ts';
import type { CallerContext } from '../../../realtime/context.ts';
import { prepareEvent } from '../../../realtime/events.ts';
import { claimed, isManager, prepareClaim } from '../guards.ts';
import { prepareLifting } from '../sanctions.ts';
import { memberStanding } from '../standing.ts';
import { changeValues, noticeValues } from '../values.ts';
import { hasRoom, tellMembersOfNewcomers } from './admission.ts';

/** What the statements here want. */
type Wanted = {
  readonly group: GroupId;
  readonly me: UserId;
  readonly whom: UserId;
  readonly mark_change: ChangeId;
};

const theirRequest = sql`${groupMembers} WHERE group_id = ${p('group')} AND user_id = ${p('whom')} AND state = ${MEMBER.waits}`;
const claim = prepareClaim<{ me: UserId; whom: UserId; accept: number; now: number }>(
  sql`${isManager} AND EXISTS (SELECT 1 FROM ${theirRequest}) AND (${p('accept')} = 0 OR ${hasRoom})`,
);
const letIn = prepareChange<{ mark_change: ChangeId; now: number; group: GroupId; whom: UserId }>(
  sql`UPDATE ${groupMembers} SET state = ${MEMBER.joined}, application = '', change_id = ${p('mark_change')}, created_at = ${p('now')}
    WHERE group_id = ${p('group')} AND user_id = ${p('whom')} AND state = ${MEMBER.waits} AND ${claimed}`,
);
/** The decision lets somebody in again who was removed. */
const forgive = prepareLifting<{ whom: UserId; mark_change: ChangeId }>('removal', p('whom'), claimed);
const turnAway = prepareChange<Omit<Wanted, 'me'>>(sql`DELETE FROM ${theirRequest} AND ${claimed}`);
const tellApplicant = prepareEvent<Wanted>(
  sql`SELECT ${p('whom')} AS user_id WHERE ${claimed}`,
  sql`(SELECT json_object('groupId', groups.id, 'groupName', groups.name, 'adminId', admin.id, 'adminName', admin.name)
    FROM ${groups}, ${users} AS admin WHERE groups.id = ${p('group')} AND admin.id = ${p('me')})`,
);

/**
 * The owner or an admin accepts or refuses a request to join that waits. The applicant learns it (event 60 or
 * 61), the members learn of a newcomer (event 8).
 * Refuses `NO_SUCH_GROUP`, `NOT_A_MEMBER`, `NOT_ALLOWED`, `NOT_WAITING`, `GROUP_FULL`.
 */
export async function decideRequest(
  context: CallerContext,
  group: GroupId,
  applicant: UserId,
  accept: boolean,
): Promise<void> {
  const values = { ...changeValues(context, group), whom: applicant, accept: accept ? 1 : 0 };
  const { decided } = accept
    ? await context.db.write({
        decided: claim(values),
        letIn: letIn(values),
        forgive: forgive(values),
        tellApplicant: tellApplicant(noticeValues(context, values, 'joinAccepted')),
        tellMembers: tellMembersOfNewcomers(noticeValues(context, values, 'memberJoined')),
      })
    : await context.db.write({
        decided: claim(values),
        turnAway: turnAway(values),
        tellApplicant: tellApplicant(noticeValues(context, values, 'joinRefused')),
      });
  if (decided === 1) return;
  const { myRole, theyWait } = await memberStanding(context, group, applicant);
  if (myRole === ROLE.member) refuse('NOT_ALLOWED');
  refuse(theyWait === 1 ? 'GROUP_FULL' : 'NOT_WAITING');
}
