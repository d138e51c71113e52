import type { Database } from 'bun:sqlite';
import { DAY_MS, fill, person, type Size, upTo } from './sql.ts';

/** What sweeps go through: half of it is due. */
export function seedUpkeep(database: Database, size: Size): void {
  const { people, now } = size;
  const age = (days: number) => `${now} - i * ${days * DAY_MS} / ${people}`;
  fill(
    database,
    'idempotency_keys (user_id, endpoint, key, digest, reply, created_at)',
    `${person(size)}, '/chat/sendRedPacket', 'k' || i, printf('%037d', i), '{"code":"1","data":{"info":"7301"}}', ${age(14)}
      FROM ${upTo(Math.ceil(people / 2))}`,
  );
  fill(
    database,
    'wrong_tries (key, count, since, locked_until)',
    `'login:+86139' || printf('%08d', i), 1, ${age(1)}, 0 FROM ${upTo(Math.ceil(people / 20))}`,
  );
  fill(
    database,
    'sms_codes (mobile, digest, expires_at, tries_left)',
    `'+86139' || printf('%08d', i), printf('%043d', i), ${age(2)}, 5 FROM ${upTo(Math.ceil(people / 20))}`,
  );
  fill(
    database,
    'sms_sends (id, mobile, address, sent_at)',
    `i + 1, '+86139' || printf('%08d', i), '10.' || i % 255 || '.1.1', ${age(4)} FROM ${upTo(Math.ceil(people / 20))}`,
  );
  fill(
    database,
    'learnt_numbers (user_id, digest, learnt_at, learnt_by)',
    `${person(size)}, printf('%043d', i), ${age(60)}, i FROM ${upTo(people)}`,
  );
  fill(
    database,
    'uploads (key, owner_id, bytes, sha256, content_type, made_at, state_since, named_at)',
    `printf('%026d', i), ${person(size)}, 1000, '', 'image/jpeg', ${age(300)}, ${age(300)}, ${now} FROM ${upTo(people)}`,
  );
}
