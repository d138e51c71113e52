import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import type { AnyPersonal, TableName } from '../db/personal-data/entry.ts';
import { personalData } from '../db/personal-data.ts';
import * as schema from '../db/schema.generated.ts';

const tables: Readonly<Record<TableName, SQLiteTable>> = schema;

/** Rows that go where a column has the person's number. */
interface Erasable {
  readonly table: string;
  readonly column: string;
  /** Whether an index, or the primary key, begins with that column. */
  readonly isIndexed: boolean;
}

type Config = ReturnType<typeof getTableConfig>;

function beginsAnIndex({ columns, indexes, primaryKeys }: Config, name: string): boolean {
  const [key] = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
  if (key?.name === name) return true;
  return indexes.some(({ config }) => {
    const [first] = config.columns;
    return config.where === undefined && first !== undefined && 'name' in first && first.name === name;
  });
}

/** Tables in an order in which each stands behind those that refer to it. */
function referringFirst(entries: readonly [TableName, AnyPersonal][]) {
  const left = new Map(entries);
  const ordered: [TableName, AnyPersonal][] = [];
  while (left.size > 0) {
    const referred = new Set(
      [...left.keys()].flatMap((name) =>
        getTableConfig(tables[name])
          .foreignKeys.map((key) => key.reference().foreignTable)
          .filter((table) => table !== tables[name]),
      ),
    );
    const free = [...left].filter(([name]) => !referred.has(tables[name]));
    if (free.length === 0) throw new Error('Tables refer to each other in a circle.');
    for (const [name, entry] of free) {
      ordered.push([name, entry]);
      left.delete(name);
    }
  }
  return ordered;
}

/** What the register says of rows that go, as the job that erases accounts reads it. */
export function erasableRows(): readonly Erasable[] {
  const going = (Object.entries(personalData) as [TableName, AnyPersonal][]).filter(
    ([, entry]) => entry.deletion === 'goes' && entry.of !== null,
  );
  return referringFirst(going).flatMap(([name, entry]) => {
    const config = getTableConfig(tables[name]);
    return [entry.of, entry.also].flatMap((wanted) => {
      const column = Object.entries(tables[name]).find(([key]) => key === wanted)?.[1] as
        | { readonly name: string }
        | undefined;
      return column
        ? [{ table: config.name, column: column.name, isIndexed: beginsAnIndex(config, column.name) }]
        : [];
    });
  });
}

/** The same as a module, without the register's words. */
export function erasableModule(): string {
  const rows = erasableRows().map(
    ({ table, column, isIndexed }) =>
      `  { table: '${table}', column: '${column}', isIndexed: ${isIndexed} },`,
  );
  return `// Generated from db/personal-data.ts by scripts/documents.ts. Do not edit.
export const ERASABLE = [
${rows.join('\n')}
] as const;
`;
}
