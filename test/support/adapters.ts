import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { libsqlExecutor } from '../../src/platform/database/executor.libsql.ts';
import { nodeExecutor } from '../../src/platform/database/executor.node.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { clientWire } from '../../src/platform/database/libsql-client.ts';
import { pipelineWire } from '../../src/platform/database/libsql-pipeline.ts';
import type { Wire } from '../../src/platform/database/libsql-wire.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { layFinishedSchema } from './finished-schema.ts';
import { migratedBytes } from './migrated-bytes.ts';
import { IS_SOAK } from './soak.ts';
import type { Sqld } from './sqld.ts';

/** One executor under the suite that all of them must pass. */
export interface Adapter {
  readonly name: string;
  /** False where what it needs does not exist on this platform. */
  readonly available: boolean;
  /** True when several executors can share one database. */
  readonly shared: boolean;
  /** Another executor on the database of this adapter; a new database where it is not shared. */
  open(): Executor;
  /** The same, on a database with every migration. */
  openMigrated(): Promise<Executor>;
  /** Leaves an empty database. All executors must be closed. */
  reset(): Promise<void>;
  /** Takes away what the adapter has put on the disk. */
  dispose(): void;
}

type WireOf = (url: string, authToken?: string) => Wire;
const nothing = () => {};

async function migrated(executor: Executor): Promise<Executor> {
  await migrate(executor, 0);
  return executor;
}

/** The same on a server, where one request lays what many migrations would make one by one. */
async function laid(executor: Executor): Promise<Executor> {
  const sql = "SELECT 1 FROM sqlite_schema WHERE name = '_migrations'";
  const [found] = await executor.read([{ sql, params: [], kind: 'rows' }]);
  if (found?.rows.length === 0) await layFinishedSchema(executor);
  return executor;
}

function inFile(name: string, executorOn: (path: string) => Executor): Adapter {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-adapter-'));
  let generation = 0;
  const path = () => join(folder, `${generation}.db`);
  return {
    name,
    available: true,
    shared: true,
    open: () => executorOn(path()),
    async openMigrated() {
      if (!existsSync(path())) writeFileSync(path(), await migratedBytes());
      return migrated(executorOn(path()));
    },
    reset: async () => void generation++,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const inMemory = (name: string, executorOn: (path: string) => Executor): Adapter => ({
  name,
  available: true,
  shared: false,
  open: () => executorOn(':memory:'),
  openMigrated: () => migrated(executorOn(':memory:')),
  reset: async () => {},
  dispose: nothing,
});

/** An executor on a server that the tests started. */
export const executorOn = (sqld: Pick<Sqld, 'url' | 'token'>, wire: WireOf = clientWire): Executor =>
  libsqlExecutor({
    wire,
    url: sqld.url,
    authToken: sqld.token,
    timeoutMs: 15_000,
    clock: systemClock,
    random: systemRandom,
  });

/** Drops every table (and with them indexes and triggers) of a server's database. */
export async function emptyServer(sqld: Pick<Sqld, 'url' | 'token'>) {
  const executor = executorOn(sqld);
  const listed = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
  // A full-text table takes the tables that SQLite keeps for it along.
  const virtualFirst = "ORDER BY sql NOT LIKE 'CREATE VIRTUAL%'";
  const [tables] = await executor.read([
    { sql: `${listed} AND name NOT LIKE 'libsql_%' ${virtualFirst}`, params: [], kind: 'rows' },
  ]);
  const drops = tables?.rows.map(([name]) => `DROP TABLE IF EXISTS "${name}"`) ?? [];
  await executor.script(['PRAGMA foreign_keys = OFF', 'BEGIN IMMEDIATE', ...drops, 'COMMIT']);
  await executor.close();
}

function onServer(name: string, sqld: Sqld | undefined, wire: WireOf): Adapter {
  const server = () => {
    if (!sqld) throw new Error('There is no sqld on this platform.');
    return sqld;
  };
  return {
    name,
    available: sqld !== undefined,
    shared: true,
    open: () => executorOn(server(), wire),
    openMigrated: () => laid(executorOn(server(), wire)),
    reset: () => emptyServer(server()),
    dispose: nothing,
  };
}

/** Every adapter there is; the remote one on the server that the caller started and stops. */
export const everyAdapter = (sqld: Sqld | undefined): readonly Adapter[] => [
  inMemory('bun:sqlite in memory', bunExecutor),
  inFile('bun:sqlite in a file', bunExecutor),
  inMemory('better-sqlite3 in memory', nodeExecutor),
  inFile('better-sqlite3 in a file', nodeExecutor),
  onServer('sqld through @libsql/client', sqld, clientWire),
  onServer('sqld through shared requests', sqld, pipelineWire),
];

const HARDEST = ['bun:sqlite in a file', 'sqld through shared requests'];

/**
 * The adapters for what stands above them, which all behave alike (test/platform/database/database.test.ts): the embedded
 * file, and the server whose requests carry several transactions. In a long run all that there are here.
 */
export const hardestAdapters = (sqld: Sqld | undefined): readonly Adapter[] =>
  everyAdapter(sqld).filter(({ name, available }) => available && (IS_SOAK || HARDEST.includes(name)));
