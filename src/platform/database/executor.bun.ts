import { Database, type Statement as Native, type SQLQueryBindings } from 'bun:sqlite';
import { Histogram, TOGETHER } from '../../core/histogram.ts';
import { prepareConnection, statementCache } from './embedded.ts';
import {
  DatabaseUnavailable,
  type GroupingExecutor,
  OutcomeUnknown,
  type Result,
  type SqlValue,
  type Statement,
} from './executor.ts';

/** Batches that share one commit, at most; a longer queue waits for the next turn of the event loop. */
const GROUP_SIZE = 64;

interface Job {
  readonly statements: readonly Statement[];
  resolve(results: Result[]): void;
  reject(error: unknown): void;
}

/** The embedded database, and what only its adapter knows. */
export interface BunExecutor extends GroupingExecutor {
  /** True where a write found no room and one page still finds none, which is tried. */
  isFull(): boolean;
}

/** SQLite's word for a disk (or a limit of pages) that takes no more; a COMMIT that says so has been undone. */
const foundNoRoom = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL';

function open(place: string | Uint8Array, create: boolean) {
  const mode = create ? { create, strict: true } : { readwrite: true, strict: true };
  const database =
    typeof place === 'string' ? new Database(place, mode) : Database.deserialize(place, { strict: true });
  prepareConnection((sql) => void database.run(sql));
  return database;
}

/** Runs one statement on the connection. */
function runner(prepare: (sql: string) => Native<unknown, SQLQueryBindings[]>) {
  return ({ sql, params, kind }: Statement): Result => {
    const statement = prepare(sql);
    const bindings = params as SQLQueryBindings[]; // the same four types; bun's is a mutable array
    if (kind === 'change') return { rows: [], changes: statement.run(...bindings).changes };
    const rows = statement.values(...bindings) as SqlValue[][];
    return { rows, changes: rows.length };
  };
}

/**
 * The embedded database: bun:sqlite in WAL mode with synchronous FULL, so that an acknowledged write survives a
 * power cut.
 *
 * Group commit: writes that arrive in one turn of the event loop share one `BEGIN IMMEDIATE … COMMIT`, so that one
 * fsync serves them all. Where one of them fails, the group is undone and run again, each batch under a SAVEPOINT
 * of its own, so that the failing one undoes only itself. (Not at once: below a savepoint SQLite keeps a copy of
 * every page before it changes.) A write is answered after its group has committed. Everything from BEGIN to COMMIT
 * is synchronous: no read can see half a group.
 *
 * Reads that arrive in one turn share a transaction, too: taking and leaving SQLite's locks costs more than most
 * queries. It ends with the turn, or before the next group of writes, so nobody reads what is older than their
 * call.
 *
 * A disk that is full is `DatabaseUnavailable`: whatever did not fit has been undone.
 *
 * @param place a file, `:memory:`, or the bytes of a database, of which memory gets a copy
 * @param create whether a file that is not there is made
 */
export function bunExecutor(place: string | Uint8Array, create = true): BunExecutor {
  const database = open(place, create);
  const cache = statementCache(
    (sql) => database.prepare<unknown, SQLQueryBindings[]>(sql),
    (statement) => statement.finalize(),
  );
  const run = runner(cache.get);
  const control = (sql: string) => () => void cache.get(sql).run();
  const begin = control('BEGIN IMMEDIATE');
  const beginRead = control('BEGIN');
  const commit = control('COMMIT');
  const savepoint = control('SAVEPOINT batch');
  const release = control('RELEASE batch');
  const undo = control('ROLLBACK TO batch');
  const abandon = control('ROLLBACK');
  const rollback = () => {
    if (database.inTransaction) abandon();
  };

  let reading = false;
  const endReading = () => {
    if (!reading) return;
    reading = false;
    rollback();
  };
  const joinReaders = () => {
    if (reading) return;
    beginRead();
    reading = true;
    setImmediate(endReading);
  };

  let full = false;
  /** What a failed statement or COMMIT means, where it is not the statement's fault. */
  const meaningOf = (cause: unknown, otherwise: () => unknown): unknown => {
    if (!foundNoRoom(cause)) return otherwise();
    full = true;
    return new DatabaseUnavailable('The disk is full.', { cause });
  };

  const runJob = (job: Job): (() => void) => {
    const results = job.statements.map(run);
    return () => job.resolve(results);
  };

  const runJobAlone = (job: Job): (() => void) => {
    savepoint();
    try {
      const answer = runJob(job);
      release();
      return answer;
    } catch (error) {
      undo();
      release();
      const meaning = meaningOf(error, () => error);
      return () => job.reject(meaning);
    }
  };

  /** Runs jobs in a transaction, which stays open, and answers what answers them. */
  const runJobs = (jobs: readonly Job[]): (() => void)[] => {
    begin();
    try {
      return jobs.map(runJob);
    } catch {
      rollback();
    }
    begin();
    return jobs.map(runJobAlone);
  };

  /** Runs jobs in one transaction; answers them only when it has committed. */
  const runGroup = (jobs: readonly Job[]): (() => void)[] => {
    let answers: (() => void)[];
    endReading();
    try {
      answers = runJobs(jobs);
    } catch (cause) {
      rollback();
      throw meaningOf(cause, () => new DatabaseUnavailable('The database refused a transaction.', { cause }));
    }
    try {
      commit();
    } catch (cause) {
      rollback();
      throw meaningOf(cause, () => new OutcomeUnknown('The database failed while committing.', { cause }));
    }
    return answers;
  };

  const groups = new Histogram(TOGETHER);
  const queue: Job[] = [];
  let scheduled = false;
  let closed = false;
  const refuseClosed = () => {
    if (closed) throw new DatabaseUnavailable('The database is closed.');
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };
  const flush = () => {
    scheduled = false;
    const jobs = queue.splice(0, GROUP_SIZE);
    if (jobs.length === 0) return;
    if (queue.length > 0) schedule();
    groups.observe(jobs.length);
    try {
      for (const answer of runGroup(jobs)) answer();
    } catch (error) {
      for (const job of jobs) job.reject(error);
    }
  };

  /** Writes the first page as it is. */
  const tryRoom = () => {
    endReading();
    try {
      const { user_version } =
        database.query<{ user_version: number }, []>('PRAGMA user_version').get() ?? {};
      begin();
      database.run(`PRAGMA user_version = ${user_version ?? 0}`);
      commit();
      full = false;
    } catch {
      rollback();
    }
  };

  return {
    groups,
    isFull() {
      if (full && !closed) tryRoom();
      return full;
    },
    async read(statements) {
      refuseClosed();
      joinReaders();
      return statements.map(run);
    },
    async write(statements) {
      refuseClosed();
      if (statements.length === 0) return [];
      return new Promise((resolve, reject) => {
        queue.push({ statements, resolve, reject });
        schedule();
      });
    },
    async script(statements) {
      refuseClosed();
      endReading();
      try {
        for (const statement of statements) database.run(statement);
      } catch (error) {
        rollback();
        throw error;
      } finally {
        database.run('PRAGMA foreign_keys = ON');
      }
    },
    async close() {
      if (closed) return;
      while (queue.length > 0) flush();
      endReading();
      closed = true;
      cache.clear();
      database.close();
    },
  };
}
