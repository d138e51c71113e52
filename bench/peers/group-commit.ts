import type { Database } from 'bun:sqlite';

interface Waiting {
  readonly work: () => unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Runs pieces of work in transactions that those which come in one turn of the event loop share, each under a
 * savepoint of its own; each is answered after the commit.
 */
export function groupCommit(database: Database): <Result>(work: () => Result) => Promise<Result> {
  const control = (sql: string) => database.prepare(sql);
  const [begin, commit] = [control('BEGIN IMMEDIATE'), control('COMMIT')];
  const [savepoint, release, undo] = ['SAVEPOINT one', 'RELEASE one', 'ROLLBACK TO one'].map(control);
  let queue: Waiting[] = [];

  const runOne = ({ work, resolve, reject }: Waiting): (() => void) => {
    savepoint?.run();
    try {
      const result = work();
      release?.run();
      return () => resolve(result);
    } catch (error) {
      undo?.run();
      release?.run();
      return () => reject(error);
    }
  };
  const flush = () => {
    const group = queue;
    queue = [];
    begin.run();
    const answers = group.map(runOne);
    commit.run();
    for (const answer of answers) answer();
  };
  return <Result>(work: () => Result) =>
    new Promise<Result>((resolve, reject) => {
      if (queue.length === 0) setImmediate(flush);
      queue.push({ work, resolve: (value) => resolve(value as Result), reject }); // what its own work answered
    });
}
