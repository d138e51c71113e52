import { sql } from 'drizzle-orm';
import { operatorInvitations, operatorSessions, operators } from '../../../db/schema/operators.ts';
import type { OperatorId } from '../../core/ids.ts';
import { LIST_SIZE } from '../../core/operator-page.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { liveSession, sessionAges } from './session-life.ts';

type Row = {
  id: OperatorId;
  name: string;
  role: string;
  hasLoggedIn: number;
  invitedUntil: number | null;
  sessions: number;
  lastUse: number | null;
};

const all = prepareRead<ReturnType<typeof sessionAges> & { after: string }, Row>(
  sql`SELECT o.id, o.name, o.role, o.password_hash IS NOT NULL,
    (SELECT i.expires_at FROM ${operatorInvitations} AS i WHERE i.operator_id = o.id),
    (SELECT count(*) FROM ${operatorSessions} AS s WHERE s.operator_id = o.id AND ${liveSession(sql`s`)}),
    (SELECT max(s.seen_at) FROM ${operatorSessions} AS s WHERE s.operator_id = o.id)
    FROM ${operators} AS o WHERE o.removed_at IS NULL AND o.name > ${p('after')} ORDER BY o.name LIMIT ${sql.raw(String(LIST_SIZE))}`,
  ['id', 'name', 'role', 'hasLoggedIn', 'invitedUntil', 'sessions', 'lastUse'],
);

const count = prepareRead<void, { total: number }>(
  sql`SELECT count(*) FROM ${operators} WHERE removed_at IS NULL`,
  ['total'],
);
/** How many operators there are. */
export const countOperators = async (db: Db): Promise<number> => (await db.read(count()))[0]?.total ?? 0;

/** An operator as others see them. */
export interface ListedOperator {
  readonly id: OperatorId;
  readonly name: string;
  readonly role: string;
  /** `active`: has logged in; `invited`: has not yet; `expired`: has not, and cannot without a new invitation. */
  readonly state: 'active' | 'invited' | 'expired';
  readonly sessions: number;
  /** Epoch ms of the last use of a session that is still known. */
  readonly lastUse: number | undefined;
}

const stateOf = ({ hasLoggedIn, invitedUntil }: Row, now: number) =>
  hasLoggedIn === 1 ? 'active' : (invitedUntil ?? 0) > now ? 'invited' : 'expired';

/** Operators by name, those behind `after`. */
export async function listOperators(db: Db, now: number, after = ''): Promise<ListedOperator[]> {
  const rows = await db.read(all({ ...sessionAges(now), after }));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    state: stateOf(row, now),
    sessions: row.sessions,
    lastUse: row.lastUse ?? undefined,
  }));
}
