import { Database } from 'bun:sqlite';
import { lowestIdAt } from '../../src/core/id-maker.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { migrate } from '../../src/platform/database/migrate.ts';

export const FIRST_ID = 100_000;
export const USERS = 100_000;
const MOMENTS = 1_000_000;
/** The first users: each has 500 friends among the others. */
export const READERS = 1999;
const FRIENDS = 500;
/** The one after them, with 5,000. */
export const STAR = FIRST_ID + READERS;
const STAR_FRIENDS = 5000;
/** People know and comment on people of their own circle. */
const CIRCLES = 20;
const YEAR = 365 * 24 * 3600 * 1000;

/** mulberry32: whole numbers below a bound, the same ones in every run. */
function numbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}
const below = numbers(1);

const inCircle = (circle: number) => FIRST_ID + 2000 + below((USERS - 2000) / CIRCLES) * CIRCLES + circle;

function seedPeople(database: Database, now: number) {
  const user = database.prepare(
    `INSERT INTO users (id, mobile, password_hash, name, nick_name, head_url, created_at, updated_at) VALUES (?, ?, '', ?, ?, ?, ?, ?)`,
  );
  const friend = database.prepare(
    `INSERT OR IGNORE INTO friendships (user_id, friend_id, state, views_moments, is_blocked, updated_at) VALUES (?, ?, 2, ?, ?, ?)`,
  );
  for (let i = 0; i < USERS; i += 1) {
    const [name, head] = [`茶友${i}`, `https://example.test/${i}.jpg`];
    user.run(FIRST_ID + i, `+86139${String(i).padStart(8, '0')}`, name, name, head, now, now);
  }
  const befriend = (one: number, other: number) => {
    friend.run(one, other, below(100) < 3 ? 0 : 1, below(100) < 2 ? 1 : 0, now);
    friend.run(other, one, 1, 0, now);
  };
  for (let reader = FIRST_ID; reader < STAR; reader += 1)
    for (let i = 0; i < FRIENDS; i += 1) befriend(reader, inCircle(reader % CIRCLES));
  for (let i = 0; i < STAR_FRIENDS; i += 1) befriend(STAR, FIRST_ID + 3000 + i * 19);
}

/** A quarter of the moments is written by a thousand busy authors; 5 % each are of privacy 1, 2 and 3. */
function seedMoments(database: Database, now: number) {
  const moment = database.prepare(
    'INSERT INTO moments (id, author_id, text, images, privacy, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const named = database.prepare('INSERT OR IGNORE INTO moment_audience (moment_id, user_id) VALUES (?, ?)');
  const comment = database.prepare(
    'INSERT INTO moment_comments (id, moment_id, user_id, text, created_at) VALUES (?, ?, ?, ?, ?)',
  );
  const praise = database.prepare(
    'INSERT OR IGNORE INTO moment_praises (id, moment_id, user_id, created_at) VALUES (?, ?, ?, ?)',
  );
  for (let i = 0, parts = 0; i < MOMENTS; i += 1) {
    const time = Math.floor(now - YEAR + (YEAR * i) / MOMENTS);
    const id = lowestIdAt(time) + below(2000);
    const author = FIRST_ID + (below(4) === 0 ? 2000 + below(1000) * 97 : below(USERS));
    const privacy = [1, 2, 3][below(20)] ?? 0;
    const images = below(2) === 0 ? '' : [1, 2, 3].map((n) => `https://example.test/${i}-${n}.jpg`).join(',');
    moment.run(
      id,
      author,
      `今天天气很好，出去走走，拍了几张照片，分享给大家看看。${i}`,
      images,
      privacy,
      time,
    );
    const peer = () => inCircle(author % CIRCLES);
    if (privacy > 1) for (let n = 0; n < 5; n += 1) named.run(id, peer());
    for (let n = below(5); n > 0; n -= 1) comment.run(++parts, id, peer(), '真不错，下次一起去！', time + n);
    for (let n = below(9); n > 0; n -= 1) praise.run(++parts, id, peer(), time + n);
  }
}

/** Makes the database: 100,000 users, 1,000,000 moments of a year, 2,000,000 comments, 4,000,000 praises. */
export async function seed(file: string, now: number): Promise<void> {
  const executor = bunExecutor(file);
  await migrate(executor, now);
  await executor.close();
  const database = new Database(file, { readwrite: true, strict: true });
  database.run('PRAGMA synchronous = OFF');
  database.run('PRAGMA cache_size = -400000');
  database.transaction(() => {
    seedPeople(database, now);
    seedMoments(database, now);
  })();
  database.run('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}
