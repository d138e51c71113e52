import type { Db } from '../platform/database/db.ts';
import { type DbUse, unused } from '../platform/database/measured.ts';
import type { Prepared, Query, Values } from '../platform/database/query.ts';
import { type Client, clientOf, type Network, networksOf } from './address.ts';
import type { Caller } from './caller.ts';
import type { Asked, Called, HttpPlatform, PerhapsCalled } from './context.ts';
import { envelope } from './envelope.ts';
import { refuse } from './failure.ts';
import { type KeyedCall, type ReplyValues, replyRow, replyValues } from './idempotency.ts';
import type { RawParams } from './pairs.ts';
import { RequestBody } from './request-body.ts';
import { CallerDb } from './session.ts';
import { callersId, type TraceParent, traceParentOf } from './trace-context.ts';
import type { UploadForm } from './upload-form.ts';

const rememberAlways = replyRow();

/**
 * One call: who calls, and what the reply's headers will be. It has every port of its platform, too: `callsOver`
 * lays them beneath it, so that a call copies none.
 */
export class Call implements Asked, Called, PerhapsCalled {
  declare readonly config: HttpPlatform['config'];
  declare readonly keys: HttpPlatform['keys'];
  declare readonly clock: HttpPlatform['clock'];
  declare readonly random: HttpPlatform['random'];
  declare readonly ids: HttpPlatform['ids'];
  declare readonly limiter: HttpPlatform['limiter'];
  declare readonly intake: HttpPlatform['intake'];
  declare readonly live: HttpPlatform['live'];
  declare readonly tokens: HttpPlatform['tokens'];
  declare readonly trusted: HttpPlatform['trusted'];
  declare readonly publicUrl: HttpPlatform['publicUrl'];
  declare readonly log: HttpPlatform['log'];
  declare readonly later: HttpPlatform['later'];
  declare readonly screening: HttpPlatform['screening'];
  declare readonly ownFiles: HttpPlatform['ownFiles'];
  declare readonly metrics: HttpPlatform['metrics'];
  declare readonly trace: HttpPlatform['trace'];
  /** The platform's, for all calls. */
  declare protected readonly sharedDb: Db;
  private ownDb: Db | undefined;
  private used: DbUse | undefined;
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
  private knownClient: Client | undefined;
  private readonly peer: () => Client;
  readonly request: Request;
  readonly requestId: string;

  /** @param requestId its name, unless the client or a proxy has given it one */
  constructor(request: Request, requestId: string, peer: () => Client) {
    this.request = request;
    this.requestId = callersId(request.headers) ?? requestId;
    this.peer = peer;
  }

  private get client(): Client {
    this.knownClient ??= clientOf(this.peer(), this.header('x-forwarded-for'), this.trusted);
    return this.knownClient;
  }

  /** The database as this call may use it; its round trips are added up. */
  get db(): Db {
    if (this.ownDb) return this.ownDb;
    this.used = unused();
    this.ownDb = this.sharedDb.measuredFor?.(this.used) ?? this.sharedDb;
    return this.ownDb;
  }

  /** What it has asked of the database until now; undefined where that is nothing. */
  get dbUse(): DbUse | undefined {
    return this.used;
  }

  /** The trace that this call belongs to, where the client or a proxy has begun one. */
  get traceParent(): TraceParent | undefined {
    return traceParentOf(this.request.headers);
  }

  get address(): string {
    return this.client.address;
  }

  get port(): number {
    return this.client.port;
  }

  get networks(): readonly Network[] {
    this.knownNetworks ??= networksOf(this.address);
    return this.knownNetworks;
  }

  get addressKey(): string {
    return this.networks[0]?.key ?? 'unknown';
  }

  get body(): RequestBody {
    this.opened ??= new RequestBody(this.request, this.intake, () => this.networks);
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
    this.callerDb = new CallerDb(this.db, caller, this.clock.now(), () => this.client);
    this.ownDb = this.callerDb;
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

  remember(reply: unknown): readonly Query<number>[];
  remember<Wanted extends Values>(
    reply: unknown,
    row: Prepared<number, Wanted & ReplyValues>,
    values: Wanted,
  ): readonly Query<number>[];
  remember(
    reply: unknown,
    row: Prepared<number, Values & ReplyValues> = rememberAlways,
    values: Values = {},
  ): readonly Query<number>[] {
    if (!this.keyed) return [];
    const text = envelope(1, reply);
    return [row({ ...values, ...replyValues(this.keyed, text, this.clock.now()) })];
  }
}

/** Makes calls over one platform. */
export type MakeCall<Platform extends HttpPlatform> = (
  request: Request,
  requestId: string,
  peer: () => Client,
) => Call & Platform;

/** Lays the ports of a platform beneath its calls: a new port needs no word here. */
export function callsOver<Platform extends HttpPlatform>(platform: Platform): MakeCall<Platform> {
  class CallOverPlatform extends Call {}
  const { db: sharedDb, ...ports } = Object.getOwnPropertyDescriptors(platform);
  Object.defineProperties(CallOverPlatform.prototype, { ...ports, sharedDb });
  return (request, requestId, peer) => new CallOverPlatform(request, requestId, peer) as Call & Platform; // its prototype has every port
}
