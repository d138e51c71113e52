import { existsSync, mkdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readConfig } from '../config.ts';
import { systemClock } from '../core/clock.ts';
import { Problem } from '../core/problem.ts';
import type { Settings } from '../core/settings.ts';
import { inspectDatabase, prepareToReplace, replaceDatabase } from '../platform/database/embedded-copy.ts';
import { isEmbedded } from '../platform/database/is-embedded.ts';
import { takeServingLock } from '../platform/database/lock.ts';
import { databaseFile } from '../platform/database/open.ts';
import type { Print } from './arguments.ts';
import { stampOf } from './backup.ts';
import { refuseMemory } from './backup-source.ts';
import { tellDatabase } from './database.ts';
import { applyMigrations } from './migrate.ts';
import { eraseAgain, refuseUntold } from './restore-erasures.ts';
import { restoreRemote } from './restore-remote.ts';

/** Why a file is no backup that this program can go on with; undefined where it is one. */
function backupProblem(from: string, mode: string): string | undefined {
  if (!existsSync(from)) return `There is no file ${from}.`;
  const found = inspectDatabase(from);
  if ('problem' in found) return `${from} cannot be restored: ${found.problem}.`;
  if (found.mode !== mode) return `${from} was made in ${found.mode} mode, and MODE is ${mode}.`;
  const { standing } = found;
  if (standing.state === 'incomplete')
    return `${from} cannot be restored: it lacks ${standing.missing.join(', ')}.`;
  if (standing.state === 'newer')
    return `${from} was made by a newer version (it has ${standing.migrations.join(', ')}): restore it with that one.`;
  return undefined;
}

const SERVED = (file: string) => `A server runs on ${resolve(file)}: stop it first.`;

/** A name that nothing has: two restores of one second keep what each has replaced. */
function freeName(name: string): string {
  let free = name;
  for (let i = 2; existsSync(free); i += 1) free = `${name}-${i}`;
  return free;
}

interface RestoreOptions {
  /** The backup. */
  readonly file: string;
  /** Whether a database that is there may be replaced. */
  readonly force: boolean;
  /** Whether what was taken down, banned or deleted since may come back. */
  readonly withoutErasures: boolean;
}

async function bringFilesBack(config: Settings, from: string, print: Print) {
  if (!existsSync(`${from}.files`)) return;
  const uploads = join(config.DATA_DIR, 'files');
  await cp(`${from}.files`, uploads, { recursive: true, force: false });
  print(`Uploads:  ${uploads}`);
}

function replaceFile(from: string, to: string, force: boolean, print: Print) {
  if (existsSync(to) && !force)
    throw new Problem(`There is a database at ${resolve(to)}: say --force to put the backup in its place.`);
  const keepAs = freeName(`${to}.before-restore-${stampOf(systemClock.now())}`);
  if (prepareToReplace(to, keepAs) === 'in use')
    throw new Problem(`${resolve(to)} is in use: stop the server and other commands first.`);
  const replaced = existsSync(to);
  replaceDatabase(from, to, keepAs);
  if (replaced) print(`The old database is kept as ${keepAs}`);
  print(`Restored: ${to}`);
}

async function restoreEmbedded(config: Settings, from: string, to: string, force: boolean, print: Print) {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const lock = takeServingLock(to);
  if (!lock) throw new Problem(SERVED(to));
  try {
    replaceFile(from, to, force, print);
    await bringFilesBack(config, from, print);
    await applyMigrations(config, print);
  } finally {
    lock.release();
  }
}

/**
 * `teahouse restore FILE [--force] [--without-erasures]`: puts a backup in the database's place and brings it to this version's
 * schema. What was there, sound or damaged, is kept beside it; at a server it is lost. Uploads that were backed up
 * with `--files` come along. A backup of an embedded database may go to a server, and the other way round.
 * What was taken down, banned or deleted since the backup is carried out on it; where nothing tells of that, it refuses.
 */
export async function restore(
  { file: from, force, withoutErasures }: RestoreOptions,
  print: Print,
): Promise<void> {
  const config = readConfig(process.env);
  const to = databaseFile(config);
  if (!to && isEmbedded(config)) refuseMemory();
  tellDatabase(config);
  const problem = backupProblem(from, config.MODE);
  if (problem) throw new Problem(problem);
  const isTold = !withoutErasures && (await refuseUntold(config, from));
  if (to) await restoreEmbedded(config, from, to, force, print);
  else {
    await restoreRemote(config, from, force, print);
    await bringFilesBack(config, from, print);
    await applyMigrations(config, print);
  }
  if (isTold) await eraseAgain(config, print);
}
