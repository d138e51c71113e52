import { and, desc, eq, getTableColumns, lte, sql } from 'drizzle-orm';
import { groupNotes } from '../../../../db/schema/groups.ts';
import type { GroupId, UserId } from '../../../core/ids.ts';
import { p, prepareSelect } from '../../../platform/database/query.ts';
import { isMember } from '../guards.ts';

/** What the statements here want. */
type Wanted = {
  readonly group: GroupId;
  readonly upTo: number;
  readonly me: UserId;
  readonly limit: number;
  readonly offset: number;
};

const inGroup = and(eq(groupNotes.groupId, p('group')), lte(groupNotes.updatedAt, p('upTo')), isMember);

export const countNotes = prepareSelect<{ group: GroupId; upTo: number; me: UserId }>()(
  { count: sql<number>`count(*)` },
  (select) => select.from(groupNotes).where(inGroup),
);

/** A page of a group's notes for a member (`me`) that last changed at `upTo` or before, the one that changed last first. */
export const listNotes = prepareSelect<Wanted>()(getTableColumns(groupNotes), (select) =>
  select
    .from(groupNotes)
    .where(inGroup)
    .orderBy(desc(groupNotes.updatedAt), desc(groupNotes.id))
    .limit(sql.placeholder('limit'))
    .offset(sql.placeholder('offset')),
);
