import { afterAll, expect, test } from 'vitest';
import type { Executor, Statement } from '../../../src/platform/database/executor.ts';
import { pipelineWire } from '../../../src/platform/database/libsql-pipeline.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { emptyServer, executorOn } from '../../support/adapters.ts';
import { layFinishedSchema } from '../../support/finished-schema.ts';
import { startSqld } from '../../support/sqld.ts';

const query = (sql: string): Statement => ({ sql, params: [], kind: 'rows' });

/** Every object and every row of a database. A full-text table without content of its own shows no rows. */
async function everything(executor: Executor) {
  const [objects] = await executor.read([
    query('SELECT type, name, trim(sql, char(10)) FROM sqlite_schema ORDER BY type, name'),
  ]);
  const tables = (objects?.rows ?? []).flatMap(([type, name, sql]) =>
    type === 'table' && !String(sql).startsWith('CREATE VIRTUAL') ? [String(name)] : [],
  );
  const rows = await executor.read(tables.map((name) => query(`SELECT * FROM "${name}"`)));
  return { objects: objects?.rows, rows: tables.map((name, i) => [name, rows[i]?.rows]) };
}

const sqld = await startSqld();
afterAll(() => sqld?.stop());

test.skipIf(!sqld)('tests on a server begin with what its migrations make, to the last row', async () => {
  if (!sqld) return;
  const executor = executorOn(sqld, pipelineWire);
  try {
    await migrate(executor, 0);
    const migrated = await everything(executor);
    await emptyServer(sqld);
    await layFinishedSchema(executor);
    expect(await everything(executor)).toEqual(migrated);
    expect(migrated.objects?.length).toBeGreaterThan(100);
  } finally {
    await executor.close();
  }
});
