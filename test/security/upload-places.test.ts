import { afterAll, beforeAll, expect, test } from 'vitest';
import { places, TEXT_COLUMNS } from '../../src/features/uploads/places.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { migrate } from '../../src/platform/database/migrate.ts';

let executor: Executor;
beforeAll(async () => {
  executor = bunExecutor(':memory:');
  await migrate(executor, 0);
});
afterAll(() => executor.close());

test('whatever may name uploads is walked through, by the primary key and no further than a page', async () => {
  const may = Object.entries(TEXT_COLUMNS).flatMap(([table, columns]) =>
    Object.entries(columns).flatMap(([column, rule]) => (rule === true ? [`${table}.${column}`] : [])),
  );
  const walked = places().flatMap(({ table, columns }) => columns.map((column) => `${table}.${column}`));
  expect(walked.sort()).toEqual(may.sort());
  for (const { table, first, next } of places()) {
    for (const { statement } of [first(), next({ key: '[1, 1, 1]' })]) {
      const [plan] = await executor.read([
        { sql: `EXPLAIN QUERY PLAN ${statement.sql}`, params: statement.params, kind: 'rows' },
      ]);
      const lines = (plan?.rows ?? []).map((row) => String(row[3]));
      const looked = lines.filter((line) => line.includes(` ${table}`));
      expect(looked.length, table).toBe(1);
      expect(looked[0], table).toMatch(/^SEARCH .*(PRIMARY KEY|autoindex)/);
      // Where the rows of the page are not in the order of the key, the whole table would be sorted for each.
      const inner = lines.slice(
        lines.findIndex((line) => line.startsWith('CO-ROUTINE')),
        lines.indexOf(looked[0] ?? '') + 2,
      );
      expect(inner.join(), table).not.toContain('TEMP B-TREE');
    }
  }
});
