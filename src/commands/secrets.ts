import { readConfig } from '../config.ts';
import { systemClock } from '../core/clock.ts';
import { Problem } from '../core/problem.ts';
import { systemRandom } from '../core/random.ts';
import { otherSecrets, readKeys } from '../homes/keys.ts';
import { acceptSecrets } from '../homes/needed-keys.ts';
import { createDb } from '../platform/database/db.ts';
import { openExisting } from '../platform/database/open.ts';
import { Misused, type Print } from './arguments.ts';
import { tellDatabase } from './database.ts';

/**
 * `teahouse secrets`: whether PAY_PEPPER and DATA_KEY are those that the database was written with.
 * `teahouse secrets accept`: from now on they are, whatever that makes unreadable. For a secret that is lost.
 */
export async function secrets(action: string | undefined, print: Print): Promise<void> {
  if (action !== undefined && action !== 'accept')
    throw new Misused(`What is "${action}"?`, 'secrets [accept]');
  const config = readConfig(process.env);
  tellDatabase(config);
  const executor = await openExisting(config, systemClock, systemRandom);
  try {
    const db = createDb(executor);
    const keys = await readKeys(config, db);
    const others = await otherSecrets(db, keys);
    if (action === 'accept') {
      await acceptSecrets(db, keys, systemRandom);
      return print(
        `Accepted: ${others.map(({ name }) => name).join(', ') || 'they were the database’s own already'}.`,
      );
    }
    if (others.length > 0) throw new Problem(others.map(({ text }) => text).join(' '));
    print('PAY_PEPPER and DATA_KEY are those that the database was written with.');
  } finally {
    await executor.close();
  }
}
