import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the machine lacks, so that a client cannot be tried. */
class Missing extends Error {}

const UNREACHED =
  /ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|Could not transfer|Unknown host|NewConnectionError|No matching distribution/;

/** Runs what brings or compiles a library. Throws where that fails. */
export function run(folder: string, program: string, ...args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (error) throw new Missing(`${program} is not here`);
  if (status === 0) return;
  const said = `${stdout}\n${stderr}`;
  if (UNREACHED.test(said)) throw new Missing('the registry is not reached');
  throw new Error(`${program} ${args[0] ?? ''}: ${said.slice(-3000)}`);
}

/** Fills a folder of its own, which goes with the process; undefined, with a word, where something is missing here. */
export function installed<Made>(what: string, fill: (folder: string) => Made): Made | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-foreign-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    return fill(folder);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    process.stdout.write(`skipped: ${what}: ${error.message}\n`);
    return undefined;
  }
}
