import { sql } from 'drizzle-orm';
import { DEST } from '../../../../db/schema/dest.ts';
import { pins } from '../../../../db/schema/friends.ts';
import { groupMembers, ownershipOffers, ROLE } from '../../../../db/schema/groups.ts';
import type { GroupId, UserId } from '../../../core/ids.ts';
import { refuse } from '../../../http/failure.ts';
import { p, prepareChange } from '../../../platform/database/query.ts';
import type { Acting, CallerContext } from '../../../realtime/context.ts';
import { prepareEvent, senderCard } from '../../../realtime/events.ts';
import { butMe, type ClaimValues, claimed, everyMember, myRole, outranks, prepareClaim } from '../guards.ts';
import { prepareSanction, REMOVAL_LIFE_MS } from '../sanctions.ts';
import { memberStanding, refuseClaim } from '../standing.ts';
import { changeValues, noticeValues } from '../values.ts';

const dropMember = prepareChange<ClaimValues & { whom: UserId }>(
  sql`DELETE FROM ${groupMembers} WHERE group_id = ${p('group')} AND user_id = ${p('whom')} AND ${claimed}`,
);
const dropOffer = prepareChange<ClaimValues & { whom: UserId }>(
  sql`DELETE FROM ${ownershipOffers} WHERE group_id = ${p('group')} AND to_id = ${p('whom')} AND ${claimed}`,
);
const unpin = prepareChange<ClaimValues & { whom: UserId }>(
  sql`DELETE FROM ${pins} WHERE user_id = ${p('whom')} AND dest_type = ${DEST.group} AND dest_id = ${p('group')} AND ${claimed}`,
);

const claimToLeave = prepareClaim<{ me: UserId }>(sql`${myRole} > ${ROLE.owner}`);
const tellOfLeaving = prepareEvent<ClaimValues & { me: UserId }>(everyMember, senderCard, butMe);

/** The statements by which a member leaves a group. `left` changes a row where they may. */
export function leaving(home: Acting, group: GroupId) {
  const values = { ...changeValues(home, group), whom: home.caller.userId };
  return {
    left: claimToLeave(values),
    tellOfLeaving: tellOfLeaving(noticeValues(home, values, 'memberLeft')),
    dropMember: dropMember(values),
    dropOffer: dropOffer(values),
    unpin: unpin(values),
  };
}

/**
 * Leaves a group. The others are told (event 9).
 * Refuses `NO_SUCH_GROUP`, `NOT_A_MEMBER`, and `OWNER` to the owner, who has to hand the group over first.
 */
export async function leaveGroup(context: CallerContext, group: GroupId): Promise<void> {
  const { left } = await context.db.write(leaving(context, group));
  if (left === 1) return;
  await memberStanding(context, group);
  refuse('OWNER');
}

const claimToRemove = prepareClaim<{ me: UserId; whom: UserId }>(outranks);
const bar = prepareSanction<ClaimValues>('removal', claimed);
const tellOfRemoval = prepareEvent<ClaimValues>(everyMember);

/**
 * Puts somebody out of a group: the owner anybody else, admins ordinary members. For 30 days they come back by a
 * request alone. Event 64 to them and to every member.
 * Refuses `NO_SUCH_GROUP`, `NOT_A_MEMBER`, `NOT_ALLOWED`, and `NOT_THEIR_GROUP` where the other is no member.
 */
export async function removeMember(context: CallerContext, group: GroupId, whom: UserId): Promise<void> {
  const change = changeValues(context, group);
  const values = { ...change, whom, until: change.now + REMOVAL_LIFE_MS };
  const content = { groupId: group, memberId: whom, userId: values.me };
  const { removed } = await context.db.write({
    removed: claimToRemove(values),
    tellOfRemoval: tellOfRemoval(noticeValues(context, values, 'memberRemoved', content)),
    bar: bar(values),
    dropMember: dropMember(values),
    dropOffer: dropOffer(values),
    unpin: unpin(values),
  });
  if (removed === 1) return;
  const { myRole: mine, theirRole } = await memberStanding(context, group, whom);
  if (mine !== 3 && theirRole === null) refuse('NOT_THEIR_GROUP');
  await refuseClaim(context, group);
}
