import { type SQL, sql } from 'drizzle-orm';
import { sessions } from '../../../db/schema/sessions.ts';
import type { SessionId, UserId } from '../../core/ids.ts';
import { plainAddress } from '../../http/address.ts';
import { p, prepareChange, type Query, type Values } from '../../platform/database/query.ts';
import type { Context } from '../../realtime/context.ts';
import { droppedOf } from '../../realtime/cursors.ts';
import { noticeValues, prepareNotice } from '../../realtime/notices.ts';
import { prepareUnbindFormer } from '../push-devices/unbind.ts';
import { isNewDevice, knownValues, prepareKnownLogin } from './known-logins.ts';
import { loggedIn } from './login-events.ts';

const DAY_MS = 24 * 3600 * 1000;

export interface NewSession {
  readonly userId: UserId;
  /** 0 unknown, 1 Android, 2 iOS, 3 PC, 4 web. */
  readonly device: number;
  readonly uuid: string;
}

/** What the statements of a login want. */
type Beginning = ReturnType<typeof knownValues> & {
  readonly user: UserId;
  readonly device: number;
  readonly now: number;
  readonly session: SessionId;
  readonly expiresAt: number;
};

/**
 * Prepares one way for a session to begin. It ends the older one of that device kind, and its pushes where that was
 * another phone; the user hears of a device that is new.
 * @param allowed what must hold at that moment, as SQL; `user` and `now` are placeholders, and it may have its `Own`
 */
export function prepareSession<Own extends Values>(allowed: SQL) {
  const tellOfNewDevice = prepareNotice<Own & Omit<Beginning, 'day' | 'session' | 'expiresAt'>>(
    p('user'),
    sql`${allowed} AND ${isNewDevice}`,
  );
  const unbindFormer = prepareUnbindFormer<Own & Pick<Beginning, 'now'>>(allowed);
  const endOlder = prepareChange<Own & Pick<Beginning, 'now' | 'user' | 'device'>>(
    sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE user_id = ${p('user')} AND device = ${p('device')} AND ended_at IS NULL AND ${allowed}`,
    { rings: 'sessions' },
  );
  const begin = prepareChange<Own & Omit<Beginning, 'address' | 'knownSince'> & { from_address: string }>(
    sql`INSERT INTO ${sessions} (id, user_id, device, uuid, created_at, expires_at, last_day, address, missed_seq)
      SELECT ${p('session')}, ${p('user')}, ${p('device')}, ${p('uuid')}, ${p('now')}, ${p('expiresAt')}, ${p('day')},
        ${p('from_address')}, ${droppedOf(sql`${p('user')}`)} WHERE ${allowed}`,
  );
  const noteLogin = prepareKnownLogin<{ session: SessionId }>(
    sql`EXISTS (SELECT 1 FROM ${sessions} WHERE id = ${p('session')})`,
  );
  /**
   * @param own values of the condition's own placeholders
   * @param beside queries that go into the same batch
   * @returns the token, or undefined where the condition did not hold
   */
  return async (
    context: Context,
    { userId, device, uuid }: NewSession,
    own: Own,
    beside: readonly Query<unknown>[] = [],
  ): Promise<string | undefined> => {
    const { db, clock, config, ids, tokens, addressKey } = context;
    const now = clock.now();
    const session = ids.next<SessionId>();
    const expiresAt = now + config.SESSION_DAYS * DAY_MS;
    const known = knownValues(now, uuid, addressKey);
    const values = { ...own, ...known, user: userId, device, now, session, expiresAt };
    const { begun } = await db.write({
      // First, while the sessions are there that this one ends.
      tellOfNewDevice: tellOfNewDevice({ ...noticeValues(context, 'newDevice'), ...values }),
      unbindFormer: unbindFormer(values),
      endOlder: endOlder(values),
      begun: begin({ ...values, from_address: plainAddress(context.address) }),
      loggedIn: loggedIn(context, userId, session, { device, uuid }),
      noteLogin: noteLogin(values),
      beside: beside,
    });
    return begun === 0 ? undefined : tokens.issue({ userId, sessionId: session, device, expiresAt });
  };
}
