import { migrations } from '../../../db/migrations.generated.ts';
import { ConstraintViolation, violatedConstraint } from './db.ts';
import type { Executor, Statement } from './executor.ts';

const change = (sql: string, ...params: (string | number)[]): Statement => ({ sql, params, kind: 'change' });
const CREATE =
  'CREATE TABLE IF NOT EXISTS _migrations (tag TEXT PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT';

async function appliedTags(executor: Executor): Promise<Set<string>> {
  const [result] = await executor.read([{ sql: 'SELECT tag FROM _migrations', params: [], kind: 'rows' }]);
  return new Set(result?.rows.map(([tag]) => String(tag)));
}

/**
 * Brings the database to this version's schema: each migration is one atomic batch that also records
 * itself, so a half-applied one cannot be, and of two processes that start together the primary key
 * stops the second, which then finds the work done.
 * @returns the tags applied by this call
 */
export async function migrate(executor: Executor, now: number, upTo = migrations.length): Promise<string[]> {
  await executor.write([change(CREATE)]);
  const done = await appliedTags(executor);
  const applied: string[] = [];
  for (const { tag, statements } of migrations.slice(0, upTo)) {
    if (done.has(tag)) continue;
    try {
      const record = change('INSERT INTO _migrations (tag, applied_at) VALUES (?, ?)', tag, now);
      await executor.write([record, ...statements.map((sql) => change(sql))]);
      applied.push(tag);
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint !== '_migrations.tag')
        throw constraint ? new ConstraintViolation(constraint, { cause: error }) : error;
    }
  }
  return applied;
}

/** True when every migration of this version has been applied. */
export async function isMigrated(executor: Executor): Promise<boolean> {
  const done = await appliedTags(executor);
  return migrations.every(({ tag }) => done.has(tag));
}
