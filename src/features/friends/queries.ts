import { and, asc, eq, sql } from 'drizzle-orm';
import { friendships } from '../../../db/schema/friends.ts';
import { users } from '../../../db/schema/users.ts';
import { build, prepareRows } from '../../platform/database/query.ts';
import { onlineToMe, userColumns } from '../profiles/queries.ts';

/** Everybody whom I (`me`) have blocked. */
export const listBlocked = prepareRows(
  build
    .select({
      ...userColumns,
      isOnline: onlineToMe,
      state: friendships.state,
      remark: friendships.remark,
      isBlocked: friendships.isBlocked,
      receiveTip: friendships.receiveTip,
    })
    .from(friendships)
    .innerJoin(users, eq(users.id, friendships.friendId))
    .where(and(eq(friendships.userId, sql.placeholder('me')), eq(friendships.isBlocked, 1)))
    .orderBy(asc(friendships.friendId)),
);
export type BlockedRow = ReturnType<ReturnType<typeof listBlocked>['decode']>[number];
