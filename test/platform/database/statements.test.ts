import { expect, test } from 'vitest';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { everyStatement } from '../../support/statements.ts';

test('every statement of the program is known before it runs, and fits the schema', async () => {
  const executor = bunExecutor(':memory:');
  await migrate(executor, 0);
  const all = await everyStatement();
  expect(all.length).toBeGreaterThan(600);
  for (const { sql, names } of all) {
    const explain = { sql: `EXPLAIN ${sql}`, params: names.map(() => null), kind: 'rows' } as const;
    await expect(executor.read([explain]), sql).resolves.toHaveLength(1);
  }
  await executor.close();
});
