import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { FRIEND, friendships, labelFriends, labels, pins } from '../../../db/schema/friends.ts';
import { groupMembers, groups, MEMBER } from '../../../db/schema/groups.ts';
import { identityChecks, payPasswords, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareSelect } from '../../platform/database/query.ts';
import { mutedUntil } from '../groups/sanctions.ts';
import { groupColumns } from '../groups/view.ts';
import { sealedKeyOf } from '../person-keys/own-key.ts';
import { onlineToMe, userColumns } from '../profiles/queries.ts';

const me = p('me');

/** My account, with what is sealed of my identity and whether I have a pay password. */
export const findMe = prepareSelect<{ me: UserId }>()(
  {
    ...userColumns,
    sealedName: identityChecks.sealedName,
    sealedIdNo: identityChecks.sealedIdNo,
    sealedKey: sealedKeyOf(me),
    hasPayPassword: sql<number>`${payPasswords.userId} IS NOT NULL`,
  },
  (select) =>
    select
      .from(users)
      .leftJoin(identityChecks, eq(identityChecks.userId, users.id))
      .leftJoin(payPasswords, eq(payPasswords.userId, users.id))
      .where(eq(users.id, me)),
);

/** My friends, those I blocked included, by their id. */
export const listFriends = prepareSelect<{ me: UserId }>()(
  {
    ...userColumns,
    isOnline: onlineToMe,
    remark: friendships.remark,
    isBlocked: friendships.isBlocked,
    receiveTip: friendships.receiveTip,
    background: friendships.background,
  },
  (select) =>
    select
      .from(friendships)
      .innerJoin(users, eq(users.id, friendships.friendId))
      .where(and(eq(friendships.userId, me), eq(friendships.state, FRIEND.friends)))
      .orderBy(asc(friendships.friendId)),
);

export const listGroups = prepareSelect<{ now: number; me: UserId }>()(
  {
    ...groupColumns,
    receiveTip: groupMembers.receiveTip,
    groupNickName: groupMembers.groupNickName,
    background: groupMembers.background,
    role: groupMembers.role,
    mutedUntil: mutedUntil(sql`${groupMembers.groupId}`, sql`${groupMembers.userId}`),
  },
  (select) =>
    select
      .from(groupMembers)
      .innerJoin(groups, eq(groups.id, groupMembers.groupId))
      .where(
        and(eq(groupMembers.userId, me), eq(groupMembers.state, MEMBER.joined), isNull(groups.dismissedAt)),
      )
      .orderBy(asc(groupMembers.groupId)),
);

export const listPins = prepareSelect<{ me: UserId }>()(
  { userId: pins.userId, destType: pins.destType, destId: pins.destId },
  (select) => select.from(pins).where(eq(pins.userId, me)).orderBy(asc(pins.createdAt)),
);

/** My labels, each with its members' ids, comma-separated. */
export const listLabels = prepareSelect<{ me: UserId }>()(
  {
    id: labels.id,
    name: labels.name,
    sort: labels.sort,
    friendIds: sql<string>`COALESCE((SELECT group_concat(${labelFriends.friendId}, ',') FROM ${labelFriends} WHERE ${labelFriends.labelId} = ${labels.id}), '')`,
  },
  (select) =>
    select
      .from(labels)
      .where(and(eq(labels.userId, me), isNull(labels.deletedAt)))
      .orderBy(asc(labels.sort), asc(labels.id)),
);
