import type { Store } from './store.ts';

/** A part of `fetch` that the client needs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a client is made of. */
export interface ClientOptions {
  /** Where the server is: `https://chat.example.com`. */
  readonly url: string;
  /** Where the session is kept, and what realtime must not forget; by default in memory. */
  readonly store?: Store;
  /** In place of the global `fetch`. */
  readonly fetch?: Fetch;
  /** How long one attempt may take, in ms; 15,000 by default. */
  readonly timeoutMs?: number;
  /** How often a call is repeated that may be; 3 by default, 0 for never. */
  readonly retries?: number;
  /** The session has ended, at the server or by `signOut`: show the login. */
  onSessionEnded?(): void;
}

/** What one call may want of its own. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** How often this call may be repeated, in place of the client's number. */
  readonly retries?: number;
  /**
   * Names what the user wants, so that it happens once however often it is asked: a payment that is asked for again
   * after the app was restarted. Without one, each call of a kind that takes a key makes its own.
   */
  readonly idempotencyKey?: string;
}

/** A file as React Native has it. */
export interface NativeFile {
  readonly uri: string;
  readonly name: string;
  readonly type: string;
}

/** What can be uploaded. */
export type UploadFile = Blob | NativeFile;

/** What one upload may want of its own. */
export interface UploadOptions extends CallOptions {
  /** Told how many bytes have gone, of how many; the total is 0 while it is not known. */
  onProgress?(sent: number, total: number): void;
}
