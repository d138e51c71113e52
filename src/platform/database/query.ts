import { type SQL, sql } from 'drizzle-orm';
import { QueryBuilder, type SelectedFields, SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import type { Result, Ring, SqlValue, Statement } from './executor.ts';
import { fill, plannedOnce, slotOf, type Values } from './slots.ts';

export type { Values } from './slots.ts';

/** One statement with its values, and how to read its result. Goes into `db.read` or `db.write`. */
export interface Query<out Output> {
  readonly statement: Statement;
  decode(result: Result): Output;
}

/**
 * A query whose SQL was built once; calling it only fills in the values.
 * `Wanted` is what its placeholders want, by name, each with its brand; `void` where there are none.
 */
export type Prepared<Output, Wanted> = (values: Wanted) => Query<Output>;

/** What placeholders may want. */
// biome-ignore lint/suspicious/noConfusingVoidType: a parameter that is void may be left out
type Wishes = Values | void;

/** Nothing beside what a statement wants anyway: for those who prepare statements for others. */
export type NoMore = Readonly<Record<never, never>>;

/** A row of what a query answers. */
export type RowOf<Find> = Find extends (...values: never[]) => Query<(infer Row)[]> ? Row : never;

/** The value of this name, in SQL. */
export const p = (name: string): SQL => sql`${sql.placeholder(name)}`;

/** What can be known of a prepared statement without its values. */
export interface StatementText extends Pick<Statement, 'sql' | 'kind' | 'rings'> {
  /** The name of each parameter's placeholder; null where its value never changes. */
  readonly names: readonly (string | null)[];
}

let notice: (text: () => StatementText) => void = () => {};

/** Hands every statement that is prepared from now on to a test of all statements. A server has none. */
export const watchStatements = (watch: typeof notice): void => {
  notice = watch;
};

let isComplete = false;

/** From now on no statement is prepared: what a server would prepare while it runs, no test of all statements has seen. */
export const completeStatements = (): void => {
  isComplete = true;
};

/** The text of a query, and its parameters as Drizzle hands them out. */
interface Text {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** @param write makes the text, at the first call: a server has hundreds of queries, and must not write all to start */
function prepare<Output, Wanted>(
  { kind, rings }: Pick<Statement, 'kind' | 'rings'>,
  write: () => Text,
  decode: (result: Result) => Output,
): Prepared<Output, Wanted> {
  const ready = () => {
    const { sql, params } = write();
    return plannedOnce(sql, params.map(slotOf));
  };
  let known: ReturnType<typeof ready> | undefined;
  if (isComplete) throw new Error('Statements are prepared at module level, and never by a running server.');
  notice(() => {
    const { sql, slots } = known ?? ready();
    return { sql, kind, rings, names: slots.map((slot) => ('name' in slot ? slot.name : null)) };
  });
  return (values) => {
    known ??= ready();
    // Values are a record or void; that none is missing, `fill` looks at.
    const params = fill(known.slots, values as Values | undefined, known.sql);
    return { statement: { sql: known.sql, params, kind, rings }, decode };
  };
}

const dialect = new SQLiteSyncDialect();

/** The text of SQL that wants no values, for a statement that somebody else makes. */
export function textOf(text: SQL): string {
  const { sql, params } = dialect.sqlToQuery(text);
  if (params.length > 0) throw new TypeError(`This SQL wants values: ${sql}`);
  return sql;
}

/**
 * Prepares SQL that changes rows and answers how many. Nothing can call one that does not say what it wants.
 * @param rings what a change by it is news for: whose inbox it writes into (`events`), whose session it may have ended
 */
export const prepareChange = <Wanted extends Wishes = never>(
  text: SQL,
  { rings }: { readonly rings?: Ring } = {},
): Prepared<number, Wanted> =>
  prepare(
    { kind: 'change', rings },
    () => dialect.sqlToQuery(text),
    ({ changes }) => changes,
  );

/** Reads rows as objects with these keys. Columns are plain: what SQLite stores is what the program sees. */
function rowsWith<Row>(keys: readonly string[]): (result: Result) => Row[] {
  const empty: Record<string, SqlValue> = Object.fromEntries(keys.map((key) => [key, null]));
  return ({ rows }) =>
    rows.map((row) => {
      // A copy that has the keys already: several times as fast as an object that grows key by key.
      const object = { ...empty };
      for (let i = 0; i < keys.length; i += 1) object[keys[i] ?? ''] = row[i] ?? null;
      return object as Row; // what was selected is what its declaration says
    });
}

/**
 * Prepares SQL that answers rows: a SELECT, or a change with RETURNING.
 * @param columns the selected columns in order: the keys of the rows that come out
 */
export const prepareRead = <Wanted extends Wishes, Row extends Record<keyof Row, SqlValue>>(
  text: SQL,
  columns: readonly (keyof Row & string)[],
): Prepared<Row[], Wanted> =>
  prepare({ kind: 'rows', rings: undefined }, () => dialect.sqlToQuery(text), rowsWith<Row>(columns));

/** Drizzle as a builder: it writes the SQL and knows the types of rows, but it has no connection. */
const build = new QueryBuilder();

type Select<Columns extends SelectedFields> = ReturnType<typeof build.select<Columns>>;

/** A SELECT that Drizzle has built: what it says of the rows, and its text. */
interface Built<Row> {
  readonly _: { readonly result: Row[] };
  toSQL(): Text;
}

/**
 * Prepares a SELECT of columns as the schema has them; their types come from there.
 * @example const findUser = prepareSelect<{ id: UserId }>()(columns, (select) => select.from(users).where(eq(users.id, p('id'))));
 */
export const prepareSelect =
  <Wanted extends Wishes = never>() =>
  <Columns extends SelectedFields, Row>(
    columns: Columns,
    query: (select: Select<Columns>) => Built<Row>,
  ): Prepared<Row[], Wanted> =>
    prepare(
      { kind: 'rows', rings: undefined },
      () => query(build.select(columns)).toSQL(),
      rowsWith<Row>(Object.keys(columns)),
    );
