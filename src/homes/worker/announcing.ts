import type { Executor, Result, Statement } from '../../platform/database/executor.ts';

/** Statements after which somebody's socket may have something to do: events, and sessions that end. */
const CONCERNS = /^\s*(?:INSERT (?:OR \w+ )?INTO ["`]inbox["`]|UPDATE ["`]sessions["`])/i;
const ANSWERS = /\bRETURNING\b/i;
/** Who is touched, and whether he has a socket open at all. */
const WHOM = ' RETURNING user_id, EXISTS (SELECT 1 FROM presences AS o WHERE o.user_id = ';

const isAsked = ({ kind, sql }: Statement) => kind === 'change' && CONCERNS.test(sql) && !ANSWERS.test(sql);

/** The same statement, which also says whom it touched. `changes` then counts the rows that came back: as many. */
function asking(statement: Statement): Statement {
  const table = /^\s*INSERT/i.test(statement.sql) ? 'inbox' : 'sessions';
  return { ...statement, kind: 'rows', sql: `${statement.sql}${WHOM}${table}.user_id)` };
}

/** The users with open sockets whom a batch touched. */
function touched(statements: readonly Statement[], results: readonly Result[]): Set<number> {
  const rows = results.flatMap((result, i) => {
    const statement = statements[i];
    return statement && isAsked(statement) ? result.rows : [];
  });
  return new Set(rows.filter(([, isOnline]) => isOnline === 1).map(([user]) => Number(user)));
}

/**
 * An executor for a home whose sockets live elsewhere: after a batch it names the users whose sockets have
 * something to do, found by the batch itself, without a further round trip.
 */
export const announcing = (inner: Executor, announce: (users: ReadonlySet<number>) => void): Executor => ({
  read: (statements) => inner.read(statements),
  async write(statements) {
    const results = await inner.write(statements.map((each) => (isAsked(each) ? asking(each) : each)));
    const users = touched(statements, results);
    if (users.size > 0) announce(users);
    return results;
  },
  script: (statements) => inner.script(statements),
  close: () => inner.close(),
});
