import type { CommonReason } from './api.generated.ts';

/** The server has done what it was asked. */
export interface Success<Data, Code extends string = '1'> {
  readonly ok: true;
  /** `1`, or another code by which a call tells what it has done (requestFriend: `2`, friends at once). */
  readonly code: Code;
  readonly data: Data;
}

/** The server has refused, and nothing was changed. */
export interface Refused<Reason extends string = string> {
  readonly ok: false;
  readonly isLost: false;
  /** The stable name of the refusal, for programs. */
  readonly reason: Reason;
  /** What to show to the user, in the server's language. */
  readonly info: string;
  /** The parameter at fault, where it is one. */
  readonly field: string | undefined;
  /** The code of the API document; several reasons may share one. */
  readonly code: string;
  /** Seconds after which the call may succeed, where the server says. */
  readonly retryAfter: number | undefined;
  /** What else the server says of this refusal. */
  readonly details: Readonly<Record<string, string>>;
}

/** Why there is no answer of the server. */
export type LostReason = 'NO_CONNECTION' | 'TIMED_OUT' | 'ABORTED' | 'NOT_AN_ANSWER';

/** No answer came: nobody knows whether the server has done what it was asked. */
export interface Lost {
  readonly ok: false;
  readonly isLost: true;
  readonly reason: LostReason;
  /** For a log; in English. */
  readonly info: string;
  readonly field: undefined;
  /** The HTTP status of something that is no answer of the server, such as a proxy's page. */
  readonly status: number | undefined;
}

/** What a call comes to. It is returned, never thrown. */
export type Result<Data, Reason extends string = never, Code extends string = '1'> =
  | Success<Data, Code>
  | Refused<Reason | CommonReason>
  | Lost;

/** A call without an answer. */
export const lost = (reason: LostReason, info: string, status?: number): Lost => ({
  ok: false,
  isLost: true,
  reason,
  info,
  field: undefined,
  status,
});
