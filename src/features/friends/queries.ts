import { and, asc, eq } from 'drizzle-orm';
import { friendships } from '../../../db/schema/friends.ts';
import { users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareSelect, type RowOf } from '../../platform/database/query.ts';
import { onlineToMe, userColumns } from '../profiles/queries.ts';

/** Everybody whom I (`me`) have blocked. */
export const listBlocked = prepareSelect<{ me: UserId }>()(
  {
    ...userColumns,
    isOnline: onlineToMe,
    state: friendships.state,
    remark: friendships.remark,
    isBlocked: friendships.isBlocked,
    receiveTip: friendships.receiveTip,
  },
  (select) =>
    select
      .from(friendships)
      .innerJoin(users, eq(users.id, friendships.friendId))
      .where(and(eq(friendships.userId, p('me')), eq(friendships.isBlocked, 1)))
      .orderBy(asc(friendships.friendId)),
);
export type BlockedRow = RowOf<typeof listBlocked>;
