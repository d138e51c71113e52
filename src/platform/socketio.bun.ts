import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server } from 'socket.io';
import type { Caller, Platform } from '../context.ts';
import { clientAddress, networksOf } from '../http/address.ts';
import { Refusal } from '../http/failure.ts';
import { limitNetworks } from '../http/limits.ts';
import { proveSession } from '../http/session.ts';
import { readCursor, startOf } from '../realtime/cursors.ts';
import type { Realtime } from '../realtime/realtime.ts';
import { SocketIoClient } from './socketio-client.bun.ts';

const MAX_FRAME_BYTES = 64 * 1024;
/** How long the port waits at its end for clients to answer its goodbye: one whose line is dead never does. */
const FAREWELL_MS = 1000;

/** Who opens a connection, and where their events begin; undefined for who may not, and a refusal for a flood. */
async function admit(platform: Platform, request: IncomingMessage) {
  const { clock, db, tokens, trusted } = platform;
  const forwarded = request.headers['x-forwarded-for'];
  const peer = request.socket.remoteAddress ?? '';
  const address = clientAddress(peer, Array.isArray(forwarded) ? forwarded.join(',') : forwarded, trusted);
  await limitNetworks(platform, networksOf(address));
  const token = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token');
  const caller = token ? await tokens.verify(token, clock.now()) : undefined;
  if (!caller) return undefined;
  const [living, [cursor]] = await db.read(
    proveSession(caller),
    readCursor({ user: caller.userId, device: caller.device }),
  );
  return living.length > 0 ? { caller, after: startOf(cursor, undefined) } : undefined;
}

export interface SocketIo {
  readonly port: number;
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
  const connections = new Set<Duplex>();
  http.on('connection', (connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  const admitted = new WeakMap<IncomingMessage, { caller: Caller; after: number }>();
  const io = new Server(http, {
    allowEIO3: true,
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_FRAME_BYTES,
    cors: { origin: '*' },
    allowRequest: (request, answer) => {
      admit(platform, request)
        .then((admission) => {
          const isAdmitted = admission !== undefined && realtime.isOpen;
          if (isAdmitted) admitted.set(request, admission);
          answer(isAdmitted ? null : 'refused', isAdmitted);
        })
        .catch((error) => answer(error instanceof Refusal ? 'refused' : 'unavailable', false));
    },
  });
  io.on('connection', (socket) => {
    const admission = admitted.get(socket.request);
    if (!admission) return void socket.disconnect(true);
    // It may have stopped since the handshake.
    if (!realtime.isOpen) return socket.conn.close();
    new SocketIoClient(realtime, platform, socket, admission.caller, admission.after);
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, hostname, resolve);
  });
  const bound = http.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    async stop() {
      const late = setTimeout(() => {
        for (const connection of connections) connection.destroy();
      }, FAREWELL_MS);
      await io.close();
      clearTimeout(late);
    },
  };
}
