import { sql } from 'drizzle-orm';
import { sessions } from '../../../db/schema/sessions.ts';
import { USER, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { p, prepareChange } from '../../platform/database/query.ts';
import type { Platform } from '../../realtime/context.ts';
import { prepareUnbindAll } from '../push-devices/unbind.ts';

const setStatus = prepareChange<{ status: number; now: number; user: UserId }>(
  sql`UPDATE ${users} SET status = ${p('status')}, updated_at = ${p('now')}
    WHERE id = ${p('user')} AND status <> ${p('status')}`,
);
const isDisabled = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('user')} AND status = ${USER.disabled})`;
const endSessions = prepareChange<{ now: number; user: UserId }>(
  sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE user_id = ${p('user')} AND ended_at IS NULL AND ${isDisabled}`,
  { rings: 'sessions' },
);
const unbindPushes = prepareUnbindAll<{ user: UserId }>(p('user'), isDisabled);

type Home = Pick<Platform, 'db' | 'clock'>;

/**
 * The statements that shut an account: its sessions end at once, no login begins another, and nobody finds it. Money,
 * groups and what was said stay. `changed` changes a row where there is such an account and it is open.
 */
export function disabling({ clock }: Pick<Platform, 'clock'>, user: UserId) {
  const values = { user, status: USER.disabled, now: clock.now() };
  return {
    changed: setStatus(values),
    endSessions: endSessions(values),
    unbindPushes: unbindPushes(values),
  };
}

/** The statement that opens a shut account again; its owner logs in again. */
export const enabling = ({ clock }: Pick<Platform, 'clock'>, user: UserId) => ({
  changed: setStatus({ user, status: USER.valid, now: clock.now() }),
});

const endAll = prepareChange<{ user: UserId; now: number }>(
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

/** Shuts an account. @returns false when there is no such account, or it is shut already */
export async function disableAccount(home: Home, user: UserId): Promise<boolean> {
  const { changed } = await home.db.write(disabling(home, user));
  return changed === 1;
}

/** Opens a shut account again. @returns false when there is none, or it is open */
export async function enableAccount(home: Home, user: UserId): Promise<boolean> {
  const { changed } = await home.db.write(enabling(home, user));
  return changed === 1;
}
