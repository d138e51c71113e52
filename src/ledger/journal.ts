import { getTableName, type SQL, sql } from 'drizzle-orm';
import { journalLines, journals } from '../../db/schema/ledger.ts';
import type { Ids } from '../core/id-maker.ts';
import type { JournalId } from '../core/ids.ts';
import type { Batch } from '../platform/database/db.ts';
import { orTaken, rowOf } from '../platform/database/mark.ts';
import { type NoMore, type Prepared, p, prepareChange, type Values } from '../platform/database/query.ts';

/** What an operator does to wallets. The accounts `adjustments` and `seized` move by these alone. */
export const CORRECTIONS = [
  'correction_credited',
  'correction_debited',
  'correction_seized',
  'transfer_reversed',
  'red_packet_reversed',
] as const;
export type Correction = (typeof CORRECTIONS)[number];

/** Every reason for which money moves. */
export const JOURNAL_KINDS = [
  'recharge',
  'refund_started',
  'refund_done',
  'refund_returned',
  'withdrawal',
  'payout_settled',
  'payout_returned',
  'payout_bounced',
  'red_packet_sent',
  'red_packet_opened',
  'red_packet_returned',
  'transfer_sent',
  'transfer_confirmed',
  'transfer_returned',
  'receipt_payment',
  'aa_payment',
  'aa_returned',
  'group_level',
  'group_renewal',
  'paid_join',
  'gift',
  'number_sold',
  'number_refunded',
  'balance_given_up',
  'balance_claimed',
  ...CORRECTIONS,
] as const;
export type JournalKind = (typeof JOURNAL_KINDS)[number];

/** What names a batch's journal; its names are its own among the batch's values. */
export type JournalValues = { readonly journal_id: JournalId; readonly journal_at: number };

/** A new journal. @param now epoch ms: the time of the whole batch */
export const journalValues = (ids: Ids, now: number): JournalValues => ({
  journal_id: ids.next<JournalId>(),
  journal_at: now,
});

/** The mark of a batch that moves money: holds once its `openJournal` has done its work. */
export const JOURNAL_OPEN: SQL = rowOf(journals, 'journal_id');

/**
 * Prepares the first statement of a batch that moves money. Answers 1 when the journal was opened and 0 when
 * the condition refused; then every later statement under `JOURNAL_OPEN` does nothing.
 *
 * Where another process has taken the number, its primary key ends the batch (`orTaken`).
 *
 * @param condition every business condition of the operation, `canPay(…)` and the pay password's among them.
 *   Where a feature's own state change comes first and carries the conditions, this is that change's mark.
 * @param subject SQL of the number of the record that it happens to, as `p('packet')`
 */
export const openJournal = <Wanted extends Values = NoMore>(
  kind: JournalKind,
  condition: SQL,
  subject: SQL = sql`NULL`,
): Prepared<number, Wanted & JournalValues> =>
  prepareChange<Wanted & JournalValues>(
    sql`INSERT INTO ${journals} (id, kind, subject_id, created_at)
      SELECT ${p('journal_id')}, ${sql.raw(`'${kind}'`)}, ${subject}, ${p('journal_at')} WHERE ${orTaken(condition, JOURNAL_OPEN)}`,
  );

/** SQL of a journal's kind; null where there is none. @param id SQL of its number */
export const kindOf = (id: SQL): SQL<JournalKind | null> =>
  sql<JournalKind | null>`(SELECT j.kind FROM ${journals} AS j WHERE j.id = ${id})`;

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
 * ruled out.
 */
export const moveMoney = <Wanted extends Values = NoMore>({
  from,
  to,
  amount,
  ...rows
}: Line): Prepared<number, Wanted & JournalValues> =>
  prepareChange<Wanted & JournalValues>(
    sql`INSERT INTO ${journalLines} (journal_id, debit_account, credit_account, amount)
      SELECT ${p('journal_id')}, ${from}, ${to}, ${amount} ${underJournal(rows)}`,
  );

const INTO_LINES = `INSERT INTO "${getTableName(journalLines)}"`;
/** Whether a batch has statements that move money, whatever they come to. */
export const movesMoney = (batch: Batch): boolean =>
  Object.values(batch)
    .flat()
    .some(({ statement }) => statement.sql.startsWith(INTO_LINES));
