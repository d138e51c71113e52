import { Database } from 'bun:sqlite';
import type { SessionId, UserId } from '../src/core/ids.ts';
import { createTokens } from '../src/http/tokens.ts';
import { bunExecutor } from '../src/platform/database/executor.bun.ts';
import { migrate } from '../src/platform/database/migrate.ts';
import { payDigestBy } from './peers/pay-password.ts';
import type { SeedRow, World } from './workload.ts';
import { workloads } from './workloads/index.ts';

const USERS = 10_000;
const FIRST_ID = 100_000;
const DAY = 24 * 60 * 60 * 1000;

function seedUsers(row: SeedRow, now: number) {
  for (let i = 0; i < USERS; i += 1) {
    const id = FIRST_ID + i;
    row(
      `INSERT INTO users (id, mobile, password_hash, name, nick_name, sign, province, city, head_url, created_at, updated_at)
        VALUES (?, ?, '$scrypt$none', ?, ?, '今天也要开心', '广东', '深圳', ?, ?, ?)`,
      id,
      `+86138${String(i).padStart(8, '0')}`,
      `user${id}`,
      `茶友${i}`,
      `http://127.0.0.1:8787/upload/${id}/small_head.jpg`,
      now,
      now,
    );
    row(
      `INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES (?, ?, 1, ?, ?)`,
      id * 10,
      id,
      now,
      now + 90 * DAY,
    );
  }
}

/** Each user is a friend of the next; every tenth pair has a label. */
function seedFriends(row: SeedRow, now: number) {
  for (let i = 0; i < USERS; i += 1) {
    const [user, friend] = [FIRST_ID + i, FIRST_ID + ((i + 1) % USERS)];
    for (const [one, other] of [
      [user, friend],
      [friend, user],
    ] as const) {
      row(
        `INSERT INTO friendships (user_id, friend_id, state, remark, became_friends_at, updated_at) VALUES (?, ?, 2, '老友', ?, ?)`,
        one,
        other,
        now,
        now,
      );
    }
    if (i % 10 !== 0) continue;
    row(`INSERT INTO labels (id, user_id, name, created_at) VALUES (?, ?, '同事', ?)`, user, user, now);
    row(`INSERT INTO label_friends (label_id, user_id, friend_id) VALUES (?, ?, ?)`, user, user, friend);
  }
}

/**
 * Makes the database that every server gets a copy of: this version's schema, 10,000 users with a session
 * and friends each, and the rows of every workload.
 * @param file path of a file that is not there yet
 * @param secret signs the sessions' tokens and keys the pay passwords' digests
 */
export async function seedWorld(file: string, secret: string, now: number): Promise<World> {
  const executor = bunExecutor(file);
  await migrate(executor, now);
  await executor.close();

  const tokens = createTokens(new TextEncoder().encode(secret));
  const users = await Promise.all(
    Array.from({ length: USERS }, async (_, i) => {
      const id = FIRST_ID + i;
      const claims = {
        userId: id as UserId, // inserted below under these numbers
        sessionId: (id * 10) as SessionId,
        device: 1,
        expiresAt: now + 90 * DAY,
      };
      return { id, token: await tokens.issue(claims) };
    }),
  );
  const world: World = { users, now, payDigest: payDigestBy(secret) };

  const database = new Database(file, { readwrite: true, strict: true });
  database.run('PRAGMA foreign_keys = ON');
  const row: SeedRow = (sql, ...params) => void database.query(sql).run(...params);
  database.transaction(() => {
    seedUsers(row, now);
    seedFriends(row, now);
    for (const workload of workloads) workload.seed?.(row, world);
  })();
  database.run('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return world;
}
