import { createServer, type IncomingMessage } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Caller, Platform } from '../context.ts';
import { addressKey, clientAddress } from '../http/address.ts';
import { proveSession } from '../http/session.ts';
import { messageHead } from '../realtime/chat/client-message.ts';
import { readCursor, startOf } from '../realtime/cursors.ts';
import { CLOSE, type Feed } from '../realtime/feed.ts';
import { isIgnoredType } from '../realtime/message-types.ts';
import type { Client, Realtime } from '../realtime/realtime.ts';
import { type SendReply, sendFor } from '../realtime/socket-client.ts';
import { Turns } from '../realtime/turns.ts';

const MAX_FRAME_BYTES = 64 * 1024;
/** Messages that a client may leave unacknowledged before it gets no more. */
const WINDOW = 200;
const MINUTE = 60_000;

type Ack = ((reply: unknown) => void) | undefined;

/** The original acknowledges what it received before it looks at it; a refusal then comes as event 66. */
const TOLD_BY_EVENT = [2, 3];
const ackOf = (msgId: string, { code, data }: SendReply) =>
  code === 1 || TOLD_BY_EVENT.includes(code)
    ? { code: 1, data: { info: msgId } }
    : { code, data: { info: data.info } };

/** A client of the original: `chat` and `heart` events over Socket.IO (behaviour.md 4). */
class SocketIoClient implements Client {
  private readonly connection: { feed: Feed; leave(): void };
  /** What was sent and waits for its acknowledgement, oldest first. */
  private readonly unacked: { readonly seq: number; isAcked: boolean }[] = [];
  private readonly socket: Socket;
  private readonly turns: Turns;

  constructor(realtime: Realtime, platform: Platform, socket: Socket, caller: Caller, after: number) {
    this.socket = socket;
    this.turns = new Turns(platform.log);
    this.connection = realtime.connect(caller, after, this);
    socket.on('chat', (message: unknown, ack: unknown) => {
      const answer = typeof ack === 'function' ? (ack as NonNullable<Ack>) : undefined; // Socket.IO's own
      platform.later(this.turns.add(() => this.take(platform, caller, message, answer)));
    });
    socket.on('disconnect', () => this.connection.leave());
  }

  private async take(platform: Platform, caller: Caller, message: unknown, ack: Ack) {
    const { msgId, messageType } = messageHead.parse(message);
    if (isIgnoredType(messageType)) return ack?.({ code: 1, data: { info: msgId } });
    ack?.(ackOf(msgId, await sendFor(platform, caller, message)));
  }

  get isFull() {
    return this.unacked.length >= WINDOW;
  }

  deliver(seq: number, message: string) {
    const waiting = { seq, isAcked: false };
    this.unacked.push(waiting);
    this.socket.emit('chat', JSON.parse(message), () => {
      waiting.isAcked = true;
      this.moveOn();
    });
  }

  /** Acknowledges as far as there is no gap: what a client did not take comes again. */
  private moveOn() {
    let last: number | undefined;
    while (this.unacked[0]?.isAcked) last = this.unacked.shift()?.seq;
    if (last === undefined) return;
    this.connection.feed.acknowledge(last);
    this.connection.feed.drained();
  }

  caughtUp() {}

  notify(message: string) {
    this.socket.emit('chat', JSON.parse(message));
  }

  /**
   * Ends the connection. Clients come again by themselves after a lost transport, and never after Socket.IO's own
   * goodbye: that is for a session which has ended or goes on elsewhere.
   */
  close(code: number) {
    this.connection.leave();
    if (code === CLOSE.sessionEnded || code === CLOSE.replaced) this.socket.disconnect(true);
    else this.socket.conn.close(code === CLOSE.tooSlow);
  }
}

/** Who opens a connection, and where his events begin; undefined for who may not. */
async function admit(platform: Platform, request: IncomingMessage) {
  const { config, limiter, clock, db, tokens, trusted } = platform;
  const forwarded = request.headers['x-forwarded-for'];
  const peer = request.socket.remoteAddress ?? '';
  const address = clientAddress(peer, Array.isArray(forwarded) ? forwarded.join(',') : forwarded, trusted);
  const counted = `a:${addressKey(address)}`;
  const isFlood =
    config.RATE_LIMITS === 'on' && (await limiter.hit(counted, config.RATE_PER_ADDRESS, MINUTE)) > 0;
  const token = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token');
  const caller = token && !isFlood ? await tokens.verify(token, clock.now()) : undefined;
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
  /** Cuts off the calls that have not. */
  cut(): void;
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
        .catch(() => answer('unavailable', false));
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
    stop: () => io.close(),
    cut: () => http.closeAllConnections(),
  };
}
