import { sql } from 'drizzle-orm';
import { FOUND, groupMembers, groups, JOIN, MEMBER, ROLE } from '../../../../db/schema/groups.ts';
import { users } from '../../../../db/schema/users.ts';
import { yuanSql } from '../../../core/fen-sql.ts';
import type { ChangeId, GroupId, UserId } from '../../../core/ids.ts';
import { refuse } from '../../../http/failure.ts';
import { p, prepareChange } from '../../../platform/database/query.ts';
import type { CallerContext } from '../../../realtime/context.ts';
import { prepareEvent } from '../../../realtime/events.ts';
import { membersOf } from '../../../realtime/relations.ts';
import { claimed, isManager, isMember, prepareClaim } from '../guards.ts';
import { isRemoved, prepareLifting } from '../sanctions.ts';
import { memberStanding } from '../standing.ts';
import { changeValues, noticeValues } from '../values.ts';
import {
  hasRoomFor,
  prepareAddedEvent,
  tellManagersOfRequests,
  tellMembersOfNewcomers,
} from './admission.ts';
import { feeInForce } from './fee.ts';
import { friendsAmong } from './friends.ts';

/** What the statements here want. */
type Wanted = {
  readonly now: number;
  readonly group: GroupId;
  readonly me: UserId;
  readonly mark_change: ChangeId;
};

const invited = sql`SELECT user_id FROM (${friendsAmong}) WHERE user_id NOT IN (${membersOf(p('group'))})`;
const claim = prepareClaim<{ me: UserId; ids: string; now: number }>(
  sql`(${isManager} OR (${isMember} AND join_mode <> ${JOIN.nobody})) AND ${hasRoomFor(sql`(SELECT count(*) FROM (${invited}))`)}`,
);
const wasRemoved = isRemoved(p('group'), sql`guest.user_id`);
/**
 * The owner and admins add at once; whom ordinary members invite waits in modes 1, 2, 3 and 6, or after a removal.
 */
const state = sql`CASE WHEN ${isManager} THEN ${MEMBER.joined} WHEN ${wasRemoved} THEN ${MEMBER.waits}
  ELSE (SELECT join_mode IN (${JOIN.free}, ${JOIN.invitation}) FROM ${groups} WHERE id = ${p('group')}) END`;
const add = prepareChange<{ group: GroupId; me: UserId; now: number; mark_change: ChangeId; ids: string }>(
  sql`INSERT INTO ${groupMembers} (group_id, user_id, state, inviter_id, join_type, change_id, created_at)
    SELECT ${p('group')}, guest.user_id, ${state}, ${p('me')}, ${FOUND.invited}, ${p('mark_change')}, ${p('now')} FROM (${invited}) AS guest WHERE ${claimed}
    ON CONFLICT (group_id, user_id) DO UPDATE SET state = ${MEMBER.joined}, inviter_id = excluded.inviter_id, join_type = ${FOUND.invited},
      application = '', change_id = excluded.change_id, created_at = excluded.created_at
      WHERE state = ${MEMBER.waits} AND excluded.state = ${MEMBER.joined}`,
);
/** An invitation by the owner or an admin lets somebody in again who was removed. */
const forgive = prepareLifting<{ mark_change: ChangeId }>(
  'removal',
  sql`${membersOf(p('group'))} AND change_id = ${p('mark_change')}`,
  claimed,
);
const tellNewcomers = prepareAddedEvent<{ group: GroupId }>(p('group'));
const askToPay = prepareEvent<Wanted>(
  sql`SELECT asked.user_id FROM ${groupMembers} AS asked WHERE asked.group_id = ${p('group')} AND asked.state = ${MEMBER.waits}
    AND asked.change_id = ${p('mark_change')} AND NOT ${isRemoved(sql`asked.group_id`, sql`asked.user_id`)} AND EXISTS (SELECT 1 FROM ${groups} WHERE id = ${p('group')} AND join_mode = ${JOIN.paid})`,
  sql`(SELECT json_object('name', person.name, 'headUrl', person.head_url, 'groupId', groups.id, 'groupName', groups.name,
    'fee', ${yuanSql(feeInForce)}) FROM ${groups}, ${users} AS person WHERE groups.id = ${p('group')} AND person.id = ${p('me')})`,
);

/**
 * Invites friends of the caller into a group of theirs. Those who are no friends, blocked either way or in it
 * already are passed over. The owner and admins add at once, and so does everybody in modes 0 and 4. In modes 1, 2
 * and 3 others make a request that waits (event 59), in mode 6 an invitation to pay (event 13). For somebody who
 * was removed others make such a request in every mode. Refuses `NO_SUCH_GROUP`, `NOT_A_MEMBER`, `JOINING_CLOSED`
 * (mode 5), and `GROUP_FULL` where not all of them fit.
 */
export async function invite(
  context: CallerContext,
  group: GroupId,
  people: readonly UserId[],
): Promise<void> {
  const values = { ...changeValues(context, group), ids: JSON.stringify(people) };
  const { claims } = await context.db.write({
    claims: claim(values),
    add: add(values),
    forgive: forgive(values),
    tellMembersOfNewcomers: tellMembersOfNewcomers(noticeValues(context, values, 'memberJoined')),
    tellNewcomers: tellNewcomers(noticeValues(context, values, 'addedToGroup')),
    tellManagersOfRequests: tellManagersOfRequests(noticeValues(context, values, 'joinRequested')),
    askToPay: askToPay(noticeValues(context, values, 'invitedToPay')),
  });
  if (claims === 1) return;
  const { myRole, joinMode } = await memberStanding(context, group);
  refuse(myRole === ROLE.member && joinMode === JOIN.nobody ? 'JOINING_CLOSED' : 'GROUP_FULL');
}
