import { sql } from 'drizzle-orm';
import { groups } from '../../../db/schema/groups.ts';

const now = sql.placeholder('now');

/** SQL of the level that a row of `groups` counts as at `:now`: 0 once it has expired (decisions, Friends and groups). */
export const levelInForce = sql<number>`CASE WHEN ${groups.levelExpiresAt} > ${now} THEN ${groups.level} ELSE 0 END`;

/** SQL of how many members a row of `groups` may have at `:now`. */
export const capacity = sql<number>`CASE ${levelInForce} WHEN 1 THEN 200 WHEN 2 THEN 500 WHEN 3 THEN 1000 WHEN 4 THEN 2000 ELSE 100 END`;

/** Members that a group of level 0 may have; a new one is of that level. */
export const FIRST_CAPACITY = 100;
