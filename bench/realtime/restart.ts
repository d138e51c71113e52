/**
 * `bun bench/realtime/restart.ts [--clients 2000] [--friends 100] [--rounds 5]`: clients who are friends with each
 * other lose their server and come back, again and again. Told are the processor time of the new server until all is
 * quiet, per client; the rows that it wrote; and what the clients were shown.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../test/support/sqld.ts';
import { startProcess } from '../servers.ts';
import { Client } from './client.ts';
import { seed } from './seed.ts';

const number = (fallback: number) => ({ type: 'string', default: String(fallback) }) as const;
const { values } = parseArgs({ options: { clients: number(2000), friends: number(100), rounds: number(5) } });
const people = Number(values.clients);
const friends = Number(values.friends);
/** Quiet is what has used no more than this of the processor for a second. */
const QUIET_MS = 40;

const folder = mkdtempSync(join(tmpdir(), 'restart-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const secret = 'a secret that lives as long as this program';
const env = {
  PORT: String(await freePort()),
  DATA_DIR: folder,
  DATABASE_URL: '',
  SESSION_SECRET: secret,
  RATE_LIMITS: 'off',
  LOG: 'errors',
  IM_SOCKETIO: 'off',
};
const world = await seed(join(folder, 'teahouse.db'), secret, people, 2, friends);
const start = () => startProcess([process.execPath, 'src/commands/cli.ts', 'serve'], env, '/healthz');
let server = await start();

function busyMs(): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
async function quiet(): Promise<void> {
  for (let before = -QUIET_MS; busyMs() - before > QUIET_MS; await Bun.sleep(1000)) before = busyMs();
}
async function lastEvent(): Promise<number> {
  const { Database } = await import('bun:sqlite');
  const db = new Database(join(folder, 'teahouse.db'), { readonly: true });
  const row = db
    .query("SELECT COALESCE(MAX(seq), 0) AS last FROM sqlite_sequence WHERE name = 'inbox'")
    .get();
  db.close();
  return Number((row as { last: number }).last);
}

const clients = world.map((who) => new Client(server.url, who, { latencies: [], disorder: 0 }));
for (let i = 0; i < people; i += 100)
  await Promise.all(clients.slice(i, i + 100).map((client) => client.connect()));
await quiet();
const shown = () => clients.reduce((sum, { notices }) => sum + notices, 0);
const costs: number[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const [events, before] = [await lastEvent(), shown()];
  await server.stop();
  server = await start();
  const idle = busyMs();
  while (clients.some(({ isOpen }) => !isOpen)) await Bun.sleep(20);
  await quiet();
  costs.push(((busyMs() - idle) * 1000) / people);
  process.stdout.write(
    `${costs.at(-1)?.toFixed(0)} µs a client, ${(await lastEvent()) - events} events stored, ${shown() - before} shown\n`,
  );
}
costs.sort((a, b) => a - b);
process.stdout.write(`median ${costs[Math.floor(costs.length / 2)]?.toFixed(0)} µs a client\n`);
for (const client of clients) client.close();
await server.stop();
process.exit(0);
