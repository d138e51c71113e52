import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Settings } from '../../core/settings.ts';
import { databaseFile } from '../../platform/database/open.ts';
import { tighten } from '../../platform/files/tighten.ts';

/** Where acts are told that no restored backup may undo. */
export const erasuresFile = ({ DATA_DIR }: Pick<Settings, 'DATA_DIR'>): string => join(DATA_DIR, 'erasures');

/** Where uploads lie. */
export const uploadsFolder = ({ DATA_DIR }: Pick<Settings, 'DATA_DIR'>): string => join(DATA_DIR, 'files');

const filesIn = (folder: string, isMeant: (name: string) => boolean) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(isMeant)
        .map((name) => join(folder, name))
    : [];

/** The database, its journals (`-wal`), its lock, and what restores have kept (`.before-restore-…`). */
const databaseFiles = (file: string) =>
  filesIn(dirname(file), (name) => {
    const rest = name.startsWith(basename(file)) ? name.slice(basename(file).length) : undefined;
    return rest !== undefined && /^([-.]|$)/.test(rest);
  });

/**
 * Makes the data folder this user's alone, and everything in it that is the program's own. Uploads and backups
 * inside of folders are closed by their folder.
 * @returns the paths whose rights were too wide
 */
export function closeDataFolder(config: Pick<Settings, 'DATA_DIR' | 'DATABASE_URL'>): string[] {
  const { DATA_DIR } = config;
  mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
  const backups = join(DATA_DIR, 'backups');
  const file = databaseFile(config);
  return tighten([
    DATA_DIR,
    uploadsFolder(config),
    backups,
    ...(existsSync(erasuresFile(config)) ? [erasuresFile(config)] : []),
    ...filesIn(backups, () => true),
    ...(file ? databaseFiles(file) : []),
  ]);
}
