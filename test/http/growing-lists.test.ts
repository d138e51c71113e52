import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endpoints } from '../../src/endpoints.ts';
import { MEMORY_MS } from '../../src/http/page-memory.ts';
import { type Params, type Person, person, type TestApp, testApp } from '../support/app.ts';
import { groupOf } from '../support/groups.ts';
import { post } from '../support/moments.ts';

let app: TestApp;
let li: Person;
let wang: Person;
let group: number;
beforeEach(async () => {
  app = await testApp();
  [li, wang] = [await person(app, '李雷'), await person(app, '王梅')];
  group = await groupOf(wang, li);
});
afterEach(() => app.close());

const insert = (table: string, values: Params) =>
  app.executor.write([
    {
      sql: `INSERT INTO ${table} (${Object.keys(values)}) VALUES (${Object.keys(values).map(() => '?')})`,
      params: Object.values(values),
      kind: 'change',
    },
  ]);
const fresh = () => ({ id: app.platform.ids.next(), created_at: app.clock.now() });

interface List {
  readonly path: string;
  /** Something new for the list that li reads. */
  add(text: string): Promise<unknown>;
  readonly params?: () => Params;
  readonly page?: 'page';
  /** What names an entry, and what `anchor` takes of the first. */
  readonly id: string;
  readonly anchor?: string;
}

const postOfWang = (text: string) => post(wang, { text });
const lists: readonly List[] = [
  { path: '/feed/getFeed', id: 'feedId', add: postOfWang },
  { path: '/feed/getMyFeed', id: 'feedId', add: (text) => post(li, { text }) },
  { path: '/feed/getFriendFeed', id: 'feedId', add: postOfWang, params: () => ({ friendId: wang.id }) },
  {
    path: '/feed/searchFeed',
    id: 'feedId',
    add: postOfWang,
    params: () => ({ year: 2026, month: 11 }),
  },
  {
    path: '/feed/myGift',
    id: 'id',
    add: async (content) =>
      insert('moment_gifts', {
        ...fresh(),
        moment_id: 1,
        price: 0,
        receiver_id: li.id,
        giver_id: wang.id,
        content,
      }),
  },
  {
    path: '/favorite/getFavorite',
    id: 'id',
    add: (content) =>
      li.call('/favorite/addFavorite', {
        category: 1,
        content,
        fromId: wang.id,
        fromName: 'w',
        fromHeadUrl: '',
      }),
  },
  {
    path: '/chat/getNoteList',
    id: 'id',
    anchor: 'updateTime',
    params: () => ({ groupId: group }),
    add: (title) => wang.call('/chat/createGroupNote', { groupId: group, title, content: title }),
  },
  {
    path: '/geo/getRockRecord',
    id: 'rockid',
    page: 'page',
    add: () => insert('shake_records', { ...fresh(), user_id: li.id, other_id: wang.id, distance: 500 }),
  },
  {
    path: '/geo/greetList',
    id: 'gid',
    add: (message) =>
      insert('greetings', { ...fresh(), user_id: li.id, from_id: wang.id, thread_id: 0, message }),
  },
  { path: '/wallet/getWalletHistory', id: 'id', add: () => li.call('/wallet/recharge', { amount: '1.00' }) },
];

/** Pages of what does not grow at its front. */
const OTHERS = [
  '/chat/myContact', // the entries of the book that is sent with the call
  '/geo/findNearby', // by distance
];

test('every call that answers pages is tried here, or has a list that does not grow at its front', () => {
  const paged = endpoints.filter(({ params }) => 'pageNo' in params || 'page' in params);
  expect(paged.map(({ path }) => path).toSorted()).toEqual(
    [...lists.map(({ path }) => path), ...OTHERS].toSorted(),
  );
  for (const { path, params } of paged) expect('anchor' in params).toBe(!OTHERS.includes(path));
});

describe.each(lists)('$path', ({ path, add, params = () => ({}), page = 'pageNo', id, anchor = id }) => {
  const entries = async (pageNo: number, more: Params = {}) => {
    const { code, data } = await li.call(path, { ...params(), [page]: pageNo, ...more });
    expect(code).toBe('1');
    return (Array.isArray(data) ? data : data.list) as Record<string, string>[];
  };
  let added = 0;
  const ids = (of: readonly Record<string, string>[]) => of.map((entry) => entry[id]);
  const addMany = async (count: number) => {
    for (let i = 0; i < count; i += 1) {
      app.clock.advance(1000);
      added += 1;
      await add(`entry ${added}`);
    }
  };

  test('shows nothing twice, and nothing too little, when something new comes between two pages', async () => {
    await addMany(45);
    const all = [...ids(await entries(1)), ...ids(await entries(2)), ...ids(await entries(3))];
    expect(new Set(all).size).toBe(45);
    const first = ids(await entries(1));
    await addMany(3);
    const second = ids(await entries(2));
    await addMany(1);
    expect([...first, ...second, ...ids(await entries(3))]).toEqual(all);
    // A first page begins again.
    expect(ids(await entries(1)).slice(4)).toEqual(all.slice(0, 16));
    expect(ids(await entries(2))).toEqual(all.slice(16, 36));
  });

  test('goes on from the anchor of the client, however long ago its first page was', async () => {
    await addMany(25);
    const first = await entries(1);
    const second = ids(await entries(2));
    expect([first.length, second.length]).toEqual([20, 5]);
    await addMany(2);
    await entries(1);
    app.clock.advance(MEMORY_MS + 1);
    const from = { anchor: first[0]?.[anchor] ?? '' };
    expect(ids(await entries(2, from))).toEqual(second);
    expect(ids(await entries(1, from))).toEqual(ids(first));
    for (const wrong of ['x', '0', '-1', '1.5']) {
      expect((await li.call(path, { ...params(), anchor: wrong })).code).toBe('-1');
    }
  });

  test('is forgotten after half an hour, and is the session’s own', async () => {
    await addMany(21);
    const first = ids(await entries(1));
    expect(first).toHaveLength(20);
    await add('new');
    app.clock.advance(MEMORY_MS + 1);
    expect(ids(await entries(2))[0]).toBe(first[19]);
  });
});
