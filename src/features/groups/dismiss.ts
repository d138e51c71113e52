import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { pins } from '../../../db/schema/friends.ts';
import { groupMembers, groups, ownershipOffers } from '../../../db/schema/groups.ts';
import type { GroupId, UserId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Acting, CallerContext } from '../../realtime/context.ts';
import { prepareEvent } from '../../realtime/events.ts';
import { butMe, type ClaimValues, claimed, everyMember, isOwner, prepareClaim } from './guards.ts';
import { refuseClaim } from './standing.ts';
import { changeValues, noticeValues } from './values.ts';

const claim = prepareClaim<{ me: UserId; now: number }>(isOwner, sql`dismissed_at = ${p('now')}`);
const tellOthers = prepareEvent<ClaimValues & { me: UserId }>(
  everyMember,
  sql`(SELECT json_object('groupId', id, 'groupName', name, 'destId', ${p('me')}) FROM ${groups} WHERE id = ${p('group')})`,
  butMe,
);
const unpin = prepareChange<ClaimValues>(
  sql`DELETE FROM ${pins} WHERE dest_type = ${DEST.group} AND dest_id = ${p('group')} AND ${claimed}
    AND user_id IN (SELECT user_id FROM ${groupMembers} WHERE group_id = ${p('group')})`,
);
const dropOffer = prepareChange<ClaimValues>(
  sql`DELETE FROM ${ownershipOffers} WHERE group_id = ${p('group')} AND ${claimed}`,
);
const dropMembers = prepareChange<ClaimValues>(
  sql`DELETE FROM ${groupMembers} WHERE group_id = ${p('group')} AND ${claimed}`,
);

/** The statements by which its owner ends a group. `dismissed` changes a row where they may. */
export function dismissing(home: Acting, group: GroupId) {
  const values = changeValues(home, group);
  return {
    dismissed: claim(values),
    tellOthers: tellOthers(noticeValues(home, values, 'groupDismissed')),
    unpin: unpin(values),
    dropOffer: dropOffer(values),
    dropMembers: dropMembers(values),
  };
}

/**
 * Ends a group; the owner may. Memberships, requests and pins go, so that whatever asks for a member refuses
 * from now on; the group's row stays for the records that name it. Event 51 to the others.
 * Refuses as `refuseClaim` does.
 */
export async function dismissGroup(context: CallerContext, group: GroupId): Promise<void> {
  const { dismissed } = await context.db.write(dismissing(context, group));
  if (dismissed === 0) await refuseClaim(context, group);
}
