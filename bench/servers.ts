import { readFileSync } from 'node:fs';

/** A server in a process of its own. */
export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number;
  /** How the process ended, if it has. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

const running = new Set<Bun.Subprocess>();
// However this program ends, the servers end with it.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

/** The address that a server prints once it listens. */
async function addressFrom(output: ReadableStream<Uint8Array>, command: readonly string[]): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const reader = output.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`"${command.join(' ')}" ended before it listened:\n${text}`);
    text += decoder.decode(value, { stream: true });
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
    if (!url) continue;
    reader.releaseLock();
    return url;
  }
}

/**
 * Starts a server and waits for its first answer.
 * @param probe the path that is asked for
 */
export async function startProcess(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  probe: string,
): Promise<RunningServer> {
  const started = performance.now();
  const child = Bun.spawn([...command], {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  running.add(child);
  void child.exited.then(() => running.delete(child));
  const url = await addressFrom(child.stdout, command);
  await (await fetch(`${url}${probe}`)).text();
  const startMs = performance.now() - started;
  return {
    url,
    pid: child.pid,
    startMs,
    ended: () =>
      child.exitCode === null && child.signalCode === null
        ? undefined
        : `exit code ${child.exitCode}, signal ${child.signalCode}`,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await child.exited;
      clearTimeout(timer);
    },
  };
}

/** A clock tick of /proc in microseconds: 100 a second on every Linux that we know of. */
const TICK_US = 10_000;

/** Processor time that a process has used so far, in microseconds; undefined where the system does not tell. */
export function processorTime(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  // "pid (name) state …": user and system time are the 12th and 13th value after the name.
  const values = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(values[11]) + Number(values[12])) * TICK_US;
}

/** Resident memory of a process in megabytes (10^6 bytes). */
export function residentMegabytes(pid: number): number {
  if (process.platform === 'linux') {
    const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (Number(kilobytes) * 1024) / 1e6;
  }
  const { stdout } = Bun.spawnSync(['ps', '-o', 'rss=', '-p', String(pid)]);
  return (Number(stdout.toString().trim()) * 1024) / 1e6;
}
