import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchRequest } from './workload.ts';

export const CONNECTIONS = 64;

/** What a load generator saw. */
export interface Load {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Failed connections and answers other than 200. */
  readonly errors: number;
}

/** Writes requests down as they go over the wire, separated by NUL. */
export function writeRequests(file: string, requests: readonly BenchRequest[]): void {
  const text = requests.map(({ method, target, token, form }) => {
    const lines = [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: keep-alive'];
    if (token) lines.push(`Authorization: Bearer ${token}`);
    if (form !== undefined) {
      lines.push('Content-Type: application/x-www-form-urlencoded');
      lines.push(`Content-Length: ${Buffer.byteLength(form)}`);
    }
    return `${lines.join('\r\n')}\r\n\r\n${form ?? ''}`;
  });
  writeFileSync(file, text.join('\0'));
}

const wrk = Bun.which('wrk');

/** The generator in use: wrk where it is installed, else our own. */
export const generator = wrk ? 'wrk' : 'bench/load-bun.ts';

const commandFor = (file: string, url: string, seconds: number, connections: number) =>
  wrk
    ? [
        wrk,
        '-t1',
        '--timeout',
        '30s',
        `-c${connections}`,
        `-d${seconds}s`,
        '-s',
        join(import.meta.dir, 'load.lua'),
        url,
      ]
    : [
        process.execPath,
        join(import.meta.dir, 'load-bun.ts'),
        file,
        new URL(url).port,
        String(connections),
        String(seconds),
      ];

/** How many requests of a file have been sent to a server. */
const sent = new Map<string, number>();

const sentOf = (file: string, url: string) => sent.get(`${file} ${url}`) ?? 0;

/** Counts requests that were sent to a server otherwise. */
export function countSent(file: string, url: string, requests: number): number {
  const all = sentOf(file, url) + requests;
  sent.set(`${file} ${url}`, all);
  return all;
}

/**
 * Sends the requests of a file to a server, in turn, over keep-alive connections without pipelining: those that
 * follow the ones of earlier loads.
 */
export async function load(
  file: string,
  url: string,
  seconds: number,
  connections = CONNECTIONS,
): Promise<Load> {
  const command = commandFor(file, url, seconds, connections);
  const child = Bun.spawn(command, {
    env: { ...process.env, REQUESTS: file, FIRST: String(sentOf(file, url)) },
    stderr: 'inherit',
  });
  const output = await new Response(child.stdout).text();
  const result = /^RESULT (.*)$/m.exec(output)?.[1];
  if (!result) throw new Error(`"${command.join(' ')}" gave no result:\n${output}`);
  const done = JSON.parse(result) as Load; // written by load.lua or load-bun.ts
  // Each connection may have had one more on its way.
  countSent(file, url, done.requests + connections);
  return done;
}
