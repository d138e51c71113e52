import type { Db } from '../platform/database/db.ts';
import type { Prepared, Query, Values } from '../platform/database/query.ts';
import type { Caller, CallerContext, OpenContext, Platform } from '../realtime/context.ts';
import { clientAddress, type Network, networksOf } from './address.ts';
import { envelope } from './envelope.ts';
import { refuse } from './failure.ts';
import { type KeyedCall, replyRow } from './idempotency.ts';
import type { RawParams } from './pairs.ts';
import { RequestBody } from './request-body.ts';
import { CallerDb } from './session.ts';
import type { UploadForm } from './upload-form.ts';

const rememberAlways = replyRow();

/** One call: the platform, who calls, and what the reply's headers will be. */
export class Call implements CallerContext, OpenContext {
  readonly config;
  readonly keys;
  readonly clock;
  readonly random;
  readonly passwordCost;
  readonly ids;
  readonly files;
  readonly thumbnails;
  readonly sms;
  readonly challenge;
  readonly payments;
  readonly limiter;
  readonly doorbell;
  readonly live;
  readonly sockets;
  readonly tokens;
  readonly trusted;
  readonly log;
  readonly publicUrl;
  db: Db;
  /** The parameters as they came, once they have been read. */
  given: RawParams | undefined;
  /** Set before the handler of a caller's endpoint runs. */
  keyed: KeyedCall | undefined;
  /** The multipart body of an upload, where it is one. */
  form: UploadForm | undefined;
  /** The request's body, where it was asked for. */
  private opened: RequestBody | undefined;
  readonly replyHeaders: Record<string, string> = {};
  private callerDb: CallerDb | undefined;
  private known: Caller | undefined;
  private knownNetworks: readonly Network[] | undefined;
  private readonly platform: Platform;
  private readonly peer: () => string;
  readonly request: Request;
  readonly requestId: string;

  constructor(platform: Platform, request: Request, requestId: string, peer: () => string) {
    this.platform = platform;
    this.request = request;
    this.requestId = requestId;
    this.peer = peer;
    this.config = platform.config;
    this.keys = platform.keys;
    this.db = platform.db;
    this.clock = platform.clock;
    this.random = platform.random;
    this.passwordCost = platform.passwordCost;
    this.ids = platform.ids;
    this.files = platform.files;
    this.thumbnails = platform.thumbnails;
    this.sms = platform.sms;
    this.challenge = platform.challenge;
    this.payments = platform.payments;
    this.limiter = platform.limiter;
    this.doorbell = platform.doorbell;
    this.live = platform.live;
    this.sockets = platform.sockets;
    this.tokens = platform.tokens;
    this.trusted = platform.trusted;
    this.log = platform.log;
    this.publicUrl = platform.publicUrl;
  }

  get address(): string {
    return clientAddress(this.peer(), this.header('x-forwarded-for'), this.trusted);
  }

  get networks(): readonly Network[] {
    this.knownNetworks ??= networksOf(this.address);
    return this.knownNetworks;
  }

  get addressKey(): string {
    return this.networks[0]?.key ?? 'unknown';
  }

  get body(): RequestBody {
    this.opened ??= new RequestBody(this.request, this.platform.intake, () => this.networks);
    return this.opened;
  }

  /** The answer is made: nothing more is read of the body, and nothing of it is held. */
  closeBody(): void {
    this.opened?.close();
  }

  get host(): string {
    return URL.parse(this.request.url)?.hostname || new URL(this.publicUrl).hostname;
  }

  get caller(): Caller {
    return this.known ?? refuse('SESSION_ENDED');
  }

  get callerIfAny(): Caller | undefined {
    return this.known;
  }

  /** From here on the call is this caller's, and so is its database. */
  logIn(caller: Caller) {
    this.known = caller;
    this.callerDb = new CallerDb(this.platform.db, caller, this.clock.now());
    this.db = this.callerDb;
  }

  get userId(): number | undefined {
    return this.known?.userId;
  }

  /** Whether the caller's session has been found alive. */
  get isProved(): boolean {
    return this.callerDb?.isProved ?? false;
  }

  async authenticate(): Promise<void> {
    if (!this.callerDb) refuse('SESSION_ENDED');
    await this.callerDb.prove();
  }

  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined;
  }

  setHeader(name: string, value: string): void {
    this.replyHeaders[name] = value;
  }

  later(work: Promise<unknown>): void {
    this.platform.later(work);
  }

  remember(
    reply: unknown,
    row: Prepared<number> = rememberAlways,
    values: Values = {},
  ): readonly Query<unknown>[] {
    if (!this.keyed) return [];
    const { user, endpoint, key, digest } = this.keyed;
    const call = { user, endpoint, key, digest, reply: envelope(1, reply), now: this.clock.now() };
    return [row({ ...values, ...call })];
  }
}
