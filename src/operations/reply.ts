import type { Call } from '../http/call.ts';
import { Refusal } from '../http/failure.ts';
import { failed } from '../http/failure-text.ts';
import type { Answered } from '../http/reply.ts';
import { OutcomeUnknown, WritesPaused } from '../platform/database/executor.ts';
import { REFUSED, Refused, type RefusedFor } from './refused.ts';

/** Sets no header for other origins: nobody else's page reads an answer. */
export function reply(call: Call, status: number, text: string, code = '1'): Answered {
  const headers = new Headers({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': call.requestId,
    ...call.replyHeaders,
  });
  return { response: new Response(text, { status, headers }), code };
}

/** What a refusal of the transport is called here. */
const OF_TRANSPORT: Readonly<Record<string, readonly [RefusedFor, string]>> = {
  FOREIGN_ORIGIN: ['FOREIGN_ORIGIN', 'A page of another origin may not call this.'],
  BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'The body is too large.'],
  BROKEN_OFF: ['INVALID_PARAMETER', 'The body was broken off.'],
  INVALID_PARAMETER: ['INVALID_PARAMETER', 'The body cannot be read.'],
};

function refusedFor(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof Refusal) {
    const [reason, message] = OF_TRANSPORT[error.reason] ?? (['DATABASE_AWAY', 'Busy: try again.'] as const);
    return new Refused(reason, message);
  }
  if (error instanceof WritesPaused) return new Refused('DATABASE_AWAY', error.message);
  if (error instanceof OutcomeUnknown)
    return new Refused('OUTCOME_UNKNOWN', 'Nobody knows whether it was done: look, before you do it again.');
  // What the transport knows by its own name.
  if (failed(error).isKnown) return new Refused('DATABASE_AWAY', 'The database is away: nothing was done.');
  return new Refused('FAULT', 'A fault of the server’s: its log says more under the request’s number.');
}

/** A refusal or a fault in the one form that this API has for them. Nothing of a fault's inside goes out. */
export function problem(call: Call, error: unknown): Answered {
  const { reason, message, member } = refusedFor(error);
  const status = REFUSED[reason];
  if (reason === 'FAULT')
    call.log.error('fault', { requestId: call.requestId, path: 'operations', error: failed(error).fault });
  if (error instanceof Refusal && error.details['retryAfter'] !== undefined)
    call.setHeader('retry-after', String(error.details['retryAfter']));
  const body = { error: reason, message, ...(member ? { member } : {}), requestId: call.requestId };
  return reply(call, status, JSON.stringify(body), reason);
}
