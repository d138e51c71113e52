import { createDb } from '../../platform/database/db.ts';
import type { Executor, Result, Statement } from '../../platform/database/executor.ts';
import { readManyHere, TOUCHED } from '../../realtime/touched.ts';

/** The same statement, which also says whom it touched. `changes` then counts the rows that come back: as many. */
const asking = (statement: Statement): Statement =>
  statement.rings
    ? { ...statement, kind: 'rows', sql: `${statement.sql} RETURNING ${TOUCHED[statement.rings]}` }
    : statement;

/** The users with open sockets whom a batch touched, and the owners of what is for many, each with its first place. */
function touched(statements: readonly Statement[], results: readonly Result[]) {
  const users = new Set<number>();
  const owners = new Map<number, number>();
  results.forEach(({ rows }, i) => {
    if (!statements[i]?.rings) return;
    for (const [owner, isOnline, seq] of rows) {
      const user = Number(owner);
      if (user < 0) owners.set(user, Math.min(Number(seq), owners.get(user) ?? Number(seq)));
      else if (isOnline === 1) users.add(user);
    }
  });
  return { users, owners };
}

/** Those who have something to do: at once, or found meanwhile. It never rejects. */
export type Announce = (users: Promise<ReadonlySet<number>>) => void;

/**
 * An executor for a home whose sockets live elsewhere: after a batch it names the users whose sockets have
 * something to do. The batch itself says who they are. But the members of a group are found behind it, once for each
 * group, while the call has its answer. Those whom the batch has sent away are among them.
 */
export const announcing = (inner: Executor, announce: Announce): Executor => {
  const db = createDb(inner);
  const manyOf = async (owners: ReadonlyMap<number, number>): Promise<ReadonlySet<number>> => {
    const values = { owners: JSON.stringify([...owners.keys()]), since: Math.min(...owners.values()) };
    const found = await db.read(readManyHere(values));
    return new Set(found.map(({ user }) => user));
  };
  return {
    read: (statements) => inner.read(statements),
    async write(statements) {
      const results = await inner.write(statements.map(asking));
      const { users, owners } = touched(statements, results);
      if (users.size > 0) announce(Promise.resolve(users));
      // Nobody is woken where the database is away just then. Everybody's object also looks by itself.
      if (owners.size > 0) announce(manyOf(owners).catch(() => new Set()));
      return results;
    },
    script: (statements) => inner.script(statements),
    close: () => inner.close(),
  };
};
