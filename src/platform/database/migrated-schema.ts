import { migrations } from '../../../db/migrations.generated.ts';
import { bunExecutor } from './executor.bun.ts';
import type { Statement } from './executor.ts';
import { migrate } from './migrate.ts';

export interface Table {
  readonly name: string;
  /** Those that hold a value; generated ones do not. */
  readonly columns: readonly string[];
}

/** What migrations make, taken apart into what comes before the rows and what comes after them. */
export interface MigratedSchema {
  /** Tables whose rows are data, each after those that its foreign keys name. */
  readonly tables: readonly Table[];
  /** Makes the tables, full-text tables among them. */
  readonly structure: readonly string[];
  readonly indexes: readonly string[];
  /** Triggers that fill full-text tables: where they are there before the rows, the tables fill themselves. */
  readonly searchTriggers: readonly string[];
  /** Triggers that would do again what the rows already tell. */
  readonly triggers: readonly string[];
}

const query = (sql: string): Statement => ({ sql, params: [], kind: 'rows' });

/** The columns that hold values, of every table, in their order. Runs on a server, too. */
export const columnsRead: Statement = query(
  `SELECT m.name, c.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'
   ORDER BY m.name, c.cid`,
);

const READS = [
  query('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid'),
  query(
    "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  ),
  query('SELECT m.name, f."table" FROM sqlite_schema AS m JOIN pragma_foreign_key_list(m.name) AS f'),
  columnsRead,
];

type Rows = readonly (readonly unknown[])[];

/** The second column of the rows, by the first. */
export function grouped(rows: Rows): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, value] of rows) {
    const group = groups.get(String(key)) ?? [];
    group.push(String(value));
    groups.set(String(key), group);
  }
  return groups;
}

/** Puts each name after those that it needs. */
function inOrder(names: readonly string[], needs: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]) => {
    if (done.has(name)) return;
    if (path.includes(name)) throw new Error(`Foreign keys go round: ${[...path, name].join(', ')}.`);
    for (const needed of needs.get(name) ?? []) if (needed !== name) visit(needed, [...path, name]);
    done.add(name);
  };
  for (const name of names) visit(name, []);
  return [...done];
}

function takenApart([objects = [], kinds = [], keys = [], columns = []]: readonly Rows[]): MigratedSchema {
  const named = (kind: string) => kinds.flatMap(([name, type]) => (type === kind ? [String(name)] : []));
  const shadows = new Set(named('shadow'));
  const columnsOf = grouped(columns);
  const sqlOf = (kind: string) =>
    objects.flatMap(([type, name, sql]) =>
      type === kind && !shadows.has(String(name)) && !/^sqlite_/.test(String(name)) ? [String(sql)] : [],
    );
  const virtual = named('virtual');
  const fills = (sql: string) => virtual.some((name) => new RegExp(`\\b${name}\\b`).test(sql));
  const triggers = sqlOf('trigger');
  return {
    tables: inOrder(named('table'), grouped(keys)).map((name) => ({
      name,
      columns: columnsOf.get(name) ?? [],
    })),
    structure: sqlOf('table'),
    indexes: sqlOf('index'),
    searchTriggers: triggers.filter(fills),
    triggers: triggers.filter((sql) => !fills(sql)),
  };
}

/** The schema of a database that has these migrations and no others. They must be this program's. */
export async function migratedSchema(tags: readonly string[]): Promise<MigratedSchema> {
  const applied = new Set(tags);
  const executor = bunExecutor(':memory:');
  try {
    await migrate(
      executor,
      0,
      migrations.filter(({ tag }) => applied.has(tag)),
    );
    return takenApart((await executor.read(READS)).map(({ rows }) => rows));
  } finally {
    await executor.close();
  }
}
