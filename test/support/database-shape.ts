import type { Executor, SqlValue, Statement } from '../../src/platform/database/executor.ts';

/** Not the full-text tables, nor those that SQLite keeps for them: drizzle-kit does not know them. */
const plainTable = (name: string) => `${name} NOT LIKE 'sqlite_%' AND ${name} <> '_migrations'
  AND ${name} IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table')`;
const TABLES = `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND ${plainTable('name')} ORDER BY name`;
const query = (sql: string): Statement => ({ sql, params: [], kind: 'rows' });
const ofEach = (columns: string, pragma: string, order: string) =>
  query(`SELECT t.name, ${columns} FROM sqlite_schema t, pragma_${pragma}(t.name) p
    WHERE t.type = 'table' AND ${plainTable('t.name')} ORDER BY t.name, ${order}`);

const withoutQuotes = (text: SqlValue) =>
  String(text)
    .replace(/["`[\]]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** The named CHECKs of a CREATE TABLE; a rebuilt table's text is otherwise not that of a new one. */
function checksOf(text: SqlValue): string[] {
  const checks = withoutQuotes(text).matchAll(
    /CONSTRAINT \w+ CHECK ?\(.*?\)(?=,? CONSTRAINT|,? FOREIGN|,? UNIQUE| ?\) STRICT| ?\)$)/g,
  );
  return Array.from(checks, ([check]) => check).sort();
}

export interface Shape {
  readonly columns: readonly (readonly SqlValue[])[];
  readonly foreignKeys: readonly (readonly SqlValue[])[];
  readonly indexes: readonly string[];
  readonly checks: readonly (readonly [SqlValue, readonly string[]])[];
}

/** What a database's tables are made of, however they came to be so: by one statement or by ten migrations. */
export async function shapeOf(executor: Executor): Promise<Shape> {
  const [tables, columns, keys, indexes] = await executor.read([
    query(TABLES),
    ofEach('p.name, p.type, p."notnull", p.dflt_value, p.pk', 'table_xinfo', 'p.name'),
    ofEach('p."from", p."table", p."to", p.on_update, p.on_delete', 'foreign_key_list', 'p."from"'),
    query("SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"),
  ]);
  return {
    columns: columns?.rows ?? [],
    foreignKeys: keys?.rows ?? [],
    indexes: indexes?.rows.map(([sql]) => withoutQuotes(sql ?? null)) ?? [],
    checks: tables?.rows.map(([name, sql]) => [name ?? null, checksOf(sql ?? null)] as const) ?? [],
  };
}
