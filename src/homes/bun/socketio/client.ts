import type { Socket } from 'socket.io';
import { messageHead, messageIn } from '../../../features/chat/client-message.ts';
import { type SendReply, sendFor, tooMany } from '../../../features/chat/over-socket.ts';
import type { Caller } from '../../../http/caller.ts';
import { isFlooding } from '../../../http/limits.ts';
import type { Platform } from '../../../realtime/context.ts';
import { CLOSE, type Feed } from '../../../realtime/feed.ts';
import { isIgnored } from '../../../realtime/message-types.ts';
import type { Client, Realtime } from '../../../realtime/realtime.ts';
import { Turns } from '../../../realtime/turns.ts';
import type { Admission } from './admission.ts';
import type { SocketIoConnection } from './connection.ts';

/** Messages that a client may leave unacknowledged before it gets no more. */
const WINDOW = 200;
/** Bytes that may wait to leave; what comes beyond stays in the database. */
const FULL_BYTES = 256 * 1024;

type Ack = ((reply: unknown) => void) | undefined;

/** The original acknowledges what it received before it looks at it; a refusal then comes as event 66. */
const TOLD_BY_EVENT = [2, 3];
const taken = (msgId: string) => ({ code: 1, data: { info: msgId } });
const ackOf = (msgId: string, { code, data }: SendReply) =>
  code === 1 || TOLD_BY_EVENT.includes(code) ? taken(msgId) : { code, data: { info: data.info } };

/** What the server listens to. Whatever else an app says is counted, and nobody looks at it. */
export const CLIENT_EVENTS = ['chat', 'heart'] as const;
type Handlers = Readonly<Record<(typeof CLIENT_EVENTS)[number], (message: unknown, ack: unknown) => void>>;

/** A client of the original: `chat` and `heart` events over Socket.IO (docs/original.md#socketio). */
export class SocketIoClient implements Client {
  private readonly inbox: { feed: Feed; leave(): void };
  private unackedNotices = 0;
  /** What was sent and waits for its acknowledgement, oldest first. */
  private readonly unacked: { readonly seq: number; isAcked: boolean }[] = [];
  private readonly socket: Socket;
  private readonly connection: SocketIoConnection;
  private readonly platform: Platform;
  private readonly caller: Caller;
  private readonly turns: Turns;
  private readonly handlers: Handlers = {
    chat: (message, ack) => {
      this.take(message, typeof ack === 'function' ? (ack as NonNullable<Ack>) : undefined); // Socket.IO's own
    },
    heart: () => this.inTurn('', async () => void (await isFlooding(this.platform, this.caller.userId))),
  };

  constructor(
    realtime: Realtime,
    platform: Platform,
    socket: Socket,
    connection: SocketIoConnection,
    { caller, after }: Admission,
  ) {
    this.socket = socket;
    this.connection = connection;
    this.platform = platform;
    this.caller = caller;
    this.turns = new Turns(platform.log);
    this.inbox = realtime.connect(caller, after, this);
    connection.onDrain = () => this.inbox.feed.drained();
    for (const event of CLIENT_EVENTS) socket.on(event, this.handlers[event]);
    socket.on('disconnect', () => {
      this.inbox.leave();
      // Nobody joins twice over one connection: apps make another one.
      connection.end();
    });
  }

  private take(given: unknown, ack: Ack) {
    const head = messageHead.parse(given);
    if (isIgnored(head)) {
      return this.inTurn('', async () => {
        const isTooMuch = await isFlooding(this.platform, this.caller.userId);
        ack?.(isTooMuch ? ackOf(head.msgId, tooMany(this.platform)) : taken(head.msgId));
      });
    }
    const message = messageIn(given);
    this.inTurn(message?.content ?? '', async () => {
      const reply = await sendFor(this.platform, this.caller, message);
      ack?.(ackOf(head.msgId, reply));
    });
  }

  private inTurn(held: string, work: () => Promise<void>) {
    if (this.turns.isFull) this.close(CLOSE.tooSlow);
    else this.platform.later(this.turns.add(held, work));
  }

  get isFull() {
    return this.unacked.length >= WINDOW || this.connection.waiting > FULL_BYTES;
  }

  deliver(seq: number, message: string) {
    const waiting = { seq, isAcked: false };
    this.unacked.push(waiting);
    this.socket.emit('chat', JSON.parse(message), () => {
      waiting.isAcked = true;
      this.connection.refund();
      this.moveOn();
    });
  }

  /** Acknowledges as far as there is no gap: what a client did not take comes again. */
  private moveOn() {
    let last: number | undefined;
    while (this.unacked[0]?.isAcked) last = this.unacked.shift()?.seq;
    if (last === undefined) return;
    this.inbox.feed.acknowledge(last);
    this.inbox.feed.drained();
  }

  /** Left to engine.io: what waits for a client that polls goes in one answer, over WebSocket each packet goes by itself. */
  together(send: () => void) {
    send();
  }

  caughtUp() {}

  /** Acknowledged by apps as everything is; one that leaves too many of them without gets no more. */
  notify(message: string) {
    if (this.unackedNotices >= WINDOW) return;
    this.unackedNotices += 1;
    this.socket.emit('chat', JSON.parse(message), () => {
      this.unackedNotices -= 1;
      this.connection.refund();
    });
  }

  /**
   * Ends the connection. Clients come again by themselves after a lost transport, and never after Socket.IO's own
   * goodbye: that is for a session which has ended or goes on elsewhere.
   */
  close(code: number) {
    this.inbox.leave();
    if (code === CLOSE.sessionEnded || code === CLOSE.replaced) this.socket.disconnect(true);
    else this.socket.conn.close(code === CLOSE.tooSlow);
  }
}
