/** How every embedded connection is set up; foreign keys are off by default in some builds of SQLite. */
export const PRAGMAS = [
  'PRAGMA busy_timeout = 5000',
  'PRAGMA journal_mode = WAL',
  'PRAGMA synchronous = FULL',
  'PRAGMA foreign_keys = ON',
  'PRAGMA cache_size = -65536',
  'PRAGMA temp_store = MEMORY',
] as const;

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
  const cache = new Map<string, Native>();
  return {
    get(sql) {
      const known = cache.get(sql);
      if (known) return known;
      const statement = prepare(sql);
      cache.set(sql, statement);
      const [oldest] = cache;
      if (cache.size > CACHE_SIZE && oldest) {
        cache.delete(oldest[0]);
        discard(oldest[1]);
      }
      return statement;
    },
    clear() {
      for (const statement of cache.values()) discard(statement);
      cache.clear();
    },
  };
}
