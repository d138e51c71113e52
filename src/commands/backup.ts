import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readConfig } from '../config.ts';
import { systemClock } from '../core/clock.ts';
import { Problem } from '../core/problem.ts';
import type { Settings } from '../core/settings.ts';
import { inspectDatabase } from '../platform/database/embedded-copy.ts';
import { takeBackupLock } from '../platform/database/lock.ts';
import type { Print } from './arguments.ts';
import { type BackupSource, backupSource } from './backup-source.ts';
import { tellDatabase } from './database.ts';
import { copyFolderWhole, sweepParts, writeWhole } from './whole-copy.ts';

/** `20261122-203015` in UTC: sorts by time. */
export const stampOf = (now: number): string =>
  new Date(now)
    .toISOString()
    .replace(/[-:]|\.\d+Z/g, '')
    .replace('T', '-');

/**
 * Copies the database, and looks whether the copy can be restored: a backup that cannot is known of now.
 * @returns the newest seal of its audit
 */
async function copySoundly(source: BackupSource, part: string, print: Print): Promise<string> {
  await source.copyTo(part, print);
  const found = inspectDatabase(part);
  if ('problem' in found)
    throw new Problem(`${source.name} cannot be backed up: ${found.problem}. No backup was made.`);
  if (found.standing.state === 'incomplete')
    throw new Problem(
      `${source.name} lacks ${found.standing.missing.join(', ')}. No backup was made: restore a whole one.`,
    );
  return found.auditHead;
}

interface BackupOptions {
  /** Where the copy goes; by default a file named by the time, in the data folder. */
  readonly file: string | undefined;
  /** Whether the uploads are copied, too. */
  readonly withFiles: boolean;
}

async function makeBackup(
  config: Settings,
  source: BackupSource,
  to: string,
  withFiles: boolean,
  print: Print,
) {
  const uploads = join(config.DATA_DIR, 'files');
  const copiesUploads = withFiles && existsSync(uploads);
  let auditHead = '';
  await writeWhole(to, async (part) => {
    auditHead = await copySoundly(source, part, print);
    // After the database, so that every file that it names is there; before its name, so that it comes with them.
    if (copiesUploads) await copyFolderWhole(uploads, `${to}.files`);
  });
  print(`Database: ${to}`);
  if (copiesUploads) print(`Uploads:  ${to}.files`);
  if (auditHead) print(`Audit:    newest seal ${auditHead}`);
}

/**
 * `teahouse backup [FILE] [--files]`: a consistent copy of the database, embedded or remote, also while servers run.
 * It has its name once it is whole and on the disk; what a backup that was broken off has left is taken away by the
 * next. The uploads never change once written, so copying them after the database gives every file it names.
 */
export async function backup({ file, withFiles }: BackupOptions, print: Print): Promise<void> {
  const config = readConfig(process.env);
  tellDatabase(config);
  const source = backupSource(config);
  const folder = join(config.DATA_DIR, 'backups');
  const to = file ?? join(folder, `teahouse-${stampOf(systemClock.now())}.db`);
  for (const path of [to, `${to}.files`])
    if (existsSync(path)) throw new Problem(`${path} is there already: name another file.`);
  mkdirSync(dirname(source.lockedBeside), { recursive: true, mode: 0o700 });
  const lock = takeBackupLock(source.lockedBeside);
  if (!lock) throw new Problem('Another backup of this database is being made: wait for it.');
  try {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    sweepParts(folder, (name) => /^teahouse-[\d-]+\.db(\.files)?$/.test(name));
    sweepParts(dirname(to), (name) => [basename(to), `${basename(to)}.files`].includes(name));
    await makeBackup(config, source, to, withFiles, print);
  } finally {
    lock.release();
  }
}
