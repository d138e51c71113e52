import { migrations } from '../../../db/migrations.generated.ts';
import { ConstraintViolation, violatedConstraint } from './db.ts';
import type { Executor, Statement } from './executor.ts';

export interface Migration {
  /** As `0007_red_packets`. */
  readonly tag: string;
  readonly statements: readonly string[];
}

const change = (sql: string, ...params: (string | number)[]): Statement => ({ sql, params, kind: 'change' });
const CREATE =
  'CREATE TABLE IF NOT EXISTS _migrations (tag TEXT PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT';

async function appliedTags(executor: Pick<Executor, 'read'>): Promise<Set<string>> {
  const [result] = await executor.read([{ sql: 'SELECT tag FROM _migrations', params: [], kind: 'rows' }]);
  return new Set(result?.rows.map(([tag]) => String(tag)));
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
 * @param now epoch ms, recorded
 * @returns the tags applied by this call
 */
export async function migrate(
  executor: Executor,
  now: number,
  list: readonly Migration[] = migrations,
): Promise<string[]> {
  await executor.write([change(CREATE)]);
  const done = await appliedTags(executor);
  const applied: string[] = [];
  for (const migration of list) {
    if (!done.has(migration.tag) && (await apply(executor, migration, now))) applied.push(migration.tag);
  }
  return applied;
}

/** What reading a table says where no migration has made it yet. */
export const lacksTables = (error: unknown): boolean =>
  error instanceof Error && /no such table: /.test(error.message);

/** True when every migration of this version has been applied. */
export async function isMigrated(executor: Pick<Executor, 'read'>): Promise<boolean> {
  try {
    const done = await appliedTags(executor);
    return migrations.every(({ tag }) => done.has(tag));
  } catch (error) {
    if (lacksTables(error)) return false;
    throw error;
  }
}
