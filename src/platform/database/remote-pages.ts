import type { Database } from 'bun:sqlite';
import type { Executor, SqlValue, Statement } from './executor.ts';
import type { Table } from './migrated-schema.ts';

/** What one page holds, about: rows are read by number, and how large they are is known from the page before. */
const PAGE_BYTES = 1024 * 1024;
const FIRST_ROWS = 64;
const MOST_ROWS = 10_000;
/** What a value takes on its way beside its text, about. */
const VALUE_BYTES = 32;
/** By so much a page is made smaller that was too large for the server, or took too long. */
const SMALLER = 8;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const list = (names: readonly string[]) => names.map(quoted).join(', ');
const marks = (count: number) => Array.from({ length: count }, () => '?').join(', ');

type Row = readonly SqlValue[];

const sizeOf = (row: Row) =>
  row.reduce<number>(
    (sum, value) => sum + VALUE_BYTES + (typeof value === 'number' ? 0 : (value?.length ?? 0)),
    0,
  );

/** The columns by which a table lies in order, each row at a place of its own. */
function keyOf(database: Database, { name }: Table): readonly string[] {
  const kind = database
    .query<{ wr: number }, [string]>("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?")
    .get(name);
  if (kind?.wr !== 1) return ['rowid'];
  return database
    .query<{ name: string }, [string]>('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
    .all(name)
    .map((column) => column.name);
}

/** The rows behind a key, at most so many; the key's own values come first in each. */
function pageRead(table: Table, key: readonly string[], after: Row | undefined, limit: number): Statement {
  const behind = after ? `WHERE (${list(key)}) > (${marks(key.length)})` : '';
  return {
    sql: `SELECT ${list([...key, ...table.columns])} FROM ${quoted(table.name)} ${behind} ORDER BY ${list(key)} LIMIT ?`,
    params: [...(after ?? []), limit],
    kind: 'rows',
  };
}

/** How many rows the next page should have. */
function rowsAfter(rows: readonly Row[]): number {
  const bytes = rows.reduce((sum, row) => sum + sizeOf(row), 0);
  return Math.max(1, Math.min(MOST_ROWS, Math.floor((PAGE_BYTES * rows.length) / bytes)));
}

/** The rows of a page, fewer where so many cannot be had at once; and whether they are the last. */
async function readPage(executor: Executor, read: (limit: number) => Statement, limit: number) {
  for (let most = limit; ; most = Math.ceil(most / SMALLER)) {
    try {
      const [page] = await executor.read([read(most)]);
      const rows = page?.rows ?? [];
      return { rows, isLast: rows.length < most };
    } catch (error) {
      if (most === 1) throw error;
    }
  }
}

async function copyTable(executor: Executor, database: Database, table: Table, check: () => void) {
  const key = keyOf(database, table);
  const insert = database.prepare<unknown, SqlValue[]>(
    `INSERT INTO ${quoted(table.name)} (${list(table.columns)}) VALUES (${marks(table.columns.length)})`,
  );
  let after: Row | undefined;
  let limit = FIRST_ROWS;
  for (;;) {
    check();
    const from = after;
    const { rows, isLast } = await readPage(executor, (most) => pageRead(table, key, from, most), limit);
    for (const row of rows) insert.run(...row.slice(key.length));
    if (isLast) return;
    after = rows.at(-1)?.slice(0, key.length);
    limit = rowsAfter(rows);
  }
}

/**
 * Copies all rows of a server's tables into a new database that has the tables, page by page. It is one state of them
 * only while nobody writes.
 * @param check throws where it is not worth going on
 */
export async function copyPages(
  executor: Executor,
  database: Database,
  tables: readonly Table[],
  check: () => void,
): Promise<void> {
  for (const table of tables) await copyTable(executor, database, table, check);
  const [sequences] = await executor.read([
    { sql: 'SELECT name, seq FROM sqlite_sequence', params: [], kind: 'rows' },
  ]);
  database.run('DELETE FROM sqlite_sequence');
  const insert = database.prepare<unknown, SqlValue[]>(
    'INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)',
  );
  for (const row of sequences?.rows ?? []) insert.run(...row);
}
