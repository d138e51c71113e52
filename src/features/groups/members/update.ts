import { type SQL, sql } from 'drizzle-orm';
import { type Found, groupMembers, groups, MEMBER } from '../../../../db/schema/groups.ts';
import { users } from '../../../../db/schema/users.ts';
import type { GroupId, UserId } from '../../../core/ids.ts';
import { refuse, refuseParameter } from '../../../http/failure.ts';
import { type Prepared, p, prepareChange, type Values } from '../../../platform/database/query.ts';
import type { CallerContext } from '../../../realtime/context.ts';
import { prepareEvent } from '../../../realtime/events.ts';
import {
  butMe,
  type ClaimValues,
  claimed,
  everyMember,
  isMember,
  outranks,
  prepareClaim,
  theirRole,
} from '../guards.ts';
import { prepareLifting, prepareSanction } from '../sanctions.ts';
import { memberStanding, refuseClaim } from '../standing.ts';
import { changeValues, noticeValues } from '../values.ts';

/** The one who acts, and the other whom it concerns. */
type Pair = { readonly me: UserId; readonly whom: UserId };
/** What the statements of a mute want. */
type Wanted = ClaimValues &
  Pair & {
    readonly until: number;
  };

/** The longest mute (docs/decisions.md#groups). */
const MUTE_MAX_SECONDS = 7 * 24 * 3600;

const prepareSetting = <Wanted extends Values>(
  change: SQL,
): Prepared<number, Wanted & ClaimValues & { readonly whom: UserId }> =>
  prepareChange<Wanted & ClaimValues & { readonly whom: UserId }>(
    sql`UPDATE ${groupMembers} SET ${change}
      WHERE group_id = ${p('group')} AND user_id = ${p('whom')} AND state = ${MEMBER.joined} AND ${claimed}`,
  );

const claimToMute = prepareClaim<Pair>(outranks);
const setMute = prepareSanction<ClaimValues>('mute', sql`${claimed} AND ${p('until')} > 0`);
const liftMute = prepareLifting<Pick<Wanted, 'whom' | 'until' | 'mark_change'>>(
  'mute',
  p('whom'),
  sql`${claimed} AND ${p('until')} = 0`,
);
const tellMuted = prepareEvent<Wanted>(
  sql`SELECT ${p('whom')} AS user_id WHERE ${claimed}`,
  sql`(SELECT json_object('groupId', groups.id, 'groupName', groups.name, 'adminId', admin.id, 'adminName', admin.name,
    'silenceTime', ${p('until')}) FROM ${groups}, ${users} AS admin WHERE groups.id = ${p('group')} AND admin.id = ${p('me')})`,
);

/** Why acting on a fellow member was refused: `NO_SUCH_GROUP`, `NOT_A_MEMBER`, `NOT_ALLOWED`, `NOT_THEIR_GROUP`. */
async function refuseActing(context: CallerContext, group: GroupId, whom: UserId): Promise<never> {
  const standing = await memberStanding(context, group, whom);
  refuse(standing.theirRole === null ? 'NOT_THEIR_GROUP' : 'NOT_ALLOWED');
}

/**
 * Mutes somebody for so many seconds, at most seven days; 0 lifts it. The owner mutes anybody else, admins
 * ordinary members. A mute outlives the membership. Event 62 or 63 to the member. Refuses as `refuseActing` does.
 */
export async function mute(
  context: CallerContext,
  group: GroupId,
  whom: UserId,
  seconds: number,
): Promise<void> {
  if (seconds < 0 || seconds > MUTE_MAX_SECONDS) refuseParameter('ope');
  const values = changeValues(context, group);
  const until = seconds === 0 ? 0 : values.now + seconds * 1000;
  const all = { ...values, whom, until };
  const notice = noticeValues(context, all, until === 0 ? 'memberUnmuted' : 'memberMuted');
  const { muted } = await context.db.write({
    muted: claimToMute(all),
    setMute: setMute(all),
    liftMute: liftMute(all),
    tellMuted: tellMuted(notice),
  });
  if (muted === 0) await refuseActing(context, group, whom);
}

/** A member may change what is written about them, and so may members of a higher rank. */
const claimToDescribe = prepareClaim<Pair>(
  sql`${isMember} AND ${theirRole} IS NOT NULL AND (${p('me')} = ${p('whom')} OR ${outranks})`,
);
const setExt = prepareSetting<{ ext: string }>(sql`ext = ${p('ext')}`);
const setJoinType = prepareSetting<{ joinType: Found }>(sql`join_type = ${p('joinType')}`);

/** Writes a member's free field: one's own, or theirs whom one outranks. Refuses as `refuseActing` does. */
export async function writeExt(
  context: CallerContext,
  group: GroupId,
  whom: UserId,
  ext: string,
): Promise<void> {
  const values = { ...changeValues(context, group), whom, ext };
  const { written } = await context.db.write({ written: claimToDescribe(values), setExt: setExt(values) });
  if (written === 0) await refuseActing(context, group, whom);
}

/** Records how a member came in; who may is as in `writeExt`. */
export async function recordJoinType(
  context: CallerContext,
  group: GroupId,
  whom: UserId,
  joinType: Found,
): Promise<void> {
  const values = { ...changeValues(context, group), whom, joinType };
  const { recorded } = await context.db.write({
    recorded: claimToDescribe(values),
    setJoinType: setJoinType(values),
  });
  if (recorded === 0) await refuseActing(context, group, whom);
}

const claimToRename = prepareClaim<{ me: UserId }>(isMember);
const setNickName = prepareSetting<{ nickName: string }>(sql`group_nick_name = ${p('nickName')}`);
const tellOthers = prepareEvent<ClaimValues & { me: UserId }>(everyMember, undefined, butMe);

/**
 * Sets the caller's name in a group; empty: the caller's own. Event 27 to the others. Refuses as `refuseClaim`
 * does.
 */
export async function setGroupNickName(
  context: CallerContext,
  group: GroupId,
  nickName: string,
): Promise<void> {
  const values = { ...changeValues(context, group), whom: context.caller.userId, nickName };
  const notice = noticeValues(context, values, 'memberRenamed', nickName);
  const { set } = await context.db.write({
    set: claimToRename(values),
    setNickName: setNickName(values),
    tellOthers: tellOthers(notice),
  });
  if (set === 0) await refuseClaim(context, group);
}
