import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FRIEND } from '../../db/schema/friends.ts';
import { hasAsked, haveRoom } from '../../src/features/friends/relation.ts';
import { areClose, isOpenTo } from '../../src/features/moments/visibility.ts';
import { canPay } from '../../src/ledger/accounts.ts';
import { nameOf } from '../../src/ledger/names.ts';
import { p, prepareRead } from '../../src/platform/database/query.ts';
import {
  areFriends,
  blockedEitherWay,
  blockedWith,
  changedTo,
  hasBlocked,
  isMemberOf,
  membersOf,
  shareGroup,
} from '../../src/realtime/relations.ts';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';
import { groupOf } from '../support/groups.ts';
import { deposit } from '../support/ledger.ts';

const src = join(import.meta.dirname, '../../src');
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(src, name), 'utf8') }));
/** Aliases of tables in a text. */
const aliasesIn = (text: string) =>
  [...text.matchAll(/ AS (?!MATERIALIZED)([a-z_]+)\b/g)].map(([, alias = '']) => alias);

const HOMES = [
  'features/friends/relation.ts',
  'features/moments/visibility.ts',
  'ledger/names.ts',
  'ledger/accounts.ts',
  'realtime/relations.ts',
];
/** Conditions of two users, or of a group and a user, that any feature's SQL may state of its own columns. */
const CONDITIONS: Readonly<Record<string, (a: SQL, b: SQL) => SQL>> = {
  areClose,
  areFriends,
  blockedEitherWay,
  blockedWith: (a, b) => sql`${b} IN (${blockedWith(a)})`,
  hasAsked,
  hasBlocked,
  haveRoom: (a, b) => haveRoom(a, b, 1),
  changedTo: (a, b) => changedTo(FRIEND.friends, a, b),
  isMemberOf,
  membersOf: (a, b) => sql`${b} IN (${membersOf(a)})`,
  shareGroup,
  isOpenTo,
  nameOf: (a, b) => sql`${nameOf(a)} = ${nameOf(b)}`,
  canPay,
};
const schema = join(src, '../db/schema');
const tables = readdirSync(schema).flatMap((name) =>
  [...readFileSync(join(schema, name), 'utf8').matchAll(/sqliteTable\(\s*'(\w+)'/g)].map(
    ([, table = '']) => table,
  ),
);
/** What rows around a condition are called anywhere in the code, save in the files of the conditions. */
const aliases = new Set([
  ...tables,
  ...sources.filter(({ name }) => !HOMES.includes(name)).flatMap(({ text }) => aliasesIn(text)),
]);

/** What the conditions want, beside the two that they are about. */
type Wanted = { a: number; b: number; now: number; mark_change: number };

let app: TestApp;
let people: Person[];
let group: number;
/** The batch that made the first two friends. */
let change: number;
beforeAll(async () => {
  app = await testApp();
  people = [];
  for (const name of ['li', 'wang', 'zhao', 'qian', 'sun', 'wang']) people.push(await person(app, name));
  const [li, wang, zhao, qian, sun] = people;
  if (!li || !wang || !zhao || !qian || !sun) throw new Error('There are six.');
  group = await groupOf(li, wang);
  await zhao.call('/chat/setBlock', { blockId: qian.id });
  await sun.call('/chat/requestFriend', { destId: li.id, destType: 1 });
  await app.platform.db.write(deposit(li.id, li.id));
  const [row] = await app.sql('SELECT change_id FROM friendships WHERE user_id = ? AND state = 2', li.id);
  change = Number(row?.[0]);
});
afterAll(() => app.close());

test.each(Object.entries(CONDITIONS))(
  '%s says the same whatever the SQL around it calls its rows',
  async (_, condition) => {
    const ids = [...people.map(({ id }) => id), group];
    const [a, b] = [p('a'), p('b')];
    const plain = prepareRead<Wanted, { holds: number }>(sql`SELECT COALESCE(${condition(a, b)}, 0)`, [
      'holds',
    ]);
    const given = { now: app.clock.now(), mark_change: change };
    const values = ids.flatMap((one) => ids.map((other) => ({ a: one, b: other, ...given })));
    const holds = async (asked: typeof plain) => {
      const { found } = await app.platform.db.read({ found: values.map((each) => asked(each)) });
      return found.map(([row]) => row?.holds);
    };
    const expected = await holds(plain);
    expect(new Set(expected).size, 'the world of this test has both').toBe(2);
    for (const alias of aliases) {
      for (const [one, other] of [
        ['user_id', 'friend_id'],
        ['friend_id', 'user_id'],
        ['group_id', 'user_id'],
        ['id', 'value'],
      ]) {
        const column = (name = '') => sql.raw(`${alias}.${name}`);
        const around = prepareRead<Wanted, { holds: number }>(
          sql`SELECT COALESCE(${condition(column(one), column(other))}, 0)
            FROM (SELECT ${a} AS ${sql.raw(one ?? '')}, ${b} AS ${sql.raw(other ?? '')}) AS ${sql.raw(alias)}`,
          ['holds'],
        );
        expect(await holds(around), `around: ${alias}.${one}, ${alias}.${other}`).toEqual(expected);
      }
    }
  },
);
