import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { escrows } from '../../src/features/holds/all.ts';
import { reconcile } from '../../src/holds.ts';
import { lastCheck } from '../../src/ledger/check/rows.ts';
import { beginCheck, goOn } from '../../src/ledger/check/run.ts';
import { testApp } from '../support/app.ts';
import { change } from '../support/bank.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { deposit, dropTriggers, makeUsers, payment } from '../support/ledger.ts';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name: `src/${name}`, text: readFileSync(`src/${name}`, 'utf8') }));

/** They go through every table there is, for its highest number or its columns of text, and write none. */
const READERS = ['src/homes/last-id.ts', 'src/features/uploads/places.ts'];

/** A table of the ledger, or of all, is imported: its words (`BILL_WITH`) are everybody's. */
const TABLES_TAKEN =
  /from '[^']*db\/schema\/index\.ts'|import (type )?\{[^}]*\b[a-z]\w*\b(?<!\btype)[^}]*\} from '[^']*db\/schema\/ledger\.ts'/;

describe('the sources', () => {
  const outside = sources.filter(({ name }) => !name.startsWith('src/ledger/'));
  test('leave the ledger’s tables to src/ledger', () => {
    expect(outside.length).toBeGreaterThan(100);
    const touching = outside.filter(
      ({ text }) =>
        TABLES_TAKEN.test(text) ||
        /\b(ledger_accounts|journal_lines|postings)\b|\b(INTO|UPDATE|FROM|JOIN)\s+["`]?(journals|bills)\b/.test(
          text,
        ),
    );
    const reading = touching.filter(({ name }) => READERS.includes(name));
    expect(reading.filter(({ text }) => /\b(INSERT|UPDATE|DELETE)\b/.test(text))).toEqual([]);
    expect(touching.map(({ name }) => name).filter((name) => !READERS.includes(name))).toEqual([]);
  });

  test('replace no row: that would pass by the triggers that keep rows as they are', () => {
    const migrations = readFileSync('db/migrations.generated.ts', 'utf8');
    const replacing = [...sources, { name: 'migrations', text: migrations }].filter(({ text }) =>
      /\bREPLACE\s+INTO\b|\bOR\s+REPLACE\b/i.test(text),
    );
    expect(replacing.map(({ name }) => name)).toEqual([]);
  });

  test('write the ledger’s balances nowhere: the trigger does', () => {
    const updating = sources.filter(({ text }) =>
      /UPDATE\s+(\$\{ledgerAccounts\}|ledger_accounts)|update\(ledgerAccounts\)/.test(text),
    );
    expect(updating.map(({ name }) => name)).toEqual([]);
  });
});

describe('reconcile', () => {
  let database: TestDatabase;
  let ann: number;
  let bob: number;
  beforeEach(async () => {
    database = await freshDatabase();
    [ann = 0, bob = 0] = await makeUsers(database.executor, 2);
    await database.db.write(deposit(ann, 500));
    await database.db.write(payment(ann, bob, 120));
    expect(await reconcile(database.db)).toEqual([]);
    await dropTriggers(database.executor);
  });
  afterEach(() => database.executor.close());

  const lastLine = '(SELECT MAX(id) FROM journal_lines)';
  const DAMAGES: readonly (readonly [string, readonly string[]])[] = [
    [
      'all postings sum to 0',
      [`UPDATE postings SET amount = amount + 1 WHERE line_id = ${lastLine} AND amount > 0`],
    ],
    ['each balance equals its postings', ['UPDATE ledger_accounts SET balance = balance + 1 WHERE id > 0']],
    [
      'each line has its two postings and no other',
      [`DELETE FROM postings WHERE line_id = ${lastLine} AND amount > 0`],
    ],
    ['each line has its two postings and no other', [`INSERT INTO postings VALUES (${lastLine}, -2, 0)`]],
    ['each posting belongs to a line', [`DELETE FROM journal_lines WHERE id = ${lastLine}`]],
    ['each journal has lines', ["INSERT INTO journals (id, kind, created_at) VALUES (1, 'gift', 0)"]],
    [
      'no account is below 0',
      [
        'CREATE TABLE unchecked AS SELECT * FROM ledger_accounts',
        'DROP TABLE ledger_accounts',
        'ALTER TABLE unchecked RENAME TO ledger_accounts',
        'UPDATE ledger_accounts SET balance = -1 WHERE id = -6',
      ],
    ],
    ['each user has an account', ['DELETE FROM ledger_accounts WHERE id > 0']],
    ['each movement of a wallet has its bill', ['DELETE FROM bills WHERE direction = -1']],
    ['each movement of a wallet has its bill', ['UPDATE bills SET amount = amount + 1 WHERE direction = -1']],
    ['each movement of a wallet has its bill', ['UPDATE bills SET direction = 0 WHERE direction = -1']],
    [
      'each bill has its movement',
      [
        "INSERT INTO journals (id, kind, created_at) VALUES (1, 'gift', 0)",
        "INSERT INTO bills SELECT user_id, 1, 3, 5, -1, 1, 1, '', 0, NULL FROM bills LIMIT 1",
      ],
    ],
    ['the escrow of transfers equals what is open', ['UPDATE ledger_accounts SET balance = 5 WHERE id = -4']],
    ['the escrow of aaBills equals what is open', ['UPDATE ledger_accounts SET balance = 5 WHERE id = -7']],
    [
      'the escrow of aaBills equals what is open',
      [
        `INSERT INTO aa_bills (id, organiser_id, dest_type, dest_id, message, total, counts, share, slots, created_at, updated_at, expires_at)
          VALUES (1, 1, 1, 1, '', 9, 3, 3, 2, 0, 0, 0)`,
        'INSERT INTO aa_payments VALUES (1, 1, 1, 0)',
      ],
    ],
    [
      'corrections alone move what operators took',
      [
        "INSERT INTO journals (id, kind, created_at) VALUES (1, 'gift', 0)",
        'INSERT INTO journal_lines (journal_id, debit_account, credit_account, amount) VALUES (1, -1, -8, 5)',
      ],
    ],
  ];
  test.each(DAMAGES)('finds where not: %s', async (name, damage) => {
    await database.executor.script(['PRAGMA foreign_keys = OFF', ...damage]);
    const findings = await reconcile(database.db);
    expect(findings.map(({ check }) => check)).toContain(name);
    expect(findings.find(({ check }) => check === name)?.detail).toMatch(/\d/);
  });

  /** A check of all books in small steps, begun so long after all was written. */
  const inSteps = async (later: number) => {
    const app = await testApp({ executor: database.executor });
    app.clock.advance(later);
    expect(await beginCheck(app.platform, 'a test', 0)).toBe(true);
    expect(await beginCheck(app.platform, 'a test', 0)).toBe(false);
    await goOn(app.platform, escrows);
    const check = await lastCheck(database.db);
    return { ...check, findings: JSON.parse(check?.findings ?? '') as { check: string; detail: string }[] };
  };
  test.each([0, 3600_000])('finds nothing where nothing is, in small steps, %d ms later', async (later) => {
    expect(await inSteps(later)).toMatchObject({ ok: 1, problems: 0, findings: [], journals: 2, bills: 3 });
  });
  describe.each([0, 3600_000])('in small steps, %d ms later', (later) => {
    test.each(DAMAGES)('finds where not: %s', async (_, damage) => {
      await database.executor.script(['PRAGMA foreign_keys = OFF', ...damage]);
      const { ok, problems, findings } = await inSteps(later);
      expect(ok).toBe(0);
      expect(problems).toBeGreaterThan(0);
      expect(findings[0]?.detail).toMatch(/\d/);
    });
  });

  test('shows a few findings of a check, not all', async () => {
    await makeUsers(database.executor, 0);
    await database.executor.write(
      Array.from({ length: 50 }, (_, i) =>
        change("INSERT INTO journals (id, kind, created_at) VALUES (?, 'gift', 0)", i + 1_000_000),
      ),
    );
    expect(await reconcile(database.db)).toHaveLength(20);
  });
});
