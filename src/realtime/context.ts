import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/id-maker.ts';
import type { SessionId, UserId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { PasswordCost } from '../core/password-cost.ts';
import type { Random } from '../core/random.ts';
import type { Settings } from '../core/settings.ts';
import type { Keys } from '../homes/keys.ts';
import type { Network, TrustedProxies } from '../http/address.ts';
import type { Pack } from '../http/fixed.ts';
import type { Intake } from '../http/intake.ts';
import type { RequestBody } from '../http/request-body.ts';
import type { Tokens } from '../http/tokens.ts';
import type { UploadForm } from '../http/upload-form.ts';
import type { Live } from '../live-cores.ts';
import type { Challenge } from '../platform/challenge/challenge.ts';
import type { Db } from '../platform/database/db.ts';
import type { Fitness } from '../platform/database/fitness.ts';
import type { Prepared, Query, Values } from '../platform/database/query.ts';
import type { Files, Thumbnails } from '../platform/files/files.ts';
import type { Limiter } from '../platform/limiter/limiter.ts';
import type { Payouts } from '../platform/payments/payout-port.ts';
import type { Payments } from '../platform/payments/port.ts';
import type { Push } from '../platform/push/push.ts';
import type { Sms } from '../platform/sms/sms.ts';
import type { Doorbell } from './doorbell.ts';
import type { Sockets } from './sockets.ts';

/** What a home (Bun or Workers) provides. On Bun it is made once, on Workers for each request. */
export interface Platform {
  readonly config: Settings;
  readonly keys: Keys;
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  /** What a password's hash costs: less in tests alone. */
  readonly passwordCost: PasswordCost;
  readonly ids: Ids;
  readonly files: Files;
  readonly thumbnails: Thumbnails;
  readonly sms: Sms;
  /** Who proves that a person asks for a code; none where nobody does. */
  readonly challenge: Challenge | undefined;
  /** Used by a job alone: no call waits for a push. */
  readonly push: Push;
  readonly payments: Payments;
  /** Used by a job alone: no call waits for a bank. */
  readonly payouts: Payouts;
  readonly limiter: Limiter;
  /** Counts what is held of bodies that come in. */
  readonly intake: Intake;
  readonly doorbell: Doorbell;
  /** State that lasts for seconds or minutes: who shakes, codes to scan, where lists began. */
  readonly live: Live;
  readonly sockets: Sockets;
  readonly tokens: Tokens;
  readonly trusted: TrustedProxies;
  /** `https://im.example.com`, without a final slash: the base of absolute URLs. */
  readonly publicUrl: string;
  readonly log: Log;
  /** Whether the server should be used: what `/readyz` answers. */
  readonly fitness: Fitness;
  /** The bytes of a file that ships with the application (the reference page's script). */
  asset(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Packs what is the same for everybody; absent where whoever stands in front of us does it. */
  readonly pack?: Pack;
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
export interface Context
  extends Omit<Platform, 'asset' | 'pack' | 'push' | 'payouts' | 'fitness' | 'intake'> {
  readonly request: Request;
  /** The request's body: of an endpoint with `body: 'file'` or `'raw'` it is unread. */
  readonly body: RequestBody;
  /** The multipart body of an endpoint with `body: 'uploads'`, its files unread. */
  readonly form: UploadForm | undefined;
  readonly requestId: string;
  /** The client's address: the peer's, or a trusted proxy's word. */
  readonly address: string;
  /** What every limit by address counts (`networksOf`), narrowest first. */
  readonly networks: readonly Network[];
  /** The narrowest of them, which stands for one client: an IPv4 address, or an IPv6 /64. No limit counts it alone. */
  readonly addressKey: string;
  /** The host that the client called, without a port, for `imServerUrl`. */
  readonly host: string;
  /** Request headers that a handler may look at, by lower-case name. */
  header(name: string): string | undefined;
  /** Sets a header of the reply. */
  setHeader(name: string, value: string): void;
  /**
   * The row that makes a retry of this call harmless, for the batch that does its work; none when the
   * client sent no Idempotency-Key, or nobody is logged in.
   * @param reply what the handler will return
   * @param row a `replyRow(mark)` prepared at module level, where the batch's first statement may refuse
   * @param values values of the mark's own placeholders
   */
  remember(reply: unknown, row?: Prepared<number>, values?: Values): readonly Query<unknown>[];
}

/** What the handler of an open endpoint gets. */
export interface OpenContext extends Context {
  /** Who calls, where the endpoint is declared with `optionalCaller` and the call names a user. */
  readonly callerIfAny: Caller | undefined;
  /** Proves that caller's session now, for work that does not start in the database. */
  authenticate(): Promise<void>;
}

/**
 * What the handler of an endpoint for logged-in users gets. Its `db` proves the session: the first
 * `read` and every `write` fail with `SESSION_ENDED` when the session no longer lives.
 */
export interface CallerContext extends Context {
  readonly caller: Caller;
  /** Proves the session now, for work that does not start in the database. */
  authenticate(): Promise<void>;
}
