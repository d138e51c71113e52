import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildWorker } from '../../support/built.ts';
import { type KeptProcess, keepProcess } from '../../support/kept-process.ts';
import { type Sqld, startSqld } from '../../support/sqld.ts';

/** What a command has printed, on both outputs, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly output: string;
}
type Shell = (...args: readonly string[]) => Promise<Ran>;

/** A running server to test. */
export interface Target {
  readonly url: string;
  /** Where the original's apps connect; undefined where there is no such port. */
  readonly socketIoUrl?: string | undefined;
  /** Fires the cron trigger of a Worker; elsewhere jobs run by themselves. */
  runJobs?(): Promise<string>;
  /** What it has logged so far. */
  readonly lines?: readonly string[];
  /** What `teahouse …` prints, run beside the server on its database; a living server's has no such way. */
  teahouse?(...args: readonly string[]): Promise<string>;
  /** The same, with how it left. */
  shell?: Shell;
  /** Many commands of `teahouse admin`, one after another in one process, which costs less than one for each. */
  shells?(commands: readonly (readonly string[])[]): Promise<readonly Ran[]>;
  /** A machine that knows the address of the server's database, and nothing else of the server's. */
  laptop?: Shell;
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
  SMS_RESEND_SECONDS: '0',
  SMS_PER_IP_DAY: '1000000',
  SMS_DAILY_TOTAL: '1000000',
};

/**
 * The addresses in what a server prints when it has started.
 * @param onLine gets all that it prints, now and later
 */
export async function addressesOf(
  server: KeptProcess,
  onLine = (_: string) => {},
): Promise<Pick<Target, 'url' | 'socketIoUrl'>> {
  const output = createInterface({ input: server.stdout });
  const found = new Promise<Pick<Target, 'url' | 'socketIoUrl'>>((resolve) => {
    let text = '';
    output.on('line', (line) => {
      onLine(line);
      if (text.includes('API reference')) return;
      text += `${line}\n`;
      const url = /listens on (http:\/\/\S+)/.exec(text)?.[1];
      const port = /Socket\.IO on port (\d+)/.exec(text)?.[1];
      // The reference is the last thing that it tells.
      if (url && line.includes('API reference'))
        resolve({ url, socketIoUrl: port && `http://${new URL(url).hostname}:${port}` });
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

/** Keeps a server's log; faults, which no test wants, are shown. */
function keepLog() {
  const lines: string[] = [];
  const onLine = (line: string) => {
    lines.push(line);
    if (/"event":"(fault|job failed)"/.test(line)) console.error(line);
  };
  return { lines, onLine };
}

/** What the environment of a machine has that runs the program, beside settings. */
const MACHINE = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };

/** Runs a program to its end. */
const ran = (
  [program, ...args]: readonly [string, ...string[]],
  settings: Settings,
  input = '',
): Promise<Ran & { readonly stdout: string }> =>
  new Promise((resolve) => {
    const options = { env: { ...MACHINE, ...settings }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, output: stdout + stderr }),
    );
    child.stdin?.end(input);
  });

/** The ways to run the program on the database that these settings name. */
function commandsOf(
  program: Program,
  settings: Settings,
): Required<Pick<Target, 'shell' | 'shells' | 'teahouse'>> {
  return {
    shell: (...args) => ran([...program, ...args], settings),
    async shells(commands) {
      const runner = join(root, 'test/support/shell-process.ts');
      const { stdout } = await ran([process.execPath, runner], settings, JSON.stringify(commands));
      const lines = stdout.split('\n').filter((line) => line.startsWith('{"code"'));
      return lines.map((line) => JSON.parse(line) as Ran); // our own runner's
    },
    async teahouse(...args) {
      const { code, stdout, output } = await ran([...program, ...args], settings);
      // Standard error says on which database it looks, too; that matters where something went wrong.
      return (code === 0 ? stdout : output).trim();
    },
  };
}

/** The program, and what stands before its command. */
type Program = readonly [program: string, ...before: string[]];
const SOURCE: Program = [process.execPath, join(root, 'src/commands/cli.ts')];
const BINARY: Program = [join(root, 'dist/teahouse')];

/** The program behind a target that is one process on this machine; undefined for others. */
export const programOf = (name: string): Program | undefined =>
  name === 'binary' ? BINARY : ['bun', 'bun-sqld'].includes(name) ? SOURCE : undefined;

/** Runs a server in an empty folder, with nothing set but what the suite needs. */
async function serve(command: Program, settings: Settings): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-e2e-'));
  const env = { ...SETTINGS, PORT: '0', DATABASE_URL: '', DATA_DIR: join(folder, 'data'), ...settings };
  const [program, ...args] = command;
  const server = keepProcess(program, [...args, 'serve'], { cwd: folder, folder, env, signal: 'TERM' });
  const { lines, onLine } = keepLog();
  let stopping = false;
  const stop = () => {
    stopping = true;
    return server.stop();
  };
  void server.ended.then((code) => {
    if (!stopping)
      console.error(`The server under test has ended by itself, with exit code ${code}:`, ...lines.slice(-3));
  });
  try {
    return { ...(await addressesOf(server, onLine)), lines, ...commandsOf(command, env), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function onSqld(start: (settings: Settings) => Promise<Target>, settings: Settings): Promise<Target> {
  const sqld: Sqld | undefined = await startSqld();
  if (!sqld) throw new Error('There is no sqld for this platform.');
  const database = { DATABASE_URL: sqld.url, DATABASE_AUTH_TOKEN: sqld.token };
  const all = { ...settings, ...database };
  const target = await start(all).catch(async (error: unknown) => {
    await sqld.stop();
    throw error;
  });
  const { ADMIN_URL = '' } = settings;
  return {
    ...target,
    laptop: commandsOf(SOURCE, { ...database, ADMIN_URL }).shell,
    async stop() {
      await target.stop();
      await sqld.stop();
    },
  };
}

/** A Worker's database is migrated from outside, by the command that the guide names. */
async function worker(settings: Settings): Promise<Target> {
  const all = { ...SETTINGS, ...settings };
  const migration = keepProcess(process.execPath, [join(root, 'src/commands/cli.ts'), 'migrate'], {
    env: all,
  });
  migration.stdout.resume();
  if ((await migration.ended) !== 0) throw new Error('The migration failed.');
  const { startWorkerd } = await import('../../support/workerd.ts');
  const { lines, onLine } = keepLog();
  const onLog = (line: string) => {
    onLine(line);
    // The product's own lines are JSON; others are the runtime's, and tell of what is wrong.
    if (!line.startsWith('{')) console.error(line);
  };
  const started = await startWorkerd(buildWorker(), all, { onLog });
  return { ...started, lines, ...commandsOf(SOURCE, all) };
}

const starters: Readonly<Record<string, (settings: Settings) => Promise<Target>>> = {
  bun: (settings) => serve(SOURCE, settings),
  binary: (settings) => serve(BINARY, settings),
  workers: (settings) => onSqld(worker, settings),
  'bun-sqld': (settings) => onSqld((all) => serve(SOURCE, all), settings),
};

/** True of the address of a living server. */
export const isAddress = (name: string): boolean => /^https?:\/\//.test(name);

/**
 * Starts what TARGET names: `bun` (the source), `binary` (dist/teahouse), `workers` (the built Worker under
 * workerd with sqld and R2), `bun-sqld` (the source on sqld), or the address of a living server.
 * @param settings beside those of the suite
 */
export async function startTarget(name: string, settings: Settings = {}): Promise<Target> {
  if (isAddress(name)) return { url: name.replace(/\/+$/, ''), stop: async () => {} };
  const start = Object.hasOwn(starters, name) ? starters[name] : undefined;
  if (!start) throw new Error(`TARGET must be a URL or one of ${Object.keys(starters).join(', ')}.`);
  return start(settings);
}
