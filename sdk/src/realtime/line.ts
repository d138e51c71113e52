import type { Shown } from './event.ts';

/** What the server says over a line. */
export type ServerFrame =
  | { readonly op: 'message'; readonly seq?: number; readonly message: Shown }
  | { readonly op: 'live'; readonly seq: number }
  /** Events up to here have gone that this client may never have been sent. */
  | { readonly op: 'gap'; readonly seq: number }
  | { readonly op: 'sent'; readonly msgId: string; readonly code: number; readonly data: Shown }
  | { readonly op: 'pong' }
  | { readonly op: 'bye'; readonly code: number; readonly reason: string };

/** A message as it goes out. */
export interface Outgoing {
  readonly msgId: string;
  /** 1 to a person, 2 to a group. */
  readonly fromType: number;
  readonly destId: string;
  readonly messageType: number;
  readonly content: string;
}

/** What a client says. */
export type ClientFrame =
  | { readonly op: 'ack'; readonly seq: number }
  | { readonly op: 'send'; readonly message: Outgoing }
  | { readonly op: 'ping' };

/** Why a line has ended, as the server's close codes have it (docs/realtime.md). */
export const CODE = {
  /** It broke, or could not be opened: no word of the server. */
  lost: 1006,
  badFrame: 4400,
  sessionEnded: 4401,
  replaced: 4409,
  flood: 4429,
} as const;

/** The end of a line. */
export interface LineEnd {
  readonly code: number;
  readonly reason: string;
  /** Whether it had been open. One that never was may have been refused: a socket does not tell. */
  readonly wasOpen: boolean;
}

/** Hears what comes over a line. After `onEnd` nothing comes. */
export interface LineEvents {
  onOpen(): void;
  onFrame(frame: ServerFrame): void;
  onEnd(end: LineEnd): void;
}

/** A way to the server that lasts until it breaks. */
export interface Line {
  send(frame: ClientFrame): void;
  /** Ends it without a word to its hearer. */
  close(): void;
}

/** Opens a line, behind a place in the inbox or at the cursor of this kind of device. */
export type OpenLine = (token: string, after: number | undefined, events: LineEvents) => Line;
