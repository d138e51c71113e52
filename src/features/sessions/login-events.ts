import { type SQL, sql } from 'drizzle-orm';
import {
  LOGIN_EVENT,
  LOGIN_RESULT,
  type LoginEvent,
  type LoginResult,
  loginEvents,
} from '../../../db/schema/login-events.ts';
import { DEVICE } from '../../../db/schema/sessions.ts';
import { users } from '../../../db/schema/users.ts';
import type { SessionId, UserId } from '../../core/ids.ts';
import type { Mobile } from '../../core/text/mobile.ts';
import { LOCK_MS } from '../../http/lockout.ts';
import { whenceValues } from '../../http/login-events.ts';
import { type NoMore, p, prepareChange, type Values } from '../../platform/database/query.ts';
import type { CallerContext, Context } from '../../realtime/context.ts';

const columns = sql.raw('(at, user_id, session_id, what, result, subject, device, uuid, address, port)');

type EventValues = ReturnType<typeof whenceValues> & {
  readonly session: SessionId | 0;
  readonly device: number;
  readonly uuid: string;
  readonly what: LoginEvent;
  readonly result: LoginResult;
};

const prepareEvent = <Wanted extends Values = NoMore>(user: SQL, condition: SQL) =>
  prepareChange<EventValues & Wanted>(
    sql`INSERT INTO ${loginEvents} ${columns}
      SELECT ${p('now')}, ${user}, ${p('session')}, ${p('what')}, ${p('result')}, '', ${p('device')}, ${p('uuid')},
        ${p('from_address')}, ${p('from_port')} WHERE ${condition}`,
  );

/** Where the statement before it has changed a row. */
const behind = sql`changes() > 0`;
const ofUser = prepareEvent<{ user: UserId }>(p('user'), behind);
const owner = sql`(SELECT id FROM ${users} WHERE mobile = ${p('mobile')})`;
const ofMobile = prepareEvent<{ mobile: Mobile }>(owner, sql`${behind} AND ${owner} IS NOT NULL`);

const isNews = sql`(${p('result')} <> ${LOGIN_RESULT.locked} OR NOT EXISTS (SELECT 1 FROM ${loginEvents} AS e
  WHERE e.user_id = ${p('user')} AND e.at > ${p('locked_since')} AND e.result = ${LOGIN_RESULT.locked}))`;
const ofFailure = prepareEvent<{ user: UserId; locked_since: number }>(p('user'), isNews);

/** On which device, as far as the client says. */
export interface OnDevice {
  readonly device: number;
  readonly uuid: string;
}

const valuesOf = (context: Context, what: LoginEvent, result: LoginResult, { device, uuid }: OnDevice) => ({
  ...whenceValues(context, context.clock.now()),
  session: 0 as const,
  what,
  result,
  device,
  uuid,
});

const NO_DEVICE: OnDevice = { device: DEVICE.unknown, uuid: '' };

/** Tells of a login, right behind the statement that begins its session. */
export const loggedIn = (context: Context, user: UserId, session: SessionId, on: OnDevice) =>
  ofUser({ ...valuesOf(context, LOGIN_EVENT.login, LOGIN_RESULT.success, on), user, session });

/** Tells of a logout, right behind the statement that ends the session. */
export function loggedOut(context: CallerContext, device: number) {
  const { userId: user, sessionId: session } = context.caller;
  const on = { device, uuid: '' };
  return ofUser({ ...valuesOf(context, LOGIN_EVENT.logout, LOGIN_RESULT.success, on), user, session });
}

/** Tells of a new account or password, right behind the statement that makes it. */
export const proved = (context: Context, what: LoginEvent, mobile: Mobile) =>
  ofMobile({ ...valuesOf(context, what, LOGIN_RESULT.success, NO_DEVICE), mobile });

/** Tells of a wrong code for an account that there is, right behind the statement that counts it. */
export const wrongCode = (context: Context, what: LoginEvent, mobile: Mobile) =>
  ofMobile({ ...valuesOf(context, what, LOGIN_RESULT.wrongCode, NO_DEVICE), mobile });

/** Notes a login that was refused; of one that is locked, once while a lock lasts. */
export async function noteRefused(
  context: Context,
  user: UserId,
  result: LoginResult,
  on: OnDevice,
): Promise<void> {
  const values = valuesOf(context, LOGIN_EVENT.login, result, on);
  await context.db.write(ofFailure({ ...values, user, locked_since: values.now - LOCK_MS }));
}
