import { Database } from 'bun:sqlite';
import { lowestIdAt } from '../../src/core/id-maker.ts';
import { DAY_MS, FIRST_PERSON, fill, idOf, person, type Size, upTo } from '../large/sql.ts';

/** The number of the first transfer, and of the first of everything else that is numbered by time; of the first packet. */
export const firstOf = ({ now }: Size) => {
  const first = lowestIdAt(now - 300 * DAY_MS);
  return { transfer: first, journal: first, packet: first + 4096 };
};

/** Who has sent most transfers, and opened and sent most packets. */
export const TRADER = FIRST_PERSON;
const BUSY = 0.4;
/** The share of what operators decide about that still waits. */
const WAITING = 0.02;

const other = `(${FIRST_PERSON} + 1 + i % 1000)`;

/** Four in ten transfers and packets are those of one person, half of them of one amount; the others are everybody's. */
function seedTransfers(database: Database, size: Size) {
  const count = size.people;
  const busy = Math.floor(count * BUSY);
  const payer = `CASE WHEN i % 10 < 4 THEN ${TRADER} ELSE ${person(size)} END`;
  const amount = 'CASE WHEN i % 2 THEN 80000 ELSE 1 + i * 7919 % 100000 END';
  fill(
    database,
    'transfers (id, payer_id, payee_id, amount, status, sent_at, expires_at, confirmed_at, ended_by)',
    `${idOf(size, count)}, payer, CASE payer WHEN ${other} THEN ${other} + 1 ELSE ${other} END, ${amount}, 2, 0, 1, 1, 1
      FROM (SELECT i, ${payer} AS payer FROM ${upTo(count)})`,
  );
  fill(
    database,
    'red_packets (id, user_id, type, count, amount, content, dest_type, dest_id, status, sent_at, expires_at, finished_at)',
    `${idOf(size, busy)} + 4096, CASE i % 2 WHEN 0 THEN ${TRADER} ELSE ${other} END, 1, 1, ${amount}, '', 1, ${TRADER}, 2, 0, 1, 1
      FROM ${upTo(busy)}`,
  );
  fill(
    database,
    'red_packet_shares (packet_id, position, amount, user_id, opened_at, journal_id)',
    `id, 0, amount, CASE user_id WHEN ${TRADER} THEN ${FIRST_PERSON + 1} ELSE ${TRADER} END, 1, 1 FROM red_packets WHERE content = ''`,
  );
}

/** What is sealed under the key of the database. */
export interface Sealed {
  readonly name: string;
  readonly idNo: string;
  readonly card: string;
}

/** One in 50 of what operators decide about waits. */
function seedQueues(database: Database, size: Size, { name, idNo, card }: Sealed) {
  const { people, now } = size;
  const waiting = Math.ceil(people * WAITING);
  const at = `${now} - i * 1000`;
  fill(
    database,
    'reports (id, user_id, dest_type, dest_id, status, created_at, updated_at)',
    `i + 1, ${person(size)}, 0, ${other}, i >= ${waiting}, ${at}, 0 FROM ${upTo(people / 2)}`,
  );
  fill(
    database,
    'identity_checks (user_id, sealed_name, sealed_id_no, id_no_digest, state, submitted_at, decided_at)',
    `${FIRST_PERSON} + i, '${name}', '${idNo}', 'd' || i, i >= ${waiting}, ${at}, 0 FROM ${upTo(people / 2)}`,
  );
  fill(
    database,
    'bank_cards (id, user_id, sealed_number, number_digest, masked, bank_name, kind, created_at, updated_at)',
    `1, ${TRADER}, '${card}', 'd', '0002', '中国银行', '', 0, 0`,
  );
  fill(
    database,
    'payouts (id, user_id, card_id, amount, state, created_at, ended_at)',
    `i + 1, ${person(size)}, 1, 100, i >= ${waiting}, ${at}, ${at} FROM ${upTo(people / 2)}`,
  );
  fill(
    database,
    'payment_orders (id, out_trade_no, user_id, kind, provider, amount, subject, body, state, trade_no, created_at, expires_at, paid_at)',
    `i + 1, 'o' || i, ${person(size)}, 0, 'alipay', 100, '', '', 1, 't' || i, ${at}, 0, ${at} FROM ${upTo(people)}`,
  );
  fill(
    database,
    'stray_payments (provider, trade_no, order_id, amount, found_at, refunded_at)',
    `'alipay', 's' || i, i + 1, 100, ${at}, CASE WHEN i >= ${waiting} THEN 1 END FROM ${upTo(people / 10)}`,
  );
  fill(
    database,
    'refunds (id, provider, trade_no, order_id, user_id, amount, total, state, created_at, ended_at)',
    `i + 1, 'alipay', 't' || i, i + 1, CASE WHEN i % 2 THEN ${TRADER} ELSE ${person(size)} END, 100, 100, i >= ${waiting}, ${at},
      CASE WHEN i >= ${waiting} THEN 1 END FROM ${upTo(people / 5)}`,
  );
  fill(
    database,
    'refund_requests (refund_id, stage, next_at)',
    `id, CASE state WHEN 0 THEN 0 ELSE 3 END, NULL FROM refunds`,
  );
  fill(
    database,
    'approvals (id, operation, input, reason, digest, user_id, amount, asked_kind, asked_id, asked_by, eyes, eyes_name, asked_at, expires_at, state, ended_at)',
    `i + 1, 'corrections.credit', '{}', 'r', '', ${TRADER}, 100, 'operator', 2, 'the support', 'operator 2', 'the support', ${at},
      ${now} + ${DAY_MS} - i, i >= ${waiting}, CASE WHEN i >= ${waiting} THEN 1 END FROM ${upTo(people / 10)}`,
  );
  fill(
    database,
    'queue_items (queue, item, assignee, assigned_at)',
    `'reports', i + 1, 'the support', ${now} FROM ${upTo(waiting)} WHERE i > 100`,
  );
  fill(
    database,
    'queue_notes (id, queue, item, author, note, noted_at)',
    `i + 1, 'reports', i / 3 + 1, 'the support', 'asked', ${now} FROM ${upTo(waiting * 3)}`,
  );
  fill(
    database,
    'mobile_requests (user_id, old_mobile, new_mobile, eyes, eyes_name, reason, asked_at, expires_at)',
    `${FIRST_PERSON} + i, printf('+86138%08d', i), printf('+86137%08d', i), 'operator 2', 'the support', 'r', ${now}, ${now} + ${DAY_MS} + i FROM ${upTo(Math.ceil(people / 1000))}`,
  );
}

/** What is kept of people and of operators, for long. */
function seedRecords(database: Database, size: Size) {
  const { people, now } = size;
  fill(
    database,
    'login_events (at, user_id, session_id, what, result, subject, device, uuid, address, port)',
    `${now} - i * 1000, CASE WHEN i % 10 THEN ${person(size)} ELSE ${TRADER} END, 1, 1, 0, '', 1, '',
      CASE WHEN i % 10 = 1 THEN '203.0.113.7' ELSE printf('10.%d.%d.1', i % 251, i % 241) END, 1024 + i % 60000 FROM ${upTo(people * 2)}`,
  );
  fill(
    database,
    'audit (act, at, actor_kind, actor_id, actor, operation, subject, subject_id, request_id, details_mac)',
    `'a' || i, ${now} - ${people} + i, 'operator', i % 7, 'the support', 'users.unlock', 'user',
      CASE WHEN i % 10 THEN ${person(size)} ELSE ${TRADER} END, '', '' FROM ${upTo(people)}`,
  );
  fill(
    database,
    'audit_details (audit_id, before, after, reason, address)',
    `id, '', '', 'ticket', '' FROM audit`,
  );
  fill(
    database,
    'vip_numbers (type_id, number, withheld_at)',
    `(SELECT MIN(id) FROM number_types), 700000000 + i, CASE WHEN i % 3 THEN NULL ELSE 1 END FROM ${upTo(people / 5)}`,
  );
  fill(
    database,
    'catalogue_changes (id, at, subject, item, actor, before, after)',
    `i + 1, ${now}, 'number', 700000000 + i % 1000, 'li', '{}', '{}' FROM ${upTo(people / 5)}`,
  );
  fill(
    database,
    'daily_figures (day, name, value)',
    `10000 + i / 8, 'figure' || (i % 8), 1 FROM ${upTo(8 * 1000)}`,
  );
  fill(
    database,
    'known_logins (user_id, device, kind, address, last_day)',
    `${TRADER}, 'd' || i, 1, '', 20000 + i FROM ${upTo(100)}`,
  );
}

/** Adds to a large database (`bench/large/seed.ts`) what operators look at and decide about. */
export function seedOperated(file: string, size: Size, sealed: Sealed): void {
  const database = new Database(file, { strict: true });
  for (const pragma of ['synchronous = OFF', 'foreign_keys = OFF', 'cache_size = -500000'])
    database.run(`PRAGMA ${pragma}`);
  database.run('BEGIN');
  // What is under way has its money, though no journal says how it came.
  database.run("UPDATE ledger_accounts SET balance = 1000000000 WHERE id < 0 AND kind <> 'cash_in'");
  for (const part of [seedTransfers, seedQueues, seedRecords]) part(database, size, sealed);
  database.run('COMMIT');
  database.close();
}
