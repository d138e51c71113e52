import type { Config } from './config.ts';
import type { Keys } from './keys.ts';
import type { SessionId, UserId } from './ids.ts';
import type { Clock } from './platform/clock.ts';
import type { Db } from './platform/database/db.ts';
import type { Query } from './platform/database/query.ts';
import type { Files, Thumbnails } from './platform/files.ts';
import type { Ids } from './platform/ids.ts';
import type { Limiter } from './platform/limiter.ts';
import type { Log } from './platform/log.ts';
import type { Random } from './platform/random.ts';
import type { Sms } from './platform/sms.ts';

/** What a home (Bun or Workers) provides. On Bun it is made once, on Workers for each request. */
export interface Platform {
  readonly config: Config;
  readonly keys: Keys;
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly files: Files;
  readonly thumbnails: Thumbnails;
  readonly sms: Sms;
  readonly limiter: Limiter;
  readonly log: Log;
  /** Lets work outlive the answer: waits for it at shutdown (Bun), or `waitUntil` (Workers). */
  later(work: Promise<unknown>): void;
}

/** Who calls: a live session. That it lives is proved by the first database access of the call. */
export interface Caller {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** 0 unknown, 1 Android, 2 iOS, 3 PC, 4 web. */
  readonly device: number;
}

/** What every handler gets. */
export interface Context extends Platform {
  readonly requestId: string;
  /** The client's address: the peer's, or a trusted proxy's word. */
  readonly address: string;
  /** `https://im.example.com`, without a final slash: the base of absolute URLs. */
  readonly publicUrl: string;
  /** The host that the client called, without a port, for `imServerUrl`. */
  readonly host: string;
  /** Request headers that a handler may look at, by lower-case name. */
  header(name: string): string | undefined;
  /** Sets a header of the reply. */
  setHeader(name: string, value: string): void;
}

/**
 * What the handler of an endpoint for logged-in users gets. Its `db` proves the session: the first
 * `read` and every `write` fail with `SESSION_ENDED` when the session no longer lives.
 */
export interface CallerContext extends Context {
  readonly caller: Caller;
  /** Proves the session now, for work that does not start in the database. */
  authenticate(): Promise<void>;
  /**
   * The row that makes a retry of this call harmless, for the batch that does its work: none when the
   * client sent no Idempotency-Key.
   * @param reply what the handler will return
   * @param mark only when this condition holds (the mark of the batch's first statement), if given
   */
  remember(reply: unknown, mark?: Query<unknown>): readonly Query<unknown>[];
}
