import { is, Param, Placeholder } from 'drizzle-orm';
import type { SqlValue } from './executor.ts';

/** Values for a query's placeholders, by name. */
export type Values = Readonly<Record<string, SqlValue>>;

/** What is bound to a parameter: a value that never changes, or the value of a name. */
export type Slot = { readonly value: SqlValue } | { readonly name: string };

const asSqlValue = (value: unknown): SqlValue => {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`A query cannot hold a ${typeof value}.`);
};

/** The slot of a parameter as Drizzle hands it out. Columns are plain: nothing is encoded. */
export function slotOf(param: unknown): Slot {
  const held = is(param, Param) ? param.value : param;
  return is(held, Placeholder) ? { name: held.name } : { value: asSqlValue(held) };
}

/** The values in the order of their slots. Throws where one is missing. */
export function fill(slots: readonly Slot[], values: Values | undefined, sql: string): SqlValue[] {
  return slots.map((slot) => {
    if (!('name' in slot)) return slot.value;
    const given = values?.[slot.name];
    if (given === undefined) throw new TypeError(`No value for placeholder "${slot.name}" of: ${sql}`);
    return given;
  });
}

/** A placeholder, or what may hold a question mark that is none: a literal, a quoted name, a comment. */
const PLACEHOLDER = /\?|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

const isPlain = (value: SqlValue) => Number.isSafeInteger(value) && Number(value) >= 0;

/**
 * The text of a query that SQLite plans once. SQLite 3.54 plans a statement again each time a value is bound that a
 * WHERE compares by `= ?`, in case it is a frequent one; that costs ten times what running it does. Behind
 * `likely()`, which compiles to nothing, the planner does not look at the value. Whole numbers that never change
 * are written out instead, so that they can still choose a partial index.
 */
export function plannedOnce(sql: string, slots: readonly Slot[]): { sql: string; slots: Slot[] } {
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
