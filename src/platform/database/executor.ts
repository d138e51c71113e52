/** What SQLite stores: integers and reals are numbers (integers stay below 2^53), blobs are bytes. */
export type SqlValue = string | number | null | Uint8Array;

export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** `rows` statements answer their rows (SELECT, RETURNING); `change` statements only how many rows they touched. */
  readonly kind: 'rows' | 'change';
}

export interface Result {
  /** Rows as arrays, in column order; empty for a `change`. */
  readonly rows: readonly (readonly SqlValue[])[];
  /** Rows inserted, updated or deleted by a `change`; of a `rows` statement, how many rows came back. */
  readonly changes: number;
}

/**
 * The port between Drizzle's SQL and a driver. Every adapter passes `test/adapters/database.test.ts`.
 *
 * - `read` sends statements that change nothing, in one round trip, and answers them in order.
 * - `write` is **one write transaction**: all statements commit, or the first failure rolls all of them
 *   back and is thrown. Later statements see what earlier ones wrote.
 */
export interface Executor {
  read(statements: readonly Statement[]): Promise<readonly Result[]>;
  write(statements: readonly Statement[]): Promise<readonly Result[]>;
  /**
   * Runs a schema change that a transaction cannot hold (a table rebuild with foreign keys off).
   * Statements run one after another on one connection, each committed by itself.
   */
  script(statements: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Thrown when a batch may or may not have committed (time-out, lost connection). Never retried blindly. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** Thrown when the database cannot be reached or refused to begin; nothing was written, so a retry is safe. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}
