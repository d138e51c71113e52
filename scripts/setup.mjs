// Installs what is missing, with nothing but Node 20 and npm (or Bun alone) on the machine. Plain JavaScript,
// because it runs before anything is installed. `--dev` adds what tests and builds need.
//
// Dependencies' install scripts stay off, as Bun does it, too: the only one that is needed, Bun's own, is called
// by name.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const dev = process.argv.includes('--dev');
const stamp = 'node_modules/.teahouse-installed.json';
const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');

function isInstalled() {
  if (!existsSync(stamp)) return false;
  const done = JSON.parse(readFileSync(stamp, 'utf8'));
  return done.lock === lock && (done.dev || !dev);
}

function run(command, args) {
  const shell = process.platform === 'win32';
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], shell });
  if (error || status !== 0) {
    console.error(`setup: "${command} ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}`);
    process.exit(status || 1);
  }
}

/** Whether the Bun of this version is in its place already. */
function hasBun() {
  const { version } = JSON.parse(readFileSync('node_modules/bun/package.json', 'utf8'));
  const { stdout } = spawnSync('node_modules/bun/bin/bun.exe', ['--version'], { encoding: 'utf8' });
  return stdout?.trim() === version;
}

const has = (command) =>
  spawnSync(command, ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0;

if (!isInstalled()) {
  console.error('setup: installing dependencies (once)…');
  if (has('npm'))
    run('npm', [
      // What is there stays: after an update only what has changed is fetched, in seconds.
      ...(existsSync(stamp) ? ['install', '--no-save'] : ['ci']),
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      ...(dev ? [] : ['--omit=dev']),
    ]);
  else
    run(process.execPath, [
      'install',
      '--frozen-lockfile',
      '--ignore-scripts',
      ...(dev ? [] : ['--production']),
    ]);
  if (existsSync('node_modules/bun/install.js') && !hasBun())
    run(process.execPath, ['node_modules/bun/install.js']);
  writeFileSync(stamp, JSON.stringify({ lock, dev }));
}
