import { and, asc, eq, sql } from 'drizzle-orm';
import { groupMembers, MEMBER } from '../../../../db/schema/groups.ts';
import { users } from '../../../../db/schema/users.ts';
import type { GroupId, UserId } from '../../../core/ids.ts';
import { p, prepareSelect, type RowOf } from '../../../platform/database/query.ts';
import { isMember } from '../guards.ts';
import { mutedUntil } from '../sanctions.ts';

/** Members of a group for one of them (`me`), the owner first; nobody for anybody else. */
export const listMembers = prepareSelect<{ group: GroupId; me: UserId }>()(
  {
    userId: groupMembers.userId,
    role: groupMembers.role,
    groupNickName: groupMembers.groupNickName,
    name: users.name,
    headUrl: users.headUrl,
    province: users.province,
    city: users.city,
    district: users.district,
    sign: users.sign,
    mutedUntil: mutedUntil(sql`${groupMembers.groupId}`, sql`${groupMembers.userId}`),
    ext: groupMembers.ext,
    joinType: groupMembers.joinType,
  },
  (select) =>
    select
      .from(groupMembers)
      .innerJoin(users, eq(users.id, groupMembers.userId))
      .where(and(eq(groupMembers.groupId, p('group')), eq(groupMembers.state, MEMBER.joined), isMember))
      .orderBy(asc(groupMembers.role), sql`${groupMembers}.rowid`),
);
export type MemberRow = RowOf<typeof listMembers>;

/** The membership of `whom` for a fellow member (`me`); none for anybody else. */
export const findMembership = prepareSelect<{ group: GroupId; whom: UserId; me: UserId }>()(
  {
    groupId: groupMembers.groupId,
    userId: groupMembers.userId,
    role: groupMembers.role,
    groupNickName: groupMembers.groupNickName,
    mutedUntil: mutedUntil(sql`${groupMembers.groupId}`, sql`${groupMembers.userId}`),
    ext: groupMembers.ext,
    joinType: groupMembers.joinType,
    inviterId: groupMembers.inviterId,
    createdAt: groupMembers.createdAt,
  },
  (select) =>
    select
      .from(groupMembers)
      .where(
        and(
          eq(groupMembers.groupId, p('group')),
          eq(groupMembers.userId, p('whom')),
          eq(groupMembers.state, MEMBER.joined),
          isMember,
        ),
      ),
);
export type MembershipRow = RowOf<typeof findMembership>;
