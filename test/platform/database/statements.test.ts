import { Column, getTableColumns, is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as schema from '../../../db/schema.generated.ts';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import type { Ring } from '../../../src/platform/database/executor.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import type { StatementText } from '../../../src/platform/database/query.ts';
import { everyStatement } from '../../support/statements.ts';

const executor = bunExecutor(':memory:');
let all: readonly StatementText[];
beforeAll(async () => {
  await migrate(executor, 0);
  all = await everyStatement();
});
afterAll(() => executor.close());

/** A step of SQLite's program for a statement: its name and P1 to P5. */
interface Step {
  readonly opcode: string;
  readonly p1: number;
  readonly p2: number;
  readonly p5: number;
}

async function programOf({ sql, names }: Pick<StatementText, 'sql' | 'names'>): Promise<Step[]> {
  const explain = { sql: `EXPLAIN ${sql}`, params: names.map(() => null), kind: 'rows' } as const;
  const [result] = await executor.read([explain]);
  return (result?.rows ?? []).map(([, opcode, p1, p2, , , p5]) => ({
    opcode: String(opcode),
    p1: Number(p1),
    p2: Number(p2),
    p5: Number(p5),
  }));
}

async function rootOf(table: string): Promise<number> {
  const sql = 'SELECT rootpage FROM sqlite_schema WHERE name = ?';
  const [result] = await executor.read([{ sql, params: [table], kind: 'rows' }]);
  return Number(result?.rows[0]?.[0]);
}

/** Set in P5 of an Insert that writes a row anew which is there already. */
const IS_UPDATE = 4;

/** How a statement writes rows of a table, by SQLite's own program for it, however its text reads. */
async function writesTo(root: number, statement: Pick<StatementText, 'sql' | 'names'>) {
  // Each trigger is a program of its own behind the statement's, and numbers its cursors from the beginning.
  const programs = (await programOf(statement)).reduce<Step[][]>((all, instruction) => {
    if (instruction.opcode === 'Init' || all.length === 0) all.push([]);
    all.at(-1)?.push(instruction);
    return all;
  }, []);
  const inserts = programs.flatMap((program) => {
    const cursors = program
      .filter(({ opcode, p2 }) => opcode === 'OpenWrite' && p2 === root)
      .map(({ p1 }) => p1);
    return program.filter(({ opcode, p1 }) => opcode === 'Insert' && cursors.includes(p1));
  });
  return {
    inserts: inserts.some(({ p5 }) => (p5 & IS_UPDATE) === 0),
    updates: inserts.some(({ p5 }) => (p5 & IS_UPDATE) !== 0),
  };
}

test('every statement of the program is known before it runs, and fits the schema', async () => {
  expect(all.length).toBeGreaterThan(600);
  for (const statement of all) expect((await programOf(statement)).length, statement.sql).toBeGreaterThan(1);
});

/** A session of which it is noted that it calls, or from where, goes on. */
const NOTES_A_CALL = /^UPDATE "sessions" SET (last_day|address) = /;

/** What a statement must be news of. */
async function mustRing(
  inbox: number,
  sessions: number,
  statement: StatementText,
): Promise<Ring | undefined> {
  if ((await writesTo(inbox, statement)).inserts) return 'events';
  const { updates } = await writesTo(sessions, statement);
  return updates && !NOTES_A_CALL.test(statement.sql) ? 'sessions' : undefined;
}

test('every statement that writes into an inbox or ends sessions rings, and no other', async () => {
  const [inbox, sessions] = [await rootOf('inbox'), await rootOf('sessions')];
  const heard = new Set<Ring>();
  for (const statement of all) {
    const must = await mustRing(inbox, sessions, statement);
    expect(statement.rings, statement.sql).toBe(must);
    if (must) heard.add(must);
    // A home whose sockets live elsewhere makes it answer whom it touched.
    if (must) expect(statement.kind, statement.sql).toBe('change');
  }
  expect([...heard].sort()).toEqual(['events', 'sessions']);
});

test.each([
  'INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at) VALUES (1, 1, 1, 1, 1, 1, 1, 1)',
  `WITH one AS (SELECT 1 AS id) INSERT INTO inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
    SELECT id, 1, '', 1, 1, 1, '', 1 FROM one`,
])('an insert into the inbox is seen however it is written: %s', async (sql) => {
  expect(await writesTo(await rootOf('inbox'), { sql, names: [] })).toMatchObject({ inserts: true });
});

test('an end of sessions is seen however it is written', async () => {
  const sql = 'UPDATE OR IGNORE sessions SET ended_at = 1';
  expect(await writesTo(await rootOf('sessions'), { sql, names: [] })).toMatchObject({ updates: true });
});

test('every column is plain: the program sees what SQLite stores, and nothing is decoded', () => {
  const tables = Object.values(schema).filter((each) => is(each, SQLiteTable));
  expect(tables.length).toBeGreaterThan(50);
  for (const column of tables.flatMap((table) => Object.values(getTableColumns(table)))) {
    expect(column.mapFromDriverValue, column.name).toBe(Column.prototype.mapFromDriverValue);
    expect(column.mapToDriverValue, column.name).toBe(Column.prototype.mapToDriverValue);
  }
});
