import { type SQL, sql } from 'drizzle-orm';
import { operatorAddresses, operatorSessions, operators } from '../../../db/schema/operators.ts';
import type { OperatorId, OperatorSessionId } from '../../core/ids.ts';
import type { Db } from '../../platform/database/db.ts';
import { orTaken, rowOf } from '../../platform/database/mark.ts';
import { p, prepareChange, prepareRead, type Values } from '../../platform/database/query.ts';
import { prepareSweep, type Sweep } from '../../platform/database/sweep.ts';
import { drawSecret } from './drawn-secret.ts';
import type { OperatorName } from './name.ts';
import type { OperatorCall } from './operator-call.ts';
import { liveSession, type SessionAges, sessionAges } from './session-life.ts';

/** How many sessions an operator has at most: a new one ends the oldest beyond. */
const MOST = 10;
/** Of a browser's name of itself so much is kept. */
const BROWSER_LENGTH = 200;
/** A use is noted when the last noted one is so old, so that not each call writes. */
const NOTED_MS = 10_000;
/** An address is known so long after a login from it. */
const KNOWN_MS = 90 * 24 * 3600 * 1000;

const id = p('session');
const operator = p('operator');
const now = p('now');

/** What a session's first statement wants. */
export type NewSession = {
  readonly session: OperatorSessionId;
  readonly operator: OperatorId;
  readonly session_digest: string;
  readonly now: number;
  readonly address: string;
  readonly browser: string;
  readonly address_key: string;
};

/** The mark of a batch that begins with a new session. */
export const sessionBegun = rowOf(operatorSessions, 'session');

/** The first statement of a batch that lets an operator in. @param allowed when, as SQL */
export const prepareBegin = <Wanted extends Values>(allowed: SQL) =>
  prepareChange<NewSession & Wanted>(
    sql`INSERT INTO ${operatorSessions} (id, operator_id, digest, created_at, seen_at, address, browser)
      SELECT ${id}, ${operator}, ${p('session_digest')}, ${now}, ${now}, ${p('address')}, ${p('browser')}
      WHERE ${orTaken(allowed, sessionBegun)}`,
  );

const endOldest = prepareChange<NewSession>(
  sql`DELETE FROM ${operatorSessions} WHERE operator_id = ${operator} AND ${sessionBegun} AND id NOT IN (
    SELECT s.id FROM ${operatorSessions} AS s WHERE s.operator_id = ${operator}
    ORDER BY s.created_at DESC LIMIT ${sql.raw(String(MOST))})`,
);
const noteAddress = prepareChange<NewSession>(
  sql`INSERT INTO ${operatorAddresses} (operator_id, address, last_at)
    SELECT ${operator}, ${p('address_key')}, ${now} WHERE ${sessionBegun}
    ON CONFLICT (operator_id, address) DO UPDATE SET last_at = excluded.last_at`,
);
const ADDRESSES = 20;
const forgetOldest = prepareChange<NewSession>(
  sql`DELETE FROM ${operatorAddresses} WHERE operator_id = ${operator} AND ${sessionBegun} AND address NOT IN (
    SELECT a.address FROM ${operatorAddresses} AS a WHERE a.operator_id = ${operator}
    ORDER BY a.last_at DESC LIMIT ${sql.raw(String(ADDRESSES))})`,
);
/** What follows a new session in its batch. */
export const afterBegin = (values: NewSession) => [
  endOldest(values),
  noteAddress(values),
  forgetOldest(values),
];

const line = (text: string) => text.replace(/\p{Cc}+/gu, ' ').slice(0, BROWSER_LENGTH);

/** A session of this operator in the browser that calls, and the secret for its cookie. */
export function newSession(call: OperatorCall, operator: OperatorId): { values: NewSession; secret: string } {
  const { text, digest } = drawSecret('session', call.random);
  const values = {
    session: call.ids.next<OperatorSessionId>(),
    operator,
    session_digest: digest,
    now: call.clock.now(),
    address: call.address,
    browser: line(call.header('user-agent') ?? ''),
    address_key: call.addressKey,
  };
  return { values, secret: text };
}

/** Condition: this operator has logged in from here lately. Values: `address_key`, `known_after`. */
export const isKnownAddress = (operator: SQL): SQL<number> =>
  sql<number>`EXISTS (SELECT 1 FROM ${operatorAddresses} AS known WHERE known.operator_id = ${operator}
    AND known.address = ${p('address_key')} AND known.last_at > ${p('known_after')})`;
export const knownAddressValues = ({ addressKey, clock }: OperatorCall) => ({
  address_key: addressKey,
  known_after: clock.now() - KNOWN_MS,
});
const sweepAddresses = prepareSweep(operatorAddresses, operatorAddresses.lastAt);
export const forgetOperatorAddresses: Sweep = (now, limit) =>
  sweepAddresses({ before: now - KNOWN_MS, limit });

/** A live session and whose it is. */
export type FoundSession = {
  readonly session: OperatorSessionId;
  readonly operator: OperatorId;
  readonly name: OperatorName;
  readonly role: string;
  readonly createdAt: number;
  readonly seenAt: number;
};

const find = prepareRead<SessionAges & { digest: string }, FoundSession>(
  sql`SELECT s.id, o.id, o.name, o.role, s.created_at, s.seen_at FROM ${operatorSessions} AS s
    JOIN ${operators} AS o ON o.id = s.operator_id AND o.removed_at IS NULL
    WHERE s.digest = ${p('digest')} AND ${liveSession(sql`s`)}`,
  ['session', 'operator', 'name', 'role', 'createdAt', 'seenAt'],
);
const noteUse = prepareChange<SessionAges & { session: OperatorSessionId; now: number }>(
  sql`UPDATE ${operatorSessions} SET seen_at = ${now} WHERE id = ${id} AND seen_at < ${now}
    AND ${liveSession(sql`${operatorSessions}`)}`,
);

/** The live session of this secret, whose use is noted. */
export async function useSession(db: Db, digest: string, now: number): Promise<FoundSession | undefined> {
  const ages = sessionAges(now);
  const [found] = await db.read(find({ ...ages, digest }));
  if (found && found.seenAt <= now - NOTED_MS)
    await db.write(noteUse({ ...ages, session: found.session, now }));
  return found;
}
