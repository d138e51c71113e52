import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BadConfig, readConfig } from '../config.ts';
import { systemClock } from '../platform/clock.ts';
import { inspectDatabase, isInUse, replaceDatabase } from '../platform/database/embedded-copy.ts';
import { embeddedFile, stampOf } from './backup.ts';
import { migrateDatabase } from './migrate.ts';

/** Why a backup may not take the database's place; nothing when it may. */
function problemsOf(from: string, to: string, mode: string, forced: boolean): string[] {
  if (!existsSync(from)) return [`There is no file ${from}.`];
  const found = inspectDatabase(from);
  if ('problem' in found) return [`${from} cannot be restored: ${found.problem}.`];
  if (found.mode !== mode) return [`${from} was made in ${found.mode} mode, and MODE is ${mode}.`];
  if (isInUse(to)) return [`${to} is in use: stop the server first.`];
  if (existsSync(to) && !forced)
    return [`There is a database at ${to}: say --force to put the backup in its place.`];
  return [];
}

/**
 * `teahouse restore FILE [--force]`: puts a backup in the database's place and brings it to this version's
 * schema. What was there is kept beside it. Uploads that were backed up with `--files` come along.
 */
export async function restore(args: readonly string[], print: (text: string) => void): Promise<void> {
  const config = readConfig(process.env);
  const from = args.find((arg) => !arg.startsWith('-'));
  if (!from) throw new BadConfig(['Name the backup: teahouse restore FILE [--force]']);
  const to = embeddedFile(config);
  const problems = problemsOf(from, to, config.MODE, args.includes('--force'));
  if (problems.length > 0) throw new BadConfig(problems);
  mkdirSync(dirname(to), { recursive: true });
  const keepAs = `${to}.before-restore-${stampOf(systemClock.now())}`;
  const replaced = existsSync(to);
  replaceDatabase(from, to, keepAs);
  if (replaced) print(`The old database is kept as ${keepAs}`);
  print(`Restored: ${to}`);
  if (existsSync(`${from}.files`)) {
    cpSync(`${from}.files`, join(config.DATA_DIR, 'files'), { recursive: true, force: false });
    print(`Uploads:  ${join(config.DATA_DIR, 'files')}`);
  }
  await migrateDatabase(print);
}
