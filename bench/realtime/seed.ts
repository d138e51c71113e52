import { readConfig } from '../../src/config.ts';
import type { SessionId, UserId } from '../../src/core/ids.ts';
import { systemRandom } from '../../src/core/random.ts';
import { openInstance } from '../../src/homes/keys.ts';
import { createTokens } from '../../src/http/tokens.ts';
import { createDb } from '../../src/platform/database/db.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { migrate } from '../../src/platform/database/migrate.ts';

export const GROUP = 10_000;
const FIRST = 100_000;

export interface Someone {
  readonly id: number;
  /** His friend, to whom he writes. */
  readonly friend: number;
  readonly token: string;
}

const change = (sql: string, ...params: number[]) => ({ sql, params, kind: 'change' as const });
const counted = (count: number) =>
  `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})`;

const friendship = (people: number, friend: string) =>
  change(
    `INSERT INTO friendships (user_id, friend_id, state, updated_at)
      ${counted(people)} SELECT ${FIRST} + i, ${FIRST} + (${friend}), 2, 0 FROM n`,
  );
const befriended = (people: number, friends: number) =>
  friends === 1
    ? [friendship(people, 'i + 1 - 2 * (i % 2)')]
    : Array.from({ length: friends / 2 }, (_, d) => [
        friendship(people, `(i + ${d + 1}) % ${people}`),
        friendship(people, `(i + ${people - d - 1}) % ${people}`),
      ]).flat();

/**
 * People logged in, the first of them members of one group.
 * @param friends how many each has: 1 for pairs, or an even number, of neighbours in a ring
 */
export async function seed(
  file: string,
  secret: string,
  people: number,
  members: number,
  friends = 1,
): Promise<Someone[]> {
  const executor = bunExecutor(file);
  const now = Date.now();
  const expiresAt = now + 24 * 3600 * 1000;
  await migrate(executor, now);
  const keys = await openInstance(readConfig({ SESSION_SECRET: secret }), createDb(executor), systemRandom);
  await executor.write([
    change(
      `INSERT INTO users (id, mobile, password_hash, name, created_at, updated_at)
        ${counted(people)} SELECT ${FIRST} + i, '+86139' || printf('%08d', i), '', 'user' || i, 0, 0 FROM n`,
    ),
    change(
      `INSERT INTO sessions (id, user_id, device, created_at, expires_at)
        ${counted(people)} SELECT ${FIRST} + i, ${FIRST} + i, 1, 0, ? FROM n`,
      expiresAt,
    ),
    ...befriended(people, friends),
    change(`INSERT INTO groups (id, name, owner_id, created_at) VALUES (${GROUP}, 'hall', ${FIRST}, 0)`),
    change(
      `INSERT INTO group_members (group_id, user_id, role, created_at)
        ${counted(members)} SELECT ${GROUP}, ${FIRST} + i, CASE i WHEN 0 THEN 1 ELSE 3 END, 0 FROM n`,
    ),
  ]);
  await executor.close();
  const tokens = createTokens(keys.session);
  return Promise.all(
    Array.from({ length: people }, async (_, i) => {
      const id = FIRST + i;
      // Seeded just now, as a user and as his session.
      const token = await tokens.issue({
        userId: id as UserId,
        sessionId: id as SessionId,
        device: 1,
        expiresAt,
      });
      return { id, friend: FIRST + (i + 1 - 2 * (i % 2)), token };
    }),
  );
}
