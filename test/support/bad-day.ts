import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { person, testApp } from './app.ts';
import { teahouseProgram } from './built.ts';
import { layDatabase } from './database.ts';
import { freePort } from './sqld.ts';

/** What a command has said, and how it ended. */
export interface Said {
  readonly exit: number;
  readonly out: string;
  /** Standard error, but for the line that tells on which database. */
  readonly lines: readonly string[];
  /** That line. */
  readonly on: string | undefined;
}

/** A server that runs beside the commands. */
export interface Running {
  readonly url: string;
  /** What `/readyz` answers now. */
  readyz(): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Ends it: in good order, or as `kill -9` does. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** A machine with a data folder, and an operator before it. */
export interface Machine {
  readonly folder: string;
  readonly data: string;
  /** The database's file. */
  readonly file: string;
  teahouse(args: string, settings?: Readonly<Record<string, string>>): Promise<Said>;
  serve(settings?: Readonly<Record<string, string>>): Promise<Running>;
  /** Makes the database as a server leaves it that has been used: with a person in it. */
  liveOnce(): Promise<void>;
  dispose(): Promise<void>;
}

const HERE = 'On the database ';

const environment = (data: string, settings: Readonly<Record<string, string>>) => ({
  PATH: process.env['PATH'] ?? '',
  MODE: 'sandbox',
  DATA_DIR: data,
  LOG: 'off',
  IM_SOCKETIO: 'off',
  ...settings,
});

function said(exit: number, stdout: string, stderr: string): Said {
  const all = stderr.split('\n').filter(Boolean);
  return {
    exit,
    out: stdout.trim(),
    lines: all.filter((line) => !line.startsWith(HERE)),
    on: all.find((line) => line.startsWith(HERE))?.slice(HERE.length),
  };
}

/** @param data the data folder, where it is not one of the machine's own */
export function machine(data?: string): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-bad-day-'));
  const dataFolder = data ?? join(folder, 'data');
  const file = join(dataFolder, 'teahouse.db');
  const running = new Set<Running>();

  async function serve(settings: Readonly<Record<string, string>> = {}): Promise<Running> {
    const port = settings['PORT'] ?? String(await freePort());
    const env = environment(dataFolder, { ...settings, PORT: port });
    const child = spawn(teahouseProgram(), ['serve'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const errors: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
    const ended = once(child, 'exit');
    const listens = new Promise<void>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.includes('API reference')) resolve();
      });
    });
    const failed = ended.then(() => {
      throw new Error(`The server ended: ${errors.join('\n')}`);
    });
    await Promise.race([listens, failed]);
    failed.catch(() => {}); // it ends when the test says so
    const url = `http://127.0.0.1:${port}`;
    const server: Running = {
      url,
      async readyz() {
        const response = await fetch(`${url}/readyz`);
        return { status: response.status, body: (await response.json()) as Record<string, unknown> }; // JSON object
      },
      async end(signal = 'SIGTERM') {
        child.kill(signal);
        await ended;
        running.delete(server);
      },
    };
    running.add(server);
    return server;
  }

  return {
    folder,
    data: dataFolder,
    file,
    serve,
    teahouse: (args, settings = {}) =>
      new Promise((resolve) => {
        const options = { cwd: folder, env: environment(dataFolder, settings), timeout: 60_000 };
        execFile(teahouseProgram(), args.split(' ').filter(Boolean), options, (error, stdout, stderr) =>
          resolve(said(Number(error?.code ?? 0), stdout, stderr)),
        );
      }),
    async liveOnce() {
      mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
      const app = await testApp({ executor: bunExecutor(await layDatabase(dataFolder)) });
      await person(app, '林一');
      await app.close();
    },
    async dispose() {
      for (const server of running) await server.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How many people a database has; -1 where it cannot be read. */
export async function peopleIn(file: string): Promise<number> {
  try {
    const executor = bunExecutor(file, false);
    const [count] = await executor.read([{ sql: 'SELECT count(*) FROM users', params: [], kind: 'rows' }]);
    await executor.close();
    return Number(count?.rows[0]?.[0]);
  } catch {
    return -1;
  }
}

/** Makes a database that has only the first so many migrations, or more than this program knows. */
export async function databaseOf(file: string, version: number, ...newer: string[]): Promise<void> {
  const { migrations } = await import('../../db/migrations.generated.ts');
  const executor = bunExecutor(file);
  await migrate(executor, 0, [
    ...migrations.slice(0, version),
    ...newer.map((tag) => ({ tag, statements: [] })),
  ]);
  await executor.close();
}
