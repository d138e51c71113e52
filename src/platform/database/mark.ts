import { type SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { ConstraintViolation } from './db.ts';
import { p } from './query.ts';

/**
 * The mark of a batch that begins with a new row: the row is there.
 * @param id name of the placeholder of its number, which `ids.next()` made for this call
 */
export const rowOf = (table: SQLiteTable, id: string): SQL =>
  sql`EXISTS (SELECT 1 FROM ${table} WHERE id = ${p(id)})`;

/**
 * The condition under which a batch's first statement inserts the row that is its mark. Should another process
 * have made the same number, the mark is its row and not ours: then ours is inserted whatever the condition says,
 * and the primary key ends the batch. Without this, a refused batch would go on under the other's mark.
 */
export const orTaken = (condition: SQL, mark: SQL): SQL => sql`((${condition}) OR ${mark})`;

const isTaken = (error: unknown) =>
  error instanceof ConstraintViolation && /^(\w+\.id|person_keys\.key_name)$/.test(error.constraint);

/**
 * Does work that names something or seals something of a person's. Once more where that number was taken, or another
 * call has kept another key of the person meanwhile. Nothing was written then.
 */
export async function renamedIfTaken<Done>(work: () => Done | Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    if (!isTaken(error)) throw error;
    return await work();
  }
}
