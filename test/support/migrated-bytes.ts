import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { migrate } from '../../src/platform/database/migrate.ts';

async function make(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-migrated-'));
  const path = join(folder, 'migrated.db');
  const executor = bunExecutor(':memory:');
  try {
    await migrate(executor, 0);
    await executor.script([`VACUUM INTO '${path}'`]);
    return readFileSync(path);
  } finally {
    await executor.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

let made: Promise<Uint8Array> | undefined;

/** An embedded database with every migration and nothing else. Each thread makes it once: it is 30 times as dear as a copy. */
export function migratedBytes(): Promise<Uint8Array> {
  made ??= make();
  return made;
}
