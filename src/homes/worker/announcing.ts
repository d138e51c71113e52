import { createDb } from '../../platform/database/db.ts';
import type { Executor, Result, Statement } from '../../platform/database/executor.ts';
import { readMembersHere, TOUCHED } from '../../realtime/touched.ts';

/** The same statement, which also says whom it touched. `changes` then counts the rows that come back: as many. */
const asking = (statement: Statement): Statement =>
  statement.rings
    ? { ...statement, kind: 'rows', sql: `${statement.sql} RETURNING ${TOUCHED[statement.rings]}` }
    : statement;

/** The users with open sockets whom a batch touched, and the groups, each with its first place. */
function touched(statements: readonly Statement[], results: readonly Result[]) {
  const users = new Set<number>();
  const groups = new Map<number, number>();
  results.forEach(({ rows }, i) => {
    if (!statements[i]?.rings) return;
    for (const [owner, isOnline, seq] of rows) {
      const user = Number(owner);
      if (user < 0) groups.set(-user, Math.min(Number(seq), groups.get(-user) ?? Number(seq)));
      else if (isOnline === 1) users.add(user);
    }
  });
  return { users, groups };
}

/** Those who have something to do: at once, or found meanwhile. It never rejects. */
export type Announce = (users: Promise<ReadonlySet<number>>) => void;

/**
 * An executor for a home whose sockets live elsewhere: after a batch it names the users whose sockets have
 * something to do. The batch itself says who they are, but the members of a group are found behind it, once for each
 * group, while the call has its answer: those, too, whom the batch itself has sent away.
 */
export const announcing = (inner: Executor, announce: Announce): Executor => {
  const db = createDb(inner);
  const membersOf = async (groups: ReadonlyMap<number, number>): Promise<ReadonlySet<number>> => {
    const values = { groups: JSON.stringify([...groups.keys()]), since: Math.min(...groups.values()) };
    const found = await db.read(readMembersHere(values));
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
