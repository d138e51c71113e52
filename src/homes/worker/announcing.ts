import type { Executor, Result, Statement } from '../../platform/database/executor.ts';
import { TOUCHED } from '../../realtime/touched.ts';

/** The same statement, which also says whom it touched. `changes` then counts the rows that come back: as many. */
const asking = (statement: Statement): Statement =>
  statement.rings
    ? { ...statement, kind: 'rows', sql: `${statement.sql} RETURNING ${TOUCHED[statement.rings]}` }
    : statement;

/** The users with open sockets whom a batch touched. */
function touched(statements: readonly Statement[], results: readonly Result[]): Set<number> {
  const rows = results.flatMap((result, i) => (statements[i]?.rings ? result.rows : []));
  const membersIn = (json: unknown) => (typeof json === 'string' ? (JSON.parse(json) as number[]) : []); // our own SQL
  return new Set(
    rows.flatMap(([user, isOnline, members]) => (isOnline === 1 ? [Number(user)] : membersIn(members))),
  );
}

/**
 * An executor for a home whose sockets live elsewhere: after a batch it names the users whose sockets have
 * something to do, found by the batch itself, without a further round trip.
 */
export const announcing = (inner: Executor, announce: (users: ReadonlySet<number>) => void): Executor => ({
  read: (statements) => inner.read(statements),
  async write(statements) {
    const results = await inner.write(statements.map(asking));
    const users = touched(statements, results);
    if (users.size > 0) announce(users);
    return results;
  },
  script: (statements) => inner.script(statements),
  close: () => inner.close(),
});
