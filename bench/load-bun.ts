import { readFileSync } from 'node:fs';

// The load generator where wrk is missing: raw keep-alive sockets, one request in flight on each, in a process of its
// own. `bun bench/load-bun.ts FILE PORT CONNECTIONS SECONDS`; the file's requests are separated by NUL;
// FIRST of them are left out at the start.

const [file = '', port = '', connections = '', seconds = ''] = process.argv.slice(2);
const requests = readFileSync(file, 'utf8')
  .split('\0')
  .filter(Boolean)
  .map((text) => Buffer.from(text));

let sent = Number(process.env['FIRST'] ?? 0);
let errors = 0;
let stopped = false;
const latencies: number[] = [];

interface Connection {
  startedAt: number;
  /** What has come of the answer whose end is not known yet. */
  head: string;
  /** Bytes of the body that are still to come; negative while the head is incomplete. */
  missing: number;
}

const send = (socket: Bun.Socket<Connection>) => {
  const request = requests[sent % requests.length];
  sent += 1;
  socket.data = { startedAt: performance.now(), head: '', missing: -1 };
  if (request && socket.write(request) !== request.length) errors += 1;
};

/** Counts the bytes of a chunk; true when the answer is complete. */
function isComplete(state: Connection, chunk: Buffer): boolean {
  if (state.missing >= 0) {
    state.missing -= chunk.length;
    return state.missing === 0;
  }
  state.head += chunk.toString('latin1'); // one character a byte
  const end = state.head.indexOf('\r\n\r\n');
  if (end < 0) return false;
  if (!state.head.startsWith('HTTP/1.1 200')) errors += 1;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(state.head)?.[1]);
  state.missing = length - (state.head.length - end - 4);
  return state.missing === 0;
}

const handlers: Bun.SocketHandler<Connection> = {
  open: send,
  data(socket, chunk) {
    if (!isComplete(socket.data, chunk)) return;
    latencies.push(performance.now() - socket.data.startedAt);
    if (!stopped) send(socket);
  },
  error() {
    errors += 1;
  },
  close() {
    if (!stopped) errors += 1;
  },
};

const started = performance.now();
const sockets = await Promise.all(
  Array.from({ length: Number(connections) }, () =>
    Bun.connect<Connection>({
      hostname: '127.0.0.1',
      port: Number(port),
      socket: handlers,
      data: { startedAt: 0, head: '', missing: -1 },
    }),
  ),
);
await Bun.sleep(Number(seconds) * 1000);
stopped = true;
const elapsed = performance.now() - started;
for (const socket of sockets) socket.end();

const sorted = Float64Array.from(latencies).sort();
const percentile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
const result = {
  requests: sorted.length,
  perSecond: (sorted.length / elapsed) * 1000,
  p50Ms: percentile(0.5),
  p99Ms: percentile(0.99),
  errors,
};
process.stdout.write(`RESULT ${JSON.stringify(result)}\n`);
process.exit(0);
