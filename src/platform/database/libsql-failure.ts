import { connectionRefused } from '../../core/connection-refused.ts';
import { DatabaseUnavailable, OutcomeUnknown, WritesPaused } from './executor.ts';
import { type Mode, SqlError } from './libsql-wire.ts';

/** How often a batch is sent, at most, when the database is too busy to begin it. */
const TRIES = 6;

/** The database refused the write lock, or one transaction more: nothing of the batch was kept. */
const isBusy = (error: unknown) =>
  error instanceof SqlError && /^(SQLITE_BUSY|TRANSACTION_BUSY)/.test(error.code);

/** What the triggers of a pause say (`write-pause.ts`). */
const PAUSED = /\brefused: writes_paused\b/;
const isPaused = (error: unknown) => error instanceof SqlError && PAUSED.test(error.message);

/** What libSQL says where it is not the statement's fault: a plan used up, a transaction cut short, a full disk. */
const DECLINED = ['BLOCKED', 'TRANSACTION_TIMEOUT', 'SQLITE_FULL'];
const isDeclined = (error: unknown) => error instanceof SqlError && DECLINED.includes(error.code);

/** Nobody here knows whether it happened. A RangeError is a value that cannot be sent or read. */
const isLost = (error: unknown) =>
  !(error instanceof SqlError || error instanceof DatabaseUnavailable || error instanceof RangeError);

/** What an error means to the caller: the database's own word, or that it was not reached, or that nobody knows. */
export function meaningOf(error: unknown, mode: Mode): unknown {
  if (isBusy(error)) return new DatabaseUnavailable('The database is busy.', { cause: error });
  if (isPaused(error))
    return new WritesPaused('Writes are paused while a backup is being made: try again in a moment.', {
      cause: error,
    });
  if (isDeclined(error)) return new DatabaseUnavailable('The database declined.', { cause: error });
  if (!isLost(error)) return error;
  if (mode === 'read' || connectionRefused(error))
    return new DatabaseUnavailable('The database cannot be reached.', { cause: error });
  return new OutcomeUnknown('The database did not answer; the batch may have been written.', {
    cause: error,
  });
}

/** A refused lock is asked for again; a lost read once; a lost write never, because it may have happened. */
export const mayRetry = (error: unknown, mode: Mode, tries: number) =>
  isBusy(error) ? tries < TRIES : mode === 'read' && tries < 2 && isLost(error);
