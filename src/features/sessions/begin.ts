import { type SQL, sql } from 'drizzle-orm';
import { sessions } from '../../../db/schema/sessions.ts';
import type { Context } from '../../context.ts';
import type { SessionId, UserId } from '../../ids.ts';
import { prepareChange, type Query, type Values } from '../../platform/database/query.ts';
import { prepareUnbindFormer } from '../push-devices/unbind.ts';

const DAY_MS = 24 * 3600 * 1000;
const p = (name: string) => sql.placeholder(name);

export interface NewSession {
  readonly userId: UserId;
  /** 0 unknown, 1 Android, 2 iOS, 3 PC, 4 web. */
  readonly device: number;
  readonly uuid: string;
}

/**
 * Prepares one way for a session to begin. It ends the older one of that device kind, and its pushes where that was
 * another phone.
 * @param allowed what must hold at that moment, as SQL; `user` and `now` are placeholders, and it may have its own
 */
export function prepareSession(allowed: SQL) {
  const unbindFormer = prepareUnbindFormer(allowed);
  const endOlder = prepareChange(
    sql`UPDATE ${sessions} SET ended_at = ${p('now')} WHERE user_id = ${p('user')} AND device = ${p('device')} AND ended_at IS NULL AND ${allowed}`,
  );
  const begin = prepareChange(
    sql`INSERT INTO ${sessions} (id, user_id, device, uuid, created_at, expires_at)
      SELECT ${p('session')}, ${p('user')}, ${p('device')}, ${p('uuid')}, ${p('now')}, ${p('expiresAt')} WHERE ${allowed}`,
  );
  /**
   * @param own values of the condition's own placeholders
   * @param beside queries that go into the same batch
   * @returns the token, or undefined where the condition did not hold
   */
  return async (
    { db, clock, config, ids, tokens }: Context,
    { userId, device, uuid }: NewSession,
    own: Values,
    beside: readonly Query<unknown>[] = [],
  ): Promise<string | undefined> => {
    const now = clock.now();
    const session = ids.next<SessionId>();
    const expiresAt = now + config.SESSION_DAYS * DAY_MS;
    const values = { ...own, user: userId, device, uuid, now, session, expiresAt };
    const [, , begun] = await db.write(unbindFormer(values), endOlder(values), begin(values), ...beside);
    return begun === 0 ? undefined : tokens.issue({ userId, sessionId: session, device, expiresAt });
  };
}
