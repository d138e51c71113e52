import { Column, is, noopDecoder, Param, Placeholder, SQL } from 'drizzle-orm';
import { SQLiteAsyncDialect, type SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { drizzle } from 'drizzle-orm/sqlite-proxy';
import type { Result, SqlValue, Statement } from './executor.ts';

/** Values for a query's placeholders, by name. Branded numbers (ids, `Fen`) are numbers. */
export type Values = Readonly<Record<string, SqlValue>>;

/** One statement with its values, and how to read its result. Goes into `db.read` or `db.write`. */
export interface Query<out Output> {
  readonly statement: Statement;
  decode(result: Result): Output;
}

/** A query whose SQL was built once; calling it only fills in the values. */
export type Prepared<Output> = (values?: Values) => Query<Output>;

/**
 * Drizzle as a builder: it writes the SQL and knows how rows map to objects, but it has no connection.
 * Building costs about 100 µs, so queries are built once, at module level, with `sql.placeholder`.
 */
export const build = drizzle(async () => {
  throw new Error('The query builder has no connection: use prepareRows or prepareChange.');
});

const dialect = new SQLiteAsyncDialect();

type Slot = { readonly value: SqlValue } | { readonly name: string; encode(value: SqlValue): SqlValue };
interface Preparable {
  prepare(): { getQuery(): { sql: string; params: unknown[] }; mapResult(rows: unknown): unknown };
}

const asSqlValue = (value: unknown): SqlValue => {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`A query cannot hold a ${typeof value}.`);
};

function slotOf(param: unknown): Slot {
  if (is(param, Placeholder)) return { name: param.name, encode: (value) => value };
  if (is(param, Param)) {
    const { encoder, value } = param;
    if (!is(value, Placeholder)) return { value: asSqlValue(encoder.mapToDriverValue(value)) };
    return { name: value.name, encode: (given) => asSqlValue(encoder.mapToDriverValue(given)) };
  }
  return { value: asSqlValue(param) };
}

function fill(slots: readonly Slot[], values: Values | undefined, sql: string): SqlValue[] {
  return slots.map((slot) => {
    if (!('name' in slot)) return slot.value;
    const given = values?.[slot.name];
    if (given === undefined) throw new TypeError(`No value for placeholder "${slot.name}" of: ${sql}`);
    return given === null ? null : slot.encode(given);
  });
}

/** A placeholder, or what may hold a question mark that is none: a literal, a quoted name, a comment. */
const PLACEHOLDER = /\?|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

const isPlain = (value: SqlValue) => Number.isSafeInteger(value) && Number(value) >= 0;

/**
 * The text of a query that SQLite plans once. SQLite 3.54 plans a statement anew each time a value is bound that a
 * WHERE compares by `= ?`, in case it is a frequent one; that costs ten times what running it does. Behind
 * `likely()`, which compiles to nothing, the planner does not look at the value. Whole numbers that never change
 * are written out instead, so that they can still choose a partial index.
 */
function plannedOnce(sql: string, slots: readonly Slot[]): { sql: string; slots: Slot[] } {
  const bound: Slot[] = [];
  let next = 0;
  const text = sql.replace(PLACEHOLDER, (token) => {
    if (token !== '?') return token;
    const slot = slots[next];
    next += 1;
    if (!slot) throw new TypeError(`More placeholders than values in: ${sql}`);
    if ('value' in slot && isPlain(slot.value)) return String(slot.value);
    bound.push(slot);
    return 'likely(?)';
  });
  if (next !== slots.length) throw new TypeError(`More values than placeholders in: ${sql}`);
  return { sql: text, slots: bound };
}

/** What a query becomes when its SQL has been written. */
interface Written<Output> {
  readonly query: { sql: string; params: unknown[] };
  decode(result: Result): Output;
}

/** What can be known of a prepared statement without its values. */
export interface StatementText extends Pick<Statement, 'sql' | 'kind'> {
  /** The name of each parameter's placeholder; null where its value never changes. */
  readonly names: readonly (string | null)[];
}

const everyText: (() => StatementText)[] = [];

/** Every statement that the modules loaded so far have prepared: what a test of all statements looks at. */
export const preparedStatements = (): readonly StatementText[] => everyText.map((text) => text());

/** The SQL is written at the first call: a server has hundreds of queries, and must not write all to start. */
function prepared<Output>(kind: Statement['kind'], write: () => Written<Output>): Prepared<Output> {
  const ready = () => {
    const { query, decode } = write();
    return { ...plannedOnce(query.sql, query.params.map(slotOf)), decode };
  };
  let known: ReturnType<typeof ready> | undefined;
  everyText.push(() => {
    const { sql, slots } = known ?? ready();
    return { sql, kind, names: slots.map((slot) => ('name' in slot ? slot.name : null)) };
  });
  return (values) => {
    known ??= ready();
    const { sql, slots, decode } = known;
    return { statement: { sql, params: fill(slots, values, sql), kind }, decode };
  };
}

/** What Drizzle's plan knows of a column: where its value goes, and what decodes it. */
interface Field {
  readonly path: readonly string[];
  readonly field: SQLiteColumn | SQL | SQL.Aliased;
}

interface Decoder {
  mapFromDriverValue(value: unknown): unknown;
}

const decoderOf = ({ field }: Field): Decoder => {
  if (is(field, Column)) return field;
  // Drizzle keeps an expression's decoder to itself; every expression has one.
  return Reflect.get(is(field, SQL.Aliased) ? field.sql : field, 'decoder');
};

/** What decodes a field's values; undefined where they are taken as they come, as nearly all are. */
function decodingOf(field: Field): Decoder | undefined {
  const decoder = decoderOf(field);
  const decode = decoder.mapFromDriverValue;
  return decode === Column.prototype.mapFromDriverValue || decode === noopDecoder.mapFromDriverValue
    ? undefined
    : decoder;
}

/**
 * Maps rows to objects where no column lies in an object of its own, as in nearly every query. Drizzle's mapper
 * finds out anew for each value what it is, which takes as long as the query.
 */
function flatMapper(plan: object): ((rows: Result['rows']) => unknown[]) | undefined {
  const fields: readonly Field[] | undefined = Reflect.get(plan, 'fields'); // private; absent for raw SQL
  if (!fields?.every(({ path }) => path.length === 1)) return undefined;
  const columns = fields.map((field) => ({ key: field.path[0] ?? '', decoder: decodingOf(field) }));
  const empty = Object.fromEntries(columns.map(({ key }) => [key, null]));
  return (rows) =>
    rows.map((row) => {
      // A copy that has the keys already: several times as fast as an object that grows key by key.
      const object: Record<string, unknown> = { ...empty };
      for (let i = 0; i < columns.length; i += 1) {
        const column = columns[i];
        const value = row[i];
        if (column && value !== null)
          object[column.key] = column.decoder ? column.decoder.mapFromDriverValue(value) : value;
      }
      return object;
    });
}

/** The row type of a Drizzle select, or of an insert, update or delete with `returning`. */
type RowsOf<Builder> = Builder extends { all(...args: never[]): Promise<(infer Row)[]> } ? Row[] : never;

/**
 * Prepares a Drizzle query that answers rows: a select, or a change with `returning()`.
 * @example const findUser = prepareRows(build.select().from(users).where(eq(users.id, sql.placeholder('id'))));
 */
export function prepareRows<Builder extends Preparable>(builder: Builder): Prepared<RowsOf<Builder>> {
  return prepared('rows', () => {
    const plan = builder.prepare();
    const map = flatMapper(plan) ?? ((rows: Result['rows']) => plan.mapResult(rows));
    // What was selected is what the builder's static type says.
    return { query: plan.getQuery(), decode: (result) => map(result.rows) as RowsOf<Builder> };
  });
}

/** Prepares a Drizzle change, or raw SQL, that answers how many rows it touched. */
export function prepareChange(
  builder: { prepare(): { getQuery(): { sql: string; params: unknown[] } } } | SQL,
): Prepared<number> {
  return prepared('change', () => ({
    query: 'prepare' in builder ? builder.prepare().getQuery() : dialect.sqlToQuery(builder),
    decode: (result) => result.changes,
  }));
}

/**
 * Prepares hand-written SQL that answers rows, where Drizzle's builder cannot say it (recursion, FTS5).
 * @param columns the selected columns in order: the keys of the rows that come out.
 */
export function prepareSql<Row extends Record<string, SqlValue>>(
  text: SQL,
  columns: readonly (keyof Row & string)[],
): Prepared<Row[]> {
  const empty: Record<string, SqlValue> = Object.fromEntries(columns.map((column) => [column, null]));
  const decode = (result: Result) =>
    result.rows.map((row) => {
      const object = { ...empty }; // has the keys already, as in `flatMapper`
      for (let i = 0; i < columns.length; i += 1) object[columns[i] ?? ''] = row[i] ?? null;
      return object as Row;
    });
  return prepared('rows', () => ({ query: dialect.sqlToQuery(text), decode }));
}
