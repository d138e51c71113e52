import type { Database } from 'bun:sqlite';
import { FIRST_PERSON, fill, idOf, momentOf, person, type Size, upTo } from './sql.ts';

const CASH_IN = -1;
const RICH = 10_000_000;

/** Everybody has recharged once, and two and a half payments a person follow; one in a hundred is the first person's. */
function seedJournals(database: Database, size: Size) {
  const payments = Math.floor(size.people * 2.5);
  fill(database, 'journals (id, kind, created_at)', `i + 1, 'recharge', 0 FROM ${upTo(size.people)}`);
  fill(
    database,
    'journal_lines (id, journal_id, debit_account, credit_account, amount)',
    `i + 1, i + 1, ${CASH_IN}, ${FIRST_PERSON} + i, ${RICH} FROM ${upTo(size.people)}`,
  );
  fill(
    database,
    'journals (id, kind, created_at)',
    `${idOf(size, payments)}, 'receipt_payment', ${momentOf(size, payments)} FROM ${upTo(payments)}`,
  );
  const payer = `CASE WHEN i % 100 THEN ${person(size)} ELSE ${FIRST_PERSON} END`;
  const payee = `${FIRST_PERSON} + (${person(size)} - ${FIRST_PERSON} + 11) % ${size.people}`;
  fill(
    database,
    'journal_lines (id, journal_id, debit_account, credit_account, amount)',
    `${size.people} + 1 + i, ${idOf(size, payments)}, ${payer}, ${payee}, 100 FROM ${upTo(payments)}`,
  );
}

function seedBooks(database: Database) {
  fill(
    database,
    'postings (line_id, account_id, amount)',
    `id, debit_account, -amount FROM journal_lines UNION ALL SELECT id, credit_account, amount FROM journal_lines ORDER BY 1, 2`,
  );
  const bill = (user: string, other: string, type: string, direction: number) =>
    `SELECT ${user}, journal_id, ${type}, amount, ${direction}, 1, ${other}, '', 0 FROM journal_lines WHERE ${user} > 0`;
  database.run(
    `INSERT OR IGNORE INTO bills (user_id, journal_id, money_type, amount, direction, dest_type, dest_id, content, occurred_at)
      ${bill('debit_account', 'credit_account', '5', -1)} UNION ALL
      ${bill('credit_account', `MAX(debit_account, ${FIRST_PERSON})`, `CASE debit_account WHEN ${CASH_IN} THEN 1 ELSE 6 END`, 1)} ORDER BY 1, 2`,
  );
  database.run(
    `UPDATE ledger_accounts SET balance = moved.total FROM
      (SELECT account_id, SUM(amount) AS total FROM postings GROUP BY account_id) AS moved
      WHERE moved.account_id = ledger_accounts.id`,
  );
}

export function seedMoney(database: Database, size: Size): void {
  seedJournals(database, size);
  seedBooks(database);
  const packets = Math.ceil(size.people / 5);
  fill(
    database,
    'red_packets (id, user_id, type, count, amount, content, dest_type, dest_id, status, sent_at, expires_at, finished_at)',
    `${idOf(size, packets)}, ${person(size)}, 1, 5, 500, '恭喜发财', 2, 10001, 2, 0, 1, 1 FROM ${upTo(packets)}`,
  );
  fill(
    database,
    'red_packet_shares (packet_id, position, amount, user_id, opened_at)',
    `p.id, s.value, 100, p.user_id + s.value, 1 FROM red_packets AS p CROSS JOIN json_each('[0, 1, 2, 3, 4]') AS s`,
  );
}
