import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDb, type Db } from '../../src/platform/database/db.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { layFinishedSchema } from './finished-schema.ts';
import { migratedBytes } from './migrated-bytes.ts';
import { IS_REMOTE, remoteDatabase } from './remote-database.ts';

export interface TestDatabase {
  readonly db: Db;
  readonly executor: Executor;
}

/** How much of a load whose size proves nothing by itself a test should give: all in memory, a part over HTTP. */
export const load = (inMemory: number, overHttp: number): number => (IS_REMOTE ? overHttp : inMemory);

async function migratedServer(): Promise<Executor> {
  const { executor } = await remoteDatabase();
  await layFinishedSchema(executor);
  return executor;
}

/** Puts a database with every migration where a server looks for one. */
export async function layDatabase(folder: string): Promise<string> {
  const path = join(folder, 'teahouse.db');
  writeFileSync(path, await migratedBytes(), { mode: 0o600 });
  return path;
}

/** A database of its own for a test, with every migration: in memory, or on a server (`TEST_DATABASE=sqld`). */
export async function freshDatabase(): Promise<TestDatabase> {
  const executor = IS_REMOTE ? await migratedServer() : bunExecutor(await migratedBytes());
  return { db: createDb(executor), executor };
}

export interface SharedDatabase {
  readonly executor: Executor;
  /** What another process must be told to open the same database. */
  readonly settings: Readonly<Record<string, string>>;
  /** Takes away what lies on the disk; the executor must be closed. */
  dispose(): void;
}

/** A database for a test that starts processes on it: in a file, or on a server (`TEST_DATABASE=sqld`). */
export async function sharedDatabase(): Promise<SharedDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-shared-'));
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  const { executor, settings } = IS_REMOTE
    ? await remoteDatabase()
    : { executor: bunExecutor(await layDatabase(folder)), settings: {} };
  if (IS_REMOTE) await layFinishedSchema(executor);
  return { executor, settings: { ...settings, DATA_DIR: folder }, dispose };
}
