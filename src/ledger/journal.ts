import { type SQL, sql } from 'drizzle-orm';
import { journalLines, journals } from '../../db/schema/ledger.ts';
import { orTaken, rowOf } from '../platform/database/mark.ts';
import { type Prepared, p, prepareChange } from '../platform/database/query.ts';

/** Every reason for which money moves. */
export type JournalKind =
  | 'recharge'
  | 'withdrawal'
  | 'payout_settled'
  | 'payout_returned'
  | 'payout_bounced'
  | 'red_packet_sent'
  | 'red_packet_opened'
  | 'red_packet_returned'
  | 'transfer_sent'
  | 'transfer_confirmed'
  | 'transfer_returned'
  | 'receipt_payment'
  | 'aa_payment'
  | 'aa_returned'
  | 'group_level'
  | 'group_renewal'
  | 'paid_join'
  | 'gift'
  | 'number_sold'
  | 'number_refunded';

/** The mark of a batch that moves money: holds once its `openJournal` has done its work. Value: `journal`. */
export const JOURNAL_OPEN: SQL = rowOf(journals, 'journal');

/**
 * Prepares the first statement of a batch that moves money. Answers 1 when the journal was opened and 0 when
 * the condition refused; then every later statement under `JOURNAL_OPEN` does nothing.
 *
 * Where another process has taken the number, its primary key ends the batch (`orTaken`).
 *
 * Values: `journal` (a fresh `context.ids.next<JournalId>()`), `now`, and the condition's own.
 *
 * @param condition every business condition of the operation, `canPay(…)` and the pay password's among them.
 *   Where a feature's own state change comes first and carries the conditions, this is that change's mark.
 * @param subject SQL of the number of the record that it happens to, as `sql.placeholder('packet')`
 */
export const openJournal = (kind: JournalKind, condition: SQL, subject: SQL = sql`NULL`): Prepared<number> =>
  prepareChange(
    sql`INSERT INTO ${journals} (id, kind, subject_id, created_at)
      SELECT ${p('journal')}, ${sql.raw(`'${kind}'`)}, ${subject}, ${p('now')} WHERE ${orTaken(condition, JOURNAL_OPEN)}`,
  );

/** SQL of where the money of a line goes and how much it is, in fen. */
export interface Line {
  readonly from: SQL;
  readonly to: SQL;
  readonly amount: SQL;
  /** Where a journal has a line for each of several rows: SQL of their table and its alias, whose columns the rest sees. */
  readonly each?: SQL;
  /** A further condition, where not every call moves this, or which rows `each` means. */
  readonly when?: SQL;
}

/** What follows the columns of a `SELECT` whose row, or rows, a journal needs: nothing where it was not opened. */
export const underJournal = ({ each, when }: Pick<Line, 'each' | 'when'>): SQL =>
  sql`${each ? sql`FROM ${each} ` : sql``}WHERE ${JOURNAL_OPEN}${when ? sql` AND ${when}` : sql``}`;

/**
 * Prepares one line of the journal, or one for each of several rows: `amount` fen go from one account to another.
 * A trigger writes both postings and moves both balances. Throws `ConstraintViolation` where the amount is not above 0
 * (`journal_lines_amount`), both accounts are one (`journal_lines_not_self`), the account has too little
 * (`ledger_accounts_covered`) or does not exist (`FOREIGN KEY`): conditions that the first statement has
 * ruled out. Values: `journal` and the line's own.
 */
export const moveMoney = ({ from, to, amount, ...rows }: Line): Prepared<number> =>
  prepareChange(
    sql`INSERT INTO ${journalLines} (journal_id, debit_account, credit_account, amount)
      SELECT ${p('journal')}, ${from}, ${to}, ${amount} ${underJournal(rows)}`,
  );
