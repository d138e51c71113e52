import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeBills } from '../../src/ledger/bills.ts';
import { moveMoney, openJournal } from '../../src/ledger/journal.ts';
import { createDb, type Db } from '../../src/platform/database/db.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { p } from '../../src/platform/database/query.ts';
import { hardestAdapters } from '../support/adapters.ts';
import { change, rows } from '../support/bank.ts';
import {
  balance,
  deposit,
  expectBooksToBalance,
  makeUsers,
  nextJournal,
  payment,
} from '../support/ledger.ts';
import { startSqld } from '../support/sqld.ts';

/** What a batch does whose condition does not hold: a wrong pay password, say. */
const refusedJournal = openJournal('gift', sql`0`);
const movement = moveMoney({
  from: p('me'),
  to: p('dest'),
  amount: p('amount'),
});

/** A gift to each of the users that a list names, under one journal: `me`, `users` (JSON), `amount`. */
const listed = {
  each: sql`json_each(${sql.placeholder('users')}) AS one`,
  when: sql`one.value <> ${sql.placeholder('me')}`,
};
const openGifts = openJournal('gift', sql`${sql.placeholder('amount')} < 1000`);
const giveEach = moveMoney({
  from: p('me'),
  to: sql`one.value`,
  amount: p('amount'),
  ...listed,
});
const billEach = writeBills(
  {
    user: sql`one.value`,
    type: 'gift',
    direction: 'in',
    amount: p('amount'),
    withType: 'person',
    withId: p('me'),
    ...listed,
  },
  {
    user: p('me'),
    type: 'gift',
    direction: 'out',
    amount: sql`${sql.placeholder('amount')} * (json_array_length(${sql.placeholder('users')}) - 1)`,
    withType: 'other',
    withId: sql`0`,
  },
);

const sqld = await startSqld();
const adapters = hardestAdapters(sqld);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

describe.each(adapters.map((each) => [each.name, each] as const))('the ledger on %s', (_, adapter) => {
  let executor: Executor;
  let db: Db;
  let ann: number;
  let bob: number;
  let users: number[];
  beforeEach(async () => {
    executor = await adapter.openMigrated();
    db = createDb(executor);
    users = await makeUsers(executor, 5);
    [ann = 0, bob = 0] = users;
  });
  afterEach(async () => {
    try {
      await expectBooksToBalance(db);
    } finally {
      await executor.close();
      await adapter.reset();
    }
  });
  const query = async (text: string, ...params: number[]) => {
    const [result] = await executor.read([rows(text, ...params)]);
    return result?.rows;
  };
  const balances = async () => [await balance(db, ann), await balance(db, bob)];

  test('a new user has an empty account', async () => {
    expect(await balances()).toEqual([0, 0]);
  });

  test('a line writes both postings and moves both balances', async () => {
    await db.write(deposit(ann, 500));
    const journal = nextJournal();
    expect(await db.write(payment(ann, bob, 120, journal))).toEqual({ opened: 1, moved: 1, billed: 2 });
    expect(await balances()).toEqual([380, 120]);
    expect(
      await query(
        'SELECT p.account_id, p.amount FROM postings p JOIN journal_lines l ON l.id = p.line_id WHERE l.journal_id = ? ORDER BY p.amount',
        journal,
      ),
    ).toEqual([
      [ann, -120],
      [bob, 120],
    ]);
    expect(
      await query('SELECT user_id, direction, amount FROM bills WHERE journal_id = ? ORDER BY 1', journal),
    ).toEqual([
      [ann, -1, 120],
      [bob, 1, 120],
    ]);
    expect(await balance(db, -1)).toBe(-500);
  });

  test('one journal pays each of several people, or none of them', async () => {
    await db.write(deposit(ann, 500));
    const give = (amount: number) => {
      const values = {
        journal_id: nextJournal(),
        journal_at: 0,
        me: ann,
        users: JSON.stringify(users),
        amount,
      };
      return db.write({ opened: openGifts(values), moved: giveEach(values), billed: billEach(values) });
    };
    expect(await give(100)).toEqual({ opened: 1, moved: 4, billed: 5 });
    const all = async () => Promise.all(users.map((user) => balance(db, user)));
    expect(await all()).toEqual([100, 100, 100, 100, 100]);
    expect(await give(1000)).toEqual({ opened: 0, moved: 0, billed: 0 });
    // Enough for three of the four.
    await expect(give(30)).rejects.toMatchObject({ constraint: 'ledger_accounts_covered' });
    expect(await all()).toEqual([100, 100, 100, 100, 100]);
  });

  test('a refused journal leaves nothing', async () => {
    await db.write(deposit(ann, 100));
    expect(await db.write(payment(ann, bob, 101))).toEqual({ opened: 0, moved: 0, billed: 0 });
    expect(await balances()).toEqual([100, 0]);
    expect(await query('SELECT count(*) FROM journals')).toEqual([[1]]);
  });

  test('a refused journal whose number another process has taken moves nothing under that one’s mark', async () => {
    await db.write(deposit(ann, 500));
    const journal = nextJournal();
    await db.write(payment(ann, bob, 100, journal));
    const values = { journal_id: journal, journal_at: 0, me: ann, dest: bob, amount: 50 };
    await expect(db.write({ opened: refusedJournal(values), moved: movement(values) })).rejects.toMatchObject(
      {
        constraint: 'journals.id',
      },
    );
    expect(await balances()).toEqual([400, 100]);
  });

  test('the last fen can be paid, once, whoever else tries at the same moment', async () => {
    await db.write(deposit(ann, 100));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => db.write(payment(ann, bob, 30))));
    expect(outcomes.filter(({ opened }) => opened === 1)).toHaveLength(3);
    expect(await balances()).toEqual([10, 90]);
  });

  test.each([
    ['more than the account has', 'ledger_accounts_covered', (a: number, b: number) => [a, b, 501]],
    ['nothing', 'journal_lines_amount', (a: number, b: number) => [a, b, 0]],
    ['less than nothing', 'journal_lines_amount', (a: number, b: number) => [a, b, -5]],
    ['to the same account', 'journal_lines_not_self', (a: number) => [a, a, 5]],
    ['to nobody', 'FOREIGN KEY', (a: number) => [a, 999_999, 5]],
  ])('a line of %s rolls its whole batch back', async (_, constraint, line) => {
    await db.write(deposit(ann, 500));
    const insert =
      'INSERT INTO journal_lines (journal_id, debit_account, credit_account, amount) VALUES (77, ?, ?, ?)';
    const batch = [
      change("INSERT INTO journals (id, kind, created_at) VALUES (77, 'gift', 0)"),
      change(insert, ...line(ann, bob)),
    ];
    const statements = batch.map((statement) => ({ statement, decode: () => 0 }));
    await expect(db.write({ statements })).rejects.toMatchObject({ constraint });
    expect(await balances()).toEqual([500, 0]);
    expect(await query('SELECT count(*) FROM journals WHERE id = 77')).toEqual([[0]]);
  });

  const FINAL = ['journals', 'journal_lines', 'postings', 'bills'] as const;
  const touch = { journals: 'created_at', journal_lines: 'amount', postings: 'amount', bills: 'amount' };
  test.each(
    FINAL.flatMap((table) => [
      [table, `UPDATE ${table} SET ${touch[table]} = ${touch[table]}`, `${table}_are_final`],
      [table, `DELETE FROM ${table}`, `${table}_are_final`],
    ]),
  )('%s: "%s" is refused', async (_, text, constraint) => {
    await db.write(deposit(ann, 500));
    const statement = { statement: change(text), decode: () => 0 };
    await expect(db.write(statement)).rejects.toMatchObject({ constraint });
  });

  test.each([
    ['a posting without its line', 'postings_follow_lines', 'INSERT INTO postings VALUES (999, ?, 5)'],
    [
      'a third posting',
      'postings_follow_lines',
      'INSERT INTO postings SELECT id, -2, 5 FROM journal_lines WHERE ?',
    ],
    [
      'the same posting again',
      'postings.line_id, postings.account_id',
      'INSERT INTO postings SELECT id, credit_account, amount FROM journal_lines WHERE credit_account = ?',
    ],
    [
      'an account that starts rich',
      'ledger_accounts_start_empty',
      "INSERT INTO ledger_accounts VALUES (5 + ?, 'user', 7)",
    ],
    ['an account that goes', 'ledger_accounts_are_final', 'DELETE FROM ledger_accounts WHERE id = ?'],
    [
      'an account of another kind',
      'ledger_accounts_are_final',
      "UPDATE ledger_accounts SET kind = 'fees' WHERE id = ?",
    ],
  ])('%s is refused', async (_, constraint, text) => {
    await db.write(deposit(ann, 500));
    const statement = { statement: change(text, ann), decode: () => 0 };
    await expect(db.write(statement)).rejects.toMatchObject({ constraint });
  });

  test('any order of payments at once ends as one after another would', async () => {
    const user = fc.constantFrom(...users);
    const step = fc.oneof(
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('deposit' as const),
          to: user,
          fen: fc.integer({ min: 1, max: 1000 }),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('payment' as const),
          from: user,
          to: user,
          fen: fc.integer({ min: 1, max: 400 }),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const start = new Map<number, number>();
        for (const each of users) start.set(each, (await balance(db, each)) ?? 0);
        const distinct = steps.filter((each) => each.kind === 'deposit' || each.from !== each.to);
        const outcomes = await Promise.all(
          distinct.map((each) =>
            each.kind === 'deposit'
              ? db.write(deposit(each.to, each.fen))
              : db.write(payment(each.from, each.to, each.fen)),
          ),
        );
        for (const [i, each] of distinct.entries()) {
          if (outcomes[i]?.opened === 0) continue;
          start.set(each.to, (start.get(each.to) ?? 0) + each.fen);
          if (each.kind === 'payment') start.set(each.from, (start.get(each.from) ?? 0) - each.fen);
        }
        for (const each of users) expect(await balance(db, each)).toBe(start.get(each));
        await expectBooksToBalance(db);
      }),
      { numRuns: adapter.name.includes('sqld') ? 10 : 50 },
    );
  });
});
