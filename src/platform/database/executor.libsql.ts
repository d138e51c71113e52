import { createClient, type InArgs, type InStatement, LibsqlError, type ResultSet } from '@libsql/client/web';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { Executor, Result, SqlValue, Statement } from './executor.ts';
import { DatabaseUnavailable, OutcomeUnknown } from './executor.ts';
import { connectionRefused, fetchWithin } from './fetch-within.ts';

/** How often a batch is sent, at most, when the database is too busy to begin it. */
const TRIES = 6;

export interface LibsqlOptions {
  /** `libsql://`, `https://` or `http://`. */
  readonly url: string;
  readonly authToken?: string;
  /** How long one read or write may take in all, its wait for earlier writes and retries included. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Spreads retries, so that two processes which collided do not collide again. */
  readonly random: Random;
}

type Client = ReturnType<typeof createClient>;
type Mode = 'read' | 'write';

/** The client sends a number as a real; a whole one must arrive as an integer, or `?1 || ''` would be `1.0`. */
const asArgument = (value: SqlValue) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;

const asStatement = ({ sql, params }: Statement): InStatement => ({
  sql,
  args: params.map(asArgument) as InArgs,
});

/** `intMode: 'number'` leaves no bigint, and blobs come as buffers. */
const asValue = (value: ResultSet['rows'][number][number]): SqlValue =>
  value instanceof ArrayBuffer ? new Uint8Array(value) : (value as SqlValue);

function asResult({ kind }: Statement, set: ResultSet): Result {
  if (kind === 'change') return { rows: [], changes: set.rowsAffected };
  const rows = set.rows.map((row) => set.columns.map((_, i) => asValue(row[i] ?? null)));
  return { rows, changes: rows.length };
}

/** The database refused the write lock: nothing of the batch was kept. */
const isBusy = (error: unknown) => error instanceof LibsqlError && error.code.startsWith('SQLITE_BUSY');

/** Errors the client makes when it cannot understand an answer; every other code is the database's word. */
const GARBLED = /^(HRANA_|PROTOCOL_|INTERNAL_|SERVER_ERROR|UNKNOWN)/;

/** The database neither took nor refused it, as far as anybody here knows. A RangeError is a value out of range. */
const isLost = (error: unknown) => {
  if (error instanceof DatabaseUnavailable || error instanceof RangeError) return false;
  return !(error instanceof LibsqlError) || GARBLED.test(error.code);
};

/** What an error means to the caller: the database's own word, or that it was not reached, or that nobody knows. */
function meaningOf(error: unknown, mode: Mode): unknown {
  if (isBusy(error)) return new DatabaseUnavailable('The database is busy.', { cause: error });
  if (!isLost(error)) return error;
  if (mode === 'read' || connectionRefused(error))
    return new DatabaseUnavailable('The database cannot be reached.', { cause: error });
  return new OutcomeUnknown('The database did not answer; the batch may have been written.', {
    cause: error,
  });
}

/** A refused lock is asked for again; a lost read once; a lost write never, because it may have happened. */
const mayRetry = (error: unknown, mode: Mode, tries: number) =>
  isBusy(error) ? tries < TRIES : mode === 'read' && tries < 2 && isLost(error);

/**
 * A remote libSQL database (sqld, Turso) over HTTP; every batch is one request. Web standards only, so that
 * it runs on Workers, where an executor lives for one request.
 *
 * Writes go one at a time, in the order of the calls: with several in flight a self-hosted sqld answers
 * SQLITE_BUSY or stalls for seconds, and gains nothing, since it has one writer.
 */
export function libsqlExecutor({ url, authToken, timeoutMs, clock, random }: LibsqlOptions): Executor {
  // A client costs nothing until it sends, and one a call gives each call a deadline of its own.
  const clientWithin = (milliseconds: number) =>
    createClient({
      url,
      intMode: 'number',
      fetch: fetchWithin(milliseconds),
      ...(authToken ? { authToken } : {}),
    });

  const pause = (tries: number) =>
    new Promise<void>((resolve) => setTimeout(resolve, 10 + random.below(40 * tries)));

  const attempt = async <Answer>(mode: Mode, deadline: number, work: (client: Client) => Promise<Answer>) => {
    for (let tries = 1; ; tries++) {
      const left = deadline - clock.now();
      if (left <= 0) throw new DatabaseUnavailable('The database is too slow: the call never reached it.');
      try {
        return await work(clientWithin(left));
      } catch (error) {
        if (!mayRetry(error, mode, tries) || clock.now() >= deadline) throw meaningOf(error, mode);
        await pause(tries);
      }
    }
  };

  const batch = (mode: Mode, statements: readonly Statement[], deadline: number) =>
    attempt(mode, deadline, async (client) => {
      const sets = await client.batch(statements.map(asStatement), mode);
      return statements.map((statement, i) => {
        const set = sets[i];
        if (!set) throw new Error('The database answered too few results.');
        return asResult(statement, set);
      });
    });

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  let closed = false;
  const start = () => {
    if (closed) throw new DatabaseUnavailable('The database is closed.');
    return clock.now() + timeoutMs;
  };

  return {
    async read(statements) {
      const deadline = start();
      return statements.length === 0 ? [] : batch('read', statements, deadline);
    },
    async write(statements) {
      const deadline = start();
      return statements.length === 0 ? [] : inTurn(() => batch('write', statements, deadline));
    },
    async script(statements) {
      const deadline = start();
      // One request on one stream; a stream that ends takes its open transaction and its pragmas with it.
      const text = statements.join('\n;\n'); // a statement may end in a comment
      await inTurn(() => attempt('write', deadline, (client) => client.executeMultiple(text)));
    },
    async close() {
      closed = true;
      await last;
    },
  };
}
