import { afterAll } from 'vitest';
import type { Executor } from '../../src/platform/database/executor.ts';
import { pipelineWire } from '../../src/platform/database/libsql-pipeline.ts';
import { emptyServer, executorOn } from './adapters.ts';
import { type Sqld, startSqld } from './sqld.ts';

/** True where `TEST_DATABASE=sqld` asks that tests run on a real libSQL server, as `npm run test:money-remote` does. */
export const IS_REMOTE = process.env['TEST_DATABASE'] === 'sqld';

interface Server {
  readonly sqld: Sqld;
  isTaken: boolean;
}
/** A test file's servers: one, and more only while a test has several databases open. */
const servers: Server[] = [];
if (IS_REMOTE) afterAll(() => Promise.all(servers.map(({ sqld }) => sqld.stop())));

async function takeServer(): Promise<Server> {
  const free = servers.find(({ isTaken }) => !isTaken);
  if (free) {
    free.isTaken = true;
    await emptyServer(free.sqld);
    return free;
  }
  const sqld = await startSqld();
  if (!sqld) throw new Error('TEST_DATABASE=sqld: there is no sqld for this platform.');
  const started = { sqld, isTaken: true };
  servers.push(started);
  return started;
}

/** A database on a server over HTTP, reached as the product reaches it. */
export interface RemoteDatabase {
  /** Closing it gives the server back. */
  readonly executor: Executor;
  readonly settings: Readonly<Record<string, string>>;
}

/** An empty database on a server of this test file. */
export async function remoteDatabase(): Promise<RemoteDatabase> {
  const server = await takeServer();
  const { url, token } = server.sqld;
  const executor = executorOn(server.sqld, pipelineWire);
  const close = async () => {
    await executor.close();
    server.isTaken = false;
  };
  return {
    executor: { ...executor, close },
    settings: { DATABASE_URL: url, DATABASE_AUTH_TOKEN: token },
  };
}
