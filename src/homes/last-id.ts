import { is, sql } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import * as schema from '../../db/schema.generated.ts';
import type { Db } from '../platform/database/db.ts';
import { prepareRead } from '../platform/database/query.ts';

/** The tables whose rows the context names: by a whole number that SQLite does not give. */
export const tablesOfIds: readonly string[] = Object.values(schema)
  .filter((table) => is(table, SQLiteTable))
  .map(getTableConfig)
  .filter(({ columns }) =>
    columns.some(
      (column) =>
        column.name === 'id' &&
        column.primary &&
        column.getSQLType() === 'integer' &&
        !('autoIncrement' in column && column.autoIncrement === true),
    ),
  )
  .map(({ name }) => name);

/** The end of each table's key is one step away, however many rows there are. */
const highest = prepareRead<void, { id: number | null }>(
  sql.raw(
    `SELECT max(id) FROM (${tablesOfIds.map((name) => `SELECT max(id) AS id FROM "${name}"`).join(' UNION ALL ')})`,
  ),
  ['id'],
);

/**
 * The highest id that anything has. A process whose clock is behind (it was ahead, and was set right) begins above it,
 * so that what is new still comes after what is old.
 */
export const lastId = async (db: Db): Promise<number> => (await db.read(highest()))[0]?.id ?? 0;
