/**
 * `npm run build`: one executable with everything in it, `dist/teahouse`. With targets, as
 * `npm run build -- linux-arm64 darwin-arm64`, one each, `dist/teahouse-linux-arm64`; Bun fetches the runtime of
 * another platform from the npm registry. `--into FOLDER` puts them elsewhere.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const TARGETS = ['linux-x64', 'linux-arm64', 'linux-x64-musl', 'darwin-x64', 'darwin-arm64', 'windows-x64'];

function compile(outfile: string, target: readonly string[]) {
  const flags = ['--compile', '--minify', '--bytecode', '--format=esm', ...target];
  const args = ['build', 'src/commands/cli.ts', ...flags, `--outfile=${outfile}`];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { into: { type: 'string', default: 'dist' } },
});
const unknown = wanted.filter((target) => !TARGETS.includes(target));
if (unknown.length > 0) {
  console.error(`There is no target ${unknown.join(', ')}; there are ${TARGETS.join(', ')}.`);
  process.exit(1);
}
if (wanted.length === 0) compile(join(values.into, 'teahouse'), []);
for (const target of wanted) compile(join(values.into, `teahouse-${target}`), [`--target=bun-${target}`]);
