/**
 * Generates clients from `openapi.json` with other people's generators, compiles them under strict TypeScript, and
 * walks the README's walk with each against a server from source. Nothing that is generated or installed stays.
 *
 *     bun test/foreign/generators/run.ts [--all | NAME…]
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { GENERATORS, type Generator, JAVA_GENERATOR } from './generators.ts';
import { type Client, walk } from './walk.ts';

const here = import.meta.dirname;
const bin = resolve('node_modules/.bin');
const work = mkdtempSync(join(tmpdir(), 'teahouse-clients-'));

/** What the machine lacks, so that a generator cannot be tried. */
class Missing extends Error {}

function run(folder: string, [program = '', ...args]: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (error) throw new Missing(`${program} is not here`);
  if (status === 0) return;
  const said = `${stdout}\n${stderr}`;
  if (/ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|Could not transfer|Unknown host/.test(said))
    throw new Missing('the registry is not reached');
  throw new Error(`${program} ${args[0] ?? ''}: ${said.slice(-3000)}`);
}

const COMPILER = {
  strict: true,
  noUncheckedIndexedAccess: true,
  target: 'ES2023',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  allowImportingTsExtensions: true,
  noEmit: true,
  types: [],
};

/** A folder with the walk, the client of it and the packages that these need. */
function prepare(name: string): string {
  const folder = join(work, name);
  cpSync(join(here, name), folder, { recursive: true });
  cpSync(join(here, 'walk.ts'), join(work, 'walk.ts'));
  mkdirSync(join(folder, 'generated'));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER, include: ['**/*.ts'] }),
  );
  const npm = ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  if (existsSync(join(folder, 'package-lock.json'))) run(folder, npm);
  else {
    run(folder, ['java', '-version']);
    const get = [
      'mvn',
      '-q',
      'dependency:get',
      `-Dartifact=${JAVA_GENERATOR.artifact}`,
      '-Dtransitive=false',
    ];
    if (!existsSync(join(process.env['HOME'] ?? '', JAVA_GENERATOR.jar))) run(folder, get);
  }
  return folder;
}

async function walkWith(generator: Generator, url: string): Promise<string> {
  const started = Date.now();
  try {
    const folder = prepare(generator.name);
    run(folder, generator.command(resolve('openapi.json'), url));
    run(folder, [join(bin, 'tsc'), '-p', folder]);
    const { clientOf }: { clientOf(url: string): Client } = await import(join(folder, 'client.ts'));
    await walk(clientOf(url));
    return `passed (${Math.round((Date.now() - started) / 1000)}s)`;
  } catch (error) {
    if (error instanceof Missing) return `skipped: ${error.message}`;
    return `FAILED: ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** A sandbox from source, and its address once it listens. */
async function serve(): Promise<{ url: string; stop(): void }> {
  const env = { ...process.env, MODE: 'sandbox', LOG: 'errors', PORT: '0', IM_SOCKETIO: 'off' };
  const server = spawn(join(bin, 'bun'), ['src/commands/cli.ts', 'serve'], {
    env: { ...env, DATA_DIR: join(work, 'data'), RATE_LIMITS: 'off' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: server.stdout });
  const url = new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const told = /listens on (http:\/\/\S+)/.exec(line)?.[1];
      if (told) resolve(told);
    });
    lines.on('close', () => reject(new Error('The server has not started.')));
  });
  return { url: await url, stop: () => server.kill() };
}

const asked = process.argv.slice(2);
const chosen = GENERATORS.filter(({ name, isQuick }) =>
  asked.length === 0 ? isQuick : asked.includes('--all') || asked.includes(name),
);
const server = await serve();
let failures = 0;
try {
  for (const generator of chosen) {
    const outcome = await walkWith(generator, server.url);
    if (outcome.startsWith('FAILED')) failures += 1;
    process.stdout.write(`${generator.name}: ${outcome}\n`);
  }
} finally {
  server.stop();
  rmSync(work, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);
