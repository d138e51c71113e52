import { Database } from 'bun:sqlite';
import type { Executor, Result, Statement } from '../../src/platform/database/executor.ts';
import type { StatementText } from '../../src/platform/database/query.ts';

/** A line of SQLite's plan, and the line that it belongs to (0: none). */
interface Step {
  readonly id: number;
  readonly parent: number;
  readonly detail: string;
}

interface UniqueIndex {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isPartial: boolean;
}

/** What a database has: its tables, their unique indexes, and whose rows name theirs, once for each foreign key. */
export interface Shape {
  readonly tables: ReadonlySet<string>;
  readonly unique: ReadonlyMap<string, readonly UniqueIndex[]>;
  readonly children: ReadonlyMap<string, readonly string[]>;
}

const rowsOf = async (executor: Executor, sql: string, params: readonly null[] = []) =>
  (await executor.read([{ sql, params, kind: 'rows' }]))[0]?.rows ?? [];

function grouped<Value>(pairs: readonly (readonly [string, Value])[]): Map<string, Value[]> {
  const groups = Map.groupBy(pairs, ([key]) => key);
  return new Map([...groups].map(([key, each]) => [key, each.map(([, value]) => value)]));
}

export async function shapeOf(executor: Executor): Promise<Shape> {
  const tables = await rowsOf(executor, `SELECT name FROM sqlite_schema WHERE type = 'table'`);
  const unique = await rowsOf(
    executor,
    `SELECT t.name, i.name, i.partial, (SELECT group_concat(c.name) FROM pragma_index_info(i.name) AS c)
      FROM sqlite_schema AS t JOIN pragma_index_list(t.name) AS i WHERE t.type = 'table' AND i."unique" = 1`,
  );
  const keys = await rowsOf(
    executor,
    `SELECT k."table", t.name FROM sqlite_schema AS t JOIN pragma_foreign_key_list(t.name) AS k WHERE t.type = 'table'`,
  );
  return {
    tables: new Set(tables.map(([name]) => String(name))),
    unique: grouped(
      unique.map(([table, name, partial, columns]) => [
        String(table),
        { name: String(name), columns: String(columns).split(','), isPartial: partial === 1 },
      ]),
    ),
    children: grouped(keys.map(([parent, child]) => [String(parent), String(child)])),
  };
}

const escaped = (name: string) => name.replace(/[()]/g, '\\$&');

/** The table that a name of a plan stands for; undefined where the statement itself has made what it names. */
function tableOf(name: string, sql: string, { tables }: Shape): string | undefined {
  const columns = '\\s*(?:\\([^)]*\\))?\\s+';
  const made = new RegExp(`(?:WITH|RECURSIVE|,)\\s+"?${escaped(name)}"?${columns}AS\\s+[A-Z\\s]*\\(`, 'i');
  if (made.test(sql)) return undefined;
  if (tables.has(name)) return name;
  const aliases = sql.matchAll(new RegExp(`"?(\\w+)"?\\s+(?:AS\\s+)?"?${escaped(name)}"?(?!\\w)`, 'gi'));
  return [...aliases].map(([, table]) => table ?? '').find((table) => tables.has(table));
}

/** How a plan gets at a table: through all of it (or of an index), or by what it searches. */
interface Access {
  readonly table: string;
  readonly isScan: boolean;
  readonly index: string;
  readonly by: string;
}

const ACCESS =
  /^(SCAN|SEARCH) (\S+)(?:.*? USING (?:AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?(?:INDEX|INTEGER PRIMARY KEY)(?: (\w+))?)?/;

function accessOf({ detail }: Step, sql: string, shape: Shape): Access | undefined {
  const [, way, name = '', index = ''] = ACCESS.exec(detail) ?? [];
  if (!way || /CONSTANT ROW|VALUES CLAUSE/.test(detail)) return undefined;
  const table = tableOf(name, sql, shape);
  if (!table) return undefined;
  // A full-text table without anything to look for has no plan of its own.
  const virtual = /VIRTUAL TABLE INDEX (.*)/.exec(detail)?.[1];
  const isScan = virtual === undefined ? way === 'SCAN' : virtual === '0:';
  return { table, isScan, index, by: /\(([^()]*[?][^()]*)\)/.exec(detail)?.[1] ?? '' };
}

/** One row at most: by its number, or by all columns of a unique index. */
function isOne({ table, by, index }: Access, { unique }: Shape): boolean {
  const terms = by.split(' AND ');
  const equal = terms.flatMap((term) => /^(\w+)=\?$/.exec(term)?.[1] ?? []);
  if (equal.includes('rowid')) return true;
  const usable = (unique.get(table) ?? []).filter(({ name, isPartial }) => !isPartial || name === index);
  return usable.some(({ columns }) => columns.every((column) => equal.includes(column)));
}

/** What is read by a step that sorts, or beside it, in what the statement makes there, too. */
function readBy(step: Step, plan: readonly Step[], sql: string, shape: Shape): Access[] {
  const within = (parent: number): Step[] =>
    plan.filter((each) => each.parent === parent).flatMap((each) => [each, ...within(each.id)]);
  const read = (each: Step): Step[] => {
    if (/^(?:MULTI-INDEX OR|COMPOUND QUERY)/.test(each.detail)) return within(each.id);
    const name = /^SCAN (\S+)/.exec(each.detail)?.[1] ?? '';
    // A page, which its LIMIT bounds.
    if (new RegExp(`LIMIT \\S+(?: OFFSET \\S+)?\\s*\\)\\s*(?:AS\\s+)?"?${escaped(name)}"?(?!\\w)`).test(sql))
      return [];
    const made = plan.filter(
      ({ detail }) => detail === `CO-ROUTINE ${name}` || detail === `MATERIALIZE ${name}`,
    );
    return [each, ...made.flatMap(({ id }) => within(id))];
  };
  const beside = plan.filter((each) => each.parent === step.parent && each.id !== step.id);
  return [...within(step.id), ...beside.flatMap(read)].flatMap((each) => accessOf(each, sql, shape) ?? []);
}

/**
 * The plan without SQLite's looking for orphans that a new row adopts, in the tables whose foreign keys name its own: it
 * plans to for each row that is inserted, and does so only where there are any, which every commit refuses.
 */
function withoutAdoption(plan: readonly Step[], sql: string, { children }: Shape): readonly Step[] {
  const parent = /^\s*INSERT (?:OR \w+ )?INTO "?(\w+)/i.exec(sql)?.[1] ?? '';
  const left = [...plan];
  for (const child of children.get(parent) ?? []) {
    const looks = ({ detail, parent: above }: Step) =>
      above === 0 && /^(?:SCAN|SEARCH) (\S+)/.exec(detail)?.[1] === child;
    const at = left.findLastIndex(looks);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/**
 * What grows with a table in a statement's plan: `SCAN table` where it walks through all of it (or of an index),
 * `SORT table (column=?)` where it sorts what it finds there, and `INDEX table` where it makes an index for itself.
 * @param grows whether a table grows
 */
export function growing(
  whole: readonly Step[],
  sql: string,
  shape: Shape,
  grows: (table: string) => boolean,
): string[] {
  const plan = withoutAdoption(whole, sql, shape);
  const found = plan.flatMap((step) => {
    const access = accessOf(step, sql, shape);
    if (access && grows(access.table)) {
      if (step.detail.includes('AUTOMATIC')) return [`INDEX ${access.table}`];
      if (access.isScan) return [`SCAN ${[access.table, access.index].join(' ').trimEnd()}`];
    }
    if (!step.detail.includes('TEMP B-TREE')) return [];
    const sorted = readBy(step, plan, sql, shape).filter((each) => grows(each.table) && !isOne(each, shape));
    return sorted.map(({ table, by }) => `SORT ${table} (${by})`);
  });
  return [...new Set(found)];
}

/** Statements whose plans are asked for in one call. */
const TOGETHER = 50;

const stepOf = ([id, parent, , detail]: Result['rows'][number]): Step => ({
  id: Number(id),
  parent: Number(parent),
  detail: String(detail),
});

/** The plan of each statement, whatever its values. */
export async function plansOf(executor: Executor, all: readonly StatementText[]): Promise<Step[][]> {
  const plans: Step[][] = [];
  for (let i = 0; i < all.length; i += TOGETHER) {
    const asked = all.slice(i, i + TOGETHER).map(({ sql, names }): Statement => {
      const params = names.map(() => null);
      return { sql: `EXPLAIN QUERY PLAN ${sql}`, params, kind: 'rows' };
    });
    plans.push(...(await executor.read(asked)).map(({ rows }) => rows.map(stepOf)));
  }
  return plans;
}

/** What the triggers of a database do, as statements: they are planned like those that fire them, and shown by no plan. */
export async function triggerStatements(executor: Executor): Promise<StatementText[]> {
  const triggers = await rowsOf(executor, `SELECT sql FROM sqlite_schema WHERE type = 'trigger'`);
  return triggers.flatMap(([text]) => {
    const [, when, body = ''] = /(?:\bWHEN\b(.*?))?\bBEGIN\b(.*)\bEND\b/is.exec(String(text)) ?? [];
    const parts = [...body.split(';'), ...(when ? [`SELECT 1 WHERE ${when}`] : [])];
    return parts
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part): StatementText => {
        const sql = part.replace(/\b(?:NEW|OLD)\.[`"]?\w+[`"]?/gi, '?1').replace(/RAISE\s*\([^)]*\)/gi, '1');
        return { sql, kind: 'change', names: sql.includes('?1') ? [null] : [] };
      });
  });
}

/** Writes what ANALYZE would find in a large database, a line each: table, index, numbers. It is read with the schema. */
export function writeStatistics(file: string, text: string): void {
  const database = new Database(file);
  database.run('ANALYZE');
  database.run('DELETE FROM sqlite_stat1');
  const insert = database.query('INSERT INTO sqlite_stat1 VALUES (?, ?, ?)');
  for (const line of text.trim().split('\n')) {
    const [table = '', index = '', numbers = ''] = line.split('|');
    insert.run(table, index || null, numbers);
  }
  // Whoever has the file open reads the schema again.
  database.run('CREATE TABLE read_again (id)');
  database.run('DROP TABLE read_again');
  database.close();
}
