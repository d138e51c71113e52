import { createDb } from '../../platform/database/db.ts';
import type { Executor, Result, Statement } from '../../platform/database/executor.ts';
import { readMembersHere, TOUCHED } from '../../realtime/touched.ts';

/** The same statement, which also says whom it touched. `changes` then counts the rows that come back: as many. */
const asking = (statement: Statement): Statement =>
  statement.rings
    ? { ...statement, kind: 'rows', sql: `${statement.sql} RETURNING ${TOUCHED[statement.rings]}` }
    : statement;

/** The users with open sockets whom a batch touched, and the groups. */
function touched(statements: readonly Statement[], results: readonly Result[]) {
  const [users, groups] = [new Set<number>(), new Set<number>()];
  results.forEach(({ rows }, i) => {
    if (!statements[i]?.rings) return;
    for (const [owner, isOnline] of rows) {
      if (Number(owner) < 0) groups.add(-Number(owner));
      else if (isOnline === 1) users.add(Number(owner));
    }
  });
  return { users, groups };
}

/** Those who have something to do: at once, or found meanwhile. It never rejects. */
export type Announce = (users: Promise<ReadonlySet<number>>) => void;

/**
 * An executor for a home whose sockets live elsewhere: after a batch it names the users whose sockets have
 * something to do. The batch itself says who they are, but the members of a group are found behind it, once for each
 * group, while the call has its answer.
 */
export const announcing = (inner: Executor, announce: Announce): Executor => {
  const db = createDb(inner);
  const membersOf = async (groups: ReadonlySet<number>): Promise<ReadonlySet<number>> => {
    const found = await db.read(readMembersHere({ groups: JSON.stringify([...groups]) }));
    return new Set(found.map(({ user }) => user));
  };
  return {
    read: (statements) => inner.read(statements),
    async write(statements) {
      const results = await inner.write(statements.map(asking));
      const { users, groups } = touched(statements, results);
      if (users.size > 0) announce(Promise.resolve(users));
      // Nobody is woken where the database is away just then. Everybody's object also looks by itself.
      if (groups.size > 0) announce(membersOf(groups).catch(() => new Set()));
      return results;
    },
    script: (statements) => inner.script(statements),
    close: () => inner.close(),
  };
};
