import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

function sync(path: string) {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Waits until what a file holds is on the disk. */
export const syncFile = (path: string): void => sync(path);

/** Waits until the names in a file's folder are on the disk: a rename is no more than its folder is. */
export function syncFolderOf(path: string): void {
  // Windows opens no folders, and needs none of this.
  if (process.platform !== 'win32') sync(dirname(path));
}
