import { getTableColumns, is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import type { AnyPersonal, Nobodys } from '../db/personal-data/entry.ts';
import { personalData } from '../db/personal-data.ts';
import * as schema from '../db/schema.generated.ts';

const entries = Object.entries(personalData) as [string, AnyPersonal | Nobodys][];
const personal = entries.flatMap(([name, entry]) => ('nobody' in entry ? [] : [{ name, entry }]));

/** Tables and columns, each as `table.column`. */
const columnsOf = (tables: readonly (readonly [string, readonly string[]])[]) =>
  tables.flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`)).sort();

const inSchema = columnsOf(
  Object.entries(schema).flatMap(([name, table]) =>
    is(table, SQLiteTable) ? [[name, Object.keys(getTableColumns(table))] as const] : [],
  ),
);

test('the register of personal data has every table and column, and no other', () => {
  expect(inSchema.length).toBeGreaterThan(700);
  const registered = entries.map(
    ([name, entry]) =>
      [name, 'nobody' in entry ? entry.columns : Object.keys(entry.columns)] as [string, string[]],
  );
  expect(columnsOf(registered)).toEqual(inSchema);
});

test('it says what is left where not all of it goes, and why something is not given', () => {
  expect(personal.length).toBeGreaterThan(50);
  const silent = personal.filter(
    ({ entry }) => (entry.deletion !== 'goes' && !entry.left) || (entry.export !== 'given' && !entry.but),
  );
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test('columns are emptied in tables whose rows stay for that, and there alone', () => {
  const wrong = personal.filter(
    ({ entry }) =>
      (entry.deletion === 'emptied') !==
      Object.values(entry.columns).some((column) => typeof column !== 'string'),
  );
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

test('whose rows go, or are given, is found by a column with their number', () => {
  const wrong = personal.filter(({ entry }) => {
    const word = entry.of === null ? undefined : entry.columns[entry.of];
    const isOwner = [word].flat()[0] === 'owner';
    return entry.of === null ? entry.export !== 'withheld' : !isOwner;
  });
  expect(wrong.map(({ name }) => name)).toEqual([]);
});
