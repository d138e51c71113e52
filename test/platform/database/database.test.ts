import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConstraintViolation, createDb, type Db } from '../../../src/platform/database/db.ts';
import { DatabaseUnavailable, type Executor } from '../../../src/platform/database/executor.ts';
import { prepareChange } from '../../../src/platform/database/query.ts';
import { everyAdapter } from '../../support/adapters.ts';
import { balances, change, openBank, posted, rows, transfer } from '../../support/bank.ts';
import { startSqld } from '../../support/sqld.ts';

const OPENING = 500;
const sqld = await startSqld();
const adapters = everyAdapter(sqld);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

/** Balances are what the postings make of the opening ones. */
async function expectBooksToBalance(db: Db) {
  const { have, moved } = await db.read({ have: balances(), moved: posted() });
  const opening = [OPENING, 0];
  expect(have.map((wallet) => wallet.balance)).toEqual(
    moved.map(({ total }, i) => total + (opening[i] ?? 0)),
  );
}

const cases = (available: boolean) =>
  adapters.flatMap((adapter) => (adapter.available === available ? [[adapter.name, adapter] as const] : []));

describe.each(cases(false))('%s', () => {
  test.skip('does not exist on this platform', () => {});
});

describe.each(cases(true))('%s', (_, adapter) => {
  let executor: Executor;
  let db: Db;
  beforeEach(async () => {
    executor = adapter.open();
    db = createDb(executor);
    await openBank(executor, OPENING);
  });
  afterEach(async () => {
    await executor.close();
    await adapter.reset();
  });
  const count = async (table: string) => {
    const [result] = await executor.read([rows(`SELECT count(*) FROM ${table}`)]);
    return result?.rows[0]?.[0];
  };

  test('a batch that fails half way leaves nothing behind', async () => {
    const batch = [
      change('INSERT INTO journals VALUES (1, 5)'),
      change('UPDATE wallets SET balance = balance - 501 WHERE id = 1'),
      change('INSERT INTO journals VALUES (2, 5)'),
    ];
    await expect(executor.write(batch)).rejects.toThrow('balance_covers');
    expect(await count('journals')).toBe(0);
    expect(await executor.read([rows('SELECT balance FROM wallets')])).toEqual([
      { rows: [[OPENING], [0]], changes: 2 },
    ]);
  });

  test('a statement that fails half way and keeps what it did (OR FAIL) leaves nothing behind', async () => {
    const kept = change('INSERT OR FAIL INTO journals VALUES (1, 5), (2, 5), (1, 5)');
    const outcomes = await Promise.allSettled([
      executor.write([change('INSERT INTO journals VALUES (8, 5)')]),
      executor.write([change('INSERT INTO journals VALUES (9, 5)'), kept]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await executor.read([rows('SELECT id FROM journals')])).toEqual([{ rows: [[8]], changes: 1 }]);
  });

  test('a batch with SQL that cannot be parsed leaves nothing behind', async () => {
    const batch = [change('INSERT INTO journals VALUES (1, 5)'), change('INSERT INTO nowhere VALUES (1)')];
    await expect(executor.write(batch)).rejects.toThrow('nowhere');
    expect(await count('journals')).toBe(0);
  });

  test('a statement sees what earlier ones of its batch wrote', async () => {
    const results = await executor.write([
      change('INSERT INTO journals VALUES (1, 5)'),
      rows('SELECT amount FROM journals WHERE id = 1'),
      change('UPDATE journals SET amount = amount + 1'),
      rows('SELECT amount FROM journals WHERE id = 1'),
    ]);
    expect(results.map((result) => result.rows)).toEqual([[], [[5]], [], [[6]]]);
  });

  test('statements that depend on a mark do all or nothing', async () => {
    expect(await db.write(transfer(1, 1, 2, 300))).toEqual({ marked: 1, taken: 1, given: 1 });
    expect(await db.write(transfer(2, 1, 2, 300))).toEqual({ marked: 0, taken: 0, given: 0 });
    const wallets = await db.read(balances());
    expect(wallets).toEqual([
      { id: 1, balance: 200 },
      { id: 2, balance: 300 },
    ]);
    await expectBooksToBalance(db);
  });

  test.each([
    ['a CHECK by its name', 'UPDATE wallets SET balance = -1 WHERE id = 1', 'balance_covers'],
    ['a primary key by its column', "INSERT INTO wallets VALUES (1, 'cat', 0)", 'wallets.id'],
    ['a UNIQUE by its column', "INSERT INTO wallets VALUES (3, 'ann', 0)", 'wallets.owner'],
    ['a UNIQUE over an expression by its index', "INSERT INTO things (t) VALUES ('a'), ('A')", 'things_text'],
    [
      'a UNIQUE over two columns by both',
      'INSERT INTO postings (journal_id, wallet_id, amount) VALUES (7, 1, 0), (7, 1, 0)',
      'postings.journal_id, postings.wallet_id',
    ],
    ['a NOT NULL by its column', 'INSERT INTO journals (id) VALUES (1)', 'journals.amount'],
    [
      'a foreign key as such',
      'INSERT INTO postings (journal_id, wallet_id, amount) VALUES (99, 1, 0)',
      'FOREIGN KEY',
    ],
    ['a trigger by the name it gives', 'DELETE FROM journals', 'journals_stay'],
  ])('names %s', async (_case, text, constraint) => {
    await executor.write([change('INSERT INTO journals VALUES (7, 0)')]);
    const refused = await db.write(prepareChange<void>(sql.raw(text))()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConstraintViolation);
    expect(refused).toHaveProperty('constraint', constraint);
    expect(await count('postings')).toBe(0);
    expect(await count('journals')).toBe(1);
  });

  test('calls a mistake in the SQL no constraint', async () => {
    const refused = await db
      .write(prepareChange<void>(sql`INSERT INTO nowhere VALUES (1)`)())
      .catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(Error);
    expect(refused).not.toBeInstanceOf(ConstraintViolation);
  });

  test('RETURNING answers the rows that were changed', async () => {
    const [inserted, updated, none] = await executor.write([
      rows('INSERT INTO journals VALUES (1, 5), (2, 6) RETURNING id, amount'),
      rows('UPDATE journals SET amount = amount * 2 WHERE id = 2 RETURNING amount'),
      rows('UPDATE journals SET amount = 0 WHERE id = 3 RETURNING amount'),
    ]);
    expect(inserted).toEqual({
      rows: [
        [1, 5],
        [2, 6],
      ],
      changes: 2,
    });
    expect(updated).toEqual({ rows: [[12]], changes: 1 });
    expect(none).toEqual({ rows: [], changes: 0 });
  });

  test('a change tells how many rows it touched itself, not what its triggers did', async () => {
    const results = await executor.write([
      change('INSERT INTO journals VALUES (1, 5), (2, 6), (3, 7)'),
      change('UPDATE journals SET amount = 0 WHERE id > 1'),
      change('UPDATE journals SET amount = 0 WHERE id > 9'),
      change('INSERT INTO postings (journal_id, wallet_id, amount) VALUES (1, 1, 5)'),
      change('DELETE FROM postings'),
      change('DELETE FROM postings'),
    ]);
    expect(results.map((result) => result.changes)).toEqual([3, 2, 0, 1, 1, 0]);
  });

  test.each([
    ['null', null, 't', 'null'],
    ['empty text', '', 't', 'text'],
    ['Chinese, emoji and quotes', `茶馆 👩‍👩‍👧 𠮷 'quoted" \\ \n\t`, 't', 'text'],
    ['text that looks like a number', '0012.50', 't', 'text'],
    ['long text', '红'.repeat(100_000), 't', 'text'],
    ['zero', 0, 'i', 'integer'],
    ['a negative integer', -42, 'i', 'integer'],
    ['an integer beyond 32 bits', 2 ** 40 + 1, 'i', 'integer'],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER, 'i', 'integer'],
    ['the smallest safe integer', Number.MIN_SAFE_INTEGER, 'i', 'integer'],
    ['a real', 0.1, 'r', 'real'],
    ['a large real', 1.5e300, 'r', 'real'],
    ['a whole real', 3, 'r', 'real'],
    ['bytes', Uint8Array.from([0, 1, 127, 128, 255]), 'b', 'blob'],
    ['no bytes', new Uint8Array(0), 'b', 'blob'],
  ])('%s comes back as it went in', async (_case, value, column, type) => {
    const [, stored] = await executor.write([
      change(`INSERT INTO things (id, ${column}) VALUES (1, ?)`, value),
      rows(`SELECT ${column}, typeof(${column}) FROM things`),
    ]);
    expect(stored?.rows).toEqual([[value, type]]);
    const bytes = stored?.rows[0]?.[0];
    if (value instanceof Uint8Array) expect(bytes?.constructor).toBe(Uint8Array);
  });

  test('a whole number is an integer wherever it stands', async () => {
    const [result] = await executor.read([
      rows("SELECT typeof(?), typeof(?), typeof(?), ? / 2, ? || ''", 7, 2 ** 40, 1.5, 7, 7),
    ]);
    expect(result?.rows).toEqual([['integer', 'integer', 'real', 3, '7']]);
  });

  test('columns of one name keep their places', async () => {
    const [result] = await executor.read([rows('SELECT 1 AS n, 2 AS n, NULL AS n')]);
    expect(result?.rows).toEqual([[1, 2, null]]);
  });

  test('of batches sent together the one that fails undoes itself alone', async () => {
    const insert = (id: number) => change('INSERT INTO journals VALUES (?, 5)', id);
    const outcomes = await Promise.allSettled([
      executor.write([insert(1), insert(2)]),
      executor.write([insert(3), insert(4), insert(1), insert(5)]),
      executor.write([insert(6)]),
      executor.write([insert(7), change('INSERT INTO nowhere VALUES (1)')]),
      executor.write([insert(8)]),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    const [left] = await executor.read([rows('SELECT id FROM journals ORDER BY id')]);
    expect(left?.rows.flat()).toEqual([1, 2, 6, 8]);
  });

  test('batches take effect in the order of the calls', async () => {
    const append = (i: number) => executor.write([change('INSERT INTO journals (amount) VALUES (?)', i)]);
    await Promise.all(Array.from({ length: 150 }, (_unused, i) => append(i)));
    const [order] = await executor.read([rows('SELECT amount FROM journals ORDER BY id')]);
    expect(order?.rows.flat()).toEqual(Array.from({ length: 150 }, (_unused, i) => i));
  });

  test('1,000 guarded transfers at once pay out exactly what there is', async () => {
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_unused, i) => db.write(transfer(i + 1, 1, 2, 1))),
    );
    expect(answers.filter(({ marked }) => marked === 1)).toHaveLength(OPENING);
    const wallets = await db.read(balances());
    expect(wallets.map((wallet) => wallet.balance)).toEqual([0, OPENING]);
    expect(await count('journals')).toBe(OPENING);
    expect(await count('postings')).toBe(2 * OPENING);
    await expectBooksToBalance(db);
  });

  test('1,000 blind debits at once are stopped by the CHECK', async () => {
    const debit = prepareChange<void>(sql`UPDATE wallets SET balance = balance - 1 WHERE id = 1`);
    const record = prepareChange<void>(sql`INSERT INTO journals (amount) VALUES (1)`);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 1000 }, () => db.write({ record: record(), debit: debit() })),
    );
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refusals).toHaveLength(1000 - OPENING);
    for (const refusal of refusals) expect(refusal).toHaveProperty('constraint', 'balance_covers');
    expect(await count('journals')).toBe(OPENING);
  });

  test('reads of one call see one state, whatever is written meanwhile', async () => {
    const writes = Array.from({ length: 100 }, (_unused, i) => db.write(transfer(i + 1, 1, 2, 1)));
    const checks = Array.from({ length: 100 }, () => expectBooksToBalance(db));
    await Promise.all([...writes, ...checks]);
    await expectBooksToBalance(db);
  });

  test('a write that was answered is seen by the next read', async () => {
    for (let i = 1; i <= 20; i++) {
      await executor.write([change('INSERT INTO journals VALUES (?, 0)', i)]);
      expect(await count('journals')).toBe(i);
    }
  });

  test('a call without statements answers nothing', async () => {
    expect(await executor.write([])).toEqual([]);
    expect(await executor.read([])).toEqual([]);
    expect(await db.write({})).toEqual({});
  });

  test('closing answers the writes that wait, and refuses later calls', async () => {
    const waiting = Array.from({ length: 100 }, (_unused, i) =>
      executor.write([change('INSERT INTO journals VALUES (?, 0)', i)]),
    );
    await executor.close();
    for (const result of await Promise.all(waiting)) expect(result).toEqual([{ rows: [], changes: 1 }]);
    await expect(executor.read([rows('SELECT balance FROM wallets')])).rejects.toThrow(DatabaseUnavailable);
    await expect(executor.write([change('DELETE FROM wallets')])).rejects.toThrow(DatabaseUnavailable);
    await expect(executor.script(['DELETE FROM wallets'])).rejects.toThrow(DatabaseUnavailable);
    await executor.close();
  });

  test('a script runs with foreign keys off and leaves them on', async () => {
    const orphan = 'INSERT INTO postings (journal_id, wallet_id, amount) VALUES (99, 1, 0)';
    await executor.script(['PRAGMA foreign_keys = OFF', 'BEGIN IMMEDIATE', orphan, 'COMMIT']);
    expect(await count('postings')).toBe(1);
    await expect(executor.write([change(orphan.replace('99', '98'))])).rejects.toThrow('FOREIGN KEY');
  });

  test('a script that fails half way takes its transaction back and leaves foreign keys on', async () => {
    const orphan = 'INSERT INTO postings (journal_id, wallet_id, amount) VALUES (99, 1, 0)';
    const script = [
      'PRAGMA foreign_keys = OFF',
      'BEGIN IMMEDIATE',
      orphan,
      'INSERT INTO nowhere VALUES (1)',
      'COMMIT',
    ];
    await expect(executor.script(script)).rejects.toThrow('nowhere');
    expect(await count('postings')).toBe(0);
    await expect(executor.write([change(orphan)])).rejects.toThrow('FOREIGN KEY');
    await executor.write([change('INSERT INTO journals VALUES (1, 5)')]);
    expect(await count('journals')).toBe(1);
  });

  test.runIf(adapter.shared)('two executors on one database lose nothing', async () => {
    const other = adapter.open();
    const both = [db, createDb(other)] as const;
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_unused, i) => both[i % 2 === 0 ? 0 : 1].write(transfer(i + 1, 1, 2, 5))),
    );
    await other.close();
    expect(answers.filter(({ marked }) => marked === 1)).toHaveLength(100);
    await expectBooksToBalance(db);
  });
});
