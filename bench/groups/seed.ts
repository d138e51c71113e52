import { Database } from 'bun:sqlite';
import { fold } from '../../src/core/text/fold.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { migrate } from '../../src/platform/database/migrate.ts';

/** Who has 500 friends and is in 50 groups. */
export const ME = 100_000;
/** The group of 2,000 members, ME one of them. */
export const LARGE_GROUP = 10_000;
const USERS = 20_000;
const FRIENDS = 500;
const GROUPS_OF_ME = 50;
const MEMBERS = 2000;

const CITIES = [
  '北京',
  '上海',
  '广州',
  '深圳',
  '杭州',
  '成都',
  '武汉',
  '西安',
  '南京',
  '重庆',
  '苏州',
  '厦门',
];
const KINDS = [
  '茶友',
  '摄影',
  '徒步',
  '羽毛球',
  '读书',
  '亲子',
  '校友',
  '业主',
  '车友',
  '美食',
  '音乐',
  '编程',
];
const ENDS = ['群', '交流群', '俱乐部', '之家', ' Club', '大家庭', '讨论组', ' VIP 群'];

/** A name of one group alone, made of words that very many have: every city meets every kind and every end. */
function nameOf(i: number): string {
  const perEnd = CITIES.length * KINDS.length;
  const city = CITIES[i % CITIES.length];
  const kind = KINDS[Math.floor(i / CITIES.length) % KINDS.length];
  const end = ENDS[Math.floor(i / perEnd) % ENDS.length];
  return `${city}${kind}${end}${i}`;
}

type Run = (sql: string, ...params: readonly (string | number | null)[]) => void;

function seedUsers(run: Run) {
  for (let id = ME; id < ME + USERS; id += 1)
    run(
      `INSERT INTO users (id, mobile, password_hash, name, nick_name, sign, province, city, head_url, created_at, updated_at)
        VALUES (?, ?, '', ?, ?, '今天也要开心', '广东', '深圳', ?, 0, 0)`,
      id,
      `+86${13_000_000_000 + id}`,
      `user${id}`,
      `茶友${id}`,
      `http://127.0.0.1:8787/upload/${id}/small_head.jpg`,
    );
}

function seedFriends(run: Run) {
  for (let friend = ME + 1; friend <= ME + FRIENDS; friend += 1)
    for (const [one, other] of [
      [ME, friend],
      [friend, ME],
    ] as const)
      run(
        "INSERT INTO friendships (user_id, friend_id, state, remark, became_friends_at, updated_at) VALUES (?, ?, 2, '老友', 0, 0)",
        one,
        other,
      );
}

/** Every group has its owner; the first 50 have ME, and the first of all has 2,000 members. */
function seedGroups(run: Run, groups: number) {
  const join = (group: number, user: number, role: number) =>
    run(
      'INSERT INTO group_members (group_id, user_id, role, created_at) VALUES (?, ?, ?, 0)',
      group,
      user,
      role,
    );
  for (let i = 0; i < groups; i += 1) {
    const [id, name, owner] = [LARGE_GROUP + i, nameOf(i), ME + 1 + (i % (USERS - 1))];
    run(
      'INSERT INTO groups (id, name, search_name, owner_id, created_at) VALUES (?, ?, ?, ?, 0)',
      id,
      name,
      fold(name),
      owner,
    );
    join(id, owner, 1);
    if (i < GROUPS_OF_ME) join(id, ME, 3);
  }
  for (let user = ME + 2; user <= ME + MEMBERS - 1; user += 1) join(LARGE_GROUP, user, 3);
}

/** @param file path of a file that is not there yet */
export async function seed(file: string, groups: number): Promise<void> {
  const executor = bunExecutor(file);
  await migrate(executor, 0);
  await executor.close();
  const database = new Database(file, { strict: true });
  database.run('PRAGMA synchronous = OFF');
  const run: Run = (sql, ...params) => void database.query(sql).run(...params);
  database.transaction(() => {
    seedUsers(run);
    seedFriends(run);
    seedGroups(run, groups);
  })();
  database.close();
}
