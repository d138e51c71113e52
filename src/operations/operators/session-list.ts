import { sql } from 'drizzle-orm';
import { operatorSessions, operators } from '../../../db/schema/operators.ts';
import type { OperatorId, OperatorSessionId } from '../../core/ids.ts';
import type { Db } from '../../platform/database/db.ts';
import { p, prepareRead } from '../../platform/database/query.ts';
import { liveSession, type SessionAges, sessionAges } from './session-life.ts';

/** A session as it is listed. Times are epoch ms. */
export type ListedSession = {
  readonly session: OperatorSessionId;
  readonly operator: string;
  readonly address: string;
  readonly browser: string;
  readonly createdAt: number;
  readonly lastUse: number;
};

/** How many sessions a list has at most. */
const MOST = 200;
const columns = ['session', 'operator', 'address', 'browser', 'createdAt', 'lastUse'] as const;

const ofOne = prepareRead<SessionAges & { operator: OperatorId }, ListedSession>(
  sql`SELECT s.id, o.name, s.address, s.browser, s.created_at, s.seen_at FROM ${operatorSessions} AS s
    JOIN ${operators} AS o ON o.id = s.operator_id
    WHERE s.operator_id = ${p('operator')} AND ${liveSession(sql`s`)} ORDER BY s.created_at DESC`,
  columns,
);
const ofAll = prepareRead<SessionAges, ListedSession>(
  sql`SELECT s.id, o.name, s.address, s.browser, s.created_at, s.seen_at FROM ${operatorSessions} AS s
    JOIN ${operators} AS o ON o.id = s.operator_id
    WHERE s.seen_at > ${p('seen_after')} AND s.created_at > ${p('begun_after')}
    ORDER BY s.seen_at DESC LIMIT ${sql.raw(String(MOST))}`,
  columns,
);

/** The live sessions of one operator, or of everybody: the newest first. */
export const listSessions = (db: Db, now: number, operator?: OperatorId): Promise<ListedSession[]> =>
  operator === undefined
    ? db.read(ofAll(sessionAges(now)))
    : db.read(ofOne({ ...sessionAges(now), operator }));
