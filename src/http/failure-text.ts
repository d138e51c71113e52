import { messageOf } from '../core/message-of.ts';
import type { Settings } from '../core/settings.ts';
import { DatabaseUnavailable, OutcomeUnknown, WritesPaused } from '../platform/database/executor.ts';
import { FilesUnavailable } from '../platform/files/files.ts';
import { commonFailures, type FailureText, Refusal, textFailures, transportFailures } from './failure.ts';

/** What a call or a socket says of its own refusals. */
export interface Refusing {
  readonly errors?: Readonly<Record<string, FailureText>> | undefined;
  /** The text where a parameter is missing or malformed. */
  readonly invalid?: string | undefined;
}

/** The text of code -1 for a parameter, where the declaration has none of its own. */
export const DEFAULT_INVALID = '参数不正确';
const everywhere = { ...commonFailures, ...textFailures, ...transportFailures };
const own = <Value>(table: Readonly<Record<string, Value>>, name: string) =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** The reason of a parameter that is missing or malformed. */
export const INVALID = 'INVALID_PARAMETER';

const isAlike = ([code, text, , hint]: FailureText, other: FailureText): boolean =>
  code === other[0] && text === other[1] && hint === other[3];

/**
 * Refusals by the reasons that callers are told. Of those that look alike in the document the first stands for all:
 * whether somebody is blocked or unknown, a reason tells no more than the text does.
 */
export const publicReasons = (
  errors: Readonly<Record<string, FailureText>>,
): Readonly<Record<string, FailureText>> =>
  Object.fromEntries(
    Object.entries(errors).filter(
      ([, text], index, all) => all.findIndex(([, other]) => isAlike(text, other)) === index,
    ),
  );

/** Nothing was written, and it may be tried again: the database is away, or a disk is full. */
const isAway = (error: unknown) => error instanceof DatabaseUnavailable || error instanceof FilesUnavailable;

function textOf(
  error: unknown,
  { errors = {}, invalid = DEFAULT_INVALID }: Refusing,
): FailureText | undefined {
  if (isAway(error)) return transportFailures.DATABASE_AWAY;
  if (error instanceof OutcomeUnknown) return transportFailures.OUTCOME_UNKNOWN;
  if (!(error instanceof Refusal)) return undefined;
  if (error.reason === INVALID) return own(errors, INVALID) ?? [-1, invalid];
  return own(errors, error.reason) ?? own<FailureText>(everywhere, error.reason);
}

/** An error for the log: kind, message and where, without values that a statement was given. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error);
  const cause = error.cause instanceof Error ? `; caused by ${error.cause.name}: ${error.cause.message}` : '';
  const where =
    error.stack
      ?.split('\n')
      .slice(1, 4)
      .map((line) => line.trim())
      .join(' ') ?? '';
  return `${error.name}: ${error.message}${cause} ${where}`.slice(0, 1000);
}

/** After so many seconds a client may try again to write. */
const PAUSE_RETRY_S = 5;
/** A backup that keeps writers out is no fault: the client hears why, and when to come again. */
const asRefusal = (error: unknown) =>
  error instanceof WritesPaused ? new Refusal('WRITES_PAUSED', { retryAfter: PAUSE_RETRY_S }) : error;

/** The name of a failure for its caller. */
function reasonOf(
  text: FailureText | undefined,
  refusal: Refusal | undefined,
  errors: Refusing['errors'] = {},
): string {
  if (text === undefined) return 'FAULT';
  if (refusal === undefined)
    return text === transportFailures.DATABASE_AWAY ? 'DATABASE_AWAY' : 'OUTCOME_UNKNOWN';
  const declared = own(errors, refusal.reason);
  const first = declared && Object.entries(errors).find(([, other]) => isAlike(declared, other));
  return first?.[0] ?? refusal.reason;
}

/** How an error is answered, to a call or over a socket. */
export interface Failed {
  readonly text: FailureText;
  /** Its stable name, as callers are told it. */
  readonly reason: string;
  /** False for a fault of ours, of which the answer says nothing. */
  readonly isKnown: boolean;
  /** What the log says of it; undefined for a refusal that was declared. */
  readonly fault: string | undefined;
  readonly refusal: Refusal | undefined;
}

/** Says how an error is answered: as the declaration of a refusal has it, or as a fault. */
export function failed(cause: unknown, refusing: Refusing = {}): Failed {
  const error = asRefusal(cause);
  const text = textOf(error, refusing);
  const refusal = error instanceof Refusal ? error : undefined;
  return {
    text: text ?? transportFailures.FAULT,
    reason: reasonOf(text, refusal, refusing.errors),
    isKnown: text !== undefined,
    fault: text && refusal ? undefined : describe(error),
    refusal,
  };
}

/** What a failure says under these settings. */
export const wordsOf = ([, words]: FailureText, settings: Settings): string =>
  typeof words === 'string' ? words : words(settings);
