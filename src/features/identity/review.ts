import { asc, eq, sql } from 'drizzle-orm';
import { IDENTITY, identityChecks, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../core/ids.ts';
import { LIST_SIZE, operatorPage } from '../../core/operator-page.ts';
import { unsealIfOurs } from '../../core/sealing.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareChange, prepareRead, prepareSelect } from '../../platform/database/query.ts';
import { ID_NO, REAL_NAME } from '../profiles/view.ts';

const waiting = prepareSelect<{ offset: number }>()(
  {
    userId: identityChecks.userId,
    sealedName: identityChecks.sealedName,
    sealedIdNo: identityChecks.sealedIdNo,
    submittedAt: identityChecks.submittedAt,
  },
  (select) =>
    select
      .from(identityChecks)
      .where(eq(identityChecks.state, IDENTITY.waits))
      .orderBy(asc(identityChecks.submittedAt), asc(identityChecks.userId))
      .limit(LIST_SIZE)
      .offset(sql.placeholder('offset')),
);
const count = prepareRead<void, { total: number }>(
  sql`SELECT count(*) FROM ${identityChecks} WHERE state = ${IDENTITY.waits}`,
  ['total'],
);
const decide = prepareChange<{ state: number; now: number; user: UserId }>(
  sql`UPDATE ${identityChecks} SET state = ${p('state')}, decided_at = ${p('now')} WHERE user_id = ${p('user')} AND state = ${IDENTITY.waits}`,
);
const showDecision = prepareChange<{ user: UserId; now: number }>(
  sql`UPDATE ${users} SET is_auth = (SELECT state = ${IDENTITY.confirmed} FROM ${identityChecks} WHERE user_id = ${p('user')}), updated_at = ${p('now')}
    WHERE id = ${p('user')} AND EXISTS (SELECT 1 FROM ${identityChecks} WHERE user_id = ${p('user')})`,
);

/** A request that waits. What was sealed under another DATA_KEY cannot be opened: then both texts are undefined. */
export interface WaitingIdentity {
  readonly userId: UserId;
  readonly name: string | undefined;
  readonly idNo: string | undefined;
  readonly submittedAt: number;
}

/** The requests that wait for an operator, oldest first, opened for their eyes. @param page from 1 */
export async function waitingIdentities(db: Db, dataKey: Uint8Array, page = 1): Promise<WaitingIdentity[]> {
  const rows = await db.read(waiting(operatorPage(page)));
  return rows.map(({ userId, sealedName, sealedIdNo, submittedAt }) => ({
    userId,
    name: unsealIfOurs(dataKey, REAL_NAME, sealedName),
    idNo: unsealIfOurs(dataKey, ID_NO, sealedIdNo),
    submittedAt,
  }));
}

/** How many requests wait. */
export const countIdentities = async (db: Db): Promise<number> => (await db.read(count()))[0]?.total ?? 0;

/** Confirms or rejects a waiting request, once. @returns false when none waited */
export async function decideIdentity(
  db: Db,
  user: UserId,
  confirmed: boolean,
  now: number,
): Promise<boolean> {
  const { decided } = await db.write({
    decided: decide({ user, state: confirmed ? 1 : 2, now }),
    showDecision: showDecision({ user, now }),
  });
  return decided === 1;
}

const stateOf = prepareRead<{ user: UserId }, { state: number }>(
  sql`SELECT state FROM ${identityChecks} WHERE user_id = ${p('user')}`,
  ['state'],
);

/** 0 waits, 1 confirmed, 2 rejected; undefined where the user has handed nothing in. */
export const identityState = async (db: Db, user: UserId): Promise<number | undefined> =>
  (await db.read(stateOf({ user })))[0]?.state;
