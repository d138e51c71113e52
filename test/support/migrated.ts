import { migrations } from '../../db/migrations.generated.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { rows } from './bank.ts';

/** True when every migration of this version has been applied; others may have been, too. */
export async function isMigrated(executor: Executor): Promise<boolean> {
  const [book] = await executor.read([rows("SELECT 1 FROM sqlite_schema WHERE name = '_migrations'")]);
  if (book?.rows.length === 0) return false;
  const [applied] = await executor.read([rows('SELECT tag FROM _migrations')]);
  const tags = new Set(applied?.rows.map(([tag]) => tag));
  return migrations.every(({ tag }) => tags.has(tag));
}
