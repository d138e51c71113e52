import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { groupMembers, groups, MEMBER } from '../../../db/schema/groups.ts';
import { build, prepareRows } from '../../platform/database/query.ts';
import { groupColumns } from './view.ts';

const p = (name: string) => sql.placeholder(name);

/** A living group with the caller's role in it: what `groupView` shows, to whom it may show it. */
const selectGroups = () =>
  build
    .select({ ...groupColumns, myRole: sql<number>`COALESCE(${groupMembers.role}, 0)` })
    .from(groups)
    .leftJoin(
      groupMembers,
      and(
        eq(groupMembers.groupId, groups.id),
        eq(groupMembers.userId, p('me')),
        eq(groupMembers.state, MEMBER.joined),
      ),
    );

export const findGroup = prepareRows(
  selectGroups().where(and(eq(groups.id, p('group')), isNull(groups.dismissedAt))),
);
export type FoundGroup = ReturnType<ReturnType<typeof findGroup>['decode']>[number];

/** Groups found by one search. */
export const MAX_FOUND = 20;

/** Groups whose name contains a text, oldest first: `phrase` of `phraseOf`. Dismissed ones are not in the index. */
export const searchGroups = prepareRows(
  selectGroups()
    .where(
      inArray(
        groups.id,
        sql`(SELECT rowid FROM group_search WHERE group_search MATCH ${p('phrase')} ORDER BY rowid LIMIT ${MAX_FOUND})`,
      ),
    )
    .orderBy(asc(groups.id)),
);
