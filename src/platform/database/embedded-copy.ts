import { Database } from 'bun:sqlite';
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';

/**
 * Writes a consistent copy of an embedded database into a new file, beside a server that goes on writing:
 * SQLite reads one state of it from beginning to end. The copy is whole, without a journal, and compact.
 */
export function copyDatabase(from: string, to: string): void {
  const database = new Database(from, { readwrite: true });
  try {
    database.run('PRAGMA busy_timeout = 10000');
    database.run('VACUUM INTO ?', [to]);
  } finally {
    database.close();
  }
}

/** What is wrong with a file as a database of ours; undefined when it is sound. Answers also the mode it was made in. */
export function inspectDatabase(path: string): { problem: string } | { mode: string; migrations: number } {
  let database: Database | undefined;
  try {
    database = new Database(path, { readonly: true });
    const [check] = database.query<{ integrity_check: string }, []>('PRAGMA integrity_check(1)').all();
    if (check?.integrity_check !== 'ok')
      return { problem: `it is damaged: ${check?.integrity_check ?? 'no answer'}` };
    const mode = database
      .query<{ value: string }, []>("SELECT value FROM instance WHERE name = 'mode'")
      .get();
    const migrations = database
      .query<{ count: number }, []>('SELECT count(*) AS count FROM _migrations')
      .get();
    if (!mode || !migrations) return { problem: 'it was never opened by a server' };
    return { mode: mode.value, migrations: migrations.count };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  } finally {
    database?.close();
  }
}

/** True when another process has the database open: SQLite leaves WAL mode only for who is alone. */
export function isInUse(path: string): boolean {
  if (!existsSync(path)) return false;
  const database = new Database(path, { readwrite: true });
  try {
    database.run('PRAGMA busy_timeout = 200');
    database.run('PRAGMA journal_mode = DELETE');
    return (
      database.query<{ journal_mode: string }, []>('PRAGMA journal_mode').get()?.journal_mode !== 'delete'
    );
  } catch {
    return true;
  } finally {
    database.close();
  }
}

/**
 * Puts a copy of `from` at `to`, whole or not at all. What was there is kept beside it.
 * @param keepAs where the old database goes, if there is one
 */
export function replaceDatabase(from: string, to: string, keepAs: string): void {
  const incoming = `${to}.incoming`;
  copyFileSync(from, incoming);
  if (existsSync(to)) renameSync(to, keepAs);
  // A journal of the old database must not be played into the new one.
  for (const journal of [`${to}-wal`, `${to}-shm`, `${to}-journal`]) rmSync(journal, { force: true });
  renameSync(incoming, to);
}
