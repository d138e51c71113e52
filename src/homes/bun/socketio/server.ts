import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server } from 'socket.io';
import type { Platform } from '../../../realtime/context.ts';
import type { Realtime } from '../../../realtime/realtime.ts';
import { refusalWords } from './admission.ts';
import { SocketIoConnections } from './connections.ts';
import { Engine } from './engine.ts';
import { boundedParser } from './parser.ts';
import { countingWebSockets } from './websockets.ts';

const PATH = '/socket.io';
const MAX_FRAME_BYTES = 64 * 1024;
/** How long a connection may stay without joining. */
const JOIN_MS = 10_000;
/** How long the port waits at its end for clients to answer its goodbye: one whose line is dead never does. */
const FAREWELL_MS = 1000;

export interface SocketIo {
  readonly port: number;
  /** The connections that are open. */
  readonly connections: SocketIoConnections;
  /** Closes the port; answers when every call on it has ended. */
  stop(): Promise<void>;
}

/**
 * Serves the original's apps: Socket.IO over Engine.IO 3 and 4 on a port of its own, `?token=&device=`.
 * Rejects when the port is taken.
 */
export async function startSocketIo(
  realtime: Realtime,
  platform: Platform,
  hostname: string,
  port: number,
): Promise<SocketIo> {
  const http = createServer((_, response) => response.writeHead(404).end());
  const lines = new Set<Duplex>();
  http.on('connection', (line) => {
    lines.add(line);
    line.once('close', () => lines.delete(line));
  });
  const connections = new SocketIoConnections(realtime, platform);
  const engine = new Engine({
    allowEIO3: true,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_FRAME_BYTES,
    wsEngine: countingWebSockets((request) => connections.counterOf(request)),
    cors: { origin: '*' },
    allowRequest: (request, answer) => {
      connections
        .admit(request)
        .then(() => answer(null, true))
        .catch((error: unknown) => answer(refusalWords(error), false));
    },
  });
  engine.attach(http, { path: PATH });
  const io = new Server({ serveClient: false, connectTimeout: JOIN_MS, parser: boundedParser });
  io.bind(engine);
  engine.use((request: IncomingMessage, _: unknown, next: (refusal?: Error) => void) => {
    connections.request(request).then(() => next(), next);
  });
  engine.on('connection', (engine) => connections.made(engine));
  io.on('connection', (socket) => connections.joined(socket));
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, hostname, resolve);
  });
  const bound = http.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    connections,
    async stop() {
      const late = setTimeout(() => {
        for (const line of lines) line.destroy();
      }, FAREWELL_MS);
      const closed = new Promise((resolve) => http.close(resolve));
      await io.close();
      await closed;
      clearTimeout(late);
    },
  };
}
