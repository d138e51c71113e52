import { type SQL, sql } from 'drizzle-orm';
import { deletions } from '../../../db/schema/deletions.ts';
import { STEP, steps } from '../../../db/schema/steps.ts';
import { p } from '../../platform/database/query.ts';

/** Condition over a row of `steps`: nobody has ended it, and its time has not come. Value: `now`. */
export const standsNow = (row: string): SQL => {
  const step = sql.raw(row);
  return sql`${step}.ended_at IS NULL AND (${step}.until IS NULL OR ${step}.until > ${p('now')})`;
};

/** Condition: the user is under such a step at the placeholder `now`. */
export const isUnder = (kind: keyof typeof STEP, user: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM ${steps} AS step WHERE step.user_id = ${user} AND step.kind = ${sql.raw(String(STEP[kind]))}
    AND ${standsNow('step')})`;

/**
 * Condition: the user was banned until a time, which has come, and has not logged in since. The end of a ban opens no
 * account that is to be deleted. Value: `now`.
 */
export const isBanOver = (user: SQL): SQL =>
  sql`(EXISTS (SELECT 1 FROM ${steps} AS ban WHERE ban.user_id = ${user} AND ban.kind = ${sql.raw(String(STEP.account))}
    AND ban.ended_at IS NULL AND ban.until <= ${p('now')}) AND NOT ${isUnder('account', user)}
    AND NOT EXISTS (SELECT 1 FROM ${deletions} AS deletion WHERE deletion.user_id = ${user}))`;
