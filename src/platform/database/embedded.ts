import { BoundedMap } from '../../core/bounded.ts';

/** Set on every embedded connection; foreign keys are off by default in some builds of SQLite. */
const PRAGMAS = [
  'PRAGMA synchronous = FULL',
  'PRAGMA foreign_keys = ON',
  'PRAGMA cache_size = -65536',
  'PRAGMA temp_store = MEMORY',
] as const;

/** Far more than the processes that ever start together on a new file. */
const WAL_TRIES = 100;

/**
 * Switches the file to WAL, which lasts. Of two processes that open a new file together SQLite refuses one
 * at once, without its busy timeout; taking the write lock waits for the other.
 */
function enterWal(run: (sql: string) => void) {
  for (let tries = 1; ; tries++) {
    try {
      return run('PRAGMA journal_mode = WAL');
    } catch (error) {
      const isLocked = error instanceof Error && /database is locked/.test(error.message);
      if (!isLocked || tries === WAL_TRIES) throw error;
      run('BEGIN IMMEDIATE');
      run('ROLLBACK');
    }
  }
}

/** Sets up a new embedded connection. */
export function prepareConnection(run: (sql: string) => void) {
  run('PRAGMA busy_timeout = 5000');
  enterWal(run);
  for (const pragma of PRAGMAS) run(pragma);
}

/** Prepared statements kept, so that SQL built by hand cannot grow the cache without bound. */
const CACHE_SIZE = 1000;

export interface StatementCache<Native> {
  get(sql: string): Native;
  /** Lets go of every statement. */
  clear(): void;
}

/**
 * Keeps prepared statements, so that SQL is parsed once; the oldest goes first.
 * @param discard frees a statement that nobody will run again
 */
export function statementCache<Native>(
  prepare: (sql: string) => Native,
  discard: (statement: Native) => void,
): StatementCache<Native> {
  const cache = new BoundedMap<string, Native>(CACHE_SIZE, discard);
  return {
    get(sql) {
      const known = cache.get(sql);
      if (known) return known;
      const statement = prepare(sql);
      cache.set(sql, statement);
      return statement;
    },
    clear() {
      cache.clear();
    },
  };
}
