import type { Clock } from '../../core/clock.ts';
import { Histogram, TOGETHER } from '../../core/histogram.ts';
import type { Random } from '../../core/random.ts';
import {
  DatabaseUnavailable,
  type GroupingExecutor,
  type Result,
  type SqlValue,
  type Statement,
} from './executor.ts';
import { clientWire } from './libsql-client.ts';
import { mayRetry, meaningOf } from './libsql-failure.ts';
import type { Mode, Wire } from './libsql-wire.ts';

/** Batches share a request only with those that came within this part of the time-out, and so end with it. */
const AGE_APART = 1 / 10;

export interface LibsqlOptions {
  /** `libsql://`, `https://` or `http://`. */
  readonly url: string;
  readonly authToken?: string;
  /** How batches travel; by default with @libsql/client. */
  readonly wire?: (url: string, authToken?: string) => Wire;
  /** How long one read or write may take in all, its wait for earlier writes and retries included. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Spreads retries, so that two processes which collided do not collide again. */
  readonly random: Random;
}

interface Job {
  readonly statements: readonly Statement[];
  readonly deadline: number;
  resolve(results: readonly Result[]): void;
  reject(error: unknown): void;
}

/** One batch's mistake must not fail the request that others share. */
function refuseUnsendable(statements: readonly Statement[]) {
  const unsendable = (value: SqlValue) => typeof value === 'number' && !Number.isFinite(value);
  if (statements.some(({ params }) => params.some(unsendable)))
    throw new RangeError('A statement cannot hold NaN or Infinity.');
}

/**
 * A remote libSQL database (sqld, Turso) over HTTP. Web standards only, so that it runs on Workers, where an
 * executor lives for one request.
 *
 * Requests that write go one at a time, in the order of the calls: with several in flight a self-hosted sqld
 * answers SQLITE_BUSY or stalls for seconds, and gains nothing, since it has one writer. Batches that have
 * queued up meanwhile share the next request where the wire can carry them.
 */
export function libsqlExecutor(options: LibsqlOptions): GroupingExecutor {
  const { timeoutMs, clock, random } = options;
  const wire = (options.wire ?? clientWire)(options.url, options.authToken);
  const pause = (tries: number) =>
    new Promise<void>((resolve) => setTimeout(resolve, 10 + random.below(40 * tries)));
  const timeLeft = (deadline: number) => {
    const left = deadline - clock.now();
    if (left <= 0) throw new DatabaseUnavailable('The database is too slow: the call never reached it.');
    return Math.min(left, timeoutMs); // the clock may be set back
  };

  /** Does something as often as it may be tried. */
  const persist = async <Done>(
    mode: Mode,
    deadline: number,
    work: (milliseconds: number) => Promise<Done>,
  ) => {
    for (let tries = 1; ; tries++) {
      const left = timeLeft(deadline);
      try {
        return await work(left);
      } catch (error) {
        if (!mayRetry(error, mode, tries) || clock.now() >= deadline) throw meaningOf(error, mode);
        await pause(tries);
      }
    }
  };

  /** Sends jobs in one request and answers them; those that may be sent again are returned. */
  const deliver = async (jobs: readonly Job[], tries: number): Promise<readonly Job[]> => {
    const [first] = jobs; // the oldest, so its time is over first
    if (!first) return [];
    const batches = jobs.map((job) => job.statements);
    const answers = await wire.send('write', batches, timeLeft(first.deadline));
    return jobs.filter((job, i) => {
      const answer = answers[i] ?? { error: new Error('The database answered too few batches.') };
      if ('results' in answer) job.resolve(answer.results);
      else if (mayRetry(answer.error, 'write', tries) && clock.now() < job.deadline) return true;
      else job.reject(meaningOf(answer.error, 'write'));
      return false;
    });
  };

  const groups = new Histogram(TOGETHER);
  const queue: Job[] = [];
  /** The oldest jobs, and of them those alone whose time ends about together: the request has but one. */
  const nextJobs = () => {
    const newest = (queue[0]?.deadline ?? 0) + timeoutMs * AGE_APART;
    const younger = queue.findIndex((job) => job.deadline > newest);
    return queue.splice(0, younger === -1 ? wire.share : Math.min(younger, wire.share));
  };
  const flush = async () => {
    let jobs: readonly Job[] = nextJobs();
    if (jobs.length > 0) groups.observe(jobs.length);
    for (let tries = 1; jobs.length > 0; tries++) {
      if (tries > 1) await pause(tries - 1);
      try {
        jobs = await deliver(jobs, tries);
      } catch (error) {
        for (const job of jobs) job.reject(meaningOf(error, 'write'));
        return;
      }
    }
  };

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Done>(work: () => Promise<Done>): Promise<Done> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  let closed = false;
  /** @returns when the call's time is over */
  const start = (statements: readonly Statement[] = []) => {
    refuseUnsendable(statements);
    if (closed) throw new DatabaseUnavailable('The database is closed.');
    return clock.now() + timeoutMs;
  };

  const readOnce = async (statements: readonly Statement[], milliseconds: number) => {
    const [answer] = await wire.send('read', [statements], milliseconds);
    if (!answer) throw new Error('The database answered nothing.');
    if ('error' in answer) throw answer.error;
    return answer.results;
  };

  return {
    groups,
    async read(statements) {
      const deadline = start(statements);
      if (statements.length === 0) return [];
      return persist('read', deadline, (milliseconds) => readOnce(statements, milliseconds));
    },
    async write(statements) {
      const deadline = start(statements);
      if (statements.length === 0) return [];
      return new Promise((resolve, reject) => {
        queue.push({ statements, deadline, resolve, reject });
        // Whoever comes first sends for all; the turns of the others then find nothing left to do.
        inTurn(flush);
      });
    },
    async script(statements) {
      const deadline = start();
      // One request on one stream; a stream that ends takes its open transaction and its pragmas with it.
      const text = statements.join('\n;\n'); // a statement may end in a comment
      await inTurn(() => persist('write', deadline, (milliseconds) => wire.script(text, milliseconds)));
    },
    async close() {
      closed = true;
      await last;
    },
  };
}
