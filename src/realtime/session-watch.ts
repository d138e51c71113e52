import { sql } from 'drizzle-orm';
import { sessions } from '../../db/schema/sessions.ts';
import type { Clock } from '../core/clock.ts';
import type { SessionId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { messageOf } from '../core/message-of.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareRead } from '../platform/database/query.ts';

/** Of some sessions those that live no more; `successor`: the UUID of the login that took the place, if one did. */
export const readEnded = prepareRead<
  { ids: string; now: number },
  { id: SessionId; successor: string | null }
>(
  sql`SELECT a.value, (SELECT n.uuid FROM ${sessions} AS n
      WHERE n.user_id = s.user_id AND n.device = s.device AND n.ended_at IS NULL)
    FROM json_each(${p('ids')}) AS a LEFT JOIN ${sessions} AS s ON s.id = a.value
    WHERE s.id IS NULL OR s.ended_at IS NOT NULL OR s.expires_at <= ${p('now')}`,
  ['id', 'successor'],
);

/**
 * The sessions that have ended since a moment, found by an index: the cost of a look does not grow with the number
 * of connections.
 */
const readEndedSince = prepareRead<{ since: number }, { id: SessionId }>(
  sql`SELECT id FROM ${sessions} WHERE ended_at > ${p('since')} AND ended_at IS NOT NULL`,
  ['id'],
);

/** A connection, to be told how its session fares. */
export interface Watched {
  /** @param successor the UUID of the login on the same device kind that ended it, where one did */
  ended(successor: string | undefined): void;
  /** The same session has connected again. */
  replaced(): void;
}

/** At most one look in this time, however many people log in and out. */
const REST_MS = 100;
/** Looks without being told, for what other processes have ended: a ban by a command. */
const LOOK_MS = 1000;
/** How far back a look goes: clocks of processes differ, and a batch may wait before it commits. */
const MARGIN_MS = 30_000;
/** In so many turns, one a look, all that are open are asked about: tokens expire, and rows may be gone. */
const TURNS = 60;
/** Sessions that one turn asks about at most. */
const TOGETHER = 500;

/** Sees to it that no socket outlives its session. */
export class SessionWatch {
  private readonly open = new Map<SessionId, Watched>();
  private readonly db: Db;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly timers: ReturnType<typeof setInterval>[] = [];
  /** Up to here somebody has looked, epoch ms. */
  private looked = 0;
  /** Those who have not been asked about in this round. */
  private round: Iterator<SessionId> = [][Symbol.iterator]();
  private looking = false;
  private again = false;

  constructor(db: Db, clock: Clock, log: Log) {
    this.db = db;
    this.clock = clock;
    this.log = log;
  }

  /** How many sessions are watched. */
  get size(): number {
    return this.open.size;
  }

  start(): void {
    this.looked = this.clock.now();
    this.timers.push(
      setInterval(() => this.look(), LOOK_MS),
      setInterval(() => void this.checkSome(), LOOK_MS),
    );
  }

  stop(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
  }

  /** Watches a session from now on; a session has one connection. Looks at once: it may just have ended. */
  add(id: SessionId, watched: Watched): void {
    const before = this.open.get(id);
    this.open.set(id, watched);
    before?.replaced();
    void this.check([id]);
  }

  remove(id: SessionId, watched: Watched): void {
    if (this.open.get(id) === watched) this.open.delete(id);
  }

  /** Some session may have ended: looks now, or when the look that runs has rested. */
  look(): void {
    if (this.open.size === 0) {
      this.looked = this.clock.now(); // who comes is looked at then
      return;
    }
    this.again = true;
    if (!this.looking) void this.run();
  }

  private async run(): Promise<void> {
    this.looking = true;
    while (this.again) {
      this.again = false;
      await this.checkRecent();
      await new Promise((rested) => setTimeout(rested, REST_MS));
    }
    this.looking = false;
  }

  /** Ends what was ended since the last look. */
  private checkRecent(): Promise<void> {
    return this.logged(async () => {
      const now = this.clock.now();
      const ended = await this.db.read(readEndedSince({ since: this.looked - MARGIN_MS }));
      this.looked = now;
      await this.end(ended.map(({ id }) => id).filter((id) => this.open.has(id)));
    });
  }

  /** Asks about the next few of those that are open, however many there are. */
  checkSome(): Promise<void> {
    const count = Math.min(TOGETHER, Math.ceil(this.open.size / TURNS));
    const some: SessionId[] = [];
    while (some.length < count) {
      const next = this.round.next();
      if (!next.done) some.push(next.value);
      else if (some.length === 0) this.round = this.open.keys();
      else break;
    }
    return this.check(some);
  }

  private check(ids: readonly SessionId[]): Promise<void> {
    return this.logged(() => this.end(ids));
  }

  /** Ends those of these sessions that live no more. */
  private async end(ids: readonly SessionId[]): Promise<void> {
    if (ids.length === 0) return;
    const ended = await this.db.read(readEnded({ ids: JSON.stringify(ids), now: this.clock.now() }));
    for (const { id, successor } of ended) this.open.get(id)?.ended(successor ?? undefined);
  }

  private async logged(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.error('sessions not looked at', {
        error: messageOf(error),
      });
    }
  }
}
