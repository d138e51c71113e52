import { type SQL, sql } from 'drizzle-orm';
import { STEP, steps } from '../../../db/schema/steps.ts';
import { USER, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Sweep } from '../../platform/database/sweep.ts';
import { isBanOver } from './conditions.ts';

type Owner = { readonly user: UserId; readonly now: number };
const account = sql.raw(String(STEP.account));

/**
 * Prepares the end of a ban whose time has come, for the login that shows it: the account is open again for others,
 * too. It changes nothing for anybody else.
 */
export function prepareEndOfBan(user: SQL) {
  const open = prepareChange<Owner>(
    sql`UPDATE ${users} SET status = ${USER.valid}, updated_at = ${p('now')}
      WHERE id = ${user} AND status = ${USER.disabled} AND ${isBanOver(user)}`,
  );
  return (values: Owner) => [open(values)];
}

type Due = { readonly now: number; readonly limit: number };
const due = sql`there.ended_at IS NULL AND there.until IS NOT NULL AND there.until <= ${p('now')}`;
const openDue = prepareChange<Due>(
  sql`UPDATE ${users} SET status = ${USER.valid}, updated_at = ${p('now')} WHERE status = ${USER.disabled} AND id IN
    (SELECT user_id FROM (SELECT there.user_id, there.kind FROM ${steps} AS there WHERE ${due}
      ORDER BY there.until LIMIT ${p('limit')}) WHERE kind = ${account}) AND ${isBanOver(sql`users.id`)}`,
);
const endDue = prepareChange<Due>(
  sql`UPDATE ${steps} SET ended_at = until WHERE id IN
    (SELECT there.id FROM ${steps} AS there WHERE ${due} ORDER BY there.until LIMIT ${p('limit')})`,
);
/** Opens accounts for others whose ban is over: their owners may log in before it does. */
export const openBanned: Sweep = (now, limit) => openDue({ now, limit });
/** And behind it notes of steps that they are over. */
export const endSteps: Sweep = (now, limit) => endDue({ now, limit });
