/**
 * `bun bench/realtime/away.ts [--members 2000] [--writers 1] [--messages 50] [--rounds 15]`: one member (or several at
 * once) writes to a group, one message after another, and all the others are away. Told are the processor time, the bytes
 * written and the rows per message: median, lowest and highest of the rounds.
 */

import { Database } from 'bun:sqlite';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../test/support/sqld.ts';
import { processorTime, startProcess } from '../servers.ts';
import { Client } from './client.ts';
import { GROUP, seed } from './seed.ts';
import { spread } from './spread.ts';

const number = (fallback: number) => ({ type: 'string', default: String(fallback) }) as const;
const { values } = parseArgs({
  options: { members: number(2000), writers: number(1), messages: number(50), rounds: number(15) },
});
const members = Number(values.members);
const messages = Number(values.messages);
const rounds = Number(values.rounds);

const folder = mkdtempSync(join(tmpdir(), 'away-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const secret = 'a secret that lives as long as this program';
const file = join(folder, 'teahouse.db');
const writers = (await seed(file, secret, members, members)).slice(0, Number(values.writers));
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
  const cpu = processorTime(server.pid) ?? 0;
  const bytes = Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${server.pid}/io`, 'utf8'))?.[1]);
  const db = new Database(file, { readonly: true });
  const row = db.query("SELECT seq FROM sqlite_sequence WHERE name = 'inbox'").get() as {
    seq: number;
  } | null;
  db.close();
  return [cpu, bytes, row?.seq ?? 0];
}

const clients = writers.map((who) => new Client(server.url, who, { latencies: [], disorder: 0 }));
for (const client of clients) await client.connect();
let count = 0;
async function round(): Promise<number[]> {
  const before = used();
  for (let i = 0; i < messages; i += clients.length) {
    for (const client of clients) client.send(`m${count++}`, 2, GROUP);
    while (clients.some(({ waits }) => waits > 0)) await Bun.sleep(0);
  }
  await Bun.sleep(200);
  return used().map((now, i) => (now - (before[i] ?? 0)) / messages);
}
await round();
const all: number[][] = [];
for (let i = 0; i < rounds; i++) all.push(await round());
const shown = (of: number, scale: number, digits: number) =>
  spread(
    all.map((one) => (one[of] ?? 0) / scale),
    digits,
  );
process.stdout.write(
  `${members} members, all away but the writers: ${shown(0, 1000, 2)} ms of processor, ${shown(1, 1024, 1)} KiB written, ${shown(2, 1, 1)} events a message.\n`,
);
for (const client of clients) client.close();
await server.stop();
process.exit(0);
