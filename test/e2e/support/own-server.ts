import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KeptProcess, keepProcess } from '../../support/kept-process.ts';
import { startSqld } from '../../support/sqld.ts';
import { addressesOf, programOf, SETTINGS, type Target } from './target.ts';

/** A server of a test's own, which can be ended and started anew. */
export interface OwnServer extends Target {
  /** Ends it, by turns in good order and as `kill -9` does, and starts it on the same data and addresses. */
  restart(): Promise<void>;
}

/** Whether a server of this target can be started anew by the suite. */
export const canRestart = (target: string): boolean => programOf(target) !== undefined;

/** Starts a server beside the one of the whole run, of the same target, with a database of its own. @param more settings */
export async function startOwnServer(
  target: string,
  more: Readonly<Record<string, string>> = {},
): Promise<OwnServer> {
  const program = programOf(target);
  if (!program) throw new Error(`A server of the target ${target} cannot be started anew.`);
  const [file, ...before] = program;
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-own-'));
  // Outlives the servers, so that their folder does.
  const keeper = keepProcess('tail', ['-f', '/dev/null'], { folder });
  const sqld = target === 'bun-sqld' ? await startSqld() : undefined;
  const settings = {
    ...SETTINGS,
    ...more,
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: sqld?.url ?? '',
    DATABASE_AUTH_TOKEN: sqld?.token ?? '',
  };
  let server: KeptProcess | undefined;
  const start = async (ports: Readonly<Record<string, string>>, signal: 'TERM' | 'KILL') => {
    const env = { ...settings, ...ports };
    server = keepProcess(file, [...before, 'serve'], { cwd: folder, env, signal });
    return addressesOf(server);
  };
  const stop = async () => {
    await server?.stop();
    await sqld?.stop();
    await keeper.stop();
  };
  try {
    const { url, socketIoUrl = '' } = await start({ PORT: '0' }, 'TERM');
    const ports = { PORT: new URL(url).port, IM_SOCKETIO_PORT: new URL(socketIoUrl).port };
    let times = 0;
    const restart = async () => {
      times += 1;
      await server?.stop();
      await start(ports, times % 2 === 1 ? 'KILL' : 'TERM');
    };
    return { url, socketIoUrl, restart, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
