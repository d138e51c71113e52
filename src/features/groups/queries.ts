import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { groupMembers, groups, MEMBER } from '../../../db/schema/groups.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareSelect, type RowOf } from '../../platform/database/query.ts';
import { groupColumns } from './view.ts';

/** A living group with the caller's role in it: what `groupView` shows, to whom it may show it. */
const foundColumns = { ...groupColumns, myRole: sql<number>`COALESCE(${groupMembers.role}, 0)` };
const membership = and(
  eq(groupMembers.groupId, groups.id),
  eq(groupMembers.userId, p('me')),
  eq(groupMembers.state, MEMBER.joined),
);

export const findGroup = prepareSelect<{ now: number; me: UserId; group: number }>()(foundColumns, (select) =>
  select
    .from(groups)
    .leftJoin(groupMembers, membership)
    .where(and(eq(groups.id, p('group')), isNull(groups.dismissedAt))),
);
export type FoundGroup = RowOf<typeof findGroup>;

/** Groups found by one search. */
export const MAX_FOUND = 20;

/** Groups whose name contains a text, oldest first: `phrase` of `phraseOf`. Dismissed ones are not in the index. */
export const searchGroups = prepareSelect<{ now: number; me: UserId; phrase: string }>()(
  foundColumns,
  (select) =>
    select
      .from(groups)
      .leftJoin(groupMembers, membership)
      .where(
        inArray(
          groups.id,
          sql`(SELECT rowid FROM group_search WHERE group_search MATCH ${p('phrase')} ORDER BY rowid LIMIT ${MAX_FOUND})`,
        ),
      )
      .orderBy(asc(groups.id)),
);
