import { refuse } from '../http/failure.ts';
import type { Caller } from './context.ts';

/** How a home takes WebSockets. */
export interface Sockets {
  /**
   * Turns a request with `Upgrade: websocket` into a socket of this caller, who gets his events behind `after`.
   * @returns what the handler answers
   */
  accept(request: Request, caller: Caller, after: number): Response | Promise<Response>;
}

/** A home without a server of its own (a command, a test). */
export const noSockets: Sockets = { accept: () => refuse('UPGRADE_REQUIRED') };
