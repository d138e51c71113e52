import { DatabaseUnavailable, type Executor, OutcomeUnknown, type Result } from './executor.ts';
import { type DbUse, type Gauge, measuring } from './measured.ts';
import type { Query } from './query.ts';

/** What each query of a list answers, in order. */
export type Outputs<Queries extends readonly Query<unknown>[]> = {
  [Index in keyof Queries]: Queries[Index] extends Query<infer Output> ? Output : never;
};

/** One query of a batch, or several that belong together: their answers are then a list. */
type Step = Query<unknown> | readonly Query<unknown>[];

/** Queries by name, in the order in which they run. A number is no name: an object's numbers come before its words. */
export type Batch = { readonly [name: string]: Step } & { readonly [number: number]: never };

type Answer<Of> =
  Of extends Query<infer Output> ? Output : Of extends readonly Query<unknown>[] ? Outputs<Of> : never;

/** What a batch answers, by the names of its queries. */
export type Answers<Named> = { readonly [Name in keyof Named]: Answer<Named[Name]> };

/** Runs queries: reads them from one state, or writes them as one. Answers in their order. */
export type Run = (queries: readonly Query<unknown>[]) => Promise<readonly unknown[]>;

/** One query answers what it finds or how many rows it has changed, a batch answers by name. */
interface Ask {
  <Output>(query: Query<Output>): Promise<Output>;
  <const Named extends Batch>(queries: Named): Promise<Answers<Named>>;
}

/**
 * What features see of the database. There are no interactive transactions: the unit of change is one
 * `write`, whose conditions stand in its SQL (see docs/architecture/database.md).
 * @example const { packet, taken } = await db.read({ packet: findPacket(values), taken: listTaken(values) });
 */
export interface Db {
  /** Reads in one round trip, all from one state of the database. */
  readonly read: Ask;
  /** Changes as one atomic batch. Throws `ConstraintViolation` when a named constraint refused it. */
  readonly write: Ask;
  /** The same for one call, whose round trips are added up. Absent where none are measured. */
  measuredFor?(use: DbUse): Db;
}

/** A CHECK, UNIQUE, NOT NULL or foreign key refused a batch; nothing of it was written. */
export class ConstraintViolation extends Error {
  override readonly name = 'ConstraintViolation';
  /** A CHECK's name, a UNIQUE's columns (`users.mobile`), or a trigger's message. */
  readonly constraint: string;
  constructor(constraint: string, options?: ErrorOptions) {
    super(`The batch violates ${constraint}.`, options);
    this.constraint = constraint;
  }
}

const FAILED =
  /(?:CHECK|UNIQUE|NOT NULL) constraint failed: (?:index '(?<index>\w+)'|(?<names>\w+(?:\.\w+)?(?:, \w+\.\w+)*))/;

/**
 * The name of the constraint that an error tells of, whichever driver threw it: their codes differ,
 * the message does not. A CHECK has its name, a UNIQUE or NOT NULL its columns (a unique index over an
 * expression: its name), a foreign key is `FOREIGN KEY`, and triggers of ours say `refused: <name>`.
 */
export function violatedConstraint(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // "Connection refused: …" is no trigger's message.
    if (cause instanceof DatabaseUnavailable || cause instanceof OutcomeUnknown) return undefined;
    const failed = FAILED.exec(cause.message)?.groups;
    if (failed) return failed['index'] ?? failed['names'];
    if (/FOREIGN KEY constraint failed/.test(cause.message)) return 'FOREIGN KEY';
    const raised = /\brefused: (\w+)/.exec(cause.message);
    if (raised?.[1]) return raised[1];
  }
  return undefined;
}

const isQuery = (asked: Query<unknown> | Batch): asked is Query<unknown> =>
  typeof asked.decode === 'function';

/** The queries of a batch, in their order. */
function inOrder(batch: Batch): readonly Query<unknown>[] {
  const queries: Query<unknown>[] = [];
  for (const name in batch) {
    const step = batch[name] ?? [];
    if ('statement' in step) queries.push(step);
    else queries.push(...step);
  }
  return queries;
}

/** Gives the answers of a batch their names back. */
function named(batch: Batch, outputs: readonly unknown[]): Record<string, unknown> {
  const answers: Record<string, unknown> = {};
  let at = 0;
  for (const name in batch) {
    const step = batch[name] ?? [];
    const next = at + ('statement' in step ? 1 : step.length);
    answers[name] = 'statement' in step ? outputs[at] : outputs.slice(at, next);
    at = next;
  }
  return answers;
}

const ask =
  (run: Run) =>
  (asked: Query<unknown> | Batch): Promise<unknown> =>
    isQuery(asked)
      ? run([asked]).then(([output]) => output)
      : run(inOrder(asked)).then((outputs) => named(asked, outputs));

/** A `Db` over what runs lists of queries. */
export const dbOver = (read: Run, write: Run): Db => ({
  // What each is asked for says what it answers.
  read: ask(read) as Ask,
  write: ask(write) as Ask,
});

function decoded(queries: readonly Query<unknown>[], results: readonly Result[]): unknown[] {
  return queries.map((query, i) => {
    const result = results[i];
    if (!result) throw new Error('The executor lost a result.');
    return query.decode(result);
  });
}

/** Throws what a batch failed with: a `ConstraintViolation`, where a constraint has refused it. */
function refused(error: unknown): never {
  const constraint = violatedConstraint(error);
  if (constraint) throw new ConstraintViolation(constraint, { cause: error });
  throw error;
}

/** A `Db` over an executor. @param gauge takes down every round trip */
export function createDb(executor: Executor, gauge?: Gauge): Db {
  const read: Run = (queries) =>
    executor.read(queries.map(({ statement }) => statement)).then((results) => decoded(queries, results));
  const write: Run = (queries) =>
    executor
      .write(queries.map(({ statement }) => statement))
      .then((results) => decoded(queries, results), refused);
  if (!gauge) return dbOver(read, write);
  const measuredFor = (use?: DbUse) =>
    dbOver(measuring(read, 'read', gauge, use), measuring(write, 'write', gauge, use));
  return { ...measuredFor(), measuredFor };
}
