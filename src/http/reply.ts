import { DatabaseUnavailable, OutcomeUnknown, WritesPaused } from '../platform/database/executor.ts';
import { FilesUnavailable } from '../platform/files/files.ts';
import type { Call } from './call.ts';
import type { Endpoint } from './endpoint.ts';
import { Coded, envelope } from './envelope.ts';
import { commonFailures, type FailureText, Refusal, transportFailures } from './failure.ts';

/** A finished answer: the envelope's code is kept for the log. */
export interface Answered {
  readonly response: Response;
  readonly code: string;
  /** Nothing is wrong but that the memory for bodies is full, or a backup keeps writers out. */
  readonly isBusy?: boolean;
}

/** What decides how a refusal looks. */
type Refusing = Partial<Pick<Endpoint, 'path' | 'errors' | 'invalid' | 'ours'>>;

/** Copied into each reply: headers that are given as an object are read and checked anew each time. */
const commonHeaders = new Headers({
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'access-control-allow-origin': '*',
  'x-content-type-options': 'nosniff',
});

/** An envelope as a response, with the headers that every answer has. */
export function json(
  text: string,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): Response {
  commonHeaders.set('x-request-id', requestId);
  const response = new Response(text, { status, headers: commonHeaders });
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** A reply as it goes out, and its code for the log. */
export interface Envelope {
  readonly text: string;
  readonly code: string;
}

/** What a handler returned, in its envelope. */
export function enveloped(answer: unknown): Envelope {
  const code = answer instanceof Coded ? answer.code : 1;
  return { text: envelope(code, answer instanceof Coded ? answer.data : answer), code: String(code) };
}

/** An envelope as this call's success. */
export const answered = (call: Call, { text, code }: Envelope): Answered => ({
  response: json(text, call.requestId, call.replyHeaders),
  code,
});

/** What a handler returned, as a response. */
export function success(call: Call, answer: unknown): Answered {
  if (answer instanceof Response) {
    // The answer to a WebSocket's opening is the platform's own, and is not ours to change.
    if (answer.status === 101) return { response: answer, code: 'socket' };
    answer.headers.set('x-request-id', call.requestId);
    return { response: answer, code: 'raw' };
  }
  return answered(call, enveloped(answer));
}

const DEFAULT_INVALID = '参数不正确';
const own = <Value>(table: Readonly<Record<string, Value>>, name: string) =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** Nothing was written, and it may be tried again: the database is away, or a disk is full. */
const isAway = (error: unknown) => error instanceof DatabaseUnavailable || error instanceof FilesUnavailable;

/** Code, text and status of an error; undefined for a fault of ours, which is logged and says nothing. */
function failureText(error: unknown, endpoint: Refusing | undefined): FailureText | undefined {
  if (isAway(error)) return transportFailures.DATABASE_AWAY;
  if (error instanceof OutcomeUnknown) return transportFailures.OUTCOME_UNKNOWN;
  if (!(error instanceof Refusal)) return undefined;
  if (error.reason === 'INVALID_PARAMETER') return [-1, endpoint?.invalid ?? DEFAULT_INVALID];
  return (
    own<FailureText>(endpoint?.errors ?? {}, error.reason) ??
    own<FailureText>({ ...commonFailures, ...transportFailures }, error.reason)
  );
}

/**
 * HTTP status of a refusal: 200 for business results unless HTTP_STATUS=real or the call is one of ours; the
 * transport's own are always real.
 */
function statusOf(failure: FailureText, reason: string | undefined, isReal: boolean): number {
  const [, , status = 200] = failure;
  const isCommon = reason !== undefined && Object.hasOwn(commonFailures, reason);
  return isCommon && !isReal ? 200 : status;
}

/** After so many seconds a client may try again to write. */
const PAUSE_RETRY_S = 5;
/** A backup that keeps writers out is no fault: the client is told why, and when to come again. */
const asRefusal = (error: unknown) =>
  error instanceof WritesPaused
    ? new Refusal('WRITES_PAUSED', { reason: 'WRITES_PAUSED', retryAfter: PAUSE_RETRY_S })
    : error;
const EXPECTED: ReadonlySet<string | undefined> = new Set(['BUSY', 'WRITES_PAUSED']);

/** An error as a response: the endpoint's documented code and text, or 500 without any inner detail. */
export function failure(call: Call, cause: unknown, endpoint?: Refusing): Answered {
  const error = asRefusal(cause);
  const known = failureText(error, endpoint);
  if (!known || isAway(error) || error instanceof OutcomeUnknown) {
    call.log.error('fault', { requestId: call.requestId, path: endpoint?.path, error: describe(error) });
  }
  const chosen = known ?? transportFailures.FAULT;
  const [code, words] = chosen;
  const reason = error instanceof Refusal ? error.reason : undefined;
  const { retryAfter, ...details } = error instanceof Refusal ? error.details : {};
  const text = typeof words === 'string' ? words : words(call.config);
  const data = { info: text, ...details, ...(known ? {} : { requestId: call.requestId }) };
  const headers =
    retryAfter === undefined
      ? call.replyHeaders
      : { ...call.replyHeaders, 'retry-after': String(retryAfter) };
  const isReal = call.config.HTTP_STATUS === 'real' || endpoint?.ours === true;
  const response = json(envelope(code, data), call.requestId, headers, statusOf(chosen, reason, isReal));
  return { response, code: String(code), isBusy: EXPECTED.has(reason) };
}

/** An error for the log: kind, message and where, without values that a statement was given. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const cause = error.cause instanceof Error ? `; caused by ${error.cause.name}: ${error.cause.message}` : '';
  const where =
    error.stack
      ?.split('\n')
      .slice(1, 4)
      .map((line) => line.trim())
      .join(' ') ?? '';
  return `${error.name}: ${error.message}${cause} ${where}`.slice(0, 1000);
}
