import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { BadConfig, type Config, readConfig } from '../config.ts';
import { Problem } from '../core/problem.ts';
import { systemClock } from '../platform/clock.ts';
import { copyDatabase, inspectDatabase } from '../platform/database/embedded-copy.ts';
import { takeBackupLock } from '../platform/database/lock.ts';
import { databaseFile } from '../platform/database/open.ts';
import type { Print } from './arguments.ts';
import { tellDatabase } from './database.ts';
import { copyFolderWhole, sweepParts, writeWhole } from './whole-copy.ts';

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

/** Copies the database, and looks whether the copy can be restored: a backup that cannot is known of now. */
function copySoundly(from: string, part: string) {
  copyDatabase(from, part);
  const found = inspectDatabase(part);
  if ('problem' in found)
    throw new Problem(`${resolve(from)} cannot be backed up: ${found.problem}. No backup was made.`);
  if (found.standing.state === 'incomplete')
    throw new Problem(
      `${resolve(from)} lacks ${found.standing.missing.join(', ')}. No backup was made: restore a whole one.`,
    );
}

interface BackupOptions {
  /** Where the copy goes; by default a file named by the time, in the data folder. */
  readonly file: string | undefined;
  /** Whether the uploads are copied, too. */
  readonly withFiles: boolean;
}

function makeBackup(config: Config, from: string, to: string, withFiles: boolean, print: Print) {
  const uploads = join(config.DATA_DIR, 'files');
  const copiesUploads = withFiles && existsSync(uploads);
  writeWhole(to, (part) => {
    copySoundly(from, part);
    // After the database, so that every file that it names is there; before its name, so that it comes with them.
    if (copiesUploads) copyFolderWhole(uploads, `${to}.files`);
  });
  print(`Database: ${to}`);
  if (copiesUploads) print(`Uploads:  ${to}.files`);
}

/**
 * `teahouse backup [FILE] [--files]`: a consistent copy of the database, also while a server runs. It has its name
 * once it is whole and on the disk; what a backup that was broken off has left is taken away by the next. The
 * uploads never change once written, so copying them after the database gives every file it names.
 */
export function backup({ file, withFiles }: BackupOptions, print: Print): void {
  const config = readConfig(process.env);
  const from = embeddedFile(config);
  tellDatabase(config);
  const folder = join(config.DATA_DIR, 'backups');
  const to = file ?? join(folder, `teahouse-${stampOf(systemClock.now())}.db`);
  if (!existsSync(from)) throw new Problem(`There is no database at ${resolve(from)}.`);
  for (const path of [to, `${to}.files`])
    if (existsSync(path)) throw new Problem(`${path} is there already: name another file.`);
  const lock = takeBackupLock(from);
  if (!lock) throw new Problem('Another backup of this database is being made: wait for it.');
  try {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    sweepParts(folder, (name) => /^teahouse-[\d-]+\.db(\.files)?$/.test(name));
    sweepParts(dirname(to), (name) => [basename(to), `${basename(to)}.files`].includes(name));
    makeBackup(config, from, to, withFiles, print);
  } finally {
    lock.release();
  }
}
