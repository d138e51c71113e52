import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/**
 * Keeps a program for as long as its own standard input is open: that ends with the process that started
 * it, however it dies, and then the program goes, and its folder.
 */
const KEEPER = [
  'exec 4<&0',
  '"$0" "$@" </dev/null 2>&3 & program=$!',
  '(read -r _ <&4; kill -$SIGNAL $program) & watcher=$!',
  'wait $program; status=$?',
  'kill $watcher',
  '[ -z "$FOLDER" ] || rm -rf "$FOLDER"',
  'exit $status',
].join('\n');

export interface KeptProcess {
  readonly stdout: Readable;
  /** Resolves with its exit code when the program has ended by itself or was stopped. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

export interface KeptOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Goes when the program has ended. */
  readonly folder?: string;
  /** What ends the program; KILL unless its own way to stop matters. */
  readonly signal?: 'KILL' | 'TERM';
}

/** Starts a program that cannot outlive this process. */
export function keepProcess(
  program: string,
  args: readonly string[],
  { env = {}, cwd, folder = '', signal = 'KILL' }: KeptOptions = {},
): KeptProcess {
  const child = spawn('sh', ['-c', KEEPER, program, ...args], {
    stdio: ['pipe', 'pipe', 'ignore', 2], // 3 is our stderr; the shell's own remarks on signals go nowhere
    env: { ...process.env, ...env, FOLDER: folder, SIGNAL: signal },
    ...(cwd ? { cwd } : {}),
  });
  const ended = once(child, 'exit').then(([code]) => Number(code ?? 1));
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('The program has no pipes.');
  return {
    stdout,
    ended,
    async stop() {
      stdin.end();
      await ended;
    },
  };
}
