import { Database } from 'bun:sqlite';
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { messageOf } from '../../core/message-of.ts';
import { syncFile, syncFolderOf } from './durable.ts';
import { isOthers } from './lock.ts';
import { type Standing, standingOf } from './standing.ts';

/** What SQLite keeps beside a database. */
const JOURNALS = ['-wal', '-journal'] as const;

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

/** A sound database of Teahouse: the mode that it was made in, and how its schema stands to this program. */
export interface Inspected {
  readonly mode: string;
  readonly standing: Standing;
  /** The newest seal of its audit; empty where it has none. */
  readonly auditHead: string;
}

const namesIn = (database: Database, sql: string) =>
  database
    .query<{ name: string }, []>(sql)
    .all()
    .map(({ name }) => name);

function inspect(database: Database): { problem: string } | Inspected {
  const [check] = database.query<{ integrity_check: string }, []>('PRAGMA integrity_check(1)').all();
  if (check?.integrity_check !== 'ok')
    return { problem: `it is damaged (${check?.integrity_check ?? 'no answer'})` };
  const objects = namesIn(database, 'SELECT name FROM sqlite_schema');
  if (!objects.includes('_migrations') || !objects.includes('instance'))
    return { problem: 'it is no database of Teahouse' };
  const [mode] = namesIn(database, "SELECT value AS name FROM instance WHERE name = 'mode'");
  if (!mode) return { problem: 'it was never opened by a server' };
  const [auditHead = ''] = objects.includes('audit_seals')
    ? namesIn(database, "SELECT to_id || ':' || mac AS name FROM audit_seals ORDER BY from_id DESC LIMIT 1")
    : [];
  return {
    mode,
    auditHead,
    standing: standingOf(namesIn(database, 'SELECT tag AS name FROM _migrations'), objects),
  };
}

/** What a file is as a database of ours, or what is wrong with it. */
export function inspectDatabase(path: string): { problem: string } | Inspected {
  let database: Database | undefined;
  try {
    database = new Database(path, { readonly: true });
    return inspect(database);
  } catch (error) {
    return { problem: `it is damaged, or no database (${messageOf(error)})` };
  } finally {
    database?.close();
  }
}

/** Under which name a database tells of what must not come back, and its newest of that; of an older one, nothing. */
export function toldIn(path: string): { readonly of: string | undefined; readonly last: number } {
  const database = new Database(path, { readonly: true });
  try {
    const one = (text: string) => database.query<{ found: string | number | null }, []>(text).get()?.found;
    if (!one("SELECT name AS found FROM sqlite_schema WHERE name = 'erasures'"))
      return { of: undefined, last: 0 };
    const of = one("SELECT value AS found FROM instance WHERE name = 'erasures'");
    return {
      of: of == null ? undefined : String(of),
      last: of == null ? 0 : Number(one('SELECT max(id) AS found FROM erasures') ?? 0),
    };
  } finally {
    database.close();
  }
}

/** How a file stands that a backup is to replace: nobody has it open, or somebody, or it is no database any more. */
export type Use = 'free' | 'in use' | 'damaged';

/** SQLite leaves WAL mode only for a connection that is alone. */
function useOf(path: string): Use {
  const database = new Database(path, { readwrite: true });
  try {
    database.run('PRAGMA busy_timeout = 200');
    database.run('PRAGMA journal_mode = DELETE');
    const mode = database.query<{ journal_mode: string }, []>('PRAGMA journal_mode').get()?.journal_mode;
    return mode === 'delete' ? 'free' : 'in use';
  } catch (error) {
    return isOthers(error) ? 'in use' : 'damaged';
  } finally {
    database.close();
  }
}

/** Where a backup lies until it takes the database's place. */
export const incomingFile = (database: string): string => `${database}.incoming`;

/**
 * Looks whether the database at `path` can be replaced. SQLite empties the journals of what it opens, so those of a
 * damaged one are kept first: what it has left may be in them.
 * @param keepAs where the old database will go
 */
export function prepareToReplace(path: string, keepAs: string): Use {
  if (!existsSync(path)) return 'free';
  const journals = JOURNALS.filter((journal) => existsSync(path + journal));
  for (const journal of journals) copyFileSync(path + journal, keepAs + journal);
  const use = useOf(path);
  if (use !== 'damaged') for (const journal of journals) rmSync(keepAs + journal, { force: true });
  return use;
}

/**
 * Puts a copy of `from` at `to`, whole or not at all. What was there is kept beside it.
 * @param keepAs where the old database goes, if there is one
 */
export function replaceDatabase(from: string, to: string, keepAs: string): void {
  const incoming = incomingFile(to);
  try {
    copyFileSync(from, incoming);
    syncFile(incoming);
  } catch (error) {
    rmSync(incoming, { force: true });
    throw error;
  }
  if (existsSync(to)) renameSync(to, keepAs);
  // A journal of the old database must not be played into the new one.
  for (const journal of [...JOURNALS, '-shm']) rmSync(to + journal, { force: true });
  renameSync(incoming, to);
  syncFolderOf(to);
}
