import { Refusal } from '../http/failure.ts';
import { failed } from '../http/failure-text.ts';
import { REFUSALS } from '../operations/operators/reply.ts';
import { REFUSED, Refused } from '../operations/refused.ts';
import { OutcomeUnknown, WritesPaused } from '../platform/database/executor.ts';
import type { Visit } from './visit.ts';
import type { Words } from './words/words.ts';

type Reason = keyof Words['refusals'];

/** What went wrong, in words for whoever sent the form. */
export interface Trouble {
  readonly reason: Reason;
  readonly status: number;
  readonly text: string;
  /** More of it in the English of the operation, where this language has no words for it. */
  readonly english?: string;
  /** The field at fault. */
  readonly member?: string | undefined;
}

/** HTTP statuses of refusals that have none of their own elsewhere. */
const STATUS: Readonly<Record<string, number>> = {
  WRONG_LOGIN: 401,
  TOO_MANY_TRIES: 429,
  WEAK_PASSWORD: 422,
  NO_SUCH_INVITATION: 404,
  NOT_PREPARED: 409,
  WRONG_CODE: 401,
  NO_SUCH_SESSION: 404,
};

const own = <Value>(table: Readonly<Record<string, Value>>, name: string) =>
  Object.hasOwn(table, name) ? table[name] : undefined;

const isReason = (words: Words, reason: string): reason is Reason => Object.hasOwn(words.refusals, reason);

function ofOperation({ speech }: Visit, error: Refused): Trouble {
  const general = speech.words.refusals[error.reason];
  const said = speech.refusal(error.message);
  const text = said ?? general;
  const english = said === undefined && error.reason !== 'REASON_NEEDED' ? { english: error.message } : {};
  return { reason: error.reason, status: REFUSED[error.reason], text, ...english, member: error.member };
}

function ofRefusal({ speech }: Visit, error: Refusal): Trouble | undefined {
  const { words } = speech;
  if (!isReason(words, error.reason)) return undefined;
  const why = error.details['why'];
  const said = typeof why === 'string' ? speech.refusal(why) : undefined;
  const status = STATUS[error.reason] ?? own(REFUSALS, error.reason)?.[0] ?? 400;
  return { reason: error.reason, status, text: said ?? words.refusals[error.reason] };
}

function reasonOf(error: unknown): Reason {
  if (error instanceof WritesPaused) return 'WRITES_PAUSED';
  if (error instanceof OutcomeUnknown) return 'OUTCOME_UNKNOWN';
  return failed(error).isKnown ? 'DATABASE_AWAY' : 'FAULT';
}
const STATUS_OF = { WRITES_PAUSED: 503, DATABASE_AWAY: 503, OUTCOME_UNKNOWN: 504, FAULT: 500 } as const;

/** What an error is, to an operator. A fault goes to the log, and nothing of its inside to the page. */
export function troubleOf(visit: Visit, error: unknown): Trouble {
  if (error instanceof Refused) return ofOperation(visit, error);
  const refusal = error instanceof Refusal ? ofRefusal(visit, error) : undefined;
  if (refusal) return refusal;
  const { call, speech } = visit;
  const reason = reasonOf(error);
  if (reason === 'FAULT')
    call.log.error('fault', { requestId: call.requestId, path: 'console', error: failed(error).fault });
  return { reason, status: own(STATUS_OF, reason) ?? 500, text: speech.words.refusals[reason] };
}
