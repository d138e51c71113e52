import { sql } from 'drizzle-orm';
import { pushDevices, sessions } from '../../../db/schema/sessions.ts';
import { users } from '../../../db/schema/users.ts';
import type { Platform } from '../../context.ts';
import type { UserId } from '../../ids.ts';
import { prepareChange } from '../../platform/database/query.ts';

const p = (name: string) => sql.placeholder(name);
const setStatus = prepareChange(
  sql`UPDATE ${users} SET status = ${p('status')}, updated_at = ${p('now')} WHERE id = ${p('user')} AND status <> ${p('status')}`,
);
const isDisabled = sql`EXISTS (SELECT 1 FROM ${users} WHERE id = ${p('user')} AND status = 0)`;
const endSessions = prepareChange(
  sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE user_id = ${p('user')} AND ended_at IS NULL AND ${isDisabled}`,
);
const unbindPush = prepareChange(
  sql`DELETE FROM ${pushDevices} WHERE user_id = ${p('user')} AND ${isDisabled}`,
);

type Home = Pick<Platform, 'db' | 'clock'>;

/**
 * Bars a user (decisions, Identity): every session ends at once, and a login is answered `-1` 老用户拒绝登录.
 * Nothing is deleted, and money stays where it is. @returns false when there is no such user, or he is barred
 */
export async function disableUser({ db, clock }: Home, user: UserId): Promise<boolean> {
  const values = { user, status: 0, now: clock.now() };
  const [changed] = await db.write(setStatus(values), endSessions(values), unbindPush(values));
  return changed > 0;
}

/** Lets a barred user log in again. @returns false when there is no such user, or he is not barred */
export async function enableUser({ db, clock }: Home, user: UserId): Promise<boolean> {
  const [changed] = await db.write(setStatus({ user, status: 1, now: clock.now() }));
  return changed > 0;
}
