import type { Server, ServerWebSocket } from 'bun';
import { messageIn } from '../../features/chat/client-message.ts';
import { sendFor } from '../../features/chat/over-socket.ts';
import type { Caller } from '../../http/caller.ts';
import { refuse } from '../../http/failure.ts';
import { isFlooding, refuseFlood } from '../../http/limits.ts';
import type { Platform } from '../../realtime/context.ts';
import { CLOSE, type Feed } from '../../realtime/feed.ts';
import { TOO_MANY_FRAMES } from '../../realtime/frame-limit.ts';
import {
  byeFrame,
  type ClientFrame,
  gapFrame,
  liveFrame,
  messageFrame,
  noticeFrame,
  PONG,
  parseFrame,
} from '../../realtime/frames.ts';
import { type Client, type Realtime, STOPS } from '../../realtime/realtime.ts';
import { ALL_FRIENDS, type SocketStart, type Sockets } from '../../realtime/sockets.ts';
import { TOO_MUCH, Turns } from '../../realtime/turns.ts';
import type { BunSocket } from './bun-socket.ts';
import { turningAway } from './turning-away.ts';

/** Bytes that may wait in a socket; what comes beyond stays in the database. */
const FULL_BYTES = 256 * 1024;
type SentMessage = Extract<ClientFrame, { op: 'send' }>['message'];

/** A client of `WS /im`. */
class WebSocketClient implements Client, BunSocket {
  private socket: ServerWebSocket<BunSocket> | undefined;
  private connection: { feed: Feed; leave(): void } | undefined;
  private readonly realtime: Realtime;
  private readonly ports: Platform;
  private readonly caller: Caller;
  private readonly start: SocketStart;
  private readonly turns: Turns;
  private isOver = false;
  isFull = false;

  constructor(realtime: Realtime, ports: Platform, caller: Caller, start: SocketStart) {
    this.realtime = realtime;
    this.ports = ports;
    this.caller = caller;
    this.start = start;
    this.turns = new Turns(ports.log);
  }

  open(socket: ServerWebSocket<BunSocket>) {
    this.socket = socket;
    // It may have stopped since the upgrade was asked for.
    if (!this.realtime.isOpen) return this.close(CLOSE.goingAway, STOPS);
    if (this.start.gap !== undefined) this.write(gapFrame(this.start.gap));
    this.connection = this.realtime.connect(this.caller, this.start.after, this);
  }

  message(text: string) {
    if (!this.mayGoOn()) return;
    const frame = parseFrame(text);
    if (!frame) return this.close(CLOSE.badFrame, 'bad frame');
    if (frame.op === 'ack') this.acknowledge(frame.seq);
    else if (this.turns.isFull) this.close(CLOSE.tooSlow, TOO_MUCH);
    else this.ports.later(frame.op === 'ping' ? this.pong() : this.send(frame.message));
  }

  heartbeat() {
    this.mayGoOn();
  }

  /** Counts what has come; false where nothing more is taken. */
  private mayGoOn(): boolean {
    if (this.isOver) return false;
    if (this.realtime.frames.spend(this.caller.userId)) return true;
    this.close(CLOSE.tooMany, TOO_MANY_FRAMES);
    return false;
  }

  private acknowledge(seq: number) {
    if (this.connection?.feed.acknowledge(seq)) this.realtime.frames.refund(this.caller.userId);
  }

  private pong(): Promise<void> {
    return this.turns.add('', async () => {
      if (!(await isFlooding(this.ports, this.caller.userId))) this.write(PONG);
    });
  }

  private send(given: SentMessage): Promise<void> {
    const { msgId } = given;
    const message = messageIn(given);
    return this.turns.add(message?.content ?? '', async () => {
      const reply = await sendFor(this.ports, this.caller, message);
      this.write(JSON.stringify({ op: 'sent', msgId, ...reply }));
    });
  }

  drain() {
    this.isFull = (this.socket?.getBufferedAmount() ?? 0) > FULL_BYTES;
    this.connection?.feed.drained();
  }

  deliver(seq: number, message: string) {
    this.write(messageFrame(seq, message));
  }

  together(send: () => void) {
    const { socket } = this;
    if (!socket) return send();
    socket.cork(send);
    // What is held back until the end of `cork` is not said to wait before.
    this.isFull = socket.getBufferedAmount() > FULL_BYTES;
  }

  caughtUp(seq: number) {
    this.write(liveFrame(seq));
  }

  notify(message: string) {
    this.write(noticeFrame(message));
  }

  /** Ends the socket, by us (with a code) or by the client (then Bun calls without one). */
  close(code?: number, reason?: string) {
    this.isOver = true;
    this.connection?.leave();
    // A client that takes nothing would not take our goodbye.
    const isDeaf = (this.socket?.getBufferedAmount() ?? 0) > 0;
    if (code === CLOSE.tooSlow || (code === CLOSE.tooMany && isDeaf)) this.socket?.terminate();
    else if (code !== undefined) {
      this.write(byeFrame(code, reason ?? ''));
      this.socket?.close(code, reason);
    }
  }

  private write(text: string) {
    const sent = this.socket?.send(text);
    // 0: there was no room, and it is lost. Another connection reads it again.
    if (sent === 0) this.close(CLOSE.tooSlow, TOO_MUCH);
    // -1: it waits in the socket's buffer, of which Bun tells when it has left.
    if (sent === -1) this.isFull = (this.socket?.getBufferedAmount() ?? 0) > FULL_BYTES;
  }
}

/** Takes WebSockets on Bun's own server. */
export function bunSockets(realtime: Realtime, ports: Platform, server: Server<BunSocket>): Sockets {
  return {
    home: realtime.home,
    friendsTold: ALL_FRIENDS,
    // The hub sees by itself what comes.
    wokenTogether: 0,
    wake() {},
    reaches: realtime.reaches,
    show: (notices) => realtime.showing.show(notices),
    turnAway: turningAway(ports.clock, server),
    accept(request, caller, start) {
      if (!realtime.isOpen) refuse('STOPPING');
      refuseFlood(realtime.frames.waitFor(caller.userId));
      const data = new WebSocketClient(realtime, ports, caller, start);
      const isUpgraded = server.upgrade(request, { data });
      return isUpgraded
        ? new Response(null) // Bun has answered already
        : new Response('not a WebSocket', { status: 400 });
    },
  };
}
