import { resolve } from 'node:path';
import { readConfig } from '../config.ts';
import { systemClock } from '../core/clock.ts';
import { Problem } from '../core/problem.ts';
import { systemRandom } from '../core/random.ts';
import type { Settings } from '../core/settings.ts';
import { takeServingLock } from '../platform/database/lock.ts';
import { migrate } from '../platform/database/migrate.ts';
import { databaseFile, openDatabase } from '../platform/database/open.ts';
import { schemaStanding } from '../platform/database/standing.ts';
import type { Print } from './arguments.ts';
import { tellDatabase } from './database.ts';

/** Applies the migrations that the database lacks, and says which. Whoever asks for it keeps servers off. */
export async function applyMigrations(config: Settings, print: Print): Promise<void> {
  const executor = openDatabase(config, systemClock, systemRandom);
  try {
    const applied = await migrate(executor, systemClock.now(), undefined, config.ACCEPT_MIGRATIONS);
    print(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database is up to date.');
  } finally {
    await executor.close();
  }
}

/** Whether an embedded database is there that has all that this version knows. */
async function isUpToDate(config: Settings): Promise<boolean> {
  const executor = openDatabase(config, systemClock, systemRandom);
  try {
    return (await schemaStanding(executor, config.ACCEPT_MIGRATIONS)).state === 'ours';
  } finally {
    await executor.close();
  }
}

/**
 * `teahouse migrate`. Of an embedded database no server may be running then: it would be the older one, which does not
 * know what is new. A remote one's servers cannot be seen from here.
 */
export async function migrateDatabase(print: Print): Promise<void> {
  const config = readConfig(process.env);
  tellDatabase(config);
  const file = databaseFile(config);
  if (!file) return applyMigrations(config, print);
  if (await isUpToDate(config)) return print('The database is up to date.');
  const lock = takeServingLock(file);
  if (!lock)
    throw new Problem(`A server runs on ${resolve(file)}: stop it first; a new one migrates when it starts.`);
  try {
    await applyMigrations(config, print);
  } finally {
    lock.release();
  }
}
