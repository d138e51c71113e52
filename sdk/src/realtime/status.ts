import { CODE, type LineEnd } from './line.ts';

/** Why realtime has ended for good. */
export type EndReason =
  /** `close` was called. */
  | 'closed'
  /** Nobody is signed in, or the session has died: show the login. */
  | 'session ended'
  /** The same session has connected again, in another tab or program, which goes on. */
  | 'replaced'
  /** The server does not understand this client. */
  | 'not understood';

/** How realtime stands. */
export type Status =
  | { readonly state: 'connecting' }
  /** Connected, and everything that waited has come. */
  | { readonly state: 'live' }
  /** The line is lost; it tries again after so many ms, or when `reconnect` is called. */
  | { readonly state: 'waiting'; readonly forMs: number; readonly because: string }
  | { readonly state: 'ended'; readonly because: EndReason };

/** A flood ends within a minute; until then the server refuses the connection. */
export const FLOOD_MS = 60_000;

const FINAL: Readonly<Record<number, EndReason>> = {
  [CODE.sessionEnded]: 'session ended',
  [CODE.replaced]: 'replaced',
  [CODE.badFrame]: 'not understood',
};

/** Why the end of a line is the end of all; undefined where it is worth to connect again. */
export const finalReason = ({ code }: LineEnd): EndReason | undefined => FINAL[code];
