import { and, eq, isNull, sql } from 'drizzle-orm';
import { assertions } from '../../db/schema/platform.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { chinaDay } from '../core/china-time.ts';
import type { SessionId } from '../core/ids.ts';
import { ConstraintViolation, type Db, dbOver } from '../platform/database/db.ts';
import { p, prepareChange, prepareSelect, type Query } from '../platform/database/query.ts';
import { plainAddress } from './address.ts';
import type { Caller } from './caller.ts';
import { refuse } from './failure.ts';
import { isNoted, noteDay, rememberNoted } from './last-day.ts';
import { isAddressNoted, noteAddress, rememberAddress, type Whence } from './login-events.ts';

const living = and(eq(sessions.id, p('session')), isNull(sessions.endedAt));
const findLiving = prepareSelect<{ session: SessionId }>()(
  { id: sessions.id, address: sessions.address },
  (select) => select.from(sessions).where(living),
);
/** One row while the caller's session lives: for a read that begins a connection. */
export const proveSession = ({ sessionId }: Caller) => findLiving({ session: sessionId });

const assertLiving = prepareChange<{ session: SessionId }>(
  sql`INSERT INTO ${assertions} (session_lives) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM ${sessions} WHERE ${living})`,
);

/**
 * The database as a logged-in caller may use it. The session is proved in the first read's own round trip,
 * and inside every write as its first statement: a session that ended meanwhile rolls the whole batch back.
 * Once a day it is noted that the session calls, and from which address whenever that changes: with the first write, or
 * behind the first read.
 */
export class CallerDb implements Db {
  readonly read: Db['read'];
  readonly write: Db['write'];
  private proved = false;
  /** Whether the session has been found alive. */
  get isProved(): boolean {
    return this.proved;
  }
  private readonly db: Db;
  private readonly session: SessionId;
  private readonly now: number;
  private readonly whence: () => Whence;
  /**
   * @param now epoch ms
   * @param whence from where the call comes; nowhere that is noted where it comes over a socket
   */
  constructor(db: Db, caller: Caller, now: number, whence: () => Whence = () => NOWHERE) {
    const { read, write } = dbOver(
      (queries) => this.readAlive(queries),
      (queries) => this.writeAlive(queries),
    );
    this.read = read;
    this.write = write;
    this.db = db;
    this.session = caller.sessionId;
    this.now = now;
    this.whence = whence;
  }

  private async readAlive(queries: readonly Query<unknown>[]): Promise<readonly unknown[]> {
    if (this.proved) return (await this.db.read({ queries })).queries;
    const { living, answers } = await this.db.read({
      living: findLiving({ session: this.session }),
      answers: queries,
    });
    if (living.length === 0) refuse('SESSION_ENDED');
    this.proved = true;
    const noted = this.notesBehind(living[0]?.address ?? '');
    // Should it fail, the next call tries again.
    if (noted.length > 0)
      await this.db.write({ noted }).then(
        () => this.rememberNotes(),
        () => undefined,
      );
    return answers;
  }

  private async writeAlive(queries: readonly Query<unknown>[]): Promise<readonly unknown[]> {
    try {
      const noted = this.notes();
      const { answers } = await this.db.write({
        living: assertLiving({ session: this.session }),
        answers: queries,
        noted,
      });
      this.proved = true;
      if (noted.length > 0) this.rememberNotes();
      return answers;
    } catch (error) {
      if (error instanceof ConstraintViolation && error.constraint === 'session_lives')
        refuse('SESSION_ENDED');
      throw error;
    }
  }

  /** Proves the session now, unless that has been done. */
  async prove(): Promise<void> {
    if (!this.proved) await this.readAlive([]);
  }

  private notes(): readonly Query<number>[] {
    const day = isNoted(this.session, this.now) ? [] : noteDay(this.session, chinaDay(this.now));
    const whence = this.whence();
    if (isAddressNoted(this.session, whence, this.now)) return day;
    return [...day, ...noteAddress(this.session, whence, this.now)];
  }

  /**
   * The notes behind a read, which has shown the session's address: where that is the same, and the day noted, there is
   * nothing to write. A session of before addresses were noted waits for its next write, or day.
   */
  private notesBehind(address: string): readonly Query<number>[] {
    const isSame = address === '' || address === plainAddress(this.whence().address);
    return isSame && isNoted(this.session, this.now) ? [] : this.notes();
  }

  private rememberNotes() {
    rememberNoted(this.session, chinaDay(this.now));
    const whence = this.whence();
    if (!isAddressNoted(this.session, whence, this.now)) rememberAddress(this.session, whence, this.now);
  }
}

/**
 * Notes from where a session opens a connection, if that is another address than before. Should it fail, the next call
 * tries again.
 * @param known the address that the session has (`proveSession`)
 */
export async function noteConnection(
  db: Db,
  { sessionId }: Caller,
  known: string,
  whence: Whence,
  now: number,
): Promise<void> {
  if (known === plainAddress(whence.address) || isAddressNoted(sessionId, whence, now)) return;
  await db.write({ noted: noteAddress(sessionId, whence, now) }).then(
    () => rememberAddress(sessionId, whence, now),
    () => undefined,
  );
}

const NOWHERE: Whence = { address: '', port: 0 };

const bearerOf = (authorization: string | undefined) =>
  authorization === undefined ? undefined : /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];

const cookieToken = (cookie: string | undefined) => /(?:^|;\s*)token=([^;]+)/.exec(cookie ?? '')?.[1];

/**
 * The token of a request (docs/decisions.md#sessions): `Authorization: Bearer`, else a `token` header, else the
 * `token` parameter, else the cookie, which counts only for requests of our own pages and apps.
 */
export function tokenOf(
  header: (name: string) => string | undefined,
  parameter: string | undefined,
  ownOrigin: string,
): string | undefined {
  const named = bearerOf(header('authorization')) ?? header('token') ?? parameter;
  if (named) return named;
  const site = header('sec-fetch-site');
  const origin = header('origin');
  if ((site !== undefined && site !== 'same-origin') || (origin !== undefined && origin !== ownOrigin))
    return undefined;
  return cookieToken(header('cookie'));
}
