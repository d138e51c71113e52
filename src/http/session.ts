import { and, eq, isNull, sql } from 'drizzle-orm';
import { assertions } from '../../db/schema/platform.ts';
import { sessions } from '../../db/schema/sessions.ts';
import type { Caller } from '../context.ts';
import { ConstraintViolation, type Db, type Outputs } from '../platform/database/db.ts';
import { build, prepareChange, prepareRows, type Query } from '../platform/database/query.ts';
import { refuse } from './failure.ts';

const living = and(eq(sessions.id, sql.placeholder('session')), isNull(sessions.endedAt));
const findLiving = prepareRows(build.select({ id: sessions.id }).from(sessions).where(living));
/** One row while the caller's session lives: for a read that begins a connection. */
export const proveSession = ({ sessionId }: Caller) => findLiving({ session: sessionId });

const assertLiving = prepareChange(
  sql`INSERT INTO ${assertions} (session_lives) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM ${sessions} WHERE ${living})`,
);

/**
 * The database as a logged-in caller may use it. The session is proved in the first read's own round trip,
 * and inside every write as its first statement: a session that ended meanwhile rolls the whole batch back.
 */
export class CallerDb implements Db {
  private proved = false;
  /** Whether the session has been found alive. */
  get isProved(): boolean {
    return this.proved;
  }
  private readonly db: Db;
  private readonly session: { readonly session: number };
  constructor(db: Db, caller: Caller) {
    this.db = db;
    this.session = { session: caller.sessionId };
  }

  readonly read: Db['read'] = (...queries) => {
    if (this.proved) return this.db.read(...queries);
    const all = this.db.read<readonly Query<unknown>[]>(findLiving(this.session), ...queries);
    return all.then(([found, ...outputs]) => {
      if (!Array.isArray(found) || found.length === 0) refuse('SESSION_ENDED');
      this.proved = true;
      return outputs as unknown as Outputs<typeof queries>; // one output a query, in order
    });
  };

  readonly write: Db['write'] = async (...queries) => {
    try {
      const [, ...outputs] = await this.db.write<readonly Query<unknown>[]>(
        assertLiving(this.session),
        ...queries,
      );
      this.proved = true;
      return outputs as unknown as Outputs<typeof queries>; // one output a query, in order
    } catch (error) {
      if (error instanceof ConstraintViolation && error.constraint === 'session_lives')
        refuse('SESSION_ENDED');
      throw error;
    }
  };

  /** Proves the session now, unless that has been done. */
  async prove(): Promise<void> {
    if (!this.proved) await this.read();
  }
}

const bearerOf = (authorization: string | undefined) =>
  authorization === undefined ? undefined : /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];

const cookieToken = (cookie: string | undefined) => /(?:^|;\s*)token=([^;]+)/.exec(cookie ?? '')?.[1];

/**
 * The token of a request (decisions, Identity): `Authorization: Bearer`, else a `token` header, else the
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
