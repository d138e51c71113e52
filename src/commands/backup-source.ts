import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BadConfig } from '../core/bad-config.ts';
import { systemClock } from '../core/clock.ts';
import { Problem } from '../core/problem.ts';
import { randomText, systemRandom } from '../core/random.ts';
import type { Settings } from '../core/settings.ts';
import { copyDatabase } from '../platform/database/embedded-copy.ts';
import type { Executor } from '../platform/database/executor.ts';
import { isEmbedded } from '../platform/database/is-embedded.ts';
import { databaseFile, openDatabase, shownDatabase } from '../platform/database/open.ts';
import { copyPaused, copyRemote } from '../platform/database/remote-copy.ts';
import { NoDump, remoteDump } from '../platform/database/remote-dump.ts';
import type { Print } from './arguments.ts';

/** A database of which a copy can be made. */
export interface BackupSource {
  /** As an operator knows it. */
  readonly name: string;
  /** The file beside which backups of it are locked. */
  readonly lockedBeside: string;
  /** Writes one state of it into a new file, while it is served. */
  copyTo(part: string, print: Print): Promise<void>;
}

function embeddedSource(file: string): BackupSource {
  if (!existsSync(file)) throw new Problem(`There is no database at ${resolve(file)}.`);
  return {
    name: resolve(file),
    lockedBeside: file,
    copyTo: async (part) => copyDatabase(file, part),
  };
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

async function copyWithoutDump(executor: Executor, { status }: NoDump, part: string, print: Print) {
  rmSync(part, { force: true });
  print(`The server gives no dump (HTTP ${status}): writes are paused while the rows are copied.`);
  const paused = await copyPaused(executor, part, randomText(systemRandom, 16), systemClock);
  print(`Writes were paused for ${seconds(paused)}.`);
}

async function copyFromServer(config: Settings, part: string, print: Print) {
  const executor = openDatabase(config, systemClock, systemRandom);
  try {
    await copyRemote(executor, () => remoteDump(config), part).catch((error: unknown) => {
      if (!(error instanceof NoDump && error.isLasting)) throw error;
      return copyWithoutDump(executor, error, part, print);
    });
  } finally {
    await executor.close();
  }
}

const remoteSource = (config: Settings): BackupSource => ({
  name: shownDatabase(config),
  lockedBeside: join(config.DATA_DIR, 'remote'),
  copyTo: (part, print) => copyFromServer(config, part, print),
});

/** The database in memory is nobody else's to copy. */
export const refuseMemory = (): never => {
  throw new BadConfig(['A database in memory can be neither backed up nor restored.']);
};

/** What `backup` copies: the file, or the database at a server. Throws `Problem` where there is none. */
export function backupSource(config: Settings): BackupSource {
  const file = databaseFile(config);
  if (file) return embeddedSource(file);
  return isEmbedded(config) ? refuseMemory() : remoteSource(config);
}
