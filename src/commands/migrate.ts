import { readConfig } from '../config.ts';
import { systemClock } from '../platform/clock.ts';
import { migrate } from '../platform/database/migrate.ts';
import { openDatabase } from '../platform/database/open.ts';
import { systemRandom } from '../platform/random.ts';

/** Applies the migrations that the database lacks, and says which. */
export async function migrateDatabase(print: (text: string) => void): Promise<void> {
  const config = readConfig(process.env);
  const executor = openDatabase(config, systemClock, systemRandom);
  const applied = await migrate(executor, systemClock.now());
  print(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database is up to date.');
  await executor.close();
}
