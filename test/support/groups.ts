import { expect } from 'vitest';
import type { Person, TestApp } from './app.ts';
import { befriend } from './friends.ts';

/** Makes a group of `owner` with these friends of his in it; answers its number. */
export async function groupOf(owner: Person, ...members: Person[]): Promise<number> {
  for (const member of members) await befriend(owner, member);
  const ids = members.map(({ id }) => id).join(',');
  const made = await owner.call('/chat/createGroup', { name: '老茶馆', ids });
  expect(made.code).toBe('1');
  return Number(made.data.id);
}

/** Sets what no call of these features sets: a bought level, a number of strangers that are members. */
export async function setLevel(
  app: TestApp,
  group: number,
  level: number,
  expiresAt?: number,
): Promise<void> {
  const until = expiresAt ?? app.clock.now() + 24 * 3600 * 1000;
  await app.executor.write([
    {
      sql: 'UPDATE groups SET level = ?, level_expires_at = ? WHERE id = ?',
      params: [level, until, group],
      kind: 'change',
    },
  ]);
}

/** Puts so many people who do nothing into a group. */
export async function addStrangers(app: TestApp, group: number, count: number): Promise<void> {
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)`;
  await app.executor.write([
    {
      sql: `INSERT INTO users (mobile, password_hash, name, created_at, updated_at)
        ${numbers} SELECT '+8613700' || printf('%06d', i) || '-' || ?, '', '陌生人' || i, 0, 0 FROM n`,
      params: [count, group],
      kind: 'change',
    },
    {
      sql: `INSERT INTO group_members (group_id, user_id, created_at)
        SELECT ?, id, 0 FROM users WHERE mobile LIKE '+8613700%-' || ?`,
      params: [group, group],
      kind: 'change',
    },
  ]);
}

/** Members of a group as one of them sees them: id and role, the owner first. */
export const membersOf = async (viewer: Person, group: number): Promise<[id: number, role: string][]> =>
  (await viewer.call('/chat/getGroupMember', { groupId: group })).data.info.map(
    ({ id, role }: { id: string; role: string }) => [Number(id), role],
  );

/** Events of one kind that a person got: who it comes from, and what it says. */
export const heard = async (who: Person, type: number) =>
  (await who.events())
    .filter((event) => event.type === type)
    .map(({ from, fromType, dest, content }) => ({ from, fromType, dest, content: parsed(content) }));

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
