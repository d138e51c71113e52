import {
  type Executor,
  OutcomeUnknown,
  type Result,
  type Ring,
  type Statement,
} from '../../platform/database/executor.ts';

/** What a batch is news of: that of its statements by which rows have changed. */
const rungBy = (statements: readonly Statement[], results: readonly Result[]): Set<Ring> =>
  new Set(statements.flatMap(({ rings }, i) => (rings && results[i]?.changes ? [rings] : [])));

/**
 * An executor that says what each batch is news of, once it has committed. A batch of unknown outcome is announced
 * as `undefined`: it may be news of anything.
 */
export const watched = (
  inner: Executor,
  changed: (rings: ReadonlySet<Ring> | undefined) => void,
): Executor => ({
  read: (statements) => inner.read(statements),
  async write(statements) {
    try {
      const results = await inner.write(statements);
      const rings = rungBy(statements, results);
      if (rings.size > 0) changed(rings);
      return results;
    } catch (error) {
      if (error instanceof OutcomeUnknown) changed(undefined);
      throw error;
    }
  },
  script: (statements) => inner.script(statements),
  close: () => inner.close(),
});
