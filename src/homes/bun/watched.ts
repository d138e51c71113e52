import {
  type Executor,
  OutcomeUnknown,
  type Result,
  type Statement,
} from '../../platform/database/executor.ts';

const CHANGED = /^\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) ["`]?(\w+)/i;

/** The tables that a batch really changed. */
function changedTables(statements: readonly Statement[], results: readonly Result[]): Set<string> {
  const tables = new Set<string>();
  for (const [i, { sql }] of statements.entries()) {
    if (!results[i]?.changes) continue;
    const table = CHANGED.exec(sql)?.[1];
    if (table) tables.add(table);
  }
  return tables;
}

/**
 * An executor that says which tables each batch has changed, once it has committed. A batch of unknown outcome
 * is told of by `undefined`: it may have changed any. Triggers are not seen.
 */
export const watched = (
  inner: Executor,
  changed: (tables: ReadonlySet<string> | undefined) => void,
): Executor => ({
  read: (statements) => inner.read(statements),
  async write(statements) {
    try {
      const results = await inner.write(statements);
      const tables = changedTables(statements, results);
      if (tables.size > 0) changed(tables);
      return results;
    } catch (error) {
      if (error instanceof OutcomeUnknown) changed(undefined);
      throw error;
    }
  },
  script: (statements) => inner.script(statements),
  close: () => inner.close(),
});
