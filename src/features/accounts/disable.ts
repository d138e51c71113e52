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
 * Shuts an account: its sessions end at once, no login begins another, and nobody finds it. Money, groups and what
 * was said stay. @returns false when there is no such account, or it is shut already
 */
export async function disableAccount({ db, clock }: Home, user: UserId): Promise<boolean> {
  const values = { user, status: USER.disabled, now: clock.now() };
  const { disabled } = await db.write({
    disabled: setStatus(values),
    endSessions: endSessions(values),
    unbindPushes: unbindPushes(values),
  });
  return disabled === 1;
}

/** Opens a shut account again; its owner logs in again. @returns false when there is none, or it is open */
export async function enableAccount({ db, clock }: Home, user: UserId): Promise<boolean> {
  const enabled = await db.write(setStatus({ user, status: USER.valid, now: clock.now() }));
  return enabled === 1;
}
