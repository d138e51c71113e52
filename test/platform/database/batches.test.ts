import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, expectTypeOf, test } from 'vitest';
import type { Fen } from '../../../src/core/fen.ts';
import type { UserId } from '../../../src/core/ids.ts';
import { ConstraintViolation, createDb } from '../../../src/platform/database/db.ts';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import { p, prepareChange, prepareRead, type Query } from '../../../src/platform/database/query.ts';

const executor = bunExecutor(':memory:');
const db = createDb(executor);

beforeAll(() => executor.script(['CREATE TABLE cups (id INTEGER PRIMARY KEY, tea TEXT NOT NULL) STRICT']));
beforeEach(() => executor.script(['DELETE FROM cups']));
afterAll(() => executor.close());

const pour = prepareChange<{ id: number; tea: string }>(
  sql`INSERT INTO cups VALUES (${p('id')}, ${p('tea')})`,
);
const drink = prepareChange<{ tea: string }>(sql`DELETE FROM cups WHERE tea = ${p('tea')}`);
const find = prepareRead<{ id: number }, { tea: string }>(sql`SELECT tea FROM cups WHERE id = ${p('id')}`, [
  'tea',
]);
const countCups = prepareRead<void, { total: number }>(sql`SELECT count(*) FROM cups`, ['total']);

test('a batch runs in the order in which it is written, and answers by name', async () => {
  const done = await db.write({
    oolong: pour({ id: 1, tea: 'oolong' }),
    puer: [pour({ id: 2, tea: 'puer' }), pour({ id: 3, tea: 'puer' })],
    drunk: drink({ tea: 'puer' }),
    none: [],
    last: countCups(),
  });
  expect(done).toEqual({ oolong: 1, puer: [1, 1], drunk: 2, none: [], last: [{ total: 1 }] });
  const { first, many } = await db.read({ first: find({ id: 1 }), many: [countCups(), countCups()] });
  expect(first).toEqual([{ tea: 'oolong' }]);
  expect(many).toEqual([[{ total: 1 }], [{ total: 1 }]]);
});

test('one query alone answers what it finds, or how many rows it has changed', async () => {
  expect(await db.write(pour({ id: 1, tea: 'oolong' }))).toBe(1);
  expect(await db.read(find({ id: 1 }))).toEqual([{ tea: 'oolong' }]);
});

test('a batch that one of its statements violates leaves nothing', async () => {
  const twice = { first: pour({ id: 1, tea: 'oolong' }), second: [pour({ id: 1, tea: 'puer' })] };
  await expect(db.write(twice)).rejects.toThrow(ConstraintViolation);
  expect(await db.read(countCups())).toEqual([{ total: 0 }]);
});

test('an answer has the type of its query, whatever stands before it', () => {
  const asked = () =>
    db.write({ many: [] as readonly Query<number>[], cups: find({ id: 1 }), all: drink({ tea: '' }) });
  expectTypeOf(asked).returns.resolves.toEqualTypeOf<{
    readonly many: readonly number[];
    readonly cups: { tea: string }[];
    readonly all: number;
  }>();
  // @ts-expect-error numbers of an object come before its words: they cannot be names
  void (() => db.read({ 1: countCups(), first: countCups() }));
  // @ts-expect-error several queries have names
  void (() => db.read(countCups(), countCups()));
  // @ts-expect-error positions are no names
  void (() => db.read([countCups(), countCups()]));
});

test('a value that is missing or has another brand is a type error', () => {
  const pay = prepareChange<{ me: UserId; amount: Fen }>(sql`SELECT ${p('me')}, ${p('amount')}`);
  const [me, amount] = [1 as UserId, 5 as Fen];
  expect(pay({ me, amount }).statement.params).toEqual([1, 5]);
  // @ts-expect-error there is no amount
  expect(() => pay({ me })).toThrow('No value for placeholder "amount"');
  // @ts-expect-error the two are exchanged
  void (() => pay({ me: amount, amount: me }));
  // @ts-expect-error a number may be anything
  void (() => pay({ me: 1, amount }));
  // @ts-expect-error it wants values
  expect(() => pay()).toThrow('No value');
  // @ts-expect-error it does not say what it wants
  void (() => prepareChange(sql`SELECT ${p('me')}`)({ me }));
  // @ts-expect-error what SQLite cannot store is no value
  prepareChange<{ when: Date }>(sql`SELECT ${p('when')}`);
});
