import type { Database } from 'bun:sqlite';
import type { UserId } from '../../src/core/ids.ts';
import { cellsAt } from '../../src/features/nearby/grid.ts';
import { placesOf, shares } from '../nearby/seed.ts';
import { DAY_MS, FIRST_GROUP, FIRST_PERSON, fill, person, type Size, upTo } from './sql.ts';

/** How far apart in number friends are: twice as many friends each, the same distances back included. */
const DISTANCES = [1, 7, 113, 1009, 5003, 20_011, 77_003, 150_001, 303_007, 450_001];
export const LARGE_GROUP = FIRST_GROUP;
export const LARGE_GROUP_MEMBERS = 2000;
const MEMBERS = 50;

/** One in 50 is not yet folded, for the job that does it. */
function seedUsers(database: Database, size: Size) {
  const { people, now } = size;
  fill(
    database,
    'users (id, mobile, password_hash, name, nick_name, nick_folded, sign, province, city, sex, head_url, created_at, updated_at)',
    `${FIRST_PERSON} + i, '+86138' || printf('%08d', i), '', 'user' || i, '茶友' || i, CASE WHEN i % 50 THEN '茶友' || i END,
      '今天也要开心', '广东', '深圳', CASE WHEN i % 10 = 0 THEN '女' WHEN i % 10 < 6 THEN '男' ELSE '' END,
      'https://example.test/' || i || '.jpg', ${now - 300 * DAY_MS}, ${now} FROM ${upTo(people)}`,
  );
  fill(database, 'ledger_accounts (id, kind)', `id, 'user' FROM users`);
  // A third of the sessions has ended, one in 100 has expired.
  fill(
    database,
    'sessions (id, user_id, device, uuid, created_at, expires_at, ended_at, last_day)',
    `id, id, 1, 'device' || id, 0, CASE WHEN id % 100 THEN ${now + 60 * DAY_MS} + id ELSE ${now} - id END,
      CASE WHEN id % 3 = 0 THEN ${now - 2 * DAY_MS} + id % 1000000 END, ${Math.floor(now / DAY_MS)} FROM users`,
  );
  fill(
    database,
    'known_logins (user_id, device, kind, address, last_day)',
    `id, 'device' || id, 1, '', ${Math.floor(now / DAY_MS)} - id % 200 FROM users`,
  );
  fill(
    database,
    'push_devices (user_id, device, token, provider, updated_at)',
    `id, 1, 'token' || id, '', ${now} FROM users WHERE id % 2`,
  );
}

function seedFriends(database: Database, { people, now }: Size) {
  const near = DISTANCES.map((distance) => distance % people);
  const all = JSON.stringify([...new Set([...near, ...near.map((distance) => people - distance)])]);
  fill(
    database,
    'friendships (user_id, friend_id, state, remark, is_blocked, became_friends_at, updated_at)',
    `${FIRST_PERSON} + i, ${FIRST_PERSON} + (i + value) % ${people}, 2, '', i % 500 = 0 AND value = 7, ${now}, ${now}
      FROM ${upTo(people)} CROSS JOIN json_each('${all}') ORDER BY 1, 2`,
  );
  fill(
    database,
    'labels (id, user_id, name, name_folded, created_at)',
    `id, id, 'label', 'label', ${now} FROM users WHERE id % 4 = 0`,
  );
  fill(
    database,
    'label_friends (label_id, user_id, friend_id)',
    `id, id, ${FIRST_PERSON} + (id - ${FIRST_PERSON} + 1) % ${people} FROM users WHERE id % 4 = 0`,
  );
}

function seedGroups(database: Database, size: Size) {
  const groups = Math.ceil(size.people / 100);
  fill(
    database,
    'groups (id, name, search_name, owner_id, created_at)',
    `${FIRST_GROUP} + i, '茶友群' || i, '茶友群' || i, ${FIRST_PERSON} + i, 0 FROM ${upTo(groups)}`,
  );
  const members = (count: number, where: string) =>
    fill(
      database,
      'group_members (group_id, user_id, role, created_at)',
      `id, ${FIRST_PERSON} + (id - ${FIRST_GROUP} + i * 97) % ${size.people}, CASE i WHEN 0 THEN 1 ELSE 3 END, 0
        FROM groups CROSS JOIN ${upTo(Math.min(count, size.people / 5))} WHERE ${where}`,
    );
  members(LARGE_GROUP_MEMBERS, `id = ${LARGE_GROUP}`);
  members(MEMBERS, `id > ${LARGE_GROUP}`);
}

/** Half of all people; a sixth of the places is too old. */
function seedPlaces(database: Database, { people, now }: Size) {
  const insert = database.prepare(
    `INSERT INTO places (user_id, spot, cell, x, y, z, sex, listed_at, seen_at, moved_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?8)`,
  );
  const share = shares(2);
  const place = placesOf(share);
  for (let i = 0; i < people; i += 2) {
    const [cell] = cellsAt(new Uint8Array(32), (FIRST_PERSON + i) as UserId, place()); // made here
    if (!cell) throw new Error('No cell.');
    const seen = now - Math.floor(share() * 3.6 * DAY_MS);
    insert.run(FIRST_PERSON + i, cell.spot, cell.cell, cell.x, cell.y, cell.z, i % 10 === 0 ? 2 : 1, seen);
  }
  fill(database, 'visited_spots (user_id, spot, seen_at)', 'user_id, spot, seen_at FROM places');
}

export function seedPeople(database: Database, size: Size): void {
  seedUsers(database, size);
  seedFriends(database, size);
  seedGroups(database, size);
  seedPlaces(database, size);
  fill(
    database,
    'greetings (id, user_id, from_id, thread_id, message, created_at)',
    `i + 1, ${person(size)}, ${person(size, 'i', 2)}, 0, '你好', ${size.now} FROM ${upTo(size.people)}`,
  );
}
