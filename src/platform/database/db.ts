import { DatabaseUnavailable, type Executor, OutcomeUnknown } from './executor.ts';
import type { Query } from './query.ts';

/** What each query of a batch answers, in order. */
export type Outputs<Queries extends readonly Query<unknown>[]> = {
  [Index in keyof Queries]: Queries[Index] extends Query<infer Output> ? Output : never;
};

/**
 * What features see of the database. There are no interactive transactions: the unit of change is one
 * `write`, whose conditions stand in its SQL (see docs/architecture/database.md).
 */
export interface Db {
  /** Reads in one round trip. Answers in the order of the queries. */
  read<const Queries extends readonly Query<unknown>[]>(...queries: Queries): Promise<Outputs<Queries>>;
  /** Changes as one atomic batch. Throws `ConstraintViolation` when a named constraint refused it. */
  write<const Queries extends readonly Query<unknown>[]>(...queries: Queries): Promise<Outputs<Queries>>;
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

/** A `Db` over an executor. */
export function createDb(executor: Executor): Db {
  const run = (method: 'read' | 'write', queries: readonly Query<unknown>[]) =>
    executor[method](queries.map((query) => query.statement)).then((results) =>
      queries.map((query, i) => {
        const result = results[i];
        if (!result) throw new Error('The executor lost a result.');
        return query.decode(result);
      }),
    );
  // The tuple type follows from the queries, one output each, in order.
  return {
    read: (...queries) => run('read', queries) as Promise<Outputs<typeof queries>>,
    async write(...queries) {
      try {
        return (await run('write', queries)) as Outputs<typeof queries>;
      } catch (error) {
        const constraint = violatedConstraint(error);
        if (constraint) throw new ConstraintViolation(constraint, { cause: error });
        throw error;
      }
    },
  };
}
