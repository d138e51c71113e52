import { type SQL, sql } from 'drizzle-orm';
import { STEP, steps } from '../../../db/schema/steps.ts';
import { users } from '../../../db/schema/users.ts';
import { walletFreezes } from '../../../db/schema/wallet-holds.ts';
import type { ChangeId, UserId } from '../../core/ids.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareChange, prepareRead } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';
import type { Platform } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { behindLaying, layingValues, prepareLaying, type Step } from '../steps/lay.ts';

const user = p('user');
type Owner = { readonly user: UserId; readonly now: number };
type Freezing = Owner & { readonly until: number | null; readonly mark_change: ChangeId };

/** A freeze that is over counts as none. */
const isOver = sql`until IS NOT NULL AND until <= ${p('now')}`;
const freeze = prepareChange<Freezing>(
  sql`INSERT INTO ${walletFreezes} (user_id, frozen_at, until, change_id)
    SELECT id, ${p('now')}, ${p('until')}, ${p('mark_change')} FROM ${users} WHERE id = ${user}
    ON CONFLICT (user_id) DO UPDATE SET until = excluded.until, change_id = excluded.change_id,
      frozen_at = CASE WHEN ${isOver} THEN excluded.frozen_at ELSE frozen_at END
      WHERE (${isOver}) OR until IS NOT excluded.until`,
);
const froze = sql`EXISTS (SELECT 1 FROM ${walletFreezes} WHERE user_id = ${user} AND change_id = ${p('mark_change')})`;
/** So its owner is told, and operators see since when, why and by whom. */
const lay = prepareLaying<Freezing>(froze);

const isFrozenNow: SQL = sql`user_id = ${user} AND NOT (${isOver})`;
const tellOpened = prepareNotice<Owner>(
  user,
  sql`EXISTS (SELECT 1 FROM ${walletFreezes} WHERE ${isFrozenNow})`,
);
const endStep = prepareChange<Owner>(
  sql`UPDATE ${steps} SET ended_at = ${p('now')} WHERE user_id = ${user} AND ended_at IS NULL
    AND kind = ${sql.raw(String(STEP.wallet))} AND NOT EXISTS (SELECT 1 FROM ${walletFreezes} WHERE ${isFrozenNow})`,
);
const unfreeze = prepareChange<Owner>(sql`DELETE FROM ${walletFreezes} WHERE ${isFrozenNow}`);

type Ports = Pick<Platform, 'ids' | 'clock' | 'random'>;

/**
 * The statements by which an operator freezes a wallet. `frozen` changes a row where there is such a user, and it was
 * not frozen until then already.
 */
export function freezing(home: Ports, owner: UserId, { until, reason, by }: Omit<Step, 'user' | 'kinds'>) {
  const step: Step = { user: owner, kinds: ['wallet'], until, reason, by };
  const values = { ...layingValues(home, step), mark_change: home.ids.mark() };
  return { frozen: freeze(values), laid: lay(values), ...behindLaying(home, 'walletFrozen', step, values) };
}

/** The statements by which an operator lets money leave again. `unfrozen` changes a row where the wallet was frozen. */
export function unfreezing(home: Ports, owner: UserId) {
  const values = { user: owner, now: home.clock.now() };
  return {
    told: tellOpened({ ...values, ...noticeValues(home, 'walletOpened') }),
    unfrozen: unfreeze(values),
    ended: endStep(values),
  };
}

const find = prepareRead<Owner, { isUser: number; frozenAt: number | null; until: number | null }>(
  sql`SELECT 1, f.frozen_at, f.until FROM ${users} AS u
    LEFT JOIN ${walletFreezes} AS f ON f.user_id = u.id AND NOT (${isOver}) WHERE u.id = ${user}`,
  ['isUser', 'frozenAt', 'until'],
);
/** Since when and until when a wallet is frozen by an operator, both null where it is not; undefined: no such user. */
export const freezeOf = async (db: Db, owner: UserId, now: number) =>
  (await db.read(find({ user: owner, now })))[0];

const sweep = prepareSweep(walletFreezes, walletFreezes.until, sql`AND until IS NOT NULL`);
/** Forgets freezes that are over. */
export const sweepFreezes: Sweep = (now, limit) => sweep({ before: now, limit });
