import { and, desc, eq, getTableColumns, lte, sql } from 'drizzle-orm';
import { groupNotes } from '../../../../db/schema/groups.ts';
import { p, prepareSelect, type Untyped } from '../../../platform/database/query.ts';
import { isMember } from '../guards.ts';

const inGroup = and(eq(groupNotes.groupId, p('group')), lte(groupNotes.updatedAt, p('upTo')), isMember);

export const countNotes = prepareSelect<Untyped>()({ count: sql<number>`count(*)` }, (select) =>
  select.from(groupNotes).where(inGroup),
);

/** A page of a group's notes for a member (`me`) that last changed at `upTo` or before, the one that changed last first. */
export const listNotes = prepareSelect<Untyped>()(getTableColumns(groupNotes), (select) =>
  select
    .from(groupNotes)
    .where(inGroup)
    .orderBy(desc(groupNotes.updatedAt), desc(groupNotes.id))
    .limit(sql.placeholder('limit'))
    .offset(sql.placeholder('offset')),
);
