import { type SQL, sql } from 'drizzle-orm';
import { groupMembers, groups, MEMBER } from '../../../db/schema/groups.ts';

/**
 * Condition for any feature's statements: the user is a member of the group, which still exists. The arguments
 * are placeholders, or columns with their table's name or alias before them. The aliases are used nowhere else.
 */
export const isMemberOf = (group: SQL, user: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${groupMembers} AS belonging
    JOIN ${groups} AS joined ON joined.id = belonging.group_id AND joined.dismissed_at IS NULL
    WHERE belonging.group_id = ${group} AND belonging.user_id = ${user} AND belonging.state = ${MEMBER.joined})`;

/** The two are members of one group. Its alias, too, is used nowhere else. */
export const shareGroup = (a: SQL, b: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${groupMembers} AS met_here WHERE met_here.user_id = ${a} AND met_here.state = ${MEMBER.joined}
    AND ${isMemberOf(sql`met_here.group_id`, b)})`;
