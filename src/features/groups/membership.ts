import { type SQL, sql } from 'drizzle-orm';
import { groupMembers, groups } from '../../../db/schema/groups.ts';

/**
 * Condition for any feature's statements: the user is a member of the group, which still exists. The arguments
 * are placeholders, or columns with their table's name or alias before them.
 */
export const isMemberOf = (group: SQL, user: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${groupMembers} AS gm JOIN ${groups} AS g ON g.id = gm.group_id AND g.dismissed_at IS NULL
    WHERE gm.group_id = ${group} AND gm.user_id = ${user} AND gm.state = 1)`;
