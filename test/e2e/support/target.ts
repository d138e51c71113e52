import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type KeptProcess, keepProcess } from '../../support/kept-process.ts';
import { type Sqld, startSqld } from '../../support/sqld.ts';
import { buildWorker, startWorkerd } from '../../support/workerd.ts';

/** A running server to test. */
export interface Target {
  readonly url: string;
  stop(): Promise<void>;
}

type Settings = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, '../../..');
const START_MS = 60_000;

/** A living server under test needs these, too: many people come from one address, and some need two codes. */
export const SETTINGS: Settings = {
  MODE: 'sandbox',
  LOG: 'off',
  // A Worker hashes passwords on its only thread: twenty at once on a busy machine keep answers waiting.
  DATABASE_TIMEOUT_MS: '60000',
  RATE_LIMITS: 'off',
  // The original apps' port has tests of its own (test/realtime/socketio.test.ts).
  IM_SOCKETIO: 'off',
  SMS_RESEND_SECONDS: '0',
  SMS_PER_IP_DAY: '1000000',
  SMS_DAILY_TOTAL: '1000000',
};

/** The address in the first line that a server prints. */
export async function urlOf(server: KeptProcess): Promise<string> {
  const lines = createInterface({ input: server.stdout });
  const found = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const url = /listens on (http:\/\/\S+)/.exec(line)?.[1];
      if (url) resolve(url);
    });
  });
  const failed = server.ended.then(() => {
    throw new Error('The server ended before it listened.');
  });
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('The server does not listen.')), START_MS).unref();
  });
  return Promise.race([found, failed, late]);
}

/** Runs a server in an empty folder, with nothing set but what the suite needs. */
async function serve(program: string, args: readonly string[], settings: Settings): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-e2e-'));
  const env = { ...SETTINGS, PORT: '0', DATABASE_URL: '', DATA_DIR: join(folder, 'data'), ...settings };
  const server = keepProcess(program, args, { cwd: folder, folder, env, signal: 'TERM' });
  let stopping = false;
  const stop = () => {
    stopping = true;
    return server.stop();
  };
  void server.ended.then((code) => {
    if (!stopping) console.error(`The server under test has ended by itself, with exit code ${code}.`);
  });
  try {
    return { url: await urlOf(server), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const fromSource = (settings: Settings = {}) =>
  serve(process.execPath, [join(root, 'src/cli.ts'), 'serve'], settings);

async function onSqld(start: (settings: Settings) => Promise<Target>): Promise<Target> {
  const sqld: Sqld | undefined = await startSqld();
  if (!sqld) throw new Error('There is no sqld for this platform.');
  const target = await start({ DATABASE_URL: sqld.url, DATABASE_AUTH_TOKEN: sqld.token }).catch(
    async (error: unknown) => {
      await sqld.stop();
      throw error;
    },
  );
  return {
    url: target.url,
    async stop() {
      await target.stop();
      await sqld.stop();
    },
  };
}

/** A Worker's database is migrated from outside, by the command that the guide names. */
async function worker(settings: Settings): Promise<Target> {
  const all = { ...SETTINGS, ...settings };
  const migration = keepProcess(process.execPath, [join(root, 'src/cli.ts'), 'migrate'], { env: all });
  migration.stdout.resume();
  if ((await migration.ended) !== 0) throw new Error('The migration failed.');
  return startWorkerd(buildWorker(), all);
}

const starters: Readonly<Record<string, () => Promise<Target>>> = {
  bun: fromSource,
  binary: () => serve(join(root, 'dist/teahouse'), [], {}),
  workers: () => onSqld(worker),
  'bun-sqld': () => onSqld(fromSource),
};

/**
 * Starts what TARGET names: `bun` (the source), `binary` (dist/teahouse), `workers` (the built Worker under
 * workerd with sqld and R2), `bun-sqld` (the source on sqld), or the address of a living server.
 */
export async function startTarget(name: string): Promise<Target> {
  if (/^https?:\/\//.test(name)) return { url: name.replace(/\/+$/, ''), stop: async () => {} };
  const start = Object.hasOwn(starters, name) ? starters[name] : undefined;
  if (!start) throw new Error(`TARGET must be a URL or one of ${Object.keys(starters).join(', ')}.`);
  return start();
}
