import { type SQL, sql } from 'drizzle-orm';
import { groupSanctions, SANCTION } from '../../../db/schema/groups.ts';
import type { GroupId, UserId } from '../../core/ids.ts';
import { type Prepared, p, prepareChange, type Values } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';

/** For so long somebody who was removed comes back by a request that the owner or an admin decides, milliseconds. */
export const REMOVAL_LIFE_MS = 30 * 24 * 3600 * 1000;

const row = (kind: keyof typeof SANCTION, group: SQL, user: SQL) =>
  sql`${groupSanctions} AS sanction WHERE sanction.group_id = ${group} AND sanction.user_id = ${user}
    AND sanction.kind = ${SANCTION[kind]}`;
const inForce = (kind: keyof typeof SANCTION, group: SQL, user: SQL) =>
  sql`EXISTS (SELECT 1 FROM ${row(kind, group, user)} AND sanction.until > ${p('now')})`;

/** Condition: the user is muted in the group at the placeholder `now`. */
export const isMuted = (group: SQL, user: SQL): SQL => inForce('mute', group, user);

/** Condition: the user was removed from the group, and nobody has let them in since. Value: `now`. */
export const isRemoved = (group: SQL, user: SQL): SQL => inForce('removal', group, user);

/** SQL of when a mute ends or ended, epoch ms; 0 where there is none. */
export const mutedUntil = (group: SQL, user: SQL): SQL<number> =>
  sql<number>`COALESCE((SELECT sanction.until FROM ${row('mute', group, user)}), 0)`;

/** What laying a sanction wants. */
type SanctionValues = {
  readonly group: GroupId;
  readonly me: UserId;
  readonly whom: UserId;
  readonly until: number;
  readonly now: number;
};

/**
 * Prepares laying a sanction upon `whom` in `group` by `me`, until `until` (epoch ms).
 * @param mark SQL that holds when the batch's first statement did its work
 */
export const prepareSanction = <Wanted extends Values>(
  kind: keyof typeof SANCTION,
  mark: SQL,
): Prepared<number, Wanted & SanctionValues> =>
  prepareChange<Wanted & SanctionValues>(
    sql`INSERT INTO ${groupSanctions} (group_id, user_id, kind, until, laid_by, laid_at)
      SELECT ${p('group')}, ${p('whom')}, ${SANCTION[kind]}, ${p('until')}, ${p('me')}, ${p('now')}
      WHERE ${mark} ON CONFLICT (group_id, user_id, kind) DO UPDATE
      SET until = excluded.until, laid_by = excluded.laid_by, laid_at = excluded.laid_at`,
  );

/**
 * Prepares lifting the sanction of some users in `group`.
 * @param users SQL of the users' numbers, for `IN`
 * @param mark as in `prepareSanction`
 */
export const prepareLifting = <Wanted extends Values>(
  kind: keyof typeof SANCTION,
  users: SQL,
  mark: SQL,
): Prepared<number, Wanted & { readonly group: GroupId }> =>
  prepareChange<Wanted & { readonly group: GroupId }>(
    sql`DELETE FROM ${groupSanctions} WHERE group_id = ${p('group')} AND kind = ${SANCTION[kind]}
      AND user_id IN (${users}) AND ${mark}`,
  );

const sweep = prepareSweep(groupSanctions, groupSanctions.until);
/** Deletes sanctions that have run out. */
export const sweepSanctions: Sweep = (now, limit) => sweep({ before: now, limit });
