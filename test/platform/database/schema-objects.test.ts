import { describe, expect, test } from 'vitest';
import { outlines } from '../../../db/migration-outlines.generated.ts';
import { migrations } from '../../../db/migrations.generated.ts';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { objectsOf, outlineOf } from '../../../src/platform/database/schema-objects.ts';
import { schemaStanding } from '../../../src/platform/database/standing.ts';
import { change, rows } from '../../support/bank.ts';

/** Of FTS5 SQLite makes tables of its own beside the one that is declared. */
const DECLARED = `SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '_migrations'
  AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY name`;

async function migrated() {
  const executor = bunExecutor(':memory:');
  await migrate(executor, 0);
  return executor;
}

describe('the objects that the migrations’ text names', () => {
  test('are those of a database that they have made, at every version', async () => {
    const executor = bunExecutor(':memory:');
    for (let version = 1; version <= migrations.length; version += 1) {
      await migrate(executor, 0, migrations.slice(0, version));
      const [declared] = await executor.read([rows(DECLARED)]);
      const names = declared?.rows.map(([name]) => name);
      expect([...objectsOf(outlines.slice(0, version))].sort(), migrations[version - 1]?.tag).toEqual(names);
    }
    await executor.close();
  });

  test('follow what is dropped and renamed, with its indexes and triggers', () => {
    const statements = [
      'CREATE TABLE `a` (`id` integer)',
      'CREATE UNIQUE INDEX IF NOT EXISTS `a_id` ON `a` (`id`)',
      "CREATE TRIGGER a_told AFTER INSERT ON a BEGIN INSERT INTO b VALUES ('x'); END",
      'CREATE TABLE "__new_b" ("id" integer)',
      'ALTER TABLE `__new_b` RENAME TO `b`',
      'CREATE INDEX b_id ON b (id)',
      '-- said before it\nCREATE VIRTUAL TABLE found USING fts5 (words)',
    ];
    const namesAfter = (...more: string[]) =>
      [...objectsOf([outlineOf({ tag: 'x', statements: [...statements, ...more] })])].sort();
    expect(namesAfter()).toEqual(['a', 'a_id', 'a_told', 'b', 'b_id', 'found']);
    expect(namesAfter('DROP TABLE `a`', 'DROP INDEX b_id')).toEqual(['b', 'found']);
  });
});

describe('a database that lacks something', () => {
  const objects = [...objectsOf(outlines)];
  test('is incomplete, and it is named, whichever table, index or trigger it is', async () => {
    const executor = await migrated();
    const [kinds] = await executor.read([rows('SELECT name, type FROM sqlite_schema')]);
    const typeOf = new Map(kinds?.rows.map(([name, type]) => [String(name), String(type)]));
    for (const name of objects.filter((each) => typeOf.get(each) !== 'table')) {
      const [made] = await executor.read([rows(`SELECT sql FROM sqlite_schema WHERE name = '${name}'`)]);
      await executor.write([change(`DROP ${typeOf.get(name)} "${name}"`)]);
      expect(await schemaStanding(executor), name).toEqual({ state: 'incomplete', missing: [name] });
      await executor.write([change(String(made?.rows[0]?.[0]))]);
    }
    expect(await schemaStanding(executor)).toEqual({ state: 'ours' });
    await executor.write([change('DROP TABLE group_search')]);
    expect(await schemaStanding(executor)).toMatchObject({
      state: 'incomplete',
      missing: expect.arrayContaining(['group_search']),
    });
    await executor.close();
  });
});
