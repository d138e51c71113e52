import { type SQL, sql } from 'drizzle-orm';
import { LIST_SIZE, LOOKED_THROUGH, MOST_COUNTED } from '../../core/operator-page.ts';
import type { Db } from './db.ts';
import type { SqlValue } from './executor.ts';
import { p, prepareRead, type Query, type Values } from './query.ts';

/** Numbers that a statement goes through, downwards: from `fromId` on, below `before`. */
type Stretch = { readonly fromId: number; readonly before: number };

/** Rows that a search goes through in the order of their numbers, as an index has them. */
interface Source {
  /** The table; and what each row is read from, where that is more, as `a JOIN b`. */
  readonly through: SQL;
  readonly from?: SQL;
  readonly id: SQL;
  /** Conditions: which rows of the table it goes through, and which of these it wants. */
  readonly whose: SQL;
  readonly isWanted: SQL;
}

/** Where a search goes through its numbers, and where its page begins: below `before`. */
export interface Place {
  readonly fromId: number;
  readonly toId: number;
  readonly before: number;
}

/** What a search asks the database for a page of a source. */
interface Asked<Row> {
  readonly rows: Query<readonly Row[]>;
  readonly total: Query<readonly { readonly total: number }[]>;
  readonly end: Query<readonly { readonly id: number }[]>;
}

/**
 * The statements of a search that looks through `LOOKED_THROUGH` rows at most, whatever it wants of them.
 * `Wanted` is what its conditions want.
 */
export function prepareSearch<
  Wanted extends Values,
  Row extends Record<keyof Row, SqlValue> & { readonly id: number },
>(
  { through, from = through, id, whose, isWanted }: Source,
  columns: SQL,
  names: readonly (keyof Row & string)[],
) {
  const below = sql`${whose} AND ${id} < ${p('before')}`;
  const range = sql`${below} AND ${id} >= ${p('fromId')}`;
  const last = sql`SELECT ${id} FROM ${through} WHERE ${range} ORDER BY ${id} DESC LIMIT 1 OFFSET ${sql.raw(String(LOOKED_THROUGH - 1))}`;
  // One lower bound: of two, the index would be walked to the wrong one.
  const wanted = sql`FROM ${from} WHERE ${below} AND ${id} >= COALESCE((${last}), ${p('fromId')}) AND ${isWanted}`;
  const rows = prepareRead<Wanted & Stretch, Row>(
    sql`SELECT ${columns} ${wanted} ORDER BY ${id} DESC LIMIT ${sql.raw(String(LIST_SIZE))}`,
    names,
  );
  const total = prepareRead<Wanted & Stretch, { total: number }>(sql`SELECT count(*) ${wanted}`, ['total']);
  const everything = prepareRead<Wanted & Stretch, { total: number }>(
    sql`SELECT count(*) FROM (SELECT 1 FROM ${through} WHERE ${range} LIMIT ${sql.raw(String(MOST_COUNTED))})`,
    ['total'],
  );
  const end = prepareRead<Wanted & Stretch, { id: number }>(last, ['id']);
  /** @param isEverything true where every row is wanted: an index alone counts them, to `MOST_COUNTED` */
  return (values: Wanted, { fromId, toId, before }: Place, isEverything = false): Asked<Row> => {
    const page = { ...values, fromId, before: Math.min(before, toId) };
    const whole = { ...values, fromId, before: toId };
    return { rows: rows(page), total: isEverything ? everything(whole) : total(whole), end: end(page) };
  };
}

/** A page of a search, the newest first. */
export interface Found<Row> {
  readonly rows: readonly Row[];
  /** How many there are; of a source whose rows are not all wanted, how many of the first `LOOKED_THROUGH`. */
  readonly total: number;
  /** The number below which the next page begins; undefined on the last. It may come after a short page. */
  readonly next: number | undefined;
}

/** A page of several sources. What lies below the end of one of them is the next page's. */
export async function lookThrough<Row extends { readonly id: number }>(
  db: Db,
  asked: readonly Asked<Row>[],
): Promise<Found<Row>> {
  const found = await db.read({
    rows: asked.map(({ rows }) => rows),
    totals: asked.map(({ total }) => total),
    ends: asked.map(({ end }) => end),
  });
  const end = Math.max(0, ...found.ends.map((page) => page[0]?.id ?? 0));
  const rows = found.rows
    .flat()
    .filter(({ id }) => id >= end)
    .sort((a, b) => b.id - a.id)
    .slice(0, LIST_SIZE);
  const total = found.totals.reduce((sum, page) => sum + (page[0]?.total ?? 0), 0);
  return { rows, total, next: rows.length === LIST_SIZE ? rows.at(-1)?.id : end || undefined };
}
