import { expect } from 'vitest';
import { type Person, person } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { freshDatabase } from '../../support/database.ts';
import { recordedScans, recording } from '../../support/plans.ts';

const FRIENDS = 500;
const GROUPS = 50;
const test = appTest()
  .extend('record', async () => recording((await freshDatabase()).executor))
  .extend('options', ({ record }) => ({ executor: record.executor }))
  /** Many friends and groups, put into the database directly: making them is other tests' matter. */
  .extend('makeCompany', ({ app, li }) => async () => {
    const write = (sql: string, ...params: number[]) => ({ sql, params, kind: 'change' as const });
    const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)';
    await app.executor.write([
      write(
        `${numbers} INSERT INTO users (mobile, password_hash, name, created_at, updated_at)
        SELECT '+86188' || printf('%08d', i), '', 'friend ' || i, 0, 0 FROM n`,
        FRIENDS,
      ),
      write(
        `INSERT INTO friendships (user_id, friend_id, state, updated_at)
        SELECT ?, id, 2, 0 FROM users WHERE mobile LIKE '+86188%'
        UNION ALL SELECT id, ?, 2, 0 FROM users WHERE mobile LIKE '+86188%'`,
        li.id,
        li.id,
      ),
      write(
        `${numbers} INSERT INTO groups (name, owner_id, created_at) SELECT 'group ' || i, ?, 0 FROM n`,
        GROUPS,
        li.id,
      ),
      write('INSERT INTO group_members (group_id, user_id, created_at) SELECT id, ?, 0 FROM groups', li.id),
      write(
        `INSERT INTO pins (user_id, dest_type, dest_id, created_at) SELECT user_id, 1, friend_id, 0 FROM friendships
        WHERE user_id = ? LIMIT 20`,
        li.id,
      ),
      write("INSERT INTO labels (id, user_id, name, created_at) VALUES (1, ?, '同事', 0)", li.id),
      write(
        'INSERT INTO label_friends SELECT 1, user_id, friend_id FROM friendships WHERE user_id = ?',
        li.id,
      ),
    ]);
  });

test('ready is one database call, however many friends and groups there are, and walks through no table', async ({
  record,
  li,
  makeCompany,
}) => {
  await makeCompany();
  record.clear();
  const { data } = await li.call('/chat/ready');
  expect(data.friendsInfo).toHaveLength(FRIENDS);
  expect(data.groupsInfo).toHaveLength(GROUPS);
  expect(data.topList).toHaveLength(20);
  expect(data.marksInfo[0].friendIds.split(',')).toHaveLength(FRIENDS);
  expect([record.reads.length, record.writes.length]).toEqual([1, 0]);
  expect(await recordedScans(record)).toEqual([]);
});

test('ready shows nothing of people who are no friends: strangers, those who wait, those who ended it', async ({
  app,
  li,
}) => {
  const [asked, asks, ended] = [await person(app), await person(app), await person(app)];
  const request = (from: Person, to: Person) =>
    from.call('/chat/requestFriend', { destId: to.id, destType: 1 });
  await request(li, asked);
  await request(asks, li);
  await request(li, ended);
  await request(ended, li);
  await ended.call('/chat/delFriend', { destId: li.id });
  const { data } = await li.call('/chat/ready');
  expect(data.friendsInfo).toEqual([]);
  expect(data.firendsInfo).toEqual([]);
  expect(data.friends.friends).toEqual([]);
});
