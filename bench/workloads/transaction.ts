/** What both drivers' prepared statements can do. */
export interface Prepared {
  get(...params: (string | number)[]): unknown;
  run(...params: (string | number)[]): unknown;
}
export interface Driver {
  prepare(sql: string): Prepared;
}

/** Runs work in a transaction of its own, and so with one fsync. */
export function inOneTransaction(database: Driver): (work: () => string) => string {
  const [begin, commit, rollback] = [
    database.prepare('BEGIN IMMEDIATE'),
    database.prepare('COMMIT'),
    database.prepare('ROLLBACK'),
  ];
  return (work) => {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      rollback.run();
      throw error;
    }
  };
}

let lastJournal = Date.now() * 4096;
/** A number for a journal that no other workload of this process takes. */
export const nextJournalId = (): number => {
  lastJournal += 1;
  return lastJournal;
};
