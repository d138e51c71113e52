import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDb } from '../../../src/platform/database/db.ts';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import type { SqlValue } from '../../../src/platform/database/executor.ts';
import {
  p,
  prepareChange,
  prepareRead,
  prepareSelect,
  type Query,
} from '../../../src/platform/database/query.ts';

const tea = sqliteTable('tea', {
  id: integer('id').primaryKey(),
  state: integer('state').notNull(),
  name: text('name').notNull(),
});
const executor = bunExecutor(':memory:');
const db = createDb(executor);

beforeAll(async () => {
  await executor.script([
    'CREATE TABLE tea (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, name TEXT NOT NULL) STRICT',
    'CREATE INDEX tea_waiting ON tea (name) WHERE state = 0',
  ]);
  const add = prepareChange<{ id: number }>(
    sql`INSERT INTO ${tea} VALUES (${sql.placeholder('id')}, ${-3}, ${'a?b'})`,
  );
  await db.write({ one: add({ id: 1 }), other: add({ id: 2 }) });
});
afterAll(() => executor.close());

async function planOf({ statement }: Query<unknown>): Promise<string> {
  const [result] = await executor.read([{ ...statement, sql: `EXPLAIN QUERY PLAN ${statement.sql}` }]);
  return result?.rows.map((row: readonly SqlValue[]) => row[3]).join('\n') ?? '';
}

test('no bound value is in sight of the planner, which would plan the statement anew at every call', () => {
  const byName = prepareSelect<{ name: string }>()(getTableColumns(tea), (select) =>
    select.from(tea).where(eq(tea.name, p('name'))),
  );
  const { sql: text, params } = byName({ name: 'oolong' }).statement;
  expect(text.replaceAll('likely(?)', '')).not.toContain('?');
  expect(params).toEqual(['oolong']);
});

test('a whole number written in a query can choose a partial index', async () => {
  const waiting = prepareSelect<{ name: string }>()({ id: tea.id }, (select) =>
    select.from(tea).where(and(eq(tea.state, 0), eq(tea.name, p('name')))),
  );
  expect(await planOf(waiting({ name: 'oolong' }))).toContain('tea_waiting');
});

test('a question mark in a literal, a quoted name or a comment is no placeholder', async () => {
  const odd = prepareRead<{ id: number }, { id: number; text: string; 'na?me': string }>(
    sql`SELECT id, 'it''s ?' AS text, name AS "na?me" -- isn't it?
      FROM ${tea} /* which one? ' */ WHERE id = ${p('id')} AND name = ${'a?b'}`,
    ['id', 'text', 'na?me'],
  );
  const rows = await db.read(odd({ id: 2 }));
  expect(rows).toEqual([{ id: 2, text: "it's ?", 'na?me': 'a?b' }]);
});

test('values of every kind arrive as they are', async () => {
  const echo = prepareRead<void, { a: number; b: number; c: string; d: null; e: number }>(
    sql`SELECT ${7} AS a, ${-7} AS b, ${'x'} AS c, ${null} AS d, ${0.5} AS e`,
    ['a', 'b', 'c', 'd', 'e'],
  );
  const rows = await db.read(echo());
  expect(rows).toEqual([{ a: 7, b: -7, c: 'x', d: null, e: 0.5 }]);
  const states = await db.read(prepareSelect<void>()({ state: tea.state }, (select) => select.from(tea))());
  expect(states).toEqual([{ state: -3 }, { state: -3 }]);
});
