import type { UserId } from '../core/ids.ts';
import type { Caller } from '../http/caller.ts';
import { refuse } from '../http/failure.ts';

/** Something that is not stored, for the sockets of a user that are open now. */
export interface Notice {
  readonly to: UserId;
  /** The message object as JSON text. */
  readonly message: string;
}

/** Why a WebSocket ends: its close code, and words for whoever reads a log. */
export interface Goodbye {
  readonly code: number;
  readonly reason: string;
}

/** Where the events of a socket begin. */
export interface SocketStart {
  readonly after: number;
  /** Up to where events have gone that the client may never have been sent: it is told first. */
  readonly gap?: number | undefined;
}

/** No bound on the friends who are told. */
export const ALL_FRIENDS = -1;

/** How a home takes WebSockets. */
export interface Sockets {
  /** The name of this home among those that hold sockets on the database; empty for one that holds none. */
  readonly home: string;
  /**
   * Turns a request with `Upgrade: websocket` into a socket of this caller, who gets their events from `start` on.
   * @returns what the handler answers
   */
  accept(request: Request, caller: Caller, start: SocketStart): Response | Promise<Response>;
  /**
   * Opens the WebSocket that a request asks for only to say why it ends, and ends it.
   * @returns what is answered; undefined where it cannot be opened, or too many were: then an HTTP refusal tells
   */
  turnAway(request: Request, goodbye: Goodbye): Response | undefined;
  /** How many friends at most see by this home that somebody comes or goes: each may cost a request. */
  readonly friendsTold: number;
  /** How many users at once may be told to look: each may cost a request. 0 where the sockets see by themselves what comes. */
  readonly wokenTogether: number;
  /** Has the sockets of these users look for what is new. */
  wake(users: readonly UserId[]): void | Promise<void>;
  /** Whether a user is shown online and has a socket in this home; absent where notices go to other homes, too. */
  readonly reaches?: (user: UserId) => boolean;
  /** Shows notices to the sockets that this home holds, or can reach. */
  show(notices: readonly Notice[]): void | Promise<void>;
}

/** A home without a server of its own (a command, a test). */
export const noSockets: Sockets = {
  home: '',
  friendsTold: 0,
  wokenTogether: 0,
  wake() {},
  accept: () => refuse('UPGRADE_REQUIRED'),
  turnAway: () => undefined,
  show() {},
};
