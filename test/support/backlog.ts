import { lowestIdAt } from '../../src/core/id-maker.ts';
import type { TestApp } from './app.ts';

const ROWS = 3000;
const DAY_MS = 24 * 3600 * 1000;
const FIRST = 200_000;
const EACH = `(WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS - 1}) SELECT i, ${FIRST} + i AS person FROM n)`;

/** Rows that a job has still to work on: where they stand, and what tells them from the others. */
interface Backlog {
  readonly into: string;
  /** SELECT of the values, over `i` and `person`. */
  readonly values: string;
  readonly left: string;
}

const backlogs = (now: number): readonly Backlog[] => {
  const old = now - 400 * DAY_MS;
  const soon = now + 400 * DAY_MS;
  return [
    {
      into: 'idempotency_keys (user_id, endpoint, key, digest, reply, created_at)',
      values: `person, '/', i, '', '', ${old}`,
      left: '1',
    },
    { into: 'wrong_tries (key, count, since)', values: `i, 1, ${old}`, left: '1' },
    { into: 'sms_sends (id, mobile, address, sent_at)', values: `i + 1, i, i, ${old}`, left: '1' },
    { into: 'sms_codes (mobile, digest, expires_at, tries_left)', values: `i, '', ${old}, 5`, left: '1' },
    {
      into: 'group_sanctions (group_id, user_id, kind, until, laid_by, laid_at)',
      values: `1, person, 1, ${old}, 1, 1`,
      left: '1',
    },
    { into: 'pay_proofs (session_id, proved_at)', values: `i + 1, ${old}`, left: '1' },
    { into: 'wallet_holds (user_id, limited_until)', values: `person, ${old}`, left: '1' },
    {
      into: 'places (user_id, spot, cell, x, y, z, sex, listed_at, seen_at, moved_at)',
      values: `person, '', 0, 0, 0, 0, 0, 0, ${old}, 0`,
      left: '1',
    },
    { into: 'visited_spots (user_id, spot, seen_at)', values: `person, i, ${old}`, left: '1' },
    {
      into: 'learnt_numbers (user_id, digest, learnt_at, learnt_by)',
      values: `person, i, ${old}, 1`,
      left: 'learnt_by = 1',
    },
    { into: 'learnt_by_network (network, hour, count)', values: 'i, 1, 1', left: '1' },
    {
      into: 'known_logins (user_id, device, kind, address, last_day)',
      values: `person, i, 1, '', 1`,
      left: '1',
    },
    {
      into: 'number_orders (order_id, number, buyer, address, mobile)',
      values: `i + 1, '', 'mobile:' || i, '', i`,
      left: `buyer <> ''`,
    },
    {
      into: 'payment_orders (id, out_trade_no, kind, provider, amount, subject, body, state, created_at, expires_at)',
      values: `i + 1, i, 0, 'wechat', 1, '', '', 3, ${old}, ${old}`,
      left: '0',
    },
    { into: 'event_bodies (id, msg_id, content)', values: `${lowestIdAt(old)} + i, '', ''`, left: '1' },
    {
      into: 'inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)',
      values: `person, 1, i, 1, 1, person, '', ${old}`,
      left: `created_at < ${now - 100 * DAY_MS}`,
    },
    {
      into: 'inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)',
      values: `person, 1, i, 1, 1, person, '', ${now - DAY_MS}`,
      left: `created_at = ${now - DAY_MS}`,
    },
    {
      into: 'inbox (user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)',
      values: `1, 1, i, 1, 1, 1, '138****0000', ${now - DAY_MS + 1}`,
      left: `content = '138****0000'`,
    },
    {
      into: 'favourites (id, user_id, category, content, content_digest, from_id, from_name, from_head_url, created_at)',
      values: `i + 1, 1, 1, i, i, 1, '138****0000', '', 0`,
      left: `from_name = '138****0000'`,
    },
    // The one device has taken everything, the other was waiting for it.
    {
      into: 'sessions (id, user_id, device, created_at, expires_at)',
      values: `i + 1, person, 1, 0, ${soon}`,
      left: '0',
    },
    { into: 'inbox_cursors (user_id, device, seq)', values: 'person, 1, 1000000', left: '0' },
    {
      into: 'sessions (id, user_id, device, created_at, expires_at, ended_at)',
      values: `${ROWS} + i + 1, person, 2, 0, ${soon}, ${now - 1000_000}`,
      left: '0',
    },
    {
      into: 'sessions (id, user_id, device, created_at, expires_at)',
      values: `${2 * ROWS} + i + 1, person, 3, 0, ${old}`,
      left: `expires_at <= ${now}`,
    },
    { into: 'presences (user_id, home, until)', values: `person, 'gone', ${old}`, left: '1' },
    {
      into: 'reminders (id, user_id, content, due_at, created_at)',
      values: `i + 1, person, '', ${old}, 0`,
      left: '1',
    },
    {
      into: 'messages (id, msg_id, sender_id, conversation, dest_type, dest_id, type, content, device, created_at)',
      values: `${lowestIdAt(old)} + i, i, person, '', 1, 1, 1, '', 1, 0`,
      left: '1',
    },
    {
      into: 'users (id, mobile, password_hash, name, nick_name, created_at, updated_at)',
      values: `person, '+' || i, '', '', 'ABC', 0, 0`,
      left: 'nick_folded IS NULL',
    },
    {
      into: 'labels (id, user_id, name, created_at)',
      values: `i + 1, person, 'ABC', 0`,
      left: 'name_folded IS NULL',
    },
    {
      into: 'groups (id, name, owner_id, level, level_expires_at, created_at)',
      values: `${FIRST} + i, 'ABC', person, 1, ${old}, 0`,
      left: `expiry_told < level_expires_at OR search_name <> 'abc'`,
    },
    {
      into: 'contacts (user_id, position, phone, mobile, name, head_url)',
      values: `${FIRST} + i / 100, i, i, '+861380000' || printf('%04d', i), '', ''`,
      left: '1',
    },
    {
      into: 'positions (user_id, cell, x, y, z, sex, seen_at)',
      values: `person, 0, 637100000, 0, 0, 0, ${now}`,
      left: '1',
    },
    {
      into: 'aa_bills (id, organiser_id, dest_type, dest_id, message, total, counts, share, slots, created_at, updated_at, expires_at)',
      values: `i + 1, person, 0, 1, '', 2, 2, 1, 1, 0, 0, ${old}`,
      left: 'status = 0',
    },
  ];
};

const tableOf = ({ into }: Backlog) => into.slice(0, into.indexOf(' '));

/**
 * Leaves thousands of things to each job that works through a table.
 * @returns tells how many rows of each are left
 */
export async function seedBacklog(app: TestApp): Promise<() => Promise<Record<string, number>>> {
  const all = backlogs(app.clock.now());
  await app.executor.script([
    'PRAGMA foreign_keys = OFF',
    ...all.map(({ into, values }) => `INSERT INTO ${into} SELECT ${values} FROM ${EACH}`),
    'UPDATE users SET nick_folded = NULL, is_online = 1',
  ]);
  const watched = all.filter(({ left }) => left !== '0');
  return async () => {
    const counts: Record<string, number> = {};
    for (const each of watched) {
      const [row] = await app.sql(`SELECT count(*) FROM ${tableOf(each)} WHERE ${each.left}`);
      counts[`${tableOf(each)}: ${each.left}`] = Number(row?.[0]);
    }
    return counts;
  };
}
