import type { Result, SqlValue, Statement } from './executor.ts';

export type Mode = 'read' | 'write';

/** How one batch ended: its results, or why nothing of it was kept. */
export type Answer = { readonly results: readonly Result[] } | { readonly error: unknown };

/** How batches travel to a libSQL server and back. Knows nothing of queues, retries and what a loss means. */
export interface Wire {
  /** Batches that one request can carry. */
  readonly share: number;
  /**
   * Sends batches in one request, each a transaction of its own, in order. An `SqlError` of one is its
   * answer. Throws when the request failed as a whole: `DatabaseUnavailable` when the server refused it
   * unread, anything else when nobody knows.
   */
  send(
    mode: Mode,
    batches: readonly (readonly Statement[])[],
    milliseconds: number,
  ): Promise<readonly Answer[]>;
  /** Runs SQL text on one connection. Throws as `send`, and the `SqlError` where a statement failed. */
  script(text: string, milliseconds: number): Promise<void>;
}

/** The database's own word: a statement failed, and its batch was rolled back. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  /** `SQLITE_CONSTRAINT`, `SQLITE_BUSY` … */
  readonly code: string;
  constructor(message: string, code: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What a statement answers, of the rows and the count that came back. */
export const resultOf = (
  { kind }: Statement,
  rows: () => readonly (readonly SqlValue[])[],
  changes: number,
): Result => {
  if (kind === 'change') return { rows: [], changes };
  const all = rows();
  return { rows: all, changes: all.length };
};
