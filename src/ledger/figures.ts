import { type SQL, sql } from 'drizzle-orm';
import { journalLines, journals, ledgerAccounts } from '../../db/schema/ledger.ts';
import { prepareRead } from '../platform/database/query.ts';

/**
 * SQL of the next lines that moved money: `id`, `at` (epoch ms) and `amount` (fen), in the order of their numbers.
 * @param after the number that the last one had
 * @param before a number that all of them are below
 * @param limit how many at most
 */
export const movedLines = (after: SQL, before: SQL, limit: SQL): SQL =>
  sql`SELECT l.id, j.created_at AS at, l.amount FROM ${journalLines} AS l JOIN ${journals} AS j ON j.id = l.journal_id
    WHERE l.id > ${after} AND l.id < ${before} ORDER BY l.id LIMIT ${limit}`;

/** SQL of what all wallets hold, in fen: what the system's own accounts are short of. */
export const allWallets: SQL = sql`(SELECT -SUM(balance) FROM ${ledgerAccounts} WHERE id < 0)`;

/** The system's own accounts by name, with what each holds, in fen. */
export const systemBalances = prepareRead<void, { account: string; balance: number }>(
  sql`SELECT kind, balance FROM ${ledgerAccounts} WHERE id < 0`,
  ['account', 'balance'],
);
