import { and, asc, eq, isNull } from 'drizzle-orm';
import { friendships, labelFriends, labels } from '../../../db/schema/friends.ts';
import { users } from '../../../db/schema/users.ts';
import type { LabelId, UserId } from '../../core/ids.ts';
import { p, prepareSelect, type RowOf } from '../../platform/database/query.ts';

const me = p('me');
const label = p('label');
const labelColumns = { id: labels.id, name: labels.name, sort: labels.sort, createdAt: labels.createdAt };
const mine = and(eq(labels.userId, me), isNull(labels.deletedAt));

/** A living label of mine. */
export const findLabel = prepareSelect<{ label: LabelId; me: UserId }>()(labelColumns, (select) =>
  select.from(labels).where(and(eq(labels.id, label), mine)),
);
export type LabelRow = RowOf<typeof findLabel>;

/** My living labels, in their order. */
export const listMyLabels = prepareSelect<{ me: UserId }>()(labelColumns, (select) =>
  select.from(labels).where(mine).orderBy(asc(labels.sort), asc(labels.id)),
);

const memberColumns = {
  labelId: labelFriends.labelId,
  id: users.id,
  name: users.name,
  nickName: users.nickName,
  mobile: users.mobile,
  headUrl: users.headUrl,
  remark: friendships.remark,
};
const isLabelled = eq(users.id, labelFriends.friendId);
const friendship = and(
  eq(friendships.userId, labelFriends.userId),
  eq(friendships.friendId, labelFriends.friendId),
);

/** The members of all my labels. */
export const listAllMembers = prepareSelect<{ me: UserId }>()(memberColumns, (select) =>
  select
    .from(labelFriends)
    .innerJoin(users, isLabelled)
    .innerJoin(friendships, friendship)
    .where(eq(labelFriends.userId, me))
    .orderBy(asc(labelFriends.friendId)),
);

/** The members of a label of mine. */
export const listMembers = prepareSelect<{ label: LabelId; me: UserId }>()(memberColumns, (select) =>
  select
    .from(labelFriends)
    .innerJoin(users, isLabelled)
    .innerJoin(friendships, friendship)
    .where(and(eq(labelFriends.labelId, label), eq(labelFriends.userId, me)))
    .orderBy(asc(labelFriends.friendId)),
);
export type MemberRow = RowOf<typeof listMembers>;

/** The labels that I have put a `friend` under. */
export const listLabelsOfFriend = prepareSelect<{ me: UserId; friend: UserId }>()(labelColumns, (select) =>
  select
    .from(labelFriends)
    .innerJoin(labels, and(eq(labels.id, labelFriends.labelId), isNull(labels.deletedAt)))
    .where(and(eq(labelFriends.userId, me), eq(labelFriends.friendId, p('friend'))))
    .orderBy(asc(labels.sort), asc(labels.id)),
);
