import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect } from 'vitest';
import type { AnyPersonal, Nobodys } from '../../../db/personal-data/entry.ts';
import { personalData } from '../../../db/personal-data.ts';
import * as schema from '../../../db/schema.generated.ts';
import { eraseAccounts } from '../../../src/features/account-deletion/erase.ts';
import { sweep } from '../../../src/sweep.ts';
import { person, type TestApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { change } from '../../support/bank.ts';
import { memoryFiles } from '../../support/files.ts';
import { deposit } from '../../support/ledger.ts';
import { askToDelete, codeNames, type Marked, markedPerson, placesOf } from '../../support/marked.ts';
import { expectBalancedBooks } from '../../support/money.ts';
import { mortal } from '../../support/mortal.ts';
import { soak } from '../../support/soak.ts';
import { statusOf, sweepAll } from '../../support/uploads.ts';

const DAY = 24 * 3600_000;
const MARK = 'Xq7Vmark';

const test = appTest({ platform: { files: memoryFiles() } });
const schemaTables: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.values(schema).flatMap((table) =>
    is(table, SQLiteTable) ? [[getTableConfig(table).name, table]] : [],
  ),
);
const register = Object.entries(personalData) as [string, AnyPersonal | Nobodys][];
const fateOf = (table: string) => {
  const entry = register.find(([name]) => name === codeNames.get(table))?.[1];
  return entry && 'deletion' in entry ? entry : undefined;
};

/** Runs the job to its end, a day after another, each run by a process that dies at its next step. */
async function eraseDying(app: TestApp): Promise<number> {
  for (let deaths = 0; deaths < 5000; deaths += 1) {
    const [left] = await app.sql('SELECT next_at FROM deletions WHERE erased_at IS NULL');
    if (!left) return deaths;
    if (Number(left[0]) > app.clock.now()) {
      app.clock.time = Number(left[0]) + DAY;
      await sweepAll(app);
    }
    // Three steps are a read, a stage and its note, or more: what died late is taken once more.
    const { platform } = mortal(app, 2 + (deaths % 4), deaths % 2 === 0 ? 'before' : 'after');
    await eraseAccounts(platform).catch(() => undefined);
  }
  throw new Error('It does not come to an end.');
}

const columnOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Tables whose rows go, or are emptied, and in which the person has none. */
async function tablesWithout(app: TestApp, who: number): Promise<string[]> {
  const missing: string[] = [];
  for (const table of codeNames.keys()) {
    const entry = fateOf(table);
    if (!entry?.of || (entry.deletion !== 'goes' && entry.deletion !== 'emptied')) continue;
    const rows = await app.sql(`SELECT 1 FROM ${table} WHERE ${columnOf(entry.of)} = ?`, who);
    if (rows.length === 0) missing.push(table);
  }
  return missing;
}

/** Gives the person a row of each of these tables, with their words wherever text may stand. */
async function fill(app: TestApp, tables: readonly string[], who: number): Promise<void> {
  for (const table of tables) {
    const { columns } = getTableConfig(schemaTables[table] as SQLiteTable);
    const owner = columnOf(fateOf(table)?.of ?? '');
    const wanted = columns.filter(
      ({ name, notNull, hasDefault }) => name === owner || (notNull && !hasDefault),
    );
    const values = wanted.map((column) =>
      column.name === owner ? who : column.getSQLType() === 'text' ? MARK : 1,
    );
    const names = wanted.map(({ name }) => `"${name}"`).join();
    await app.executor.write([
      change(`INSERT INTO "${table}" (${names}) VALUES (${wanted.map(() => '?').join()})`, ...values),
    ]);
  }
}

/** The person, asked for and erased, with a death at every step. */
async function erased(app: TestApp): Promise<Marked> {
  const others = soak(50, 10_000);
  for (let i = 0; i < others; i += 1) await person(app, `旁人${i}`);
  const marked = await markedPerson(app, MARK);
  // What no call above has made is made by itself, so that no new table escapes.
  await fill(app, await tablesWithout(app, marked.who.id), marked.who.id);
  expect(await tablesWithout(app, marked.who.id)).toEqual([]);
  await app.platform.db.write(deposit(marked.who.id, 700));
  const asked = await askToDelete(app, marked.who);
  expect([asked.code, asked.data.obstacles]).toEqual(['1', []]);
  app.clock.advance(15 * DAY);
  expect(await eraseDying(app)).toBeGreaterThan(30);
  await sweepAll(app);
  return marked;
}

describe('a person who has used everything', () => {
  test('is gone from every table but what the register says, though a process dies at every step', async ({
    app,
  }) => {
    const { who, mark, friend, group, owned, uploads } = await erased(app);
    const places = await placesOf(app, mark, who.mobile, uploads.own);
    const wrong = places.filter((place) => {
      const fate = fateOf(place.split('.')[0] ?? '')?.deletion;
      return fate !== 'stays' && fate !== 'expires';
    });
    expect(wrong.filter((place) => place !== 'uploads.key')).toEqual([]);
    expect(
      await app.sql('SELECT 1 FROM group_search WHERE group_search MATCH ?', `"${mark.toLowerCase()}"`),
    ).toEqual([]);
    // What stays is there indeed: a message that the friend holds.
    expect(places).toContain('messages.content');

    for (const table of codeNames.keys()) {
      const entry = fateOf(table);
      if (entry?.deletion !== 'goes' || !entry.of) continue;
      expect(await app.sql(`SELECT * FROM ${table} WHERE ${columnOf(entry.of)} = ?`, who.id), table).toEqual(
        [],
      );
    }

    expect([await statusOf(app, uploads.own), await statusOf(app, uploads.forwarded)]).toEqual([410, 200]);
    expect(await app.sql('SELECT owner_id FROM uploads WHERE key = ?', uploads.forwarded)).toEqual([[null]]);
    const told = (await friend.events()).map(({ type, from }) => [type, from]);
    expect(told).toContainEqual([7, who.id]);
    expect(told).toContainEqual([9, who.id]);
    expect(told).toContainEqual([51, who.id]);
    expect(JSON.stringify(await friend.events())).not.toContain(`"name":"${mark}"`);
    const seen = (await friend.call('/chat/getUserById', { destId: who.id })).data;
    expect(seen.name).toBe('已注销用户');
    expect(JSON.stringify((await friend.call('/favorite/getFavorite', { pageNo: 1 })).data)).not.toContain(
      mark,
    );
    const history = (await friend.call('/im/history', { destType: 1, destId: who.id })).data;
    expect(JSON.stringify(history)).toContain(`聊天${mark}`);
    expect(await app.sql('SELECT name, dismissed_at > 0 FROM groups WHERE id = ?', owned)).toEqual([['', 1]]);
    expect(await app.sql('SELECT dismissed_at FROM groups WHERE id = ?', group)).toEqual([[null]]);

    expect(
      await app.sql('SELECT balance FROM ledger_accounts WHERE id IN (?, -11) ORDER BY id', who.id),
    ).toEqual([[700], [0]]);
    await expectBalancedBooks(app);
  });

  test('leaves the mobile free for somebody new, and the number of the old account to nobody', async ({
    app,
  }) => {
    const who = await person(app, '旧');
    expect((await askToDelete(app, who)).code).toBe('1');
    app.clock.advance(15 * DAY);
    await eraseAccounts(app.platform);
    expect((await app.call('/chat/doLogin', { mobie: who.mobile, pwd: 'secret1' })).code).toBe('2');
    app.clock.advance(DAY);
    const code = (await app.call('/chat/getValidateNum', { mobile: who.mobile })).data.info;
    const again = await app.call('/chat/register', { mobile: who.mobile, pwd: 'secret2', validateNum: code });
    expect([again.code, Number(again.data.id) > who.id]).toEqual(['1', true]);
  });
});

test('a vip number is withheld for 90 days', async ({ app }) => {
  const who = await person(app, '靓');
  const [number] = (await app.sql('SELECT number FROM vip_numbers LIMIT 1'))[0] ?? [];
  await app.executor.write([
    { sql: 'UPDATE users SET vip_number = ? WHERE id = ?', params: [String(number), who.id], kind: 'change' },
  ]);
  expect((await askToDelete(app, who)).code).toBe('1');
  app.clock.advance(15 * DAY);
  await eraseAccounts(app.platform);
  const isWithheld = async () =>
    (
      await app.sql('SELECT withheld_at IS NOT NULL FROM vip_numbers WHERE number = ?', String(number))
    )[0]?.[0];
  expect(await isWithheld()).toBe(1);
  app.clock.advance(89 * DAY);
  await sweep(app.platform);
  expect(await isWithheld()).toBe(1);
  app.clock.advance(2 * DAY);
  await sweep(app.platform);
  expect(await isWithheld()).toBe(0);
  expect(await app.sql('SELECT vip_number FROM deletions')).toEqual([['']]);
});
