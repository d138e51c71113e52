import { type SQL, sql } from 'drizzle-orm';
import {
  bills,
  DIRECTION,
  journalLines,
  journals,
  ledgerAccounts,
  postings,
} from '../../db/schema/ledger.ts';
import type { Db } from '../platform/database/db.ts';
import { type Prepared, prepareRead } from '../platform/database/query.ts';
import { ACCOUNT } from './accounts.ts';
import { CORRECTIONS } from './journal.ts';

/** Money that a feature has under way: its escrow account must hold exactly this. */
export interface Hold {
  readonly account: 'redPackets' | 'transfers' | 'withdrawals' | 'aaBills' | 'refunds' | 'unclaimed';
  /** One number: the fen of all records that are still open. */
  readonly openFen: SQL<number>;
}

/** What is wrong, in words for an operator. */
export interface Finding {
  readonly check: string;
  readonly detail: string;
}

interface Check {
  readonly name: string;
  /** Answers one text a finding. */
  readonly find: Prepared<{ detail: string }[], void>;
}

/** Findings shown of one check; a broken database has as many as it has rows. */
const SHOWN = 20;

const check = (name: string, found: SQL): Check => ({
  name,
  find: prepareRead<void, { detail: string }>(
    sql`SELECT detail FROM (${found}) LIMIT ${sql.raw(String(SHOWN))}`,
    ['detail'],
  ),
});

const walletMoves = sql`SELECT l.journal_id AS journal, x.account_id AS user, SUM(x.amount) AS moved
  FROM ${postings} x JOIN ${journalLines} l ON l.id = x.line_id WHERE x.account_id > 0
  GROUP BY l.journal_id, x.account_id`;

const operators = sql.raw(`${ACCOUNT.adjustments}, ${ACCOUNT.seized}`);
const corrections = sql.raw(CORRECTIONS.map((kind) => `'${kind}'`).join(', '));

const CHECKS: readonly Check[] = [
  check(
    'all postings sum to 0',
    sql`SELECT 'they sum to ' || total AS detail FROM (SELECT SUM(amount) AS total FROM ${postings}) WHERE total <> 0`,
  ),
  check(
    'each balance equals its postings',
    sql`SELECT 'account ' || a.id || ' has ' || a.balance || ', its postings say ' || COALESCE(x.total, 0) AS detail
      FROM ${ledgerAccounts} a LEFT JOIN (SELECT account_id, SUM(amount) AS total FROM ${postings} GROUP BY account_id) x
      ON x.account_id = a.id WHERE a.balance <> COALESCE(x.total, 0)`,
  ),
  check(
    'each line has its two postings and no other',
    sql`SELECT 'line ' || l.id || ' has ' || COUNT(x.line_id) || ' postings, ' ||
        COUNT(CASE WHEN x.account_id = l.debit_account AND x.amount = -l.amount
          OR x.account_id = l.credit_account AND x.amount = l.amount THEN 1 END) || ' of them right' AS detail
      FROM ${journalLines} l LEFT JOIN ${postings} x ON x.line_id = l.id GROUP BY l.id
      HAVING COUNT(x.line_id) <> 2 OR COUNT(CASE WHEN x.account_id = l.debit_account AND x.amount = -l.amount
          OR x.account_id = l.credit_account AND x.amount = l.amount THEN 1 END) <> 2`,
  ),
  check(
    'each posting belongs to a line',
    sql`SELECT 'line ' || line_id || ' is missing' AS detail FROM ${postings}
      WHERE line_id NOT IN (SELECT id FROM ${journalLines})`,
  ),
  check(
    'each journal has lines',
    sql`SELECT 'journal ' || j.id || ' (' || j.kind || ') has none' AS detail FROM ${journals} j
      WHERE j.id NOT IN (SELECT journal_id FROM ${journalLines})`,
  ),
  check(
    'no account is below 0',
    sql`SELECT 'account ' || id || ' has ' || balance AS detail FROM ${ledgerAccounts}
      WHERE balance < 0 AND id <> ${sql.raw(String(ACCOUNT.cashIn))}`,
  ),
  check(
    'each user has an account',
    sql`SELECT 'user ' || id || ' has none' AS detail FROM users WHERE id NOT IN (SELECT id FROM ${ledgerAccounts})`,
  ),
  check(
    'each movement of a wallet has its bill',
    sql`SELECT 'journal ' || m.journal || ' moves ' || m.moved || ' of user ' || m.user || ', the bill says ' ||
        COALESCE(b.amount * b.direction, 'nothing') AS detail
      FROM (${walletMoves}) m LEFT JOIN ${bills} b ON b.user_id = m.user AND b.journal_id = m.journal
      WHERE m.moved IS NOT b.amount * b.direction`,
  ),
  check(
    'each bill has its movement',
    sql`SELECT 'the bill of user ' || b.user_id || ' for journal ' || b.journal_id || ' says ' || (b.amount * b.direction) AS detail
      FROM ${bills} b LEFT JOIN (${walletMoves}) m ON m.user = b.user_id AND m.journal = b.journal_id
      WHERE b.direction <> ${DIRECTION.outside} AND m.journal IS NULL`,
  ),
  check(
    'corrections alone move what operators took',
    sql`SELECT 'journal ' || j.id || ' (' || j.kind || ') moves ' || l.amount AS detail
      FROM ${journalLines} l JOIN ${journals} j ON j.id = l.journal_id
      WHERE (l.debit_account IN (${operators}) OR l.credit_account IN (${operators})) AND j.kind NOT IN (${corrections})`,
  ),
];

const escrowCheck = ({ account, openFen }: Hold): Check =>
  check(
    `the escrow of ${account} equals what is open`,
    sql`SELECT 'it holds ' || balance || ', open are ' || ${openFen} AS detail FROM ${ledgerAccounts}
      WHERE id = ${sql.raw(String(ACCOUNT[account]))} AND balance <> ${openFen}`,
  );

async function findingsOf(db: Db, checks: readonly Check[]): Promise<Finding[]> {
  const { found } = await db.read({ found: checks.map(({ find }) => find()) });
  return checks.flatMap(({ name }, i) => (found[i] ?? []).map(({ detail }) => ({ check: name, detail })));
}

/** Looks into a database's books, and tells what is wrong; nothing where all holds. */
export type Look = (db: Db) => Promise<Finding[]>;

/** Prepares the look whether each escrow holds what its feature has open, at one moment. */
export function prepareEscrows(holds: readonly Hold[]): Look {
  const checks = holds.map(escrowCheck);
  return (db) => findingsOf(db, checks);
}

/**
 * Prepares the proof of the ledger's invariants on one state of the database. It reads everything at once, so that it
 * takes time in proportion to it: beside a server (`src/ledger/check` does it in small steps).
 * @param holds the list of `src/features/holds/all.ts`
 */
export function prepareReconcile(holds: readonly Hold[]): Look {
  const checks = [...CHECKS, ...holds.map(escrowCheck)];
  return (db) => findingsOf(db, checks);
}
