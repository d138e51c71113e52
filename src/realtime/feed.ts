import type { Caller } from '../http/caller.ts';
import type { Db } from '../platform/database/db.ts';
import type { Acks } from './acks.ts';
import type { Hub, Listener } from './hub.ts';
import { type PageRow, readPage } from './inbox.ts';
import type { LiveEvent } from './live-events.ts';
import { messageObject } from './message.ts';

/** What carries events to one client. */
export interface Pipe {
  /** Sends an event; `message` is the message object as JSON text. */
  deliver(seq: number, message: string): void;
  /** Calls `send`, and puts what it delivers into as few packets as may be. */
  together(send: () => void): void;
  /** True while so much waits to leave that more must not be sent. */
  readonly isFull: boolean;
  /** Everything that waited has been sent: what comes now is new. */
  caughtUp(seq: number): void;
  /** Ends the connection (docs/realtime.md#ws-im). */
  close(code: number, reason: string): void;
}

export const CLOSE = {
  badFrame: 4400,
  sessionEnded: 4401,
  tooSlow: 4408,
  replaced: 4409,
  tooMany: 4429,
  goingAway: 1001,
} as const;

const PAGE = 200;
/** How long a client may take none of what waits for it. */
const SLOW_MS = 30_000;

/** What feeds need of their process. */
export interface FeedPorts {
  readonly db: Db;
  readonly hub: Hub;
  readonly acks: Acks;
}

/**
 * One socket's way through its user's inbox: first what waits, page by page from the database, then what comes,
 * handed over by the hub, each event once and in order. A client that takes too little is not sent more; the
 * rest stays in the database and is read again once there is room, so that nothing is held for it in memory.
 */
export class Feed implements Listener {
  readonly caller: Caller;
  readonly pipe: Pipe;
  private readonly ports: FeedPorts;
  private state: 'reading' | 'live' | 'full' | 'closed' = 'full';
  /** The last event that was sent or passed over. */
  private sent: number;
  /** The client has everything up to here: it has acknowledged it, or begins behind it. */
  private acked: number;
  /** Up to here that was passed on. A client that begins behind an event may never have acknowledged it. */
  private noted = 0;
  /** Something was offered that `sent` has not reached and nobody has sent. */
  private missed = false;
  private slow: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: FeedPorts, caller: Caller, after: number, pipe: Pipe) {
    this.ports = ports;
    this.caller = caller;
    this.pipe = pipe;
    this.sent = after;
    this.acked = after;
  }

  get userId() {
    return this.caller.userId;
  }

  get device() {
    return this.caller.device;
  }

  /** Begins to send. */
  open(): void {
    this.ports.hub.add(this);
    void this.read();
  }

  /** Nothing is sent any more. */
  close(): void {
    this.state = 'closed';
    clearTimeout(this.slow);
    this.ports.hub.remove(this);
  }

  offer(events: readonly LiveEvent[]): void {
    const [first] = events;
    // The usual case, thousands of times per message to a group: one event is one packet anyway.
    if (first && events.length === 1) this.take(first);
    else
      this.pipe.together(() => {
        for (const event of events) this.take(event);
      });
  }

  private take({ seq, said: { fromId, device, body } }: LiveEvent): void {
    if (seq <= this.sent) return;
    if (this.state !== 'live') this.missed = true;
    else this.pass(seq, fromId === this.userId && device === this.caller.device ? undefined : body);
  }

  /** The client has taken everything up to `seq`. Answers whether that was news. */
  acknowledge(seq: number): boolean {
    const taken = Math.min(seq, this.sent);
    if (taken <= this.noted) return false;
    this.noted = taken;
    this.acked = Math.max(this.acked, taken);
    this.ports.acks.add({ userId: this.userId, device: this.caller.device, seq: taken });
    return true;
  }

  /** The client has taken what waited: there is room again. */
  drained(): void {
    if (this.state !== 'full' || this.pipe.isFull) return;
    clearTimeout(this.slow);
    void this.read();
  }

  /** Sends one event, or passes over what this device kind has sent itself (`body` undefined). */
  private pass(seq: number, body: string | undefined): void {
    const wasDone = this.acked === this.sent;
    this.sent = seq;
    if (body !== undefined) {
      this.pipe.deliver(seq, body);
      this.ports.hub.delivered += 1;
    } else if (wasDone) this.acknowledge(seq);
    if (this.state === 'closed' || !this.pipe.isFull) return;
    this.state = 'full';
    this.slow = setTimeout(() => this.pipe.close(CLOSE.tooSlow, 'too slow'), SLOW_MS);
  }

  private passPage(rows: readonly PageRow[]): void {
    for (const row of rows) {
      if (this.state !== 'reading') return;
      this.pass(row.seq, row.hidden ? undefined : JSON.stringify(messageObject(row)));
    }
  }

  /** Sends pages until there is nothing left, then turns to what the hub hands over. */
  private async read(): Promise<void> {
    this.state = 'reading';
    const { userId: user, sessionId: session, device } = this.caller;
    try {
      while (this.state === 'reading') {
        this.missed = false;
        const rows = await this.ports.db.read(
          readPage({ user, session, device, after: this.sent, limit: PAGE }),
        );
        this.pipe.together(() => this.passPage(rows));
        if (this.state === 'reading' && rows.length === 0 && !this.missed) {
          this.state = 'live';
          this.pipe.caughtUp(this.sent);
        }
      }
    } catch {
      this.pipe.close(CLOSE.goingAway, 'try again');
    }
  }
}
