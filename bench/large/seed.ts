import { Database } from 'bun:sqlite';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { seedMoney } from './money.ts';
import { seedPeople } from './people.ts';
import type { Size } from './sql.ts';
import { seedTalk } from './talk.ts';
import { seedUpkeep } from './upkeep.ts';

/**
 * Makes a database of `people`: 20 friends, 5 messages, a moment, 3.5 journal lines and 2.5 waiting events each, groups
 * of 50 and one of 2,000, places, packets, and what the sweeps go through. The same rows in every run.
 */
export async function seed(file: string, size: Size): Promise<void> {
  const executor = bunExecutor(file);
  await migrate(executor, size.now);
  await executor.close();
  const database = new Database(file, { strict: true });
  for (const pragma of [
    'journal_mode = OFF',
    'synchronous = OFF',
    'foreign_keys = OFF',
    'cache_size = -500000',
  ])
    database.run(`PRAGMA ${pragma}`);
  // Indexes are built at the end, which is quicker; and the rows are what the triggers would have made.
  const objects = database
    .query<{ type: string; name: string; sql: string }, []>(
      `SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type`,
    )
    .all();
  for (const { type, name } of objects) database.run(`DROP ${type} "${name}"`);
  database.run('BEGIN');
  for (const part of [seedPeople, seedTalk, seedMoney, seedUpkeep]) part(database, size);
  for (const { sql } of objects) database.run(sql);
  database.run('COMMIT');
  database.close();
}
