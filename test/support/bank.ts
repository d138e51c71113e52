import { sql } from 'drizzle-orm';
import type { Executor, SqlValue, Statement } from '../../src/platform/database/executor.ts';
import { prepareChange, prepareRead } from '../../src/platform/database/query.ts';

export const change = (text: string, ...params: SqlValue[]): Statement => ({
  sql: text,
  params,
  kind: 'change',
});
export const rows = (text: string, ...params: SqlValue[]): Statement => ({ sql: text, params, kind: 'rows' });

/** A small bank that has one of each kind of constraint, apart from the product's schema. */
const SCHEMA = [
  `CREATE TABLE wallets (id INTEGER PRIMARY KEY, owner TEXT NOT NULL UNIQUE, balance INTEGER NOT NULL,
     CONSTRAINT balance_covers CHECK (balance >= 0)) STRICT`,
  'CREATE TABLE journals (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL) STRICT',
  `CREATE TABLE postings (id INTEGER PRIMARY KEY, journal_id INTEGER NOT NULL REFERENCES journals (id),
     wallet_id INTEGER NOT NULL REFERENCES wallets (id), amount INTEGER NOT NULL,
     UNIQUE (journal_id, wallet_id)) STRICT`,
  `CREATE TRIGGER postings_apply AFTER INSERT ON postings BEGIN
     UPDATE wallets SET balance = balance + NEW.amount WHERE id = NEW.wallet_id; END`,
  `CREATE TRIGGER journals_stay BEFORE DELETE ON journals BEGIN
     SELECT RAISE(ABORT, 'refused: journals_stay'); END`,
  'CREATE TABLE things (id INTEGER PRIMARY KEY, t TEXT, i INTEGER, r REAL, b BLOB) STRICT',
  'CREATE UNIQUE INDEX things_text ON things (lower(t))',
];

/** Makes the tables: `ann` (wallet 1) owns `opening` fen, `bob` (wallet 2) nothing. */
export const openBank = (executor: Executor, opening: number) =>
  executor.write([
    ...SCHEMA.map((text) => change(text)),
    change("INSERT INTO wallets (id, owner, balance) VALUES (1, 'ann', ?), (2, 'bob', 0)", opening),
  ]);

const P = sql.placeholder;
const mark = prepareChange<{
  journal: number;
  from: number;
  amount: number;
}>(sql`INSERT INTO journals (id, amount) SELECT ${P('journal')}, ${P('amount')}
  WHERE EXISTS (SELECT 1 FROM wallets WHERE id = ${P('from')} AND balance >= ${P('amount')})`);
const post = prepareChange<{
  journal: number;
  wallet: number;
  amount: number;
}>(sql`INSERT INTO postings (journal_id, wallet_id, amount)
  SELECT ${P('journal')}, ${P('wallet')}, ${P('amount')} WHERE EXISTS (SELECT 1 FROM journals WHERE id = ${P('journal')})`);

/** A guarded transfer: when `from` has too little, the first statement leaves no mark and nothing happens. */
export const transfer = (journal: number, from: number, to: number, amount: number) => ({
  marked: mark({ journal, from, amount }),
  taken: post({ journal, wallet: from, amount: -amount }),
  given: post({ journal, wallet: to, amount }),
});

/** Both balances and what the postings say they must be, each from a statement of its own. */
export const balances = prepareRead<void, { id: number; balance: number }>(
  sql`SELECT id, balance FROM wallets ORDER BY id`,
  ['id', 'balance'],
);
export const posted = prepareRead<void, { id: number; total: number }>(
  sql`SELECT w.id, coalesce(sum(p.amount), 0) FROM wallets w LEFT JOIN postings p ON p.wallet_id = w.id
      GROUP BY w.id ORDER BY w.id`,
  ['id', 'total'],
);
