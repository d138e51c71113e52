/**
 * `bun bench/realtime/away.ts [--members 2000] [--messages 50] [--rounds 15]`: one member writes to a group, one message
 * after another, and all the others are away. Told are the processor time, the bytes written and the rows per message:
 * median, lowest and highest of the rounds.
 */

import { Database } from 'bun:sqlite';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../test/support/sqld.ts';
import { startProcess } from '../servers.ts';
import { Client } from './client.ts';
import { GROUP, seed } from './seed.ts';

const number = (fallback: number) => ({ type: 'string', default: String(fallback) }) as const;
const { values } = parseArgs({
  options: { members: number(2000), messages: number(50), rounds: number(15) },
});
const [members, messages, rounds] = [values.members, values.messages, values.rounds].map(Number) as [
  number,
  number,
  number,
];

const folder = mkdtempSync(join(tmpdir(), 'away-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const secret = 'a secret that lives as long as this program';
const file = join(folder, 'teahouse.db');
const [writer] = await seed(file, secret, members, members);
if (!writer) throw new Error('There are members.');
const env = {
  PORT: String(await freePort()),
  DATA_DIR: folder,
  DATABASE_URL: '',
  SESSION_SECRET: secret,
  RATE_LIMITS: 'off',
  LOG: 'errors',
  IM_SOCKETIO: 'off',
  MESSAGES_PER_DAY: '1000000',
};
const server = await startProcess([process.execPath, 'src/commands/cli.ts', 'serve'], env, '/healthz');

/** What the server has used so far: processor time in µs, bytes written, rows of the inbox ever made. */
function used(): [number, number, number] {
  // In steps of 10 ms, which a round of 50 messages evens out.
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const cpu = (Number(fields[11]) + Number(fields[12])) * 10_000;
  const bytes = Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${server.pid}/io`, 'utf8'))?.[1]);
  const db = new Database(file, { readonly: true });
  const row = db.query("SELECT seq FROM sqlite_sequence WHERE name = 'inbox'").get() as {
    seq: number;
  } | null;
  db.close();
  return [cpu, bytes, row?.seq ?? 0];
}

const client = new Client(server.url, writer, { latencies: [], disorder: 0 });
await client.connect();
let count = 0;
async function round(): Promise<number[]> {
  const before = used();
  for (let i = 0; i < messages; i++) {
    client.send(`m${count++}`, 2, GROUP);
    while (client.waits > 0) await Bun.sleep(0);
  }
  await Bun.sleep(200);
  return used().map((now, i) => (now - (before[i] ?? 0)) / messages);
}
await round();
const all: number[][] = [];
for (let i = 0; i < rounds; i++) all.push(await round());
const shown = (of: number, scale: number, digits: number) => {
  const sorted = all.map((one) => (one[of] ?? 0) / scale).sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(digits);
  return `${at(0.5)} (${at(0)}–${at(1)})`;
};
process.stdout.write(
  `${members} members, all away but the writer: ${shown(0, 1000, 2)} ms of processor, ${shown(1, 1024, 1)} KiB written, ${shown(2, 1, 1)} events a message.\n`,
);
client.close();
await server.stop();
process.exit(0);
