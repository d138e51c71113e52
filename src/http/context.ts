import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/id-maker.ts';
import type { Log } from '../core/log.ts';
import type { Random } from '../core/random.ts';
import type { Settings } from '../core/settings.ts';
import type { Db } from '../platform/database/db.ts';
import type { Fitness } from '../platform/database/fitness.ts';
import type { Prepared, Query, Values } from '../platform/database/query.ts';
import type { OwnFiles } from '../platform/files/own-files.ts';
import type { Keys } from '../platform/keys/keys.ts';
import type { Limiter } from '../platform/limiter/limiter.ts';
import type { Live } from '../platform/live/live.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Trace } from '../platform/trace/trace.ts';
import type { Network, TrustedProxies } from './address.ts';
import type { Caller } from './caller.ts';
import type { ReplyValues } from './idempotency.ts';
import type { Intake } from './intake.ts';
import type { Pack } from './packing.ts';
import type { RequestBody } from './request-body.ts';
import type { Screening } from './screening.ts';
import type { Tokens } from './tokens.ts';
import type { UploadForm } from './upload-form.ts';

/** What a home provides for calls to be served at all. */
export interface HttpPlatform {
  readonly config: Settings;
  readonly keys: Keys;
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly limiter: Limiter;
  /** Counts what is held of bodies that come in. */
  readonly intake: Intake;
  /** State that lasts for seconds or minutes: who shakes, codes to scan, where lists began. */
  readonly live: Live;
  readonly tokens: Tokens;
  readonly trusted: TrustedProxies;
  /** `https://im.example.com`, without a final slash: the base of absolute URLs. */
  readonly publicUrl: string;
  readonly log: Log;
  /** What this process counts about itself. */
  readonly metrics: Metrics;
  /** Looks at texts that others will see, before they are written. */
  readonly screening: Screening;
  /** Where bytes lie that were made of the database; none where a process lives long enough to keep them. */
  readonly ownFiles: OwnFiles | undefined;
  /** Tells a collector of calls, where one is set. */
  readonly trace: Trace | undefined;
  /** Whether the server should be used: what `/readyz` answers. */
  readonly fitness: Fitness;
  /** The bytes of a file that ships with the application: `docs/scalar.js`, `console/console.css`. */
  asset(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Packs what is the same for everybody; absent where whoever stands in front of us does it. */
  readonly pack?: Pack;
  /** Lets work outlive the answer: waits for it at shutdown (Bun), or `waitUntil` (Workers). */
  later(work: Promise<unknown>): void;
}

/** By which door a request came in: that of everybody, or the port of operators alone. */
export type Door = 'public' | 'operators';

/** What the entry hands to the application beside the request. */
export interface Home<Platform extends HttpPlatform = HttpPlatform> {
  readonly platform: Platform;
  /** `public` where nothing is said. */
  readonly door?: Door;
  /** The address of the peer that sent this request. */
  peer(): string;
  /** Its port, where the home knows it. */
  peerPort?(): number;
}

/** What a call brings along, wherever it is served. */
export interface Asked {
  readonly request: Request;
  /** The request's body: of an endpoint with `body: 'file'` or `'raw'` it is unread. */
  readonly body: RequestBody;
  /** The multipart body of an endpoint with `body: 'uploads'`, its files unread. */
  readonly form: UploadForm | undefined;
  readonly requestId: string;
  /** The client's address: the peer's, or a trusted proxy's word. */
  readonly address: string;
  /** The client's port; 0 where it is not known, as behind most proxies. */
  readonly port: number;
  /** What every limit by address counts (`networksOf`), narrowest first. */
  readonly networks: readonly Network[];
  /**
   * The narrowest of them, which stands for one client: an IPv4 address, or an IPv6 /64. No limit counts it alone.
   */
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
  remember<Wanted extends Values>(
    reply: unknown,
    row: Prepared<number, Wanted & ReplyValues>,
    values: Wanted,
  ): readonly Query<number>[];
  remember(reply: unknown): readonly Query<number>[];
}

/** Of a call that anybody may make. */
export interface PerhapsCalled {
  /** The caller, where the endpoint is declared with `optionalCaller` and the call names a user. */
  readonly callerIfAny: Caller | undefined;
  /** Proves that caller's session now, for work that does not start in the database. */
  authenticate(): Promise<void>;
}

/**
 * Of a call of a logged-in user. Its `db` proves the session: the first `read` and every `write` fail with
 * `SESSION_ENDED` when the session no longer lives.
 */
export interface Called {
  readonly caller: Caller;
  /** Proves the session now, for work that does not start in the database. */
  authenticate(): Promise<void>;
}

/** What only the way in needs of the platform: no handler gets it. */
export type OfTheWayIn = 'asset' | 'pack' | 'fitness' | 'intake' | 'metrics' | 'trace';
/** What a call has on this floor. */
type HttpCall = Omit<HttpPlatform, OfTheWayIn> & Asked;
export type OpenHttpCall = HttpCall & PerhapsCalled;
export type CallerHttpCall = HttpCall & Called;
