import { sql } from 'drizzle-orm';
import { FRIEND, friendships } from '../../db/schema/friends.ts';
import { groupMembers, groups, ROLE } from '../../db/schema/groups.ts';
import { users } from '../../db/schema/users.ts';
import { fold } from '../core/text/fold.ts';
import { type Hashing, hashPassword } from '../features/sessions/password.ts';
import { md5Of } from '../http/params.ts';
import type { Db } from '../platform/database/db.ts';
import { p, prepareChange } from '../platform/database/query.ts';

/** Everybody's password in a demo. */
export const DEMO_PASSWORD = 'teahouse1';
/** The first has mobile 13800000001, and so on. */
const NAMES = ['林一', '王二', '张三', '李四', '赵五', '陈六'];
const GROUP = '茶友会';

const isEmpty = sql`NOT EXISTS (SELECT 1 FROM ${users})`;
const createPeople = prepareChange<{ hash: string; now: number; names: string }>(
  sql`INSERT INTO ${users} (mobile, password_hash, name, nick_name, sign, created_at, updated_at)
    SELECT '+861380000000' || (key + 1), ${p('hash')}, value, value, '演示账号', ${p('now')}, ${p('now')}
    FROM json_each(${p('names')}) WHERE ${isEmpty}`,
);
/** The salt in the hash is this call's own, so the hash marks the people whom it made. */
const everyone = sql`(SELECT id FROM ${users} WHERE password_hash = ${p('hash')})`;
const first = sql`(SELECT min(id) FROM ${everyone})`;
const befriend = prepareChange<{ now: number; hash: string }>(
  sql`INSERT INTO ${friendships} (user_id, friend_id, state, became_friends_at, updated_at)
    SELECT one.id, other.id, ${FRIEND.friends}, ${p('now')}, ${p('now')} FROM ${everyone} AS one, ${everyone} AS other
    WHERE one.id <> other.id`,
);
const found = prepareChange<{ hash: string; now: number }>(
  sql`INSERT INTO ${groups} (name, search_name, owner_id, created_at) SELECT ${GROUP}, ${fold(GROUP)}, ${first}, ${p('now')} WHERE ${first} IS NOT NULL`,
);
const join = prepareChange<{ hash: string; now: number }>(
  sql`INSERT INTO ${groupMembers} (group_id, user_id, role, created_at)
    SELECT (SELECT max(id) FROM ${groups}), id, CASE WHEN id = ${first} THEN ${ROLE.owner} ELSE ${ROLE.member} END, ${p('now')} FROM ${everyone}`,
);

/** Fills an empty database with six friends and a group, for `teahouse serve --demo`. Does nothing to one that has people. */
export async function seedDemo(db: Db, hashing: Hashing, now: number): Promise<void> {
  const hash = await hashPassword(md5Of(DEMO_PASSWORD), hashing);
  const values = { hash, now, names: JSON.stringify(NAMES) };
  await db.write({
    createPeople: createPeople(values),
    befriend: befriend(values),
    found: found(values),
    join: join(values),
  });
}
