import { Database, type Statement as Native, type SQLQueryBindings } from 'bun:sqlite';
import type { Executor, Result, SqlValue, Statement } from './executor.ts';

/** Batches that share one commit, at most; a longer queue waits for the next turn of the event loop. */
const GROUP_SIZE = 64;
/** Prepared statements kept, so that SQL built by hand cannot grow the cache without bound; the oldest goes first. */
const CACHE_SIZE = 1000;

interface Job {
  readonly statements: readonly Statement[];
  resolve(results: Result[]): void;
  reject(error: unknown): void;
}

/** Keeps prepared statements, so that SQL is parsed once. */
function statementCache(database: Database) {
  const cache = new Map<string, Native<unknown, SQLQueryBindings[]>>();
  return (sql: string) => {
    const known = cache.get(sql);
    if (known) return known;
    const statement = database.prepare<unknown, SQLQueryBindings[]>(sql);
    cache.set(sql, statement);
    if (cache.size > CACHE_SIZE) {
      const [oldest] = cache;
      if (oldest) {
        cache.delete(oldest[0]);
        oldest[1].finalize();
      }
    }
    return statement;
  };
}

/**
 * The embedded database: bun:sqlite in WAL mode with synchronous FULL, so that an acknowledged write
 * survives a power cut.
 *
 * Group commit: writes that arrive in one turn of the event loop share one `BEGIN IMMEDIATE … COMMIT`,
 * each under its own SAVEPOINT, so that one fsync serves them all and a failing batch undoes only itself.
 * A write is answered after its group has committed. Everything from BEGIN to COMMIT is synchronous:
 * no read can see half a group.
 *
 * @param path a file, or `:memory:`
 */
export function bunExecutor(path: string): Executor {
  const database = new Database(path, { create: true, strict: true });
  database.run('PRAGMA busy_timeout = 5000');
  database.run('PRAGMA journal_mode = WAL');
  database.run('PRAGMA synchronous = FULL');
  database.run('PRAGMA foreign_keys = ON');
  database.run('PRAGMA cache_size = -65536');
  database.run('PRAGMA temp_store = MEMORY');
  const prepare = statementCache(database);
  const sql = (text: string) => database.prepare(text);
  const begin = sql('BEGIN IMMEDIATE');
  const commit = sql('COMMIT');
  const rollback = sql('ROLLBACK');
  const savepoint = sql('SAVEPOINT batch');
  const release = sql('RELEASE batch');
  const undo = sql('ROLLBACK TO batch');

  const run = ({ sql: text, params, kind }: Statement): Result => {
    const statement = prepare(text);
    const bindings = params as SQLQueryBindings[]; // the same four types; bun's is a mutable array
    if (kind === 'change') return { rows: [], changes: statement.run(...bindings).changes };
    const rows = statement.values(...bindings) as SqlValue[][];
    return { rows, changes: rows.length };
  };

  const runJob = (job: Job): (() => void) => {
    savepoint.run();
    try {
      const results = job.statements.map(run);
      release.run();
      return () => job.resolve(results);
    } catch (error) {
      undo.run();
      release.run();
      return () => job.reject(error);
    }
  };

  const queue: Job[] = [];
  let scheduled = false;
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };
  const flush = () => {
    scheduled = false;
    const jobs = queue.splice(0, GROUP_SIZE);
    if (queue.length > 0) schedule();
    let answers: (() => void)[];
    try {
      begin.run();
      answers = jobs.map(runJob);
      commit.run();
    } catch (error) {
      if (database.inTransaction) rollback.run();
      for (const job of jobs) job.reject(error);
      return;
    }
    for (const answer of answers) answer();
  };

  return {
    read: async (statements) => statements.map(run),
    write: (statements) =>
      new Promise((resolve, reject) => {
        queue.push({ statements, resolve, reject });
        schedule();
      }),
    async script(statements) {
      for (const statement of statements) database.run(statement);
    },
    async close() {
      while (queue.length > 0) flush();
      database.close();
    },
  };
}
