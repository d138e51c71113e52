import { Database } from 'bun:sqlite';
import type { Clock } from '../../core/clock.ts';
import { Problem } from '../../core/problem.ts';
import { readDump } from './dump-reader.ts';
import type { Executor } from './executor.ts';
import { columnsRead, grouped, type MigratedSchema, migratedSchema } from './migrated-schema.ts';
import { copyPages } from './remote-pages.ts';
import { brokenRestore, schemaStanding, standingProblem, standingReads } from './standing.ts';
import { FORGET_LEASE, sweepPause, whileWritesPaused } from './write-pause.ts';

/** The file is thrown away where anything fails, so that it needs no journal. */
const PRAGMAS = ['journal_mode = OFF', 'synchronous = OFF', 'foreign_keys = OFF', 'cache_size = -65536'];

const listed = (names: readonly string[]) => [...names].sort().join();

function runAll(database: Database, statements: readonly string[]) {
  for (const statement of statements) database.run(statement);
}

/** Runs a dump's INSERTs; the sequences of AUTOINCREMENT come last, because each row moves them. */
async function loadRows(database: Database, schema: MigratedSchema, dump: AsyncIterable<Uint8Array>) {
  const tables = new Set(schema.tables.map(({ name }) => name));
  const sequences: string[] = [];
  await readDump(dump, (table, statement) => {
    if (table === 'sqlite_sequence') sequences.push(statement);
    else if (tables.has(table)) database.run(statement);
  });
  runAll(database, ['DELETE FROM sqlite_sequence', ...sequences]);
}

function check(database: Database, tags: readonly string[]) {
  const loaded = database.query<{ tag: string }, []>('SELECT tag FROM _migrations').all();
  if (listed(loaded.map(({ tag }) => tag)) !== listed(tags))
    throw new Problem('The database was migrated meanwhile. No backup was made: try again.');
  const [stray] = database.query<{ table: string }, []>('SELECT "table" FROM pragma_foreign_key_check').all();
  if (stray) throw new Problem(`A row of ${stray.table} names one that is not there. No backup was made.`);
}

/** What a copy is made of. */
interface Plan {
  /** The migrations that the database has. */
  readonly tags: readonly string[];
  readonly schema: MigratedSchema;
}

/**
 * Makes a database.
 * @param fill puts the rows into its tables
 */
async function makeCopy(
  to: string,
  { tags, schema }: Plan,
  fill: (database: Database) => Promise<void>,
): Promise<void> {
  const database = new Database(to, { create: true });
  try {
    for (const pragma of PRAGMAS) database.run(`PRAGMA ${pragma}`);
    database.run('BEGIN');
    runAll(database, [...schema.structure, ...schema.searchTriggers]);
    await fill(database);
    runAll(database, [FORGET_LEASE, ...schema.indexes, ...schema.triggers, 'COMMIT']);
    check(database, tags);
  } catch (error) {
    if (error instanceof Error && /constraint|columns? but/.test(error.message))
      throw new Problem(`The rows do not fit (${error.message}). No backup was made.`, { cause: error });
    throw error;
  } finally {
    database.close();
  }
}

/** Rows have no names of columns: theirs must be ours, in the same order. */
function checkColumns(schema: MigratedSchema, columns: ReadonlyMap<string, readonly string[]>) {
  for (const table of schema.tables)
    if (table.columns.join() !== columns.get(table.name)?.join())
      throw new Problem(`The columns of ${table.name} are not those that its migrations make.`);
}

/** Looks whether a database can be copied. The tables of the copy are made by this program's own migrations. */
async function planOf(executor: Executor): Promise<Plan> {
  const standing = await schemaStanding(executor);
  const problem = standing.state === 'older' ? undefined : standingProblem(standing);
  if (problem) throw problem;
  const [tagged, , columns] = await executor.read([...standingReads, columnsRead]);
  const tags = (tagged?.rows ?? []).map(([tag]) => String(tag));
  if (tags.length === 0) throw brokenRestore();
  const schema = await migratedSchema(tags);
  checkColumns(schema, grouped(columns?.rows ?? []));
  return { tags, schema };
}

/**
 * Writes a copy of a remote database into a new file, beside servers that go on writing: its rows come from a dump.
 * Throws `Problem` where the schema is not one that this program makes, or the dump is not whole.
 */
export async function copyRemote(
  executor: Executor,
  dump: () => AsyncIterable<Uint8Array>,
  to: string,
): Promise<void> {
  const plan = await planOf(executor);
  await makeCopy(to, plan, (database) => loadRows(database, plan.schema, dump()));
}

/**
 * The same where the server gives no dump: its rows are read page by page, while nobody can write (`write-pause.ts`).
 * Throws `Problem` as well where the pause did not last.
 * @param holder names the pause; no two are alike
 * @returns for how long writes were paused, in ms
 */
export async function copyPaused(
  executor: Executor,
  to: string,
  holder: string,
  clock: Clock,
): Promise<number> {
  await sweepPause(executor);
  const plan = await planOf(executor);
  const { tables } = plan.schema;
  let milliseconds = 0;
  await makeCopy(to, plan, async (database) => {
    const began = clock.now();
    await whileWritesPaused(
      executor,
      tables.map(({ name }) => name),
      holder,
      (check) => copyPages(executor, database, tables, check),
    );
    milliseconds = clock.now() - began;
  });
  return milliseconds;
}
