import type { Clock } from '../core/clock.ts';
import type { UserId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { type Random, randomText } from '../core/random.ts';
import type { Caller } from '../http/caller.ts';
import type { Db } from '../platform/database/db.ts';
import type { Ring } from '../platform/database/executor.ts';
import { Acks } from './acks.ts';
import { CLOSE, Feed, type Pipe } from './feed.ts';
import { FrameLimit } from './frame-limit.ts';
import { Hub } from './hub.ts';
import { elsewhereNotice } from './message.ts';
import { Online } from './online.ts';
import { resetPresences } from './presence.ts';
import { PresenceWatch } from './presence-watch.ts';
import { SessionWatch } from './session-watch.ts';
import { Showing } from './showing.ts';
import type { Notice } from './sockets.ts';

/** Why a server that stops closes a connection. */
export const STOPS = 'the server stops';

export interface RealtimePorts {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Frames that the sockets of a user may send in a minute; `Infinity` for no limit. */
  readonly framesAMinute: number;
}

/** A client's connection: how it carries events, and how it shows what is never stored. */
export interface Client extends Pipe {
  /** Shows an event that is never stored: `message` is the message object as JSON text. */
  notify(message: string): void;
}

/** The sockets of one process, whatever protocol they speak. */
export class Realtime {
  readonly hub: Hub;
  /** What the sockets of each user say, over whatever protocol. */
  readonly frames: FrameLimit;
  private readonly ports: RealtimePorts;
  private readonly acks: Acks;
  private readonly watch: SessionWatch;
  /** The name of this process among those that share the database. */
  readonly home: string;
  private readonly online: Online;
  private readonly others: PresenceWatch;
  /** What is not stored goes through it. */
  readonly showing = new Showing();
  private readonly feeds = new Set<Feed>();
  private isStarted = false;

  constructor(ports: RealtimePorts) {
    const { db, clock, random, log } = ports;
    this.ports = ports;
    this.hub = new Hub(db, log);
    this.frames = new FrameLimit(clock, ports.framesAMinute);
    this.acks = new Acks(db, clock, log);
    this.watch = new SessionWatch(db, clock, log);
    this.home = randomText(random, 12);
    const show = (notices: readonly Notice[]) => this.showing.show(notices);
    const sockets = { home: this.home, reaches: this.reaches, show };
    this.online = new Online({ ...ports, sockets });
    this.others = new PresenceWatch({ ...ports, sockets });
  }

  /** @param isAlone true where no other process can have sockets on this database */
  async start(isAlone: boolean): Promise<void> {
    this.isStarted = true;
    if (isAlone) await resetPresences(this.ports);
    await this.hub.start();
    await this.others.start();
    this.watch.start();
    this.online.start();
  }

  /** What a batch is news of; undefined: nobody knows. */
  readonly changed = (rings: ReadonlySet<Ring> | undefined): void => {
    if (!this.isStarted) return;
    if (!rings || rings.has('events')) this.hub.look();
    if (!rings || rings.has('sessions')) this.watch.look();
  };

  /**
   * Begins to send a client its events behind `after`. A session has one connection: the one before is closed.
   * `leave` of the answer must be called when the connection has ended.
   */
  connect(caller: Caller, after: number, client: Client): { feed: Feed; leave(): void } {
    const { userId, sessionId } = caller;
    const feed = new Feed({ ...this.ports, hub: this.hub, acks: this.acks }, caller, after, client);
    const watched = {
      ended: (successor: string | undefined) => {
        if (successor !== undefined) client.notify(elsewhereNotice(this.ports, userId, successor));
        client.close(CLOSE.sessionEnded, 'session ended');
      },
      replaced: () => client.close(CLOSE.replaced, 'connected again'),
    };
    this.watch.add(sessionId, watched);
    this.feeds.add(feed);
    this.showing.add(userId, client);
    void this.online.came(userId);
    feed.open();
    let isOpen = true;
    const leave = () => {
      if (!isOpen) return;
      isOpen = false;
      feed.close();
      this.feeds.delete(feed);
      this.showing.remove(userId, client);
      this.watch.remove(sessionId, watched);
      this.online.went(userId);
    };
    return { feed, leave };
  }

  /** Whether a user is shown online and has a socket here. */
  readonly reaches = (user: UserId): boolean => this.online.isShown(user);

  /** False before the start and from the stop on: then nobody may connect. */
  get isOpen(): boolean {
    return this.isStarted;
  }

  /** How many sockets are open. */
  get size(): number {
    return this.feeds.size;
  }

  /** What is held for sockets, in numbers: it grows with the sockets that are open, and with nothing else. */
  get held() {
    const { feeds, hub, watch, online, frames } = this;
    return {
      feeds: feeds.size,
      listeners: hub.listening,
      sessions: watch.size,
      online: online.size,
      counted: frames.size,
    };
  }

  /** Closes every connection, lets nobody wait any more, and writes what is known of them. */
  async stop(): Promise<void> {
    if (!this.isStarted) return;
    this.isStarted = false;
    this.watch.stop();
    this.others.stop();
    for (const feed of [...this.feeds]) feed.pipe.close(CLOSE.goingAway, STOPS);
    this.hub.stop();
    await this.acks.flush();
    await this.online.stop();
  }
}
