import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** A folder with the examples and with the package as it would be published, and nothing else of the project. */
export interface PackedFolder {
  readonly path: string;
  readonly files: readonly string[];
  remove(): void;
}

/** Packs the client, unpacks it where an app would have it, and puts the examples beside it. */
export async function packedExamples(): Promise<PackedFolder> {
  const path = mkdtempSync(join(tmpdir(), 'teahouse-examples-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', path], {
    cwd: join(root, 'sdk'),
  });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as {
    filename: string;
    files: { path: string }[];
  }[];
  if (!packed) throw new Error('Nothing was packed.');
  const home = join(path, 'node_modules/@teahouse/client');
  mkdirSync(home, { recursive: true });
  await run('tar', ['-xzf', join(path, packed.filename), '-C', home, '--strip-components=1']);
  cpSync(join(root, 'examples'), path, { recursive: true });
  symlinkSync(join(root, 'node_modules/bun-types'), join(path, 'node_modules/bun-types'));
  return {
    path,
    files: packed.files.map((file) => file.path),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
