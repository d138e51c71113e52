import type { Clock } from '../core/clock.ts';
import type { UserId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Random } from '../core/random.ts';
import type { Db } from '../platform/database/db.ts';
import type { Query } from '../platform/database/query.ts';
import { forgetHome, keepOnline, PRESENCE_LIFE_MS, sweepLapsed, wentOffline } from './presence.ts';

/** A client that comes back within this time was never away to anybody else. */
const GRACE_MS = 3000;
/** Users of whom one batch says that they are online: a larger one would hold up everything else. */
const TOGETHER = 500;

export interface OnlinePorts {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Counts the sockets of one process, and keeps the database's word about who is online. */
export class Online {
  private readonly sockets = new Map<UserId, number>();
  private readonly leaving = new Map<UserId, ReturnType<typeof setTimeout>>();
  private readonly ports: OnlinePorts;
  private readonly home: string;
  private timer: ReturnType<typeof setInterval> | undefined;

  /** @param home the name of this process among those that share the database */
  constructor(ports: OnlinePorts, home: string) {
    this.ports = ports;
    this.home = home;
  }

  /** How many users have a socket here, or had one a moment ago. */
  get size(): number {
    return this.sockets.size + this.leaving.size;
  }

  start(): void {
    this.timer = setInterval(() => void this.renew(), PRESENCE_LIFE_MS / 5);
  }

  /** Everybody of this process is gone. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const timer of this.leaving.values()) clearTimeout(timer);
    this.sockets.clear();
    const { clock } = this.ports;
    await this.write([forgetHome({ home: this.home }), ...sweepLapsed(clock.now())]);
  }

  /** A socket of this user has opened. */
  async came(user: UserId): Promise<void> {
    const count = this.sockets.get(user) ?? 0;
    this.sockets.set(user, count + 1);
    if (count > 0) return;
    const timer = this.leaving.get(user);
    clearTimeout(timer);
    if (this.leaving.delete(user)) return;
    await this.write(keepOnline(this.ports, [user], this.home));
  }

  /** A socket of this user has closed. */
  went(user: UserId): void {
    const count = (this.sockets.get(user) ?? 1) - 1;
    if (count > 0) return void this.sockets.set(user, count);
    this.sockets.delete(user);
    const leave = () => {
      this.leaving.delete(user);
      void this.write(wentOffline(this.ports, user, this.home));
    };
    this.leaving.set(user, setTimeout(leave, GRACE_MS));
  }

  /** Says anew who is online: of everybody with a socket, for a failed write or a long silence may have cost his row. */
  private async renew(): Promise<void> {
    const all = [...this.sockets.keys()];
    for (let i = 0; i < all.length; i += TOGETHER) {
      const here = all.slice(i, i + TOGETHER).filter((user) => this.sockets.has(user));
      if (here.length > 0) await this.write(keepOnline(this.ports, here, this.home));
    }
  }

  private async write(queries: readonly Query<unknown>[]): Promise<void> {
    try {
      await this.ports.db.write({ queries });
    } catch (error) {
      this.ports.log.error('presence not written', {
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}
