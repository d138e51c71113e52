import { and, desc, eq, lte, sql } from 'drizzle-orm';
import { groupNotes } from '../../../../db/schema/groups.ts';
import { build, prepareRows } from '../../../platform/database/query.ts';
import { isMember } from '../guards.ts';

const p = (name: string) => sql.placeholder(name);
const inGroup = and(eq(groupNotes.groupId, p('group')), lte(groupNotes.updatedAt, p('upTo')), isMember);

export const countNotes = prepareRows(
  build.select({ count: sql<number>`count(*)` }).from(groupNotes).where(inGroup),
);

/** A page of a group's notes for a member (`me`) that last changed at `upTo` or before, the one that changed last first. */
export const listNotes = prepareRows(
  build
    .select()
    .from(groupNotes)
    .where(inGroup)
    .orderBy(desc(groupNotes.updatedAt), desc(groupNotes.id))
    .limit(p('limit'))
    .offset(p('offset')),
);
