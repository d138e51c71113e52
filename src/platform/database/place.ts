import { statfsSync, statSync } from 'node:fs';
import type { Place } from './fitness.ts';

/** A file's identity on this machine; undefined where it is gone. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** Of a small volume the floor is no more than this part: it would never be ready otherwise. */
const LARGEST_PART = 0.05;

/** Whether a folder's disk has less room than the floor, in bytes. One that cannot be asked has room. */
export function isNearlyFull(folder: string, floor: number): boolean {
  try {
    const { bavail, bsize, blocks } = statfsSync(folder);
    return bavail * bsize < Math.min(floor, blocks * bsize * LARGEST_PART);
  } catch {
    return false;
  }
}

/**
 * The place of an embedded database, which is open now.
 * @param isFull whether a write has found no room
 * @param folders where something is written, the database's own and that of uploads
 * @param floor bytes that should be free there
 */
export function embeddedPlace(
  file: string,
  isFull: () => boolean,
  folders: readonly string[],
  floor: number,
): Place {
  const opened = identityOf(file);
  return {
    problem() {
      // SQLite goes on in the file that it has open, wherever that lies now; nobody finds it there.
      if (identityOf(file) !== opened) return 'database moved';
      if (isFull() || folders.some((folder) => isNearlyFull(folder, floor))) return 'disk full';
      return undefined;
    },
  };
}
