import type { Call } from './call.ts';
import type { Endpoint, Refused } from './endpoint.ts';
import { Coded, envelope } from './envelope.ts';
import { commonFailures, type FailureText } from './failure.ts';
import { failed, wordsOf } from './failure-text.ts';

/** A finished answer: the envelope's code is kept for the log. */
export interface Answered {
  readonly response: Response;
  readonly code: string;
  /** Nothing is wrong but that the memory for bodies is full, or a backup keeps writers out. */
  readonly isBusy?: boolean;
  /** What was refused, and why. */
  readonly refused?: Refused;
}

/** What decides how a refusal looks. */
type Refusing = Partial<Pick<Endpoint, 'path' | 'errors' | 'invalid' | 'ours'>>;

/** Copied into each reply: headers that are given as an object are read and checked again each time. */
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

/**
 * HTTP status of a refusal: 200 for business results unless HTTP_STATUS=real or the call is one of ours; the
 * transport's own are always real.
 */
function statusOf(failure: FailureText, reason: string | undefined, isReal: boolean): number {
  const [, , status = 200] = failure;
  const isCommon = reason !== undefined && Object.hasOwn(commonFailures, reason);
  return isCommon && !isReal ? 200 : status;
}

/** Refusals that tell of a moment, and of nothing that anybody did wrong. */
const EXPECTED: ReadonlySet<string | undefined> = new Set(['BUSY', 'WRITES_PAUSED']);

/** An error as a response: the endpoint's documented code and text, or 500 without any inner detail. */
export function failure(call: Call, error: unknown, endpoint?: Refusing): Answered {
  const { text, reason, isKnown, fault, refusal } = failed(error, endpoint);
  if (fault) call.log.error('fault', { requestId: call.requestId, path: endpoint?.path, error: fault });
  const [code, , , hint] = text;
  const { retryAfter, ...details } = refusal?.details ?? {};
  const info = wordsOf(text, call.config);
  const data = {
    info,
    reason,
    ...(hint ? { hint } : {}),
    ...details,
    ...(isKnown ? {} : { requestId: call.requestId }),
  };
  const headers =
    retryAfter === undefined
      ? call.replyHeaders
      : { ...call.replyHeaders, 'retry-after': String(retryAfter) };
  const isReal = call.config.HTTP_STATUS === 'real' || endpoint?.ours === true;
  const response = json(
    envelope(code, data),
    call.requestId,
    headers,
    statusOf(text, refusal?.reason, isReal),
  );
  const field = refusal?.details['field'];
  const refused = { reason, ...(field === undefined ? {} : { field: String(field) }) };
  return { response, code: String(code), isBusy: EXPECTED.has(refusal?.reason), refused };
}
