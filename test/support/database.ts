import { createDb, type Db } from '../../src/platform/database/db.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { migrate } from '../../src/platform/database/migrate.ts';

export interface TestDatabase {
  readonly db: Db;
  readonly executor: Executor;
}

/** A database of its own for a test: in memory, with every migration. */
export async function freshDatabase(): Promise<TestDatabase> {
  const executor = bunExecutor(':memory:');
  await migrate(executor, 0);
  return { db: createDb(executor), executor };
}
