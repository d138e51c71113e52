import { afterAll, describe, expect, test } from 'vitest';
import { searchUsers } from '../../../src/features/profiles/queries.ts';
import { searchValues } from '../../../src/features/profiles/search.ts';
import { hardestAdapters } from '../../support/adapters.ts';
import { change } from '../../support/bank.ts';
import { makeUsers } from '../../support/ledger.ts';
import { fullScans, planOf } from '../../support/plans.ts';
import { startSqld } from '../../support/sqld.ts';

const sqld = await startSqld();
const adapters = hardestAdapters(sqld);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

/** What ANALYZE would find in a table of three people, and in one of a million who are called alike. */
const STATISTICS = [
  [],
  [
    "('users', 'users_nick_folded', '3 1')",
    "('users', 'users_nick_unfolded', '3 1')",
    "('users', 'users_mobile_unique', '3 1')",
  ],
  [
    "('users', 'users_nick_folded', '1000000 500000')",
    "('users', 'users_nick_unfolded', '1000000 1000000')",
    "('users', 'users_mobile_unique', '1000000 1')",
    "('users', 'users_vip_number_unique', '1000000 1000000')",
  ],
];

/** sqld refuses to make statistics, and so has none. */
const statisticsOn = (name: string) => (name.startsWith('sqld') ? STATISTICS.slice(0, 1) : STATISTICS);

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))('%s', (_, adapter) => {
  test.each(statisticsOn(adapter.name).map((rows) => [rows.length, rows] as const))(
    'a search for people walks through no table, with %i lines of statistics',
    async (_count, rows) => {
      await adapter.reset();
      const executor = await adapter.openMigrated();
      await makeUsers(executor, 3);
      if (rows.length > 0) {
        await executor.write([change('ANALYZE')]);
        await executor.write([
          change('DELETE FROM sqlite_stat1'),
          change(`INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ${rows.join(', ')}`),
          change('ANALYZE sqlite_schema'),
        ]);
      }
      for (const typed of ['tom', '龘', '13800138000']) {
        const { statement } = searchUsers({ me: 1, ...searchValues(typed), digest: 'd' });
        expect(await fullScans(executor, statement, ['candidates'])).toEqual([]);
        const plan = (await planOf(executor, statement)).join('\n');
        for (const index of [
          'users_nick_folded',
          'users_nick_unfolded',
          'users_mobile',
          'users_vip_number',
        ]) {
          expect(plan).toContain(index);
        }
      }
      await executor.close();
    },
  );
});
