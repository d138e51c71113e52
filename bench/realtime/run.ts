/**
 * `bun bench/realtime/run.ts [--clients 2000] [--members 500] [--group 100] [--private 500] [--seconds 15]`:
 * clients on one server, messages a second into a group and between friends, at once. Then the same again with
 * a restart in the middle. Every message must arrive at everybody once and in order; latency is from sending
 * to arrival, both seen by the one process that plays all clients.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../test/support/sqld.ts';
import { startProcess } from '../servers.ts';
import { Client, type Tally } from './client.ts';
import { GROUP, seed } from './seed.ts';

const number = (fallback: number) => ({ type: 'string', default: String(fallback) }) as const;
const { values } = parseArgs({
  options: {
    clients: number(2000),
    members: number(500),
    group: number(100),
    private: number(500),
    seconds: number(15),
  },
});
const people = Number(values.clients);
const members = Number(values.members);
const perSecond = { group: Number(values.group), private: Number(values.private) };
const seconds = Number(values.seconds);
const TICK_MS = 20;
const DRAIN_MS = 60_000;

const print = (text: string) => void process.stdout.write(`${text}\n`);
const folder = mkdtempSync(join(tmpdir(), 'realtime-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const secret = 'a secret that lives as long as this program';
const port = await freePort();
const world = await seed(join(folder, 'teahouse.db'), secret, people, members);
const env = {
  PORT: String(port),
  DATA_DIR: folder,
  DATABASE_URL: '',
  SESSION_SECRET: secret,
  RATE_LIMITS: 'off',
  LOG: 'errors',
  IM_SOCKETIO: 'off',
};
const start = () => startProcess([process.execPath, 'src/commands/cli.ts', 'serve'], env, '/healthz');
let server = await start();
const megabytes = () =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024);

/** Processor time of the server so far, ms: what it would take if nobody else had the machine. */
function busyMs(): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const tally: Tally = { latencies: [], disorder: 0 };
const clients = world.map((who) => new Client(server.url, who, tally));
const at = (i: number): Client => {
  const client = clients[i % clients.length];
  if (!client) throw new Error('There are clients.');
  return client;
};
const idleMb = megabytes();
for (let i = 0; i < people; i += 100)
  await Promise.all(clients.slice(i, i + 100).map((client) => client.connect()));
print(
  `${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}. ${people} clients connected: ${idleMb} → ${megabytes()} MB.`,
);

/** What everybody must have seen: group messages by their senders, private ones by their receivers. */
const sent = { group: new Map<string, number>(), private: new Map<string, number>() };
let count = 0;

async function send(lasting: number): Promise<void> {
  const begun = performance.now();
  const due = (rate: number) => Math.floor(((performance.now() - begun) / 1000) * rate);
  const done = { group: 0, private: 0 };
  while (performance.now() - begun < lasting * 1000) {
    for (; done.group < due(perSecond.group); done.group++) {
      const from = at(count++ % members);
      sent.group.set(`g${count}`, from.who.id);
      from.send(`g${count}`, 2, GROUP);
    }
    for (; done.private < due(perSecond.private); done.private++) {
      const from = at((count++ * 7) % people);
      sent.private.set(`p${count}`, from.who.friend);
      from.send(`p${count}`, 1, from.who.friend);
    }
    await Bun.sleep(TICK_MS);
  }
}

const expected = () => sent.group.size * (members - 1) + sent.private.size;
const arrived = () => clients.reduce((sum, { seen }) => sum + seen.length, 0);
async function drain(): Promise<void> {
  const begun = performance.now();
  while (arrived() < expected() || clients.some(({ waits }) => waits > 0)) {
    if (performance.now() - begun > DRAIN_MS) return;
    await Bun.sleep(50);
  }
}

const percentile = (sorted: readonly number[], share: number) =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
function report(title: string) {
  const sorted = tally.latencies.splice(0).sort((a, b) => a - b);
  const [p50, p90, p99, most] = [0.5, 0.9, 0.99, 1].map((share) => percentile(sorted, share));
  print(
    `${title}: ${sorted.length} deliveries, ${p50} ms p50, ${p90} ms p90, ${p99} ms p99, ${most} ms at most; ${megabytes()} MB.`,
  );
}

/** Everybody has everything once, and all members have the group's messages in one order, their own left out. */
function check(): string[] {
  const problems: string[] = [];
  const wantedBy = new Map<number, Set<string>>(world.map(({ id }) => [id, new Set()]));
  for (const [msgId, to] of sent.private) wantedBy.get(to)?.add(`1 ${msgId}`);
  for (const [msgId, from] of sent.group)
    for (const { id } of world.slice(0, members)) if (id !== from) wantedBy.get(id)?.add(`2 ${msgId}`);
  for (const { who, seen } of clients) {
    const wanted = wantedBy.get(who.id) ?? new Set();
    const had = new Set(seen);
    const lost = [...wanted].filter((key) => !had.has(key)).length;
    const twice = seen.length - had.size;
    const strange = seen.filter((key) => !wanted.has(key)).length;
    if (lost + twice + strange > 0)
      problems.push(`${who.id}: ${lost} lost, ${twice} twice, ${strange} strange`);
  }
  const shared = (i: number, other: number) => {
    const both = new Set(at(other).seen);
    return at(i).seen.filter((key) => key.startsWith('2') && both.has(key));
  };
  for (let i = 1; i < members; i++)
    if (shared(0, i).join() !== shared(i, 0).join())
      problems.push(`${at(i).who.id}: another order than the first member`);
  if (tally.disorder > 0) problems.push(`${tally.disorder} arrivals out of order`);
  return problems;
}

const before = busyMs();
await send(seconds);
await drain();
const busy = busyMs() - before;
report(
  `${perSecond.group}/s into a group of ${members} and ${perSecond.private}/s between friends, ${seconds} s`,
);
print(
  `The server was busy for ${(busy / 1000).toFixed(1)} s: ${Math.round((busy * 1000) / expected())} µs a delivery.`,
);
const sending = send(seconds);
await Bun.sleep((seconds * 1000) / 2);
await server.stop();
server = await start();
await sending;
await drain();
report('The same with a restart in the middle');
const problems = check();
print(
  problems.length === 0
    ? `All ${expected()} deliveries of ${sent.group.size + sent.private.size} messages came once and in order.`
    : problems.slice(0, 20).join('\n'),
);
for (const client of clients) client.close();
await server.stop();
process.exit(problems.length === 0 ? 0 : 1);
