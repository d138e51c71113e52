import { Database } from 'bun:sqlite';
import { Problem } from '../../core/problem.ts';
import type { Executor, SqlValue, Statement } from './executor.ts';
import { type MigratedSchema, migratedSchema, type Table } from './migrated-schema.ts';

/** What one request carries, at most: it must end well within a server's time for one transaction. */
const BATCH_BYTES = 512 * 1024;
const BATCH_ROWS = 2_000;
/** Values of one INSERT; SQLite takes 32,766. */
const STATEMENT_VALUES = 2_000;
/** What a number takes on its way, about. */
const NUMBER_BYTES = 24;

/** The table that says which migrations a database has. Its rows come last: until then nobody serves it. */
const BOOK = '_migrations';

const change = (sql: string, params: readonly SqlValue[] = []): Statement => ({
  sql,
  params,
  kind: 'change',
});
const query = (sql: string): Statement => ({ sql, params: [], kind: 'rows' });
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

const sizeOf = (row: readonly SqlValue[]) =>
  row.reduce<number>(
    (sum, value) => sum + (typeof value === 'object' ? (value?.length ?? 1) : String(value).length) * 2,
    row.length * NUMBER_BYTES,
  );

/** The tables, virtual ones first, since they take the tables that SQLite keeps for them along. */
const OBJECTS = `SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'trigger', 'view')
  AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'libsql\\_%' ESCAPE '\\'
  ORDER BY type = 'table', sql NOT LIKE 'CREATE VIRTUAL%'`;

async function objectsOf(executor: Executor) {
  const [objects] = await executor.read([query(OBJECTS)]);
  return (objects?.rows ?? []).map(([type, name]) => ({ type: String(type), name: String(name) }));
}

/**
 * Looks whether a backup may go onto a remote database. Throws `Problem` where it has tables and nobody has said that
 * they may go, or where they are another program's.
 * @param force whether what is there may go
 */
export async function checkRemoteIsFree(executor: Executor, force: boolean): Promise<void> {
  const names = (await objectsOf(executor)).flatMap(({ type, name }) => (type === 'table' ? [name] : []));
  if (names.length === 0) return;
  if (!names.includes(BOOK))
    throw new Problem(`The database is another program’s: it has a table ${names[0]}. Name an empty one.`);
  if (!force)
    throw new Problem(
      'There is a database already: back it up, stop what serves it, and say --force to put the backup in its place.',
    );
}

/** Objects that one transaction drops. */
const DROPS = 12;

/** Drops what is there, some at a time. From the first step on no program takes it for a database of its own. */
async function empty(executor: Executor) {
  const objects = await objectsOf(executor);
  if (objects.some(({ name }) => name === BOOK)) await executor.write([change(`DELETE FROM ${BOOK}`)]);
  const isBook = ({ name }: { readonly name: string }) => name === BOOK;
  const drops = [...objects.filter((object) => !isBook(object)), ...objects.filter(isBook)].map(
    ({ type, name }) => `DROP ${type.toUpperCase()} IF EXISTS ${quoted(name)}`,
  );
  for (let at = 0; at < drops.length; at += DROPS)
    await executor.script([
      'PRAGMA foreign_keys = OFF',
      'BEGIN IMMEDIATE',
      ...drops.slice(at, at + DROPS),
      'COMMIT',
    ]);
}

/** Rows of a file on their way to a server, as few requests as the bounds allow. */
function rowWriter(executor: Executor, { name, columns }: Table) {
  const perStatement = Math.max(1, Math.floor(STATEMENT_VALUES / columns.length));
  const into = `INSERT INTO ${quoted(name)} (${columns.map(quoted).join(', ')}) VALUES `;
  const marks = `(${columns.map(() => '?').join(', ')})`;
  let rows: (readonly SqlValue[])[] = [];
  let bytes = 0;

  const flush = async () => {
    const statements: Statement[] = [];
    for (let at = 0; at < rows.length; at += perStatement) {
      const some = rows.slice(at, at + perStatement);
      statements.push(change(into + some.map(() => marks).join(', '), some.flat()));
    }
    rows = [];
    bytes = 0;
    await executor.write(statements);
  };
  return {
    async add(row: readonly SqlValue[]) {
      rows.push(row);
      bytes += sizeOf(row);
      if (rows.length >= BATCH_ROWS || bytes >= BATCH_BYTES) await flush();
    },
    flush,
  };
}

/** @returns how many rows the table has in the file */
async function copyTable(file: Database, executor: Executor, table: Table): Promise<number> {
  const writer = rowWriter(executor, table);
  const all = file.query<Record<string, SqlValue>, []>(
    `SELECT ${table.columns.map(quoted).join(', ')} FROM ${quoted(table.name)}`,
  );
  let count = 0;
  for (const row of all.iterate()) {
    await writer.add(table.columns.map((column) => row[column] ?? null));
    count++;
  }
  await writer.flush();
  return count;
}

async function checkCounts(executor: Executor, counts: ReadonlyMap<string, number>) {
  const names = [...counts.keys()];
  const results = await executor.read(names.map((name) => query(`SELECT COUNT(*) FROM ${quoted(name)}`)));
  for (const [i, name] of names.entries()) {
    const found = results[i]?.rows[0]?.[0];
    if (found !== counts.get(name))
      throw new Problem(
        `${name} should have ${counts.get(name)} rows and has ${found}: is the database served? Nothing goes on with it now; run the restore again with --force.`,
      );
  }
}

/** What comes after the rows: where the ids go on, the triggers, and at the very end which migrations it has. */
function ending(file: Database, schema: MigratedSchema): Statement[] {
  const sequences = file
    .query<{ name: string; seq: number }, []>('SELECT name, seq FROM sqlite_sequence')
    .all();
  const applied = file
    .query<{ tag: string; applied_at: number }, []>(`SELECT tag, applied_at FROM ${BOOK} ORDER BY tag`)
    .all();
  return [
    change('DELETE FROM sqlite_sequence'),
    ...sequences.map(({ name, seq }) =>
      change('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', [name, seq]),
    ),
    ...schema.triggers.map((sql) => change(sql)),
    ...applied.map((row) =>
      change(`INSERT INTO ${BOOK} (tag, applied_at) VALUES (?, ?)`, [row.tag, row.applied_at]),
    ),
  ];
}

const tagsOf = (file: Database) =>
  file
    .query<{ tag: string }, []>(`SELECT tag FROM ${BOOK}`)
    .all()
    .map(({ tag }) => tag);

/**
 * Puts a backup in the place of all that a remote database has. `checkRemoteIsFree` has been asked before. Where it is
 * broken off, the database has no migrations and is served by nobody, and a restore may be run again.
 * @param path a backup that `inspectDatabase` has found sound
 * @returns rows and tables that were written
 */
export async function fillRemote(
  path: string,
  executor: Executor,
): Promise<{ readonly rows: number; readonly tables: number }> {
  const file = new Database(path, { readonly: true });
  try {
    const schema = await migratedSchema(tagsOf(file));
    await empty(executor);
    await executor.write(
      [...schema.structure, ...schema.indexes, ...schema.searchTriggers].map((sql) => change(sql)),
    );
    const counts = new Map<string, number>();
    for (const table of schema.tables)
      if (table.name !== BOOK) counts.set(table.name, await copyTable(file, executor, table));
    await checkCounts(executor, counts);
    await executor.write(ending(file, schema));
    return { rows: [...counts.values()].reduce((sum, count) => sum + count, 0), tables: counts.size };
  } finally {
    file.close();
  }
}
