/**
 * `bun bench/realtime/floor.ts [--members 500] [--rate 40] [--seconds 3] [--rounds 15]`: everybody in a group is
 * connected and acknowledges once per second, and its members write to it in turn. Told is the processor time per
 * delivery, of Teahouse and of a bare server that sends the same bytes (bare.ts), a round of each in turns.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../test/support/sqld.ts';
import { processorTime, type RunningServer, startProcess } from '../servers.ts';
import { Counter } from './counter.ts';
import { seed } from './seed.ts';
import { spread } from './spread.ts';

/** Rounds that do not count: both servers are compiled meanwhile, as one is that has run for a minute. */
const WARM_UP = 5;
const number = (fallback: number) => ({ type: 'string', default: String(fallback) }) as const;
const { values } = parseArgs({
  options: { members: number(500), rate: number(40), seconds: number(3), rounds: number(15) },
});
const members = Number(values.members);
const rate = Number(values.rate);
const seconds = Number(values.seconds);
/** Acknowledgements follow within a second, and are written a quarter of one later. */
const REST_MS = 1500;
/** So long a round waits for what a busy machine has not brought until then. */
const LATE_MS = 30_000;

const folder = mkdtempSync(join(tmpdir(), 'floor-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const secret = 'a secret that lives as long as this program';
const people = await seed(join(folder, 'teahouse.db'), secret, members, members);
const env = {
  DATA_DIR: folder,
  DATABASE_URL: '',
  SESSION_SECRET: secret,
  RATE_LIMITS: 'off',
  LOG: 'errors',
  IM_SOCKETIO: 'off',
  MESSAGES_PER_DAY: '1000000',
};
const start = async (...command: string[]) =>
  startProcess([process.execPath, ...command], { ...env, PORT: String(await freePort()) }, '/healthz');

/** A server with everybody connected to it, and what its rounds have cost, in µs per delivery. */
class Contender {
  readonly costs: number[] = [];
  readonly clients: Counter[];
  readonly server: RunningServer;
  private turn = 0;

  constructor(server: RunningServer, tokens: readonly string[]) {
    this.server = server;
    this.clients = tokens.map((token) => new Counter(server.url, token));
  }

  async connect(): Promise<void> {
    for (let i = 0; i < this.clients.length; i += 100)
      await Promise.all(this.clients.slice(i, i + 100).map((client) => client.connect()));
  }

  private sum = (of: 'came' | 'bytes') => this.clients.reduce((sum, client) => sum + client[of], 0);

  /** Bytes of a frame so far. */
  get frameBytes(): number {
    return this.sum('bytes') / this.sum('came');
  }

  async round(): Promise<void> {
    const [before, came] = [processorTime(this.server.pid) ?? 0, this.sum('came')];
    const messages = rate * seconds;
    for (let i = 0; i < messages; i++) {
      this.clients[this.turn++ % this.clients.length]?.say(`m${this.turn}`);
      await Bun.sleep(1000 / rate);
    }
    const all = messages * (members - 1);
    const end = Date.now() + LATE_MS;
    while (this.sum('came') - came < all && Date.now() < end) await Bun.sleep(100);
    await Bun.sleep(REST_MS);
    const deliveries = this.sum('came') - came;
    if (deliveries !== all) throw new Error(`${deliveries} deliveries came.`);
    this.costs.push(((processorTime(this.server.pid) ?? 0) - before) / deliveries);
  }
}

const ours = new Contender(
  await start('src/commands/cli.ts', 'serve'),
  people.map(({ token }) => token),
);
const bare = new Contender(
  await start('bench/realtime/bare.ts'),
  people.map(({ id }) => String(id)),
);
for (const one of [ours, bare]) await one.connect();
for (let i = 0; i < WARM_UP; i++) for (const one of [ours, bare]) await one.round();
for (const one of [ours, bare]) one.costs.length = 0;
for (let i = 0; i < Number(values.rounds); i++) for (const one of [ours, bare]) await one.round();
const ratios = ours.costs.map((cost, i) => (bare.costs[i] ?? 0) / cost);
process.stdout.write(
  `${members} members online, ${rate} messages per second, µs of processor per delivery (bytes):
ours ${spread(ours.costs, 1)} (${ours.frameBytes.toFixed(0)}), bare ${spread(bare.costs, 1)} (${bare.frameBytes.toFixed(0)}); of the floor ${spread(ratios, 2)}\n`,
);
for (const one of [ours, bare]) {
  for (const client of one.clients) client.close();
  await one.server.stop();
}
process.exit(0);
