import { sql } from 'drizzle-orm';
import { deletions } from '../../../db/schema/deletions.ts';
import { sessions } from '../../../db/schema/sessions.ts';
import { STEP, steps } from '../../../db/schema/steps.ts';
import { USER, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { prepareUnbindAll } from '../push-devices/unbind.ts';
import { standsNow } from '../steps/conditions.ts';
import {
  behindLaying,
  type Laid,
  type LayingPorts,
  laid,
  layingValues,
  prepareLaying,
  type Step,
} from '../steps/lay.ts';

type Owner = { readonly user: UserId; readonly now: number };

const account = sql`${steps} AS ban WHERE ban.user_id = ${p('user')} AND ban.kind = ${sql.raw(String(STEP.account))}
  AND ${standsNow('ban')}`;
/** The deletion of the account waits, and a login would take it back. */
const mayReturn = sql`EXISTS (SELECT 1 FROM ${deletions} WHERE user_id = ${p('user')} AND step = 0 AND may_return = 1)`;
/** Banned without an end already, also by a program that knew no ends. */
const isShutForGood = sql`(person.status = ${USER.disabled} AND ${p('until')} IS NULL AND NOT EXISTS (SELECT 1 FROM ${account}) AND NOT ${mayReturn})`;
const lay = prepareLaying(sql`NOT ${isShutForGood}`);
const shut = prepareChange<Laid & Owner>(
  sql`UPDATE ${users} SET status = ${USER.disabled}, updated_at = ${p('now')} WHERE id = ${p('user')} AND ${laid}`,
);
const endSessions = prepareChange<Laid & Owner>(
  sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE user_id = ${p('user')} AND ended_at IS NULL AND ${laid}`,
  { rings: 'sessions' },
);
const unbindPushes = prepareUnbindAll<Laid>(p('user'), laid);

type Home = Pick<Platform, 'db'> & LayingPorts;
/** How a ban is: why, by whom, and until when. */
export type Ban = Pick<Step, 'reason' | 'by' | 'until'>;

/**
 * The statements that shut an account: its sessions end at once, and nobody finds it. No login begins another until
 * the ban is over or lifted. Money, groups and what was said stay. `changed` changes a row where there is such an
 * account, and it was not shut until then already.
 */
export function disabling(home: LayingPorts, user: UserId, ban: Ban) {
  const step: Step = { ...ban, user, kinds: ['account'] };
  const values = layingValues(home, step);
  return {
    changed: lay(values),
    shut: shut(values),
    endSessions: endSessions(values),
    unbindPushes: unbindPushes(values),
    ...behindLaying(home, 'banned', step, values),
  };
}

const open = prepareChange<Owner>(
  sql`UPDATE ${users} SET status = ${USER.valid}, updated_at = ${p('now')}
    WHERE id = ${p('user')} AND status = ${USER.disabled} AND NOT EXISTS (SELECT 1 FROM ${deletions} WHERE user_id = ${p('user')})`,
);
/** An account whose deletion waits stays shut: but its owner may open it again by logging in. */
const letReturn = prepareChange<Owner>(
  sql`UPDATE ${deletions} SET may_return = 1 WHERE user_id = ${p('user')} AND step = 0
    AND (may_return = 0 OR EXISTS (SELECT 1 FROM ${account}))`,
);
const isOpen = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('user')} AND status = ${USER.valid})`;
const tellOpened = prepareNotice<Owner>(p('user'), sql`EXISTS (SELECT 1 FROM ${account}) AND ${isOpen}`);
const endBan = prepareChange<Owner>(
  sql`UPDATE ${steps} SET ended_at = ${p('now')} WHERE user_id = ${p('user')} AND ended_at IS NULL
    AND kind = ${sql.raw(String(STEP.account))} AND (${isOpen} OR ${mayReturn})`,
);

/**
 * The statements that open a shut account again; its owner logs in again. `changed` changes a row where it was shut, and
 * `unbarred` where its deletion waits on, which its owner may take back from now on.
 */
export function enabling(home: Pick<Platform, 'clock' | 'random'>, user: UserId) {
  const values = { user, now: home.clock.now() };
  return {
    changed: open(values),
    unbarred: letReturn(values),
    told: tellOpened({ ...values, ...noticeValues(home, 'unbanned') }),
    ended: endBan(values),
  };
}

const endAll = prepareChange<Owner>(
  sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE user_id = ${p('user')} AND ended_at IS NULL`,
  { rings: 'sessions' },
);
/** A phone whose session has ended gets no more messages; one that has none gets none anyway. */
const unbindAll = prepareUnbindAll<{ user: UserId }>(p('user'), sql`1`);

/** The statements that end every session of a user, who logs in again. `ended` changes a row where one lived. */
export function endingSessions({ clock }: Pick<Platform, 'clock'>, user: UserId) {
  const values = { user, now: clock.now() };
  return { ended: endAll(values), unbindPushes: unbindAll(values) };
}

const FOR_GOOD: Ban = { reason: '', by: '', until: undefined };

/** Shuts an account. @returns false when there is no such account, or it is shut already */
export async function disableAccount(home: Home, user: UserId): Promise<boolean> {
  const { changed } = await home.db.write(disabling(home, user, FOR_GOOD));
  return changed === 1;
}

/** Opens a shut account again. @returns false when there is none, or it is open */
export async function enableAccount(
  home: Pick<Platform, 'db' | 'clock' | 'random'>,
  user: UserId,
): Promise<boolean> {
  const { changed, unbarred } = await home.db.write(enabling(home, user));
  return changed + unbarred === 1;
}
