import { systemClock } from '../core/clock.ts';
import { systemRandom } from '../core/random.ts';
import type { Settings } from '../core/settings.ts';
import { openDatabase, shownDatabase } from '../platform/database/open.ts';
import { checkRemoteIsFree, fillRemote } from '../platform/database/remote-fill.ts';
import type { Print } from './arguments.ts';

/** A table that is dropped takes longer than a call may. */
const LEAST_TIMEOUT_MS = 60_000;

/**
 * Puts a sound backup onto the remote database of the settings.
 * @param force whether what is there may go
 */
export async function restoreRemote(
  config: Settings,
  from: string,
  force: boolean,
  print: Print,
): Promise<void> {
  const patient = {
    ...config,
    DATABASE_TIMEOUT_MS: Math.max(config.DATABASE_TIMEOUT_MS, LEAST_TIMEOUT_MS),
  };
  const executor = openDatabase(patient, systemClock, systemRandom);
  try {
    await checkRemoteIsFree(executor, force);
    const { rows, tables } = await fillRemote(from, executor);
    print(`Restored: ${rows} rows of ${tables} tables to ${shownDatabase(config)}`);
  } finally {
    await executor.close();
  }
}
