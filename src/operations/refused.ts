import { Problem } from '../core/problem.ts';

/** Why an operation was refused: the word that a program looks at, and the HTTP status that it goes out with. */
export const REFUSED = {
  INVALID_PARAMETER: 400,
  REASON_NEEDED: 400,
  KEY_REUSED: 400,
  NOT_LOGGED_IN: 401,
  FOREIGN_ORIGIN: 403,
  NOT_ALLOWED: 403,
  NO_SUCH_OPERATION: 404,
  METHOD_NOT_ALLOWED: 405,
  NOTHING_DONE: 409,
  BODY_TOO_LARGE: 413,
  NOT_JSON: 415,
  FAULT: 500,
  DATABASE_AWAY: 503,
  OUTCOME_UNKNOWN: 504,
} as const;
export type RefusedFor = keyof typeof REFUSED;

/** An operation that was not carried out, in one line for whoever wanted it. Nothing was written. */
export class Refused extends Problem {
  override readonly name = 'Refused';
  readonly reason: RefusedFor;
  /** The member of the parameters that is at fault. */
  readonly member: string | undefined;
  constructor(reason: RefusedFor, message: string, member?: string) {
    super(message);
    this.reason = reason;
    this.member = member;
  }
}

/** There was nothing to do: it is so already, or there is no such thing. Throws. */
export function nothingDone(message: string): never {
  throw new Refused('NOTHING_DONE', message);
}
