import { Database } from 'bun:sqlite';
import { existsSync, realpathSync } from 'node:fs';

/** A right that one process has at a time. The operating system takes it back when the process ends, however it ends. */
export interface Lock {
  release(): void;
}

/** SQLite says that somebody else has the database. Whatever else it says is about the file. */
export const isOthers = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^SQLITE_(BUSY|LOCKED)/.test(String(error.code));

/**
 * SQLite's own lock on an empty file, of which nothing else matters. Not on the database, whose lock is taken and let
 * go with each write; and no file with a process number, because in a container every server is number 1.
 * @returns undefined when another process has it
 */
function take(path: string): Lock | undefined {
  const lock = new Database(path, { create: true });
  try {
    lock.run('PRAGMA busy_timeout = 0');
    lock.run('BEGIN EXCLUSIVE');
    return { release: () => lock.close() };
  } catch (error) {
    lock.close();
    if (isOthers(error)) return undefined;
    throw error;
  }
}

/** A database under two names is one. */
const realName = (database: string) => (existsSync(database) ? realpathSync(database) : database);

/**
 * Takes the right to serve an embedded database, because live state (codes to scan, who shakes, sockets) is one
 * process's own. Commands that only read and write rows go on beside it, and do not ask.
 * @param database its file; the folder must be there
 * @returns undefined when another process serves it
 */
export const takeServingLock = (database: string): Lock | undefined => take(`${realName(database)}.lock`);

/** Takes the right to back a database up: who has it owns what other backups have left unfinished. */
export const takeBackupLock = (database: string): Lock | undefined =>
  take(`${realName(database)}.backup-lock`);
