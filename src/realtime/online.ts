import type { UserId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { messageOf } from '../core/message-of.ts';
import { WritesPaused } from '../platform/database/executor.ts';
import { PRESENCE_LIFE_MS, sayOfProcess, stopHome } from './presence.ts';
import { type PresencePorts, tellFriends } from './presence-notices.ts';
import type { Sockets } from './sockets.ts';

/** A client that comes back within this time was never away to anybody else. */
const GRACE_MS = 3000;
/** Users of whom one batch says whether they are online: a larger one would hold up everything else. */
const TOGETHER = 100;
/** Where few wait, the next batch lets more come: friends of many who come at once are written to once. */
const GATHER_MS = 100;

export interface OnlinePorts extends PresencePorts {
  readonly log: Log;
  readonly sockets: Pick<Sockets, 'home' | 'reaches' | 'show'>;
}

/** Counts the sockets of one process, and keeps the database's word about who is online. */
export class Online {
  private readonly sockets = new Map<UserId, number>();
  private readonly leaving = new Map<UserId, ReturnType<typeof setTimeout>>();
  /** Of whom the database says by this process that they are online. */
  private readonly shown = new Set<UserId>();
  /** Of whom something is to be said; those who come while it is being said of others go together. */
  private readonly waiting = new Set<UserId>();
  private readonly ports: OnlinePorts;
  private saying: Promise<void> | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(ports: OnlinePorts) {
    this.ports = ports;
  }

  /** How many users have a socket here, or had one a moment ago. */
  get size(): number {
    return this.sockets.size + this.leaving.size;
  }

  /** Whether this process has made it known that a user is here. */
  isShown(user: UserId): boolean {
    return this.shown.has(user);
  }

  start(): void {
    this.timer = setInterval(() => void this.renew(), PRESENCE_LIFE_MS / 5);
  }

  /** Everybody of this process is gone. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const timer of this.leaving.values()) clearTimeout(timer);
    this.waiting.clear();
    await this.saying;
    this.sockets.clear();
    this.shown.clear();
    const { clock, db, sockets } = this.ports;
    await this.logged(async () => {
      await db.write(stopHome({ home: sockets.home, now: clock.now() }));
    });
  }

  /** A socket of this user has opened. */
  async came(user: UserId): Promise<void> {
    const count = this.sockets.get(user) ?? 0;
    this.sockets.set(user, count + 1);
    if (count > 0) return;
    const timer = this.leaving.get(user);
    clearTimeout(timer);
    if (this.leaving.delete(user)) return;
    await this.say([user]);
  }

  /** A socket of this user has closed. */
  went(user: UserId): void {
    const count = (this.sockets.get(user) ?? 1) - 1;
    if (count > 0) return void this.sockets.set(user, count);
    this.sockets.delete(user);
    const leave = () => {
      this.leaving.delete(user);
      void this.say([user]);
    };
    this.leaving.set(user, setTimeout(leave, GRACE_MS));
  }

  /**
   * Refreshes the online mark of everybody with a socket: a failed write or a long silence may have cost their row.
   */
  private renew(): Promise<void> {
    return this.say([...this.sockets.keys()]);
  }

  /** Answers when it has been said of these users whether they are here. */
  private say(users: readonly UserId[]): Promise<void> {
    for (const user of users) this.waiting.add(user);
    this.saying ??= this.sayAll().finally(() => {
      this.saying = undefined;
    });
    return this.saying;
  }

  private async sayAll(): Promise<void> {
    while (this.waiting.size > 0) {
      const some: UserId[] = [];
      for (const user of this.waiting) if (some.push(user) === TOGETHER) break;
      for (const user of some) this.waiting.delete(user);
      await this.logged(() => this.sayOf(some));
      if (this.waiting.size > 0 && this.waiting.size < TOGETHER)
        await new Promise((rested) => setTimeout(rested, GATHER_MS));
    }
  }

  private async sayOf(users: readonly UserId[]): Promise<void> {
    const { clock, db, sockets } = this.ports;
    const isHere = (user: UserId) => this.sockets.has(user) || this.leaving.has(user);
    const { here = [], gone = [] } = Object.groupBy(users, (user) => (isHere(user) ? 'here' : 'gone'));
    const said = { home: sockets.home, now: clock.now() };
    const { came, went } = await db.write(sayOfProcess(here, gone, said));
    for (const user of here) this.shown.add(user);
    for (const user of gone) this.shown.delete(user);
    const changes = [
      ...came.map(({ id }) => ({ userId: id, isOnline: true })),
      ...went.map(({ id }) => ({ userId: id, isOnline: false })),
    ];
    await tellFriends(this.ports, changes);
  }

  private async logged(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // Those who have a socket are written down again within a minute, and those who have none are forgotten.
      if (error instanceof WritesPaused) return;
      this.ports.log.error('presence not written', {
        error: messageOf(error),
      });
    }
  }
}
