import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import { afterAll, describe, expect, test } from 'vitest';
import { migrations } from '../../../db/migrations.generated.ts';
import * as schema from '../../../db/schema.generated.ts';
import { embeddedMigrations } from '../../../scripts/migrations.ts';
import { TEXT_COLUMNS } from '../../../src/features/uploads/places.ts';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import type { Executor } from '../../../src/platform/database/executor.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import type { Migration } from '../../../src/platform/database/migration.ts';
import { everyAdapter } from '../../support/adapters.ts';
import { change, rows } from '../../support/bank.ts';
import { shapeOf } from '../../support/database-shape.ts';
import { isMigrated } from '../../support/migrated.ts';
import { startSqld } from '../../support/sqld.ts';

const sqld = await startSqld();
const adapters = everyAdapter(sqld).filter((adapter) => adapter.available);
afterAll(async () => {
  for (const adapter of adapters) adapter.dispose();
  await sqld?.stop();
});

const folder = 'db/migrations';
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort();

async function migrated(list: readonly Migration[] = migrations): Promise<Executor> {
  const executor = bunExecutor(':memory:');
  await migrate(executor, 0, list);
  return executor;
}

describe('the migrations', () => {
  test('leave nothing of the Drizzle schema for drizzle-kit to generate', async () => {
    const snapshots = readdirSync(`${folder}/meta`).filter((name) => name.endsWith('_snapshot.json'));
    const newest = JSON.parse(readFileSync(`${folder}/meta/${snapshots.sort().at(-1)}`, 'utf8'));
    const current = await generateSQLiteDrizzleJson(schema, newest.id);
    expect(await generateSQLiteMigration(newest, current)).toEqual([]);
  });

  test('make the tables, indexes and checks that the Drizzle schema declares', async () => {
    const empty = await generateSQLiteDrizzleJson({});
    const created = await generateSQLiteMigration(empty, await generateSQLiteDrizzleJson(schema));
    const declared = bunExecutor(':memory:');
    await declared.write(created.map((sql) => change(sql)));
    const ofSchema = await shapeOf(declared);
    expect(ofSchema.checks.flatMap(([, checks]) => checks).length).toBeGreaterThan(5);
    expect(await shapeOf(await migrated())).toEqual(ofSchema);
  });

  test('reach the same schema from every earlier version', async () => {
    const fresh = await shapeOf(await migrated());
    for (let version = 0; version < migrations.length; version++) {
      const older = await migrated(migrations.slice(0, version));
      const rest = migrations.slice(version).map(({ tag }) => tag);
      expect(await isMigrated(older)).toBe(false);
      expect(await migrate(older, 0)).toEqual(rest);
      expect(await isMigrated(older)).toBe(true);
      expect(await shapeOf(older)).toEqual(fresh);
      await older.close();
    }
    // As many databases as there are migrations, each with all of them.
  }, 240_000);

  test('make every table STRICT', async () => {
    const [lax] = await (await migrated()).read([
      rows(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
        AND name NOT LIKE 'sqlite_%'`),
    ]);
    expect(lax?.rows).toEqual([]);
  });

  test('make no text column that does not say whether it may name uploads: TEXT_COLUMNS in src/features/uploads/places.ts', async () => {
    // Full-text tables hold copies of others.
    const [found] = await (await migrated()).read([
      rows(`SELECT t.name || '.' || c.name FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c
        WHERE t.schema = 'main' AND t.type = 'table' AND c.type = 'TEXT'
          AND t.name NOT LIKE 'sqlite_%' AND t.name <> '_migrations'`),
    ]);
    const declared = Object.entries(TEXT_COLUMNS).flatMap(([table, columns]) =>
      Object.keys(columns).map((column) => `${table}.${column}`),
    );
    expect(declared.sort()).toEqual((found?.rows ?? []).map(([name]) => String(name)).sort());
  });

  test.each(files)(
    '%s holds nothing that would undo the batches beside it, or more than it names',
    (file) => {
      const sql = readFileSync(`${folder}/${file}`, 'utf8');
      expect(sql).not.toMatch(/\bOR\s+ROLLBACK\b|\bON\s+CONFLICT\s+ROLLBACK\b|RAISE\s*\(\s*ROLLBACK/i);
      expect(sql).not.toMatch(/\bDEFERRABLE\b|\bON\s+DELETE\s+CASCADE\b/i);
    },
  );

  test('are embedded as their files have them', () => {
    for (const [path, text] of Object.entries(embeddedMigrations()))
      expect(readFileSync(path, 'utf8')).toBe(text);
    expect(migrations.map(({ tag }) => `${tag}.sql`)).toEqual(files);
  });
});

const parents = 'CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT) STRICT';
const children = `CREATE TABLE children (id INTEGER PRIMARY KEY,
  parent_id INTEGER NOT NULL REFERENCES parents (id)) STRICT`;
const first: Migration = {
  tag: '0000_first',
  statements: [
    parents,
    children,
    "INSERT INTO parents VALUES (1, 'a'), (2, NULL)",
    'INSERT INTO children VALUES (10, 1)',
  ],
};
/** As drizzle-kit writes a table whose columns become stricter. */
const rebuild = (kept: string): Migration => ({
  tag: '0001_rebuild',
  statements: [
    'PRAGMA foreign_keys=OFF;',
    'CREATE TABLE `__new_parents` (`id` integer PRIMARY KEY, `name` text NOT NULL) STRICT;',
    `INSERT INTO \`__new_parents\` SELECT "id", "name" FROM \`parents\` WHERE ${kept}; -- the rest goes`,
    'DROP TABLE `parents`;',
    'ALTER TABLE `__new_parents` RENAME TO `parents`;',
    'PRAGMA foreign_keys=ON;',
  ],
});

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))('%s', (_, adapter) => {
  const using = async (work: (executor: Executor) => Promise<void>) => {
    await adapter.reset();
    const executor = adapter.open();
    await work(executor).finally(() => executor.close());
  };
  const names = async (executor: Executor) => {
    const [result] = await executor.read([rows('SELECT name FROM parents ORDER BY id')]);
    return result?.rows.flat();
  };

  test('is not migrated when empty, and is after every migration; a second run applies nothing', () =>
    using(async (executor) => {
      expect(await isMigrated(executor)).toBe(false);
      expect(await migrate(executor, 1)).toEqual(migrations.map(({ tag }) => tag));
      expect(await isMigrated(executor)).toBe(true);
      expect(await migrate(executor, 2)).toEqual([]);
      const [times] = await executor.read([rows('SELECT DISTINCT applied_at FROM _migrations')]);
      expect(times?.rows).toEqual([[1]]);
    }));

  test('goes on with the sequence of events where it stood, though the last ones have been taken', async () => {
    const before = migrations.findIndex(({ tag }) => tag.endsWith('_fan_out'));
    const event = (seq: number | null) =>
      change(
        `INSERT INTO inbox (seq, user_id, type, msg_id, from_id, from_type, dest_id, content, created_at)
          VALUES (?, 7, 2, 'm', 8, 1, 7, 'hello', 5)`,
        seq,
      );
    for (const kept of [[3, 4], []]) {
      await using(async (executor) => {
        await migrate(executor, 0, migrations.slice(0, before));
        await executor.write([
          change(
            `INSERT INTO users (id, mobile, password_hash, name, created_at, updated_at) VALUES (7, '', '', '', 0, 0)`,
          ),
          ...[3, 4, 9].map(event),
          change('DELETE FROM inbox WHERE seq NOT IN (SELECT value FROM json_each(?))', JSON.stringify(kept)),
        ]);
        await migrate(executor, 0);
        await executor.write([event(null)]);
        const [left] = await executor.read([
          rows('SELECT seq, user_id, msg_id, content, body_id FROM inbox ORDER BY seq'),
        ]);
        expect(left?.rows).toEqual([...kept, 10].map((seq) => [seq, 7, 'm', 'hello', null]));
      });
    }
  });

  test('keeps nothing of a migration that fails', () =>
    using(async (executor) => {
      const broken = {
        tag: '0001_broken',
        statements: ["UPDATE parents SET name = 'z'", 'DROP TABLE nowhere'],
      };
      await expect(migrate(executor, 0, [first, broken])).rejects.toThrow('nowhere');
      expect(await names(executor)).toEqual(['a', null]);
      const mended = { tag: '0001_broken', statements: ["UPDATE parents SET name = 'z'"] };
      expect(await migrate(executor, 0, [first, mended])).toEqual(['0001_broken']);
    }));

  test('rebuilds a table that others refer to, and refers to it still', () =>
    using(async (executor) => {
      expect(await migrate(executor, 0, [first, rebuild('name IS NOT NULL')])).toHaveLength(2);
      expect(await names(executor)).toEqual(['a']);
      const orphan = executor.write([change('INSERT INTO children VALUES (11, 2)')]);
      await expect(orphan).rejects.toThrow('FOREIGN KEY');
      await executor.write([change('INSERT INTO children VALUES (11, 1)')]);
    }));

  test('refuses a rebuild that would leave rows pointing nowhere', () =>
    using(async (executor) => {
      const attempt = migrate(executor, 0, [first, rebuild('id = 99')]);
      await expect(attempt).rejects.toThrow('0001_rebuild would leave rows whose foreign key names nothing');
      expect(await names(executor)).toEqual(['a', null]);
      const [applied] = await executor.read([rows('SELECT tag FROM _migrations')]);
      expect(applied?.rows).toEqual([['0000_first']]);
    }));

  test.runIf(adapter.shared)('is migrated once by executors that start together', () =>
    using(async (executor) => {
      const all = [...migrations, first, rebuild('name IS NOT NULL')];
      const others = [adapter.open(), adapter.open(), adapter.open()];
      const applied = await Promise.all([executor, ...others].map((one) => migrate(one, 0, all)));
      expect(applied.flat().sort()).toEqual(all.map(({ tag }) => tag).sort());
      expect(await isMigrated(executor)).toBe(true);
      expect(await names(executor)).toEqual(['a']);
      for (const other of others) await other.close();
    }),
  );
});

test('processes that start together on one file all find it migrated', async () => {
  const place = mkdtempSync(join(tmpdir(), 'teahouse-migrate-'));
  const program = ['test/support/migrate-process.ts', join(place, 'new.db')];
  const started = Array.from({ length: 4 }, () => spawn(process.execPath, program, { stdio: 'pipe' }));
  try {
    await Promise.all(started.map((child) => once(child.stdout, 'data')));
    for (const child of started) child.stdin.write('go\n');
    const outputs = await Promise.all(started.map((child) => text(child.stdout)));
    const reports = outputs.map((output) => JSON.parse(output) as { applied: string[]; complete: boolean });
    expect(reports.map(({ complete }) => complete)).toEqual([true, true, true, true]);
    expect(reports.flatMap(({ applied }) => applied).sort()).toEqual(migrations.map(({ tag }) => tag));
  } finally {
    for (const child of started) child.kill('SIGKILL');
    rmSync(place, { recursive: true, force: true });
  }
});
