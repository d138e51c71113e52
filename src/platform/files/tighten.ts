import { chmodSync, existsSync, type Stats, statSync } from 'node:fs';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const STICKY = 0o1000;

/** Whether it is this user's to change: theirs, and no folder that many write into (`/tmp`). */
const isOurs = ({ uid, mode }: Stats) => uid === process.getuid?.() && (mode & STICKY) === 0;

/**
 * Takes from other users of the machine what an earlier version or another umask has given them: files become 0600,
 * folders 0700. What is not there, or not this user's, stays.
 * @returns the paths that were changed
 */
export function tighten(paths: readonly string[]): string[] {
  // Windows has other rights.
  if (process.platform === 'win32') return [];
  return paths.filter((path) => {
    if (!existsSync(path)) return false;
    const stats = statSync(path);
    const wanted = stats.isDirectory() ? FOLDER_MODE : FILE_MODE;
    const isTooOpen = (stats.mode & 0o777 & ~wanted) !== 0;
    if (!isTooOpen || !isOurs(stats)) return false;
    chmodSync(path, wanted);
    return true;
  });
}
