import { Buffer } from 'node:buffer';
import type { Result, SqlValue, Statement } from './executor.ts';
import { fetchWithin } from './fetch-within.ts';
import { type Answer, type Mode, resultOf, SqlError, type Wire } from './libsql-wire.ts';

/**
 * libSQL's own protocol (Hrana 2 over HTTP, `POST /v2/pipeline`), as far as this program needs it:
 * batches of steps, each with a condition on earlier ones, and a sequence for scripts.
 */
type WireValue =
  | { readonly type: 'null' }
  | { readonly type: 'integer' | 'text'; readonly value: string }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'blob'; readonly base64: string };

interface WireError {
  readonly message: string;
  readonly code?: string | null;
}
interface StepResult {
  readonly rows: readonly (readonly WireValue[])[];
  readonly affected_row_count: number;
}
interface BatchResult {
  readonly step_results: readonly (StepResult | null)[];
  readonly step_errors: readonly (WireError | null)[];
}
type PipelineResult =
  | { readonly type: 'ok'; readonly response: { readonly result?: BatchResult } }
  | { readonly type: 'error'; readonly error: WireError };

/** Batches that share a request, at most: enough to hide the way there and back, few enough to lose together. */
const SHARE = 16;

function encode(value: SqlValue): WireValue {
  if (value === null) return { type: 'null' };
  if (typeof value === 'string') return { type: 'text', value };
  if (typeof value !== 'number') return { type: 'blob', base64: Buffer.from(value).toString('base64') };
  if (Number.isSafeInteger(value)) return { type: 'integer', value: String(value) };
  return { type: 'float', value };
}

function decode(value: WireValue): SqlValue {
  if (value.type === 'null') return null;
  if (value.type === 'blob') return Uint8Array.from(Buffer.from(value.base64, 'base64'));
  if (value.type !== 'integer') return value.value;
  const whole = Number(value.value);
  if (!Number.isSafeInteger(whole)) throw new RangeError('The database holds an integer beyond 2^53.');
  return whole;
}

const BEGIN = { read: 'BEGIN TRANSACTION READONLY', write: 'BEGIN IMMEDIATE' };
const ok = (step: number) => ({ type: 'ok', step });

/** Steps: 0 begins, 1 to n are the statements, each when the one before it went well, then COMMIT, else ROLLBACK. */
function asBatch(mode: Mode, statements: readonly Statement[]) {
  const commit = statements.length + 1;
  const given = statements.map(({ sql, params }, i) => ({
    stmt: { sql, args: params.map(encode) },
    condition: ok(i),
  }));
  const steps = [
    { stmt: { sql: BEGIN[mode] } },
    ...given,
    { stmt: { sql: 'COMMIT' }, condition: ok(commit - 1) },
    { stmt: { sql: 'ROLLBACK' }, condition: { type: 'not', cond: ok(commit) } },
  ];
  return { type: 'batch', batch: { steps } };
}

const asSqlError = ({ message, code }: WireError) => new SqlError(message, code ?? '');

function resultOfStep(statement: Statement, step: StepResult | null | undefined): Result {
  if (!step) throw new Error('The database answered too few results.');
  return resultOf(statement, () => step.rows.map((row) => row.map(decode)), step.affected_row_count);
}

function resultsOf(statements: readonly Statement[], { step_results, step_errors }: BatchResult): Answer {
  // The ROLLBACK after a BEGIN that was refused fails, too: the first error is the one that counts.
  const failed = step_errors.slice(0, statements.length + 2).find((error) => error !== null);
  if (failed) return { error: asSqlError(failed) };
  try {
    return { results: statements.map((statement, i) => resultOfStep(statement, step_results[i + 1])) };
  } catch (error) {
    return { error };
  }
}

/** A request that failed inside the server is no statement that failed: what became of it is not said. */
function answerOf(statements: readonly Statement[], result: PipelineResult | undefined): Answer {
  if (result?.type === 'ok' && result.response.result) return resultsOf(statements, result.response.result);
  const reason = result?.type === 'error' ? result.error.message : 'It gave no result.';
  return { error: new Error(`The database failed: ${reason}`) };
}

/** Where a libSQL server answers HTTP, without a slash at the end. */
export const serverUrl = (url: string): string => url.replace(/^libsql:/, 'https:').replace(/\/+$/, '');

/** A thin client of libSQL's protocol whose requests carry several batches. */
export function pipelineWire(url: string, authToken = ''): Wire {
  const endpoint = `${serverUrl(url)}/v2/pipeline`;
  const headers = {
    'content-type': 'application/json',
    ...(authToken && { authorization: `Bearer ${authToken}` }),
  };

  const post = async (requests: readonly object[], milliseconds: number) => {
    const body = JSON.stringify({ requests: [...requests, { type: 'close' }] });
    const request = new Request(endpoint, { method: 'POST', headers, body });
    const response = await fetchWithin(milliseconds)(request);
    // As the protocol has it; what does not follow it fails on the way and counts as lost.
    const { results } = (await response.json()) as { readonly results: readonly PipelineResult[] };
    return results;
  };

  return {
    share: SHARE,
    async send(mode, batches, milliseconds) {
      const results = await post(
        batches.map((statements) => asBatch(mode, statements)),
        milliseconds,
      );
      return batches.map((statements, i) => answerOf(statements, results[i]));
    },
    async script(text, milliseconds) {
      const [result] = await post([{ type: 'sequence', sql: text }], milliseconds);
      if (result?.type === 'error') throw asSqlError(result.error);
      if (!result) throw new Error('The database gave no result.');
    },
  };
}
