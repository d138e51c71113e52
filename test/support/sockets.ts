import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { endpoints } from '../../src/endpoints.ts';
import { type Server, startServer } from '../../src/homes/bun/server.ts';
import { HeldClock, type Person, type TestApp } from './app.ts';
import { layDatabase } from './database.ts';
import { checkReply } from './replies.ts';

// What Bun gives as a file's path, vitest would run as a script.
vi.mock('../../node_modules/@scalar/api-reference/dist/browser/standalone.js', () => ({ default: '' }));
vi.mock('../../node_modules/htmx.org/dist/htmx.min.js', () => ({ default: '' }));
vi.mock('../../src/console/assets/console.js', () => ({ default: '' }));

class RunningClock extends HeldClock {
  override now = () => Date.now();
}

/** A real server in this process, with what tests of an application need. */
export interface LiveServer extends TestApp {
  readonly server: Server;
  /** Ends the server and starts it anew on the same database and ports. */
  restart(): Promise<void>;
}

/** Starts the self-hosted server on a database file of its own and a free port. */
export async function liveServer(env: Readonly<Record<string, string>> = {}): Promise<LiveServer> {
  const folder = mkdtempSync(join(tmpdir(), 'teahouse-live-'));
  await layDatabase(folder);
  const start = (port: string, socketIoPort: string) =>
    startServer(
      readConfig({
        RATE_LIMITS: 'off',
        LOG: 'off',
        DATA_DIR: folder,
        PORT: port,
        IM_SOCKETIO_PORT: socketIoPort,
        ...env,
      }),
    );
  let server = await start('0', '0');
  const { port } = new URL(server.url);
  const socketIoPort = String(server.socketIoPort ?? 0);
  const app: LiveServer = {
    get server() {
      return server;
    },
    get platform() {
      return server.home.platform;
    },
    get executor() {
      return server.home.executor;
    },
    clock: new RunningClock(),
    fetch: (request) => fetch(request),
    async call(path, params = {}, { token, headers = {} } = {}) {
      const response = await fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
        body: new URLSearchParams(
          Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]),
        ),
      });
      const { code, data } = checkReply(endpoints, path, await response.text());
      return { status: response.status, headers: response.headers, code, data };
    },
    async sql(text, ...params) {
      const [result] = await server.home.executor.read([{ sql: text, params, kind: 'rows' }]);
      return result?.rows ?? [];
    },
    async restart() {
      await server.stop();
      server = await start(port, socketIoPort);
    },
    async close() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return app;
}

/** A message object as a socket shows it. */
export interface SeenMessage {
  readonly msgId: string;
  readonly fromId: number;
  readonly destId: number;
  readonly content: string;
  readonly messageType: number;
  readonly [key: string]: unknown;
}

interface Frame {
  readonly op: string;
  readonly seq?: number;
  readonly message?: SeenMessage;
  readonly msgId?: string;
  readonly code?: number;
}

/** Longer than anything takes on a busy machine. */
const UNTIL_MS = 15_000;

/** Waits until something holds; fails when it has not in time, with what it was. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + UNTIL_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Not in time: ${what}`);
    await new Promise((soon) => setTimeout(soon, 5));
  }
}

/** A client of `WS /im` that keeps everything it sees. */
export class Socket {
  readonly frames: Frame[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly ws: WebSocket;
  private count = 0;

  constructor(
    app: { readonly server: { readonly url: string } },
    who: Person,
    params: Readonly<Record<string, string | number>> = {},
  ) {
    const query = new URLSearchParams({ token: who.token });
    for (const [name, value] of Object.entries(params)) query.set(name, String(value));
    this.ws = new WebSocket(`${app.server.url.replace('http', 'ws')}/im?${query}`);
    this.ws.onmessage = ({ data }) => this.frames.push(JSON.parse(String(data)) as Frame);
    this.ws.onclose = ({ code, reason }) => {
      this.closed = { code, reason };
    };
  }

  /** What came so far, oldest first. */
  get messages(): SeenMessage[] {
    return this.frames.flatMap(({ op, message }) => (op === 'message' && message ? [message] : []));
  }

  /** The contents of chat messages and events of one type. */
  contents(type = 2): string[] {
    return this.messages.filter((each) => each.messageType === type).map(({ content }) => content);
  }

  get seqs(): number[] {
    return this.frames.flatMap(({ op, seq }) => (op === 'message' && seq !== undefined ? [seq] : []));
  }

  get lastSeq(): number {
    return this.seqs.at(-1) ?? 0;
  }

  /** Everything that waited has come. */
  async live(): Promise<this> {
    await until('the socket to be live', () => this.frames.some(({ op }) => op === 'live') || !!this.closed);
    if (this.closed) throw new Error(`The socket was closed: ${this.closed.code} ${this.closed.reason}`);
    return this;
  }

  send(frame: unknown): void {
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  ack(seq = this.lastSeq): void {
    this.send({ op: 'ack', seq });
  }

  /** Sends a message and waits for the answer. */
  async say(message: Readonly<Record<string, unknown>>): Promise<Frame> {
    this.count += 1;
    const msgId = String(message['msgId'] ?? `m-${Date.now()}-${this.count}-${Math.random()}`);
    const before = this.frames.length;
    this.send({ op: 'send', message: { fromType: 1, messageType: 2, ...message, msgId } });
    const answer = () =>
      this.frames.slice(before).find((frame) => frame.op === 'sent' && frame.msgId === msgId);
    await until(`an answer to ${JSON.stringify(message)}`, () => answer() !== undefined || !!this.closed);
    return answer() ?? { op: 'closed' };
  }

  async close(): Promise<void> {
    this.ws.close();
    await until('the socket to close', () => this.closed !== undefined);
  }
}
