import type { Store } from '../store.ts';
import type { OpenLine, Outgoing } from './line.ts';
import type { SendResult } from './outbox.ts';
import type { OnPresence } from './presence.ts';
import type { SocketClass } from './socket-line.ts';
import type { Status } from './status.ts';

/** What realtime may want of its own. */
export interface RealtimeOptions {
  /** Keeps the place in the inbox and the outbox; by default the client's. One store serves one server. */
  readonly store?: Store;
  /**
   * `socket` where there is a WebSocket, else `polling`, which needs nothing but requests and does not hear who comes
   * and goes. A function of your own opens lines of another kind.
   */
  readonly line?: 'socket' | 'polling' | OpenLine;
  /** In place of the global `WebSocket`: that of the package `ws` on Node 20. */
  readonly WebSocket?: SocketClass;
  /** False where the server should never hear what was taken: it then keeps everything for 30 days. */
  readonly acknowledges?: boolean;
  /** True to know which friends are online; each connection then asks `ready` once. */
  readonly presence?: boolean;
  /** True to have `conversations`: the list of chats with their unread counts. */
  readonly conversations?: boolean;
  /** The first and the longest wait before another try to connect, in ms; 500 and 30,000 by default. */
  readonly firstRetryMs?: number;
  readonly mostRetryMs?: number;
  onStatus?(status: Status): void;
  /** The server has answered a message, of this run or of an earlier one. */
  onSent?(message: Outgoing, result: SendResult): void;
  onPresence?: OnPresence;
  /** The list of conversations, or one of them, has changed. */
  onConversations?(): void;
}
