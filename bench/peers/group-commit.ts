import type { Database } from 'bun:sqlite';

interface Waiting {
  readonly work: () => unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Runs pieces of work in transactions that those which come in one turn of the event loop share; each is answered
 * after the commit. Where one fails, all are undone and run again, each under a savepoint of its own.
 */
export function groupCommit(database: Database): <Result>(work: () => Result) => Promise<Result> {
  const control = (sql: string) => database.prepare(sql);
  const [begin, commit] = [control('BEGIN IMMEDIATE'), control('COMMIT')];
  const rollback = control('ROLLBACK');
  const [savepoint, release, undo] = ['SAVEPOINT one', 'RELEASE one', 'ROLLBACK TO one'].map(control);
  let queue: Waiting[] = [];

  const runOne = ({ work, resolve }: Waiting): (() => void) => {
    const result = work();
    return () => resolve(result);
  };
  const runOneAlone = (waiting: Waiting): (() => void) => {
    savepoint?.run();
    try {
      const answer = runOne(waiting);
      release?.run();
      return answer;
    } catch (error) {
      undo?.run();
      release?.run();
      return () => waiting.reject(error);
    }
  };
  const runAll = (group: readonly Waiting[]) => {
    begin.run();
    try {
      return group.map(runOne);
    } catch {
      rollback.run();
    }
    begin.run();
    return group.map(runOneAlone);
  };
  const flush = () => {
    const group = queue;
    queue = [];
    const answers = runAll(group);
    commit.run();
    for (const answer of answers) answer();
  };
  return <Result>(work: () => Result) =>
    new Promise<Result>((resolve, reject) => {
      if (queue.length === 0) setImmediate(flush);
      queue.push({ work, resolve: (value) => resolve(value as Result), reject }); // what its own work answered
    });
}
