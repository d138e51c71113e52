import { cpus } from 'node:os';
import { CONNECTIONS, generator } from './load.ts';
import type { Rounds, Turn } from './rounds.ts';
import type { StartFigures } from './start.ts';
import { median, spread } from './statistics.ts';
import type { Workload } from './workload.ts';

const percent = (share: number) => `${Math.round(share * 100)} %`;
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');

/** What it was measured on and with. */
export function heading(node: string | undefined, rounds: number, seconds: number): string {
  const [cpu] = cpus();
  const model = cpu ? `${cpus().length} × ${cpu.model.trim()}` : 'unknown processor';
  const peer = node ? `Node ${node}` : 'no Node 22.18 or later found: the Fastify peer is skipped';
  return [
    `Machine: ${model}, ${process.platform} ${process.arch}. Bun ${Bun.version}, ${peer}.`,
    `Load: ${generator}, ${CONNECTIONS} keep-alive connections, loopback; ${rounds} rounds of ${seconds} s each, interleaved.`,
  ].join('\n');
}

/** Processor time for one request: what other work on the machine disturbs least. */
function processor(turns: readonly Turn[]): string {
  const known = turns.flatMap(({ cpuUs }) => (cpuUs === undefined ? [] : [cpuUs]));
  return known.length > 0 ? median(known).toFixed(1) : '';
}

/** One workload's table: medians, the spread between rounds, and each server's share of the limit. */
export function workloadTable({ name, about }: Workload, { loads, ratios }: Rounds): string {
  const rows = [...loads].map(([server, results]) => {
    const rates = results.map(({ perSecond }) => perSecond);
    const shares = ratios.get(server);
    return [
      server,
      Math.round(median(rates)).toLocaleString('en'),
      percent(spread(rates)),
      shares ? median(shares).toFixed(2) : '1',
      shares ? `${Math.min(...shares).toFixed(2)}–${Math.max(...shares).toFixed(2)}` : '',
      processor(results),
      median(results.map(({ p50Ms }) => p50Ms)).toFixed(2),
      median(results.map(({ p99Ms }) => p99Ms)).toFixed(2),
    ];
  });
  const head = ['server', 'requests/s', 'spread', 'of the limit', 'from–to', 'CPU µs', 'p50 ms', 'p99 ms'];
  return `## ${name}\n${about}\n\n${table(head, rows)}`;
}

export function startTable(figures: readonly StartFigures[]): string {
  const rows = figures.map(({ label, milliseconds, cpuMs, megabytes }) => [
    label,
    median(milliseconds).toFixed(0),
    Math.max(...milliseconds).toFixed(0),
    median(cpuMs).toFixed(0),
    median(megabytes).toFixed(0),
  ]);
  return `## Start\n${table(['teahouse', 'first answer, ms', 'slowest, ms', 'CPU, ms', 'idle memory, MB'], rows)}`;
}
