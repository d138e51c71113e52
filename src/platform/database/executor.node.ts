import Database from 'better-sqlite3';
import { prepareConnection, statementCache } from './embedded.ts';
import {
  DatabaseUnavailable,
  type Executor,
  type Result,
  type SqlValue,
  type Statement,
} from './executor.ts';

/** better-sqlite3 binds a number as a real; a whole one must arrive as an integer. */
const asBinding = (value: SqlValue) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;

/** Blobs come as Buffers over a shared pool. */
const asValue = (value: unknown): SqlValue =>
  value instanceof Uint8Array ? Uint8Array.from(value) : (value as SqlValue); // SQLite has no other types

/**
 * The embedded database under Node, for tools and tests: better-sqlite3, one commit a batch, everything
 * synchronous inside. The server itself uses `executor.bun.ts`.
 *
 * @param path a file, or `:memory:`
 */
export function nodeExecutor(path: string): Executor {
  const database = new Database(path);
  prepareConnection((sql) => void database.exec(sql));
  const cache = statementCache(
    (sql) => database.prepare(sql),
    () => undefined, // freed with the garbage
  );

  const run = ({ sql, params, kind }: Statement): Result => {
    const statement = cache.get(sql);
    const bindings = params.map(asBinding);
    if (kind === 'change' && !statement.reader)
      return { rows: [], changes: statement.run(...bindings).changes };
    const rows = (statement.raw(true).all(...bindings) as unknown[][]).map((row) => row.map(asValue)); // raw: arrays
    return kind === 'rows' ? { rows, changes: rows.length } : { rows: [], changes: 0 };
  };

  const rollback = () => {
    if (database.inTransaction) database.exec('ROLLBACK');
  };

  const together = (begin: string, statements: readonly Statement[]) => {
    try {
      database.exec(begin);
    } catch (cause) {
      throw new DatabaseUnavailable('The database refused a transaction.', { cause });
    }
    try {
      const results = statements.map(run);
      database.exec('COMMIT');
      return results;
    } catch (error) {
      rollback();
      throw error;
    }
  };

  let closed = false;
  const refuseClosed = () => {
    if (closed) throw new DatabaseUnavailable('The database is closed.');
  };

  return {
    async read(statements) {
      refuseClosed();
      return together('BEGIN', statements);
    },
    async write(statements) {
      refuseClosed();
      return together('BEGIN IMMEDIATE', statements);
    },
    async script(statements) {
      refuseClosed();
      try {
        for (const statement of statements) database.exec(statement);
      } catch (error) {
        rollback();
        throw error;
      } finally {
        database.exec('PRAGMA foreign_keys = ON');
      }
    },
    async close() {
      closed = true;
      cache.clear();
      database.close();
    },
  };
}
