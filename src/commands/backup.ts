import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BadConfig, type Config, readConfig } from '../config.ts';
import { systemClock } from '../platform/clock.ts';
import { copyDatabase } from '../platform/database/embedded-copy.ts';
import { databaseFile } from '../platform/database/open.ts';

/** The embedded database's file; a remote one is backed up where it is. */
export function embeddedFile(config: Config): string {
  const file = databaseFile(config);
  if (!file)
    throw new BadConfig(['Only an embedded database can be copied here: back a remote one up where it is.']);
  return file;
}

/** `20261122-203015` in UTC: sorts by time. */
export const stampOf = (now: number): string =>
  new Date(now)
    .toISOString()
    .replace(/[-:]|\.\d+Z/g, '')
    .replace('T', '-');

/**
 * `teahouse backup [FILE] [--files]`: a consistent copy of the database, also while a server runs. The
 * uploads never change once written, so copying them after the database gives every file it names.
 */
export async function backup(args: readonly string[], print: (text: string) => void): Promise<void> {
  const config = readConfig(process.env);
  const from = embeddedFile(config);
  const named = args.find((arg) => !arg.startsWith('-'));
  const to = named ?? join(config.DATA_DIR, 'backups', `teahouse-${stampOf(systemClock.now())}.db`);
  if (!existsSync(from)) throw new BadConfig([`There is no database at ${from}.`]);
  if (existsSync(to)) throw new BadConfig([`${to} is there already: name another file.`]);
  mkdirSync(dirname(to), { recursive: true });
  copyDatabase(from, to);
  print(`Database: ${to}`);
  const uploads = join(config.DATA_DIR, 'files');
  if (!args.includes('--files') || !existsSync(uploads)) return;
  cpSync(uploads, `${to}.files`, { recursive: true });
  print(`Uploads:  ${to}.files`);
}
