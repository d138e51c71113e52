import type * as z from 'zod';
import type { Settings } from '../core/settings.ts';
import type { TextScope } from '../core/words/scopes.ts';
import type { CallerHttpCall, OpenHttpCall } from './context.ts';
import type { Coded, Loose } from './envelope.ts';
import type { FailureText } from './failure.ts';

export type Shape = Readonly<Record<string, z.ZodType>>;
type Input<Params extends Shape> = { [Name in keyof Params]: z.output<Params[Name]> };
/** A refusal as another answer than the envelope may tell it. */
export interface Refused {
  /** Its stable name. */
  readonly reason: string;
  /** The parameter at fault, where one is. */
  readonly field?: string | undefined;
}

type Answer<Data extends z.ZodType> = Loose<z.output<Data>> | Coded<Loose<z.output<Data>>> | Response;

/**
 * What an endpoint is, in one place: everything else about it follows
 * (docs/architecture/requests.md#an-endpoint-is-data).
 */
export interface Declaration<Params extends Shape = Shape, Data extends z.ZodType = z.ZodType> {
  /** Number of the listing in the API document; absent for calls beyond it. */
  readonly no?: number;
  readonly path: `/${string}`;
  /** Other spellings of the path that real clients use. */
  readonly aliases?: readonly `/${string}`[];
  readonly title: string;
  /** The same in English, for the reference page. */
  readonly summary: string;
  /** `userId`, `token` and `requestId` need no mention. */
  readonly params: Params;
  /** Other names of parameters: `{ mobile: 'mobie' }` takes `mobile` for `mobie`. */
  readonly paramAliases?: Readonly<Record<string, keyof Params & string>>;
  /** Optional parameters that the document's sample of the call needs, because it takes one or another. */
  readonly sample?: Readonly<Partial<Record<keyof Params & string, string>>>;
  /**
   * The parameters whose text others will see, and what kind of text each is: words that operators do not want are
   * looked for in them.
   */
  readonly shown?: Readonly<Partial<Record<keyof Params & string, TextScope>>>;
  /** The success reply's `data`. */
  readonly data: Data;
  /** Success codes other than 1, and what they mean. */
  readonly successCodes?: Readonly<Record<number, string>>;
  /** The text of code -1 for a missing or malformed parameter; 参数不正确 where the document has none. */
  readonly invalid?: string;
  /**
   * The replies by HTTP status, as OpenAPI has them, where the answer is no envelope: those of a WebSocket's opening,
   * of a payment provider's notice.
   */
  readonly answers?: Readonly<Record<number, object>>;
  /** The body by media type, as OpenAPI has it, where it is `raw`. */
  readonly takes?: Readonly<Record<string, object>>;
  /** Refusals by reason: code and text. */
  readonly errors?: Readonly<Record<string, FailureText>>;
  /**
   * True where an Idempotency-Key makes a logged-in caller's retry harmless: the handler's batch holds
   * `context.remember(…)`.
   */
  readonly idempotent?: true;
  /** True when `token` is a parameter of the call itself and not the session's (bindXgToken). */
  readonly ownsToken?: true;
  /** True where the document requires `token` itself as a parameter (ready). */
  readonly documentsToken?: true;
  /**
   * `uploads`: files of a multipart body reach the handler as streams, each up to UPLOAD_MAX_BYTES; the fields
   * before the first file are parameters. `file`: so does a body of any other type, which is the file itself.
   * `raw`: `context.request` reaches the handler untouched, because the body is signed letter for letter.
   */
  readonly body?: 'uploads' | 'file' | 'raw';
  /** The parameter that may name a function: then every answer is a script that calls it (src/http/jsonp.ts). */
  readonly jsonp?: keyof Params & string;
  /** Largest body in bytes where 1 MiB is not the right limit. */
  readonly maxBodyBytes?: number;
  /**
   * True for a call that no original app makes, but newer ones or a payment provider: its codes 601, 403 and 429
   * always have their HTTP status.
   */
  readonly ours?: true;
  /** The key that signs the parameters (src/http/signature.ts); empty where the signature is not looked at. */
  signedWith?(config: Settings): string;
  /** Calls per minute, where the general flood limit is too generous: by user, or by address when open. */
  readonly perMinute?: number;
}

export interface OpenEndpoint<
  Params extends Shape = Shape,
  Data extends z.ZodType = z.ZodType,
  Context = OpenHttpCall,
> extends Declaration<Params, Data> {
  readonly open: true;
  /**
   * Where the answer to a GET follows from its parameters alone: how old it may be, in ms (src/http/kept.ts).
   * The handler sets no headers.
   */
  readonly keptMs?: number;
  /**
   * True where a logged-in user may call as themselves: `context.callerIfAny`. A `userId` that is sent must be
   * theirs; 0 is nobody, whatever token comes with it; without one the token's user is meant.
   */
  readonly optionalCaller?: true;
  handler(context: Context, input: Input<Params>): Promise<Answer<Data>>;
}

export interface CallerEndpoint<
  Params extends Shape = Shape,
  Data extends z.ZodType = z.ZodType,
  Context = CallerHttpCall,
> extends Declaration<Params, Data> {
  readonly open?: never;
  /** Checked before a remembered reply is given again (the pay password of a money call). */
  beforeReplay?(context: Context, input: Input<Params>): Promise<void>;
  handler(context: Context, input: Input<Params>): Promise<Answer<Data>>;
  /** Answers a refusal, whatever it is of, where the envelope would not be seen; undefined: the envelope does. */
  turnAway?(context: Context, refused: Refused): Response | undefined;
}

export type Endpoint = OpenEndpoint | CallerEndpoint;
