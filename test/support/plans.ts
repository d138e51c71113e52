import type { Executor, Statement } from '../../src/platform/database/executor.ts';

/** An executor that keeps what goes through it: every statement, and how many calls there were. */
export interface Recording {
  readonly executor: Executor;
  readonly reads: Statement[][];
  readonly writes: Statement[][];
  /** Forgets what was recorded so far. */
  clear(): void;
}

export function recording(inner: Executor): Recording {
  const reads: Statement[][] = [];
  const writes: Statement[][] = [];
  return {
    reads,
    writes,
    clear() {
      reads.length = 0;
      writes.length = 0;
    },
    executor: {
      read: (statements) => {
        reads.push([...statements]);
        return inner.read(statements);
      },
      write: (statements) => {
        writes.push([...statements]);
        return inner.write(statements);
      },
      script: (statements) => inner.script(statements),
      close: () => inner.close(),
    },
  };
}

/** The lines of SQLite's plan for a statement. */
export async function planOf(executor: Executor, { sql, params }: Statement): Promise<string[]> {
  const [result] = await executor.read([{ sql: `EXPLAIN QUERY PLAN ${sql}`, params, kind: 'rows' }]);
  return result?.rows.map((row) => String(row[3])) ?? [];
}

/**
 * The tables whose foreign keys name the one that a statement inserts into. SQLite plans to look there for
 * orphans that the new row adopts, and does so only if there are any.
 */
async function childrenOf(executor: Executor, { sql }: Statement): Promise<unknown[]> {
  const parent = /^\s*INSERT (?:OR \w+ )?INTO ["`]?(\w+)/i.exec(sql)?.[1];
  if (!parent) return [];
  const children = `SELECT child.name FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS key
    WHERE child.type = 'table' AND key."table" = ?`;
  const [result] = await executor.read([{ sql: children, params: [parent], kind: 'rows' }]);
  return result?.rows.map(([name]) => name) ?? [];
}

/**
 * Where a statement would walk through a whole table or index: lines of its plan. What a subquery made,
 * constants, and virtual tables (json_each, full-text search) are no tables, and sqlite_sequence has a row a
 * table; `small` names those (or their aliases in the statement) that never grow either.
 */
export async function fullScans(
  executor: Executor,
  statement: Statement,
  small: readonly string[] = [],
): Promise<string[]> {
  const plan = await planOf(executor, statement);
  const made = plan.flatMap((line) => /^(?:MATERIALIZE|CO-ROUTINE) (\S+)/.exec(line)?.[1] ?? []);
  const children = await childrenOf(executor, statement);
  return plan.filter((line) => {
    const scanned = /^SCAN (\S+)/.exec(line)?.[1];
    if (!scanned || /CONSTANT ROW|VALUES CLAUSE|VIRTUAL TABLE/.test(line)) return false;
    if (children.includes(scanned) && !statement.sql.includes(scanned)) return false;
    return !made.includes(scanned) && !small.includes(scanned) && scanned !== 'sqlite_sequence';
  });
}

/** The full scans of everything that was recorded, each with its statement, and each statement once. */
export async function recordedScans(record: Recording, small: readonly string[] = []): Promise<string[]> {
  const statements = new Map([...record.reads, ...record.writes].flat().map((each) => [each.sql, each]));
  const found: string[] = [];
  for (const statement of statements.values()) {
    const scans = await fullScans(record.executor, statement, small);
    if (scans.length > 0) found.push(`${scans.join('; ')} in: ${statement.sql}`);
  }
  return found;
}
