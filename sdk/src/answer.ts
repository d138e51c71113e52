import type { Call } from './call.ts';
import { type Lost, lost, type Refused, type Success } from './result.ts';

/** What any call may come to, before its types say more. */
export type Answer = Success<unknown, string> | Refused | Lost;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds, as `Retry-After` says them. */
const seconds = (header: string | null) => (header && /^\d+$/.test(header) ? Number(header) : undefined);

function refused(code: string, data: unknown, retryAfter: string | null): Refused {
  const {
    info = '',
    reason = 'FAULT',
    field,
    ...details
  } = (isObject(data) ? data : {}) as Partial<Record<string, string>>; // every scalar of a reply is text
  return {
    ok: false,
    isLost: false,
    reason,
    info,
    field,
    code,
    retryAfter: seconds(retryAfter),
    details: details as Readonly<Record<string, string>>, // what is there has a value
  };
}

const isSuccess = ({ codes = ['1'], refusesAsSuccess }: Call, code: string, data: unknown) =>
  codes.includes(code) && !(refusesAsSuccess && isObject(data) && 'reason' in data);

/** The server's answer in the text of a reply. */
export function answerOf(call: Call, status: number, text: string, retryAfter: string | null): Answer {
  const envelope = parsed(text);
  const code = envelope?.['code'];
  if (typeof code !== 'string') return lost('NOT_AN_ANSWER', `HTTP ${status} brought no answer.`, status);
  const data = envelope?.['data'];
  return isSuccess(call, code, data) ? { ok: true, code, data } : refused(code, data, retryAfter);
}
