import { expect, test } from 'vitest';
import { createIds } from '../../src/core/id-maker.ts';
import { systemRandom } from '../../src/core/random.ts';
import { lastId, tablesOfIds } from '../../src/homes/last-id.ts';
import { person, testApp } from '../support/app.ts';
import { befriend } from '../support/friends.ts';

test('a process that starts with its clock behind names what is new above what is there', async () => {
  const app = await testApp();
  const [li, wang] = [await person(app, '李雷'), await person(app, '王梅')];
  await befriend(li, wang);
  app.clock.advance(24 * 3600 * 1000);
  const send = (by: typeof app, content: string) =>
    by.call(
      '/im/send',
      { msgId: content, fromType: 1, destId: wang.id, messageType: 2, content },
      { token: li.token },
    );
  await send(app, 'a day ahead');
  // The clock was set right, and the server started anew.
  app.clock.advance(-24 * 3600 * 1000);
  const ids = createIds(app.clock, systemRandom, await lastId(app.platform.db));
  const next = await testApp({
    executor: app.executor,
    platform: { ids, clock: app.clock, tokens: app.platform.tokens, keys: app.platform.keys },
  });
  await send(next, 'now');
  const [newest] = await app.sql('SELECT content FROM messages ORDER BY id DESC LIMIT 1');
  expect(newest).toEqual(['now']);
  await app.close();
});

test('every table whose rows the context names is looked at, by the end of its key', async () => {
  const app = await testApp();
  const [named] = [
    await app.sql(`SELECT t.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c
      JOIN sqlite_schema s ON s.name = t.name
      WHERE t.type = 'table' AND c.name = 'id' AND c.pk = 1 AND c.type = 'INTEGER' COLLATE NOCASE
      AND s.sql NOT LIKE '%AUTOINCREMENT%' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name`),
  ];
  const names = named.map(([name]) => String(name));
  expect(names.filter((name) => !tablesOfIds.includes(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(15);
  const plan = await app.sql(
    `EXPLAIN QUERY PLAN SELECT max(id) FROM (${names.map((name) => `SELECT max(id) AS id FROM "${name}"`).join(' UNION ALL ')})`,
  );
  const looks = plan.map((row) => String(row[3])).filter((step) => /messages|journals/.test(step));
  for (const step of looks) expect(step).toMatch(/^SEARCH/);
  expect(looks.length).toBeGreaterThan(1);
  await app.close();
});
