import type { Histogram } from '../../core/histogram.ts';

/** What SQLite stores: integers and reals are numbers (integers stay below 2^53), blobs are bytes. */
export type SqlValue = string | number | null | Uint8Array;

/** What a change may be news of, to whoever holds sockets: events for somebody, or a session that has ended. */
export type Ring = 'events' | 'sessions';

export interface Statement {
  /** With plain `?` placeholders, one a parameter. */
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** `rows` statements answer their rows (SELECT, RETURNING); `change` statements only how many rows they touched. */
  readonly kind: 'rows' | 'change';
  /** Whether it must be told that rows have changed by this. */
  readonly rings?: Ring | undefined;
}

export interface Result {
  /** Rows as arrays, in column order; empty for a `change`. */
  readonly rows: readonly (readonly SqlValue[])[];
  /** Rows inserted, updated or deleted by a `change`; of a `rows` statement, how many rows came back. */
  readonly changes: number;
}

/**
 * The port between Drizzle's SQL and a driver. Every adapter passes `test/platform/database/database.test.ts`.
 *
 * - `read` sends statements that change nothing, in one round trip, and answers them in order. All of
 *   them see the same state of the database.
 * - `write` is **one write transaction**: all statements commit, or the first failure rolls all of them
 *   back and is thrown. Later statements see what earlier ones wrote.
 *
 * Both throw `DatabaseUnavailable` once the executor has been closed.
 */
export interface Executor {
  read(statements: readonly Statement[]): Promise<readonly Result[]>;
  write(statements: readonly Statement[]): Promise<readonly Result[]>;
  /**
   * Runs statements one after another on one connection, outside any transaction: what a batch cannot
   * hold (`PRAGMA foreign_keys`, `VACUUM INTO`). Stops at the first failure; a transaction that the script
   * has opened is then rolled back, and foreign keys are on again after every script.
   * An adapter may run it again from the start when it was refused the write lock, so a script is either
   * a single statement or makes its changes in one transaction of its own.
   */
  script(statements: readonly string[]): Promise<void>;
  /** Answers the writes that wait, then lets go of the database. */
  close(): Promise<void>;
}

/** An executor that writes batches together where several have come. */
export interface GroupingExecutor extends Executor {
  /** How many batches shared a commit, or a request to the database's server. */
  readonly groups: Histogram;
}

/** Thrown when a batch may or may not have committed (time-out, lost connection). Never retried blindly. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** Thrown when the database cannot be reached or refused to begin; nothing was written, so a retry is safe. */
export class DatabaseUnavailable extends Error {
  override readonly name: string = 'DatabaseUnavailable';
}

/** Thrown while a backup keeps all writers out (`write-pause.ts`); nothing was written, and reads go on. */
export class WritesPaused extends DatabaseUnavailable {
  override readonly name = 'WritesPaused';
}
