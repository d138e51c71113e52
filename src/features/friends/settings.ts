import { sql } from 'drizzle-orm';
import { DEST } from '../../../db/schema/dest.ts';
import { FRIEND, friendships } from '../../../db/schema/friends.ts';
import { groupMembers } from '../../../db/schema/groups.ts';
import type { GroupId, UserId } from '../../core/ids.ts';
import { refuse } from '../../http/failure.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { CallerContext } from '../../realtime/context.ts';
import { noteChange } from '../../realtime/conversation-changes.ts';
import { isMemberOf } from '../../realtime/relations.ts';

/** What the statements here want. */
type Wanted = {
  readonly remark: string;
  readonly now: number;
  readonly me: UserId;
  readonly other: UserId;
  readonly receiveTip: number;
};

const friendRow = sql`user_id = ${p('me')} AND friend_id = ${p('other')} AND state = ${FRIEND.friends}`;
const updateRemark = prepareChange<Pick<Wanted, 'remark' | 'now' | 'me' | 'other'>>(
  sql`UPDATE ${friendships} SET remark = ${p('remark')}, updated_at = ${p('now')} WHERE ${friendRow}`,
);
const updateFriendTip = prepareChange<Pick<Wanted, 'receiveTip' | 'now' | 'me' | 'other'>>(
  sql`UPDATE ${friendships} SET receive_tip = ${p('receiveTip')}, updated_at = ${p('now')} WHERE ${friendRow}`,
);
const updateGroupTip = prepareChange<{ receiveTip: number; group: GroupId; me: UserId }>(
  sql`UPDATE ${groupMembers} SET receive_tip = ${p('receiveTip')}
    WHERE group_id = ${p('group')} AND user_id = ${p('me')} AND ${isMemberOf(sql`${p('group')}`, sql`${p('me')}`)}`,
);

const stamp = (context: CallerContext) => ({ me: context.caller.userId, now: context.clock.now() });

/** What I call a friend (listing 23); an empty text takes it back. */
export async function setRemark(context: CallerContext, other: UserId, remark: string): Promise<void> {
  const changed = await context.db.write(updateRemark({ ...stamp(context), other, remark }));
  if (changed === 0) refuse('NOT_FRIENDS');
}

/** Whether messages of a friend make a sound (listing 7). */
export async function setFriendTip(context: CallerContext, other: UserId, receiveTip: 0 | 1): Promise<void> {
  const values = { ...stamp(context), other, receiveTip, destType: DEST.person, dest: other };
  const { changed } = await context.db.write({ changed: updateFriendTip(values), noted: noteChange(values) });
  if (changed === 0) refuse('NOT_FRIENDS');
}

/** Whether messages of a group make a sound (listing 7), for its members. */
export async function setGroupTip(context: CallerContext, group: GroupId, receiveTip: 0 | 1): Promise<void> {
  const values = { ...stamp(context), group, receiveTip, destType: DEST.group, dest: group };
  const { changed } = await context.db.write({ changed: updateGroupTip(values), noted: noteChange(values) });
  if (changed === 0) refuse('NOT_A_MEMBER');
}
