import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
/** What this run of tests has built, for all of its threads. */
const FOLDER = join(tmpdir(), `teahouse-built-${process.pid}`);
const WAIT_MS = 120_000;

const pause = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);

/** True for the first thread that asks. */
function isFirst(name: string): boolean {
  mkdirSync(FOLDER, { recursive: true });
  try {
    mkdirSync(join(FOLDER, `${name}.begun`));
    return true;
  } catch {
    return false;
  }
}

function waitFor(path: string): void {
  for (const end = Date.now() + WAIT_MS; !existsSync(path); pause())
    if (Date.now() > end) throw new Error(`Another thread has not built ${path}.`);
}

/** Runs a script that builds something, once for all threads of this process; whoever asks meanwhile waits. */
function buildOnce(name: string, script: readonly string[]): void {
  const ready = join(FOLDER, `${name}.ready`);
  if (!isFirst(name)) {
    waitFor(ready);
    return;
  }
  const built = spawnSync(process.execPath, [...script], { cwd: root, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`${name} does not build:\n${built.stdout}${built.stderr}`);
  writeFileSync(ready, '');
}

/**
 * The path of the executable, as `npm run build` makes it. It starts in half of the time that the sources take, and is
 * what people run.
 */
export function teahouseProgram(): string {
  buildOnce('teahouse', ['scripts/build.ts', '--into', FOLDER]);
  return join(FOLDER, 'teahouse');
}

const bundle = join(root, 'dist/worker');

/** The folder of the Worker as it is deployed; WORKER_PREBUILT says that it is current. */
export function buildWorker(): string {
  if (process.env['WORKER_PREBUILT'] === undefined || !existsSync(join(bundle, 'index.js')))
    buildOnce('worker', ['scripts/build-worker.ts']);
  return bundle;
}

/** vitest calls it when all tests have ended. */
export const teardown = () => rmSync(FOLDER, { recursive: true, force: true });
