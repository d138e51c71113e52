import type { ServerWebSocket, WebSocketHandler } from 'bun';
import { MAX_WAITING_BYTES } from '../../realtime/turns.ts';

const MAX_FRAME_BYTES = 64 * 1024;
const IDLE_SECONDS = 60;

/** What Bun calls of one socket. */
export interface BunSocket {
  open(socket: ServerWebSocket<BunSocket>): void;
  message(text: string): void;
  /** A ping or pong of WebSocket itself. */
  heartbeat(): void;
  drain(): void;
  close(): void;
}

/** The handlers of every socket: each hands over to its own. */
export const webSocketHandlers: WebSocketHandler<BunSocket> = {
  maxPayloadLength: MAX_FRAME_BYTES,
  idleTimeout: IDLE_SECONDS,
  sendPings: true,
  // Also for what Bun itself answers: a ping of the protocol.
  backpressureLimit: MAX_WAITING_BYTES,
  closeOnBackpressureLimit: true,
  open: (socket) => socket.data.open(socket),
  message: (socket, message) => socket.data.message(typeof message === 'string' ? message : ''),
  ping: (socket) => socket.data.heartbeat(),
  pong: (socket) => socket.data.heartbeat(),
  drain: (socket) => socket.data.drain(),
  close: (socket) => socket.data.close(),
};
