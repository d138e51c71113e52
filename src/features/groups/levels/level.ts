import { type SQL, sql } from 'drizzle-orm';
import { groupLevels, groups } from '../../../../db/schema/groups.ts';
import { p } from '../../../platform/database/query.ts';

const now = p('now');

/** SQL of the level that a row of `groups` counts as at `:now`: 0 once it has expired (docs/decisions.md#groups). */
export const levelInForce = sql<number>`CASE WHEN ${groups.levelExpiresAt} > ${now} THEN ${groups.level} ELSE 0 END`;

const capacityOf = (level: SQL): SQL<number> =>
  sql<number>`(SELECT tier.capacity FROM ${groupLevels} AS tier WHERE tier.level = ${level})`;

/** SQL of how many members a row of `groups` may have at `:now`. */
export const capacity = capacityOf(levelInForce);

/** SQL of how many members a new group may have: it is of level 0. */
export const firstCapacity = capacityOf(sql`0`);

/** SQL of what a row of `group_levels` costs at `:now`: for ten minutes after a raise it is the lower fee. */
export const tierFee = (tier: typeof groupLevels): SQL<number> =>
  sql<number>`CASE WHEN ${tier.feeSince} > ${now} THEN ${tier.lowerFee} ELSE ${tier.fee} END`;
