import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncFile, syncFolderOf } from '../platform/database/durable.ts';

/** The end of a name under which a copy is written. What has another name is whole. */
const PART = '.part';

function removePart(part: string) {
  rmSync(part, { recursive: true, force: true });
  rmSync(`${part}-journal`, { force: true });
}

/**
 * Takes away what copies that were broken off have left in a folder.
 * @param isOurs tells by the name that the copy would have had
 */
export function sweepParts(folder: string, isOurs: (name: string) => boolean): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder))
    if (name.endsWith(PART) && isOurs(name.slice(0, -PART.length))) removePart(join(folder, name));
}

async function appearWhole(path: string, make: (part: string) => void | Promise<void>): Promise<void> {
  const part = path + PART;
  try {
    await make(part);
    renameSync(part, path);
    syncFolderOf(path);
  } catch (error) {
    removePart(part);
    throw error;
  }
}

/**
 * Makes a file that has its name only once it is whole and on the disk. Where that fails, nothing is left; where the
 * process is killed, a `.part` for `sweepParts`.
 * @param write writes the file at the path that it is given
 */
export const writeWhole = (path: string, write: (part: string) => Promise<void>): Promise<void> =>
  appearWhole(path, async (part) => {
    await write(part);
    syncFile(part);
  });

/** Copies what is in a folder, each file to the disk; not what is still being written there (`.….tmp`). */
function copyInto(from: string, to: string) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyInto(source, target);
    else if (entry.isFile() && !entry.name.endsWith('.tmp')) {
      copyFileSync(source, target);
      syncFile(target);
    }
  }
}

/** Copies a folder, whole or not at all, as `writeWhole` makes a file. */
export const copyFolderWhole = (from: string, to: string): Promise<void> =>
  appearWhole(to, (part) => copyInto(from, part));
