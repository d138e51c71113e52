import type { UserId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { messageOf } from '../core/message-of.ts';
import type { Db } from '../platform/database/db.ts';
import { announce, type Crowd } from './announced.ts';
import { Bells } from './doorbell.ts';
import { GroupReaders } from './group-readers.ts';
import { endOfSequence, type LiveEvent, readTurn, type Turn } from './live-events.ts';

/** A socket that takes a user's events as they come. */
export interface Listener {
  readonly userId: UserId;
  /** The kind of device that it is on. */
  readonly device: number;
  offer(events: readonly LiveEvent[]): void;
}

/** Looks without being told, for what other processes write. */
const LOOK_MS = 1000;
/** Users whose groups are learnt of in one read: each may be in hundreds. */
const STRANGERS = 100;

/**
 * The one reader of a process: after a batch that wrote events it reads everybody's new ones at once and hands
 * them to whoever listens. A listener that has been added misses nothing that comes after.
 */
export class Hub implements Crowd {
  readonly bells = new Bells((user) => this.meet(user));
  private readonly listeners = new Map<UserId, Set<Listener>>();
  private readonly db: Db;
  private readonly log: Log;
  private readonly readers = new GroupReaders();
  /** Users who are here and of whom `readers` knows nothing. */
  private readonly strangers = new Set<UserId>();
  private last = 0;
  /** Events that sockets were sent since the start: one for each socket. */
  delivered = 0;
  private looking = false;
  private again = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(db: Db, log: Log) {
    this.db = db;
    this.log = log;
  }

  /** Must have resolved before the first listener is added. */
  async start(): Promise<void> {
    this.last = await endOfSequence(this.db);
    this.timer = setInterval(() => {
      this.readers.keep((user) => this.isHere(user));
      this.look();
    }, LOOK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.bells.close();
  }

  add(listener: Listener): void {
    const all = this.listeners.get(listener.userId) ?? new Set();
    this.listeners.set(listener.userId, all.add(listener));
    this.meet(listener.userId);
  }

  private meet(user: UserId): void {
    if (!this.readers.knows(user)) this.strangers.add(user);
  }

  private isHere(user: UserId): boolean {
    return this.listeners.has(user) || this.bells.has(user);
  }

  private takeStrangers(): readonly UserId[] {
    const some: UserId[] = [];
    for (const user of this.strangers) if (some.push(user) === STRANGERS) break;
    for (const user of some) this.strangers.delete(user);
    return some;
  }

  remove(listener: Listener): void {
    const all = this.listeners.get(listener.userId);
    all?.delete(listener);
    if (all?.size === 0) this.listeners.delete(listener.userId);
  }

  /** How many sockets listen. */
  get listening(): number {
    return [...this.listeners.values()].reduce((sum, all) => sum + all.size, 0);
  }

  /** Up to here it has read. */
  get position(): number {
    return this.last;
  }

  private get isIdle(): boolean {
    return this.listeners.size === 0 && this.bells.isEmpty;
  }

  /** Something may have come: reads it, now or when the reading that runs has ended. */
  look(): void {
    this.again = true;
    if (!this.looking) void this.run();
  }

  private async run(): Promise<void> {
    this.looking = true;
    try {
      while (this.again) {
        this.again = false;
        await this.turn();
      }
    } catch (error) {
      this.log.error('events not read', { error: messageOf(error) });
    } finally {
      this.looking = false;
    }
  }

  /** Nobody is here who misses what lies before; who joins and leaves groups meanwhile goes unseen, too. */
  private skipTo(end: number): void {
    this.last = end;
    this.readers.keep(() => false);
    this.strangers.clear();
  }

  private async read(): Promise<Turn> {
    const taken = new Set<UserId>();
    try {
      return await readTurn(this.db, this.last, {
        readers: this.readers,
        listens: (user) => this.listeners.has(user),
        waits: (user) => this.bells.has(user),
        takeStrangers: () => {
          const some = this.takeStrangers();
          for (const user of some) taken.add(user);
          return some;
        },
      });
    } catch (error) {
      for (const user of taken) this.meet(user);
      throw error;
    }
  }

  /** Everybody who has a socket here, then everybody who waits here. */
  *users(): Iterable<UserId> {
    yield* this.listeners.keys();
    for (const user of this.bells.users()) if (!this.listeners.has(user)) yield user;
  }

  hand(user: UserId, device: number | null, event: () => LiveEvent): void {
    this.bells.ring(user);
    const all = [...(this.listeners.get(user) ?? [])];
    const his = device === null ? all : all.filter((listener) => listener.device === device);
    if (his.length === 0) return;
    const events = [event()];
    for (const listener of his) listener.offer(events);
  }

  private offer(user: UserId, events: readonly LiveEvent[]): void {
    const all = this.listeners.get(user);
    if (all) for (const listener of all) listener.offer(events);
  }

  private async turn(): Promise<void> {
    if (this.isIdle) {
      const end = await endOfSequence(this.db);
      // A listener that came meanwhile may not have seen the end that was read.
      if (this.isIdle) this.skipTo(end);
      else this.again = true;
      return;
    }
    const { upTo, rung, heard, isAnnouncement, more } = await this.read();
    // Before the place moves on: should it fail half-way, it is told again, and passed over by those who have it.
    if (isAnnouncement) await announce(this.db, upTo, this);
    this.last = upTo;
    if (more) this.again = true;
    for (const user of rung) this.bells.ring(user);
    for (const { by, events } of heard) for (const user of by) this.offer(user, events);
  }
}
