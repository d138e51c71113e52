import { type SQL, sql } from 'drizzle-orm';
import { ledgerAccounts } from '../../db/schema/ledger.ts';
import type { NoMore, Prepared, Values } from '../platform/database/query.ts';
import { ACCOUNT, systemSql } from './accounts.ts';
import { type JournalValues, moveMoney } from './journal.ts';

const lacking = (amount: SQL): SQL =>
  sql`(${amount} - (SELECT fund.balance FROM ${ledgerAccounts} AS fund WHERE fund.id = ${sql.raw(String(ACCOUNT.adjustments))}))`;

/**
 * Prepares the two lines that pay a person from `adjustments`: first, where less lies there, the rest comes in
 * (`cashIn`), because the company puts it in; then all of it goes to the person.
 * @param amount SQL of the fen
 * @param when a further condition, as of a line
 */
export function payFromAdjustments<Wanted extends Values = NoMore>(
  to: SQL,
  amount: SQL,
  when: SQL = sql`1`,
): readonly [Prepared<number, Wanted & JournalValues>, Prepared<number, Wanted & JournalValues>] {
  return [
    moveMoney<Wanted>({
      from: systemSql('cashIn'),
      to: systemSql('adjustments'),
      amount: lacking(amount),
      when: sql`${when} AND ${lacking(amount)} > 0`,
    }),
    moveMoney<Wanted>({ from: systemSql('adjustments'), to, amount, when }),
  ];
}
