import {
  createClient,
  type InArgs,
  type InStatement,
  LibsqlError,
  type ResultSet,
} from '@libsql/client/http';
import type { Result, SqlValue, Statement } from './executor.ts';
import { fetchWithin } from './fetch-within.ts';
import { type Answer, resultOf, SqlError, type Wire } from './libsql-wire.ts';

/** The client sends a number as a real; a whole one must arrive as an integer, or `? || ''` would be `1.0`. */
const asArgument = (value: SqlValue) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;

const asStatement = ({ sql, params }: Statement): InStatement => ({
  sql,
  args: params.map(asArgument) as InArgs, // a readonly array to the client
});

/** `intMode: 'number'` leaves no bigint, and blobs come as buffers. */
const asValue = (value: ResultSet['rows'][number][number]): SqlValue =>
  value instanceof ArrayBuffer ? new Uint8Array(value) : (value as SqlValue);

function asResult(statement: Statement, set: ResultSet | undefined): Result {
  if (!set) throw new Error('The database answered too few results.');
  const rows = () => set.rows.map((row) => set.columns.map((_, i) => asValue(row[i] ?? null)));
  return resultOf(statement, rows, set.rowsAffected);
}

/** Errors the client makes when it cannot understand an answer; every other code is the database's word. */
const GARBLED = /^(HRANA_|PROTOCOL_|INTERNAL_|SERVER_ERROR|UNKNOWN)/;

const asSqlError = (error: unknown): SqlError | undefined =>
  error instanceof LibsqlError && !GARBLED.test(error.code)
    ? new SqlError(error.message, error.code, { cause: error })
    : undefined;

/** @libsql/client's HTTP build: one batch a request. */
export function clientWire(url: string, authToken = ''): Wire {
  // A client costs nothing until it sends, and one a request gives each request a time of its own.
  const clientWithin = (milliseconds: number) =>
    createClient({ url, authToken, intMode: 'number', fetch: fetchWithin(milliseconds) });

  return {
    share: 1,
    send(mode, batches, milliseconds) {
      const client = clientWithin(milliseconds);
      const sendOne = async (statements: readonly Statement[]): Promise<Answer> => {
        try {
          const sets = await client.batch(statements.map(asStatement), mode);
          return { results: statements.map((statement, i) => asResult(statement, sets[i])) };
        } catch (error) {
          const refusal = asSqlError(error);
          if (!refusal) throw error;
          return { error: refusal };
        }
      };
      return Promise.all(batches.map(sendOne));
    },
    async script(text, milliseconds) {
      try {
        await clientWithin(milliseconds).executeMultiple(text);
      } catch (error) {
        throw asSqlError(error) ?? error;
      }
    },
  };
}
