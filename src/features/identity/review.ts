import { asc, eq, sql } from 'drizzle-orm';
import { identityChecks, users } from '../../../db/schema/users.ts';
import type { UserId } from '../../ids.ts';
import type { Db } from '../../platform/database/db.ts';
import { build, prepareChange, prepareRows } from '../../platform/database/query.ts';
import { unseal } from '../../sealing.ts';
import { ID_NO, REAL_NAME } from '../profiles/view.ts';

const p = (name: string) => sql.placeholder(name);
const waiting = prepareRows(
  build
    .select({
      userId: identityChecks.userId,
      sealedName: identityChecks.sealedName,
      sealedIdNo: identityChecks.sealedIdNo,
      submittedAt: identityChecks.submittedAt,
    })
    .from(identityChecks)
    .where(eq(identityChecks.state, 0))
    .orderBy(asc(identityChecks.submittedAt))
    .limit(100),
);
const decide = prepareChange(
  sql`UPDATE ${identityChecks} SET state = ${p('state')}, decided_at = ${p('now')} WHERE user_id = ${p('user')} AND state = 0`,
);
const showDecision = prepareChange(
  sql`UPDATE ${users} SET is_auth = (SELECT state = 1 FROM ${identityChecks} WHERE user_id = ${p('user')}), updated_at = ${p('now')}
    WHERE id = ${p('user')} AND EXISTS (SELECT 1 FROM ${identityChecks} WHERE user_id = ${p('user')})`,
);

/** The requests that wait for an operator, oldest first, opened for his eyes; at most 100. */
export async function waitingIdentities(db: Db, dataKey: Uint8Array) {
  const [rows] = await db.read(waiting());
  return rows.map(({ userId, sealedName, sealedIdNo, submittedAt }) => ({
    userId,
    name: unseal(dataKey, REAL_NAME, sealedName),
    idNo: unseal(dataKey, ID_NO, sealedIdNo),
    submittedAt,
  }));
}

/** Confirms or rejects a waiting request, once. @returns false when none waited */
export async function decideIdentity(
  db: Db,
  user: UserId,
  confirmed: boolean,
  now: number,
): Promise<boolean> {
  const [decided] = await db.write(
    decide({ user, state: confirmed ? 1 : 2, now }),
    showDecision({ user, now }),
  );
  return decided === 1;
}
