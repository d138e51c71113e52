import { migrations } from '../../../db/migrations.generated.ts';
import { Problem } from '../../core/problem.ts';
import { ConstraintViolation, violatedConstraint } from './db.ts';
import type { Executor, Statement } from './executor.ts';
import type { Migration } from './migration.ts';
import { brokenRestore, standingProblem } from './standing.ts';
import { sweepPause } from './write-pause.ts';

const change = (sql: string, ...params: (string | number)[]): Statement => ({ sql, params, kind: 'change' });
const CREATE =
  'CREATE TABLE IF NOT EXISTS _migrations (tag TEXT PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT';

/** Tables that are no program's own: SQLite's, those of libSQL's server and of Litestream. */
const FOREIGN_TABLES = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
  AND name NOT LIKE 'libsql\\_%' ESCAPE '\\' AND name NOT LIKE '\\_%' ESCAPE '\\' LIMIT 1`;

const query = (sql: string): Statement => ({ sql, params: [], kind: 'rows' });

/** The migrations that a database has. A new one gets the table that they are written down in. */
async function appliedTags(executor: Executor): Promise<string[]> {
  const [book, foreign] = await executor.read([
    query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_migrations'"),
    query(FOREIGN_TABLES),
  ]);
  if (book?.rows.length === 0) {
    const table = foreign?.rows[0]?.[0];
    if (table) throw new Problem(`The database is another program’s: it has a table ${String(table)}.`);
    await executor.write([change(CREATE)]);
  }
  const [tags] = await executor.read([query('SELECT tag FROM _migrations')]);
  if (foreign?.rows.length && tags?.rows.length === 0) throw brokenRestore();
  return (tags?.rows ?? []).map(([tag]) => String(tag));
}

/** drizzle-kit begins a table rebuild so; inside a batch the pragma would do nothing, and the rebuild fail. */
const isRebuild = ({ statements }: Migration) =>
  statements.some((statement) => /^\s*PRAGMA\s+foreign_keys\s*=\s*OFF/im.test(statement));

/** A table rebuild: one transaction with foreign keys off, which may not leave a row that points nowhere. */
function rebuildScript({ tag, statements }: Migration, now: number): string[] {
  if (!/^\w+$/.test(tag)) throw new Error(`A migration cannot be called ${tag}.`);
  return [
    'PRAGMA foreign_keys = OFF',
    'BEGIN IMMEDIATE',
    `INSERT INTO _migrations (tag, applied_at) VALUES ('${tag}', ${now})`,
    ...statements, // its own pragmas are ignored within a transaction
    `UPDATE _migrations SET applied_at = NULL WHERE EXISTS (SELECT 1 FROM pragma_foreign_key_check)`,
    'COMMIT',
  ];
}

async function apply(executor: Executor, migration: Migration, now: number): Promise<boolean> {
  const { tag, statements } = migration;
  const record = change('INSERT INTO _migrations (tag, applied_at) VALUES (?, ?)', tag, now);
  try {
    if (isRebuild(migration)) await executor.script(rebuildScript(migration, now));
    else await executor.write([record, ...statements.map((sql) => change(sql))]);
    return true;
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint === '_migrations.tag') return false;
    if (constraint === '_migrations.applied_at')
      throw new Error(`Migration ${tag} would leave rows whose foreign key names nothing.`, { cause: error });
    throw constraint ? new ConstraintViolation(constraint, { cause: error }) : error;
  }
}

/**
 * Brings the database to this version's schema. Each migration is one transaction that first records
 * itself, so a half-applied one cannot be, and of two processes that start together the primary key
 * stops the second, which then goes on with the next.
 *
 * A migration with a line `PRAGMA foreign_keys=OFF` (drizzle-kit writes it where a table must be rebuilt)
 * runs with foreign keys off, and fails as a whole if it leaves a row whose foreign key names nothing.
 *
 * A database of a newer version is refused, and left as it is: `WrongSchema`.
 *
 * @param now epoch ms, recorded
 * @param accepted migrations of a newer version that do not matter
 * @returns the tags applied by this call
 */
export async function migrate(
  executor: Executor,
  now: number,
  list: readonly Migration[] = migrations,
  accepted: readonly string[] = [],
): Promise<string[]> {
  const done = new Set(await appliedTags(executor));
  const known = new Set([...migrations, ...list].map(({ tag }) => tag).concat(accepted));
  const newer = [...done].filter((tag) => !known.has(tag));
  const problem = newer.length > 0 && standingProblem({ state: 'newer', migrations: newer });
  if (problem) throw problem;
  await sweepPause(executor);
  const applied: string[] = [];
  for (const migration of list) {
    if (!done.has(migration.tag) && (await apply(executor, migration, now))) applied.push(migration.tag);
  }
  return applied;
}
