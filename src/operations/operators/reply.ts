import { type FailureText, Refusal } from '../../http/failure.ts';
import { failed } from '../../http/failure-text.ts';
import type { Answered } from '../../http/reply.ts';
import type { OperatorCall } from './operator-call.ts';

/** A refusal by its reason: its HTTP status, and what it says to an operator. */
export type Refusals = Readonly<Record<string, readonly [status: number, message: string]>>;

/** What every call of the operators' side may be refused for. */
export const REFUSALS: Refusals = {
  INVALID_PARAMETER: [422, 'Something in the body is missing or is not what it must be.'],
  NOT_JSON: [415, 'Send a JSON object, as application/json.'],
  NOT_LOGGED_IN: [401, 'Log in first.'],
  NOT_ALLOWED: [403, 'Your role may not do that.'],
  FOREIGN_ORIGIN: [
    403,
    'The call does not come from a page of this server: Origin or Sec-Fetch-Site says so.',
  ],
  METHOD_NOT_ALLOWED: [405, 'The path does not take that method.'],
  TOO_MANY_CALLS: [429, 'Too many calls: wait a little.'],
  BODY_TOO_LARGE: [413, 'The body is too large.'],
  BROKEN_OFF: [400, 'The body has broken off.'],
  TOO_SLOW: [408, 'The body came too slowly.'],
  BUSY: [503, 'The server is busy: try again.'],
  WRITES_PAUSED: [503, 'A backup is made: nothing can be changed for a while.'],
};

/** Faults that are not ours to tell of, by the status that the house gives them. */
const ELSEWHERE: Readonly<Record<number, string>> = {
  503: 'The database cannot be reached: nothing was done. Try again.',
  504: 'It is not known whether it was done: look before you try again.',
};
const FAULT = 'Something is wrong in the server: its log says what.';

const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** An answer in JSON, which no other origin may read and nothing keeps. */
export const answer = (
  call: OperatorCall,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response =>
  new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { ...HEADERS, 'x-request-id': call.requestId, ...call.replyHeaders, ...headers },
  });

/** Refusals that tell of a moment, and of nothing that anybody did wrong. */
const EXPECTED: ReadonlySet<string> = new Set(['BUSY', 'WRITES_PAUSED']);

const own = (table: Refusals, name: string) => (Object.hasOwn(table, name) ? table[name] : undefined);

/** What an error is answered with; a fault is logged, and its answer says nothing of it. */
export function refusalAnswer(
  call: OperatorCall,
  cause: unknown,
  path: string,
  refusals: Refusals,
): Answered {
  const known = { ...REFUSALS, ...refusals };
  const { refusal, text, isKnown, fault } = failed(cause, { errors: asErrors(known) });
  const found = refusal && own(known, refusal.reason);
  const [status, message] = found ?? [text[2] ?? 500, ELSEWHERE[text[2] ?? 500] ?? FAULT];
  if (fault && !(found && cause instanceof Refusal))
    call.log.error('fault', { requestId: call.requestId, path, error: fault });
  const { retryAfter, ...details } = refusal?.details ?? {};
  const error = found && refusal ? refusal.reason : isKnown ? 'UNAVAILABLE' : 'FAULT';
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  const body = { error, message, ...details, requestId: call.requestId };
  const response = answer(call, body, status, headers);
  return { response, code: error, isBusy: EXPECTED.has(error) };
}

const asErrors = (refusals: Refusals): Record<string, FailureText> =>
  Object.fromEntries(
    Object.entries(refusals).map(([name, [status, message]]) => [name, [-1, message, status] as const]),
  );
