import { and, eq, isNull, sql } from 'drizzle-orm';
import { assertions } from '../../db/schema/platform.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { chinaDay } from '../core/china-time.ts';
import type { SessionId } from '../core/ids.ts';
import { ConstraintViolation, type Db, dbOver } from '../platform/database/db.ts';
import { p, prepareChange, prepareSelect, type Query } from '../platform/database/query.ts';
import type { Caller } from './caller.ts';
import { refuse } from './failure.ts';
import { isNoted, noteDay, rememberNoted } from './last-day.ts';

const living = and(eq(sessions.id, p('session')), isNull(sessions.endedAt));
const findLiving = prepareSelect<{ session: SessionId }>()({ id: sessions.id }, (select) =>
  select.from(sessions).where(living),
);
/** One row while the caller's session lives: for a read that begins a connection. */
export const proveSession = ({ sessionId }: Caller) => findLiving({ session: sessionId });

const assertLiving = prepareChange<{ session: SessionId }>(
  sql`INSERT INTO ${assertions} (session_lives) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM ${sessions} WHERE ${living})`,
);

/**
 * The database as a logged-in caller may use it. The session is proved in the first read's own round trip,
 * and inside every write as its first statement: a session that ended meanwhile rolls the whole batch back.
 * Once a day it is noted that the session calls: with the first write, or behind the first read.
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
  /** @param now epoch ms */
  constructor(db: Db, caller: Caller, now: number) {
    const { read, write } = dbOver(
      (queries) => this.readAlive(queries),
      (queries) => this.writeAlive(queries),
    );
    this.read = read;
    this.write = write;
    this.db = db;
    this.session = caller.sessionId;
    this.now = now;
  }

  private async readAlive(queries: readonly Query<unknown>[]): Promise<readonly unknown[]> {
    if (this.proved) return (await this.db.read({ queries })).queries;
    const { living, answers } = await this.db.read({
      living: findLiving({ session: this.session }),
      answers: queries,
    });
    if (living.length === 0) refuse('SESSION_ENDED');
    this.proved = true;
    const noted = this.notes();
    if (noted.length > 0) {
      // Should it fail, the next call tries again.
      await this.db.write({ noted }).then(
        () => rememberNoted(this.session, chinaDay(this.now)),
        () => undefined,
      );
    }
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
      if (noted.length > 0) rememberNoted(this.session, chinaDay(this.now));
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
    return isNoted(this.session, this.now) ? [] : noteDay(this.session, chinaDay(this.now));
  }
}

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
