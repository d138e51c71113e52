import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { friendships, labelFriends, labels } from '../../../db/schema/friends.ts';
import { users } from '../../../db/schema/users.ts';
import { build, prepareRows } from '../../platform/database/query.ts';

const me = sql.placeholder('me');
const label = sql.placeholder('label');
const labelColumns = { id: labels.id, name: labels.name, sort: labels.sort, createdAt: labels.createdAt };
const mine = and(eq(labels.userId, me), isNull(labels.deletedAt));

/** A living label of mine. */
export const findLabel = prepareRows(
  build
    .select(labelColumns)
    .from(labels)
    .where(and(eq(labels.id, label), mine)),
);
export type LabelRow = ReturnType<ReturnType<typeof findLabel>['decode']>[number];

/** My living labels, in their order. */
export const listMyLabels = prepareRows(
  build.select(labelColumns).from(labels).where(mine).orderBy(asc(labels.sort), asc(labels.id)),
);

const selectMembers = () =>
  build
    .select({
      labelId: labelFriends.labelId,
      id: users.id,
      name: users.name,
      nickName: users.nickName,
      mobile: users.mobile,
      headUrl: users.headUrl,
      remark: friendships.remark,
    })
    .from(labelFriends)
    .innerJoin(users, eq(users.id, labelFriends.friendId))
    .innerJoin(
      friendships,
      and(eq(friendships.userId, labelFriends.userId), eq(friendships.friendId, labelFriends.friendId)),
    );

/** The members of all my labels. */
export const listAllMembers = prepareRows(
  selectMembers().where(eq(labelFriends.userId, me)).orderBy(asc(labelFriends.friendId)),
);

/** The members of a label of mine. */
export const listMembers = prepareRows(
  selectMembers()
    .where(and(eq(labelFriends.labelId, label), eq(labelFriends.userId, me)))
    .orderBy(asc(labelFriends.friendId)),
);
export type MemberRow = ReturnType<ReturnType<typeof listMembers>['decode']>[number];

/** The labels that I have put a `friend` under. */
export const listLabelsOfFriend = prepareRows(
  build
    .select(labelColumns)
    .from(labelFriends)
    .innerJoin(labels, and(eq(labels.id, labelFriends.labelId), isNull(labels.deletedAt)))
    .where(and(eq(labelFriends.userId, me), eq(labelFriends.friendId, sql.placeholder('friend'))))
    .orderBy(asc(labels.sort), asc(labels.id)),
);
