import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations } from '../../db/migrations.generated.ts';
import { readConfig } from '../../src/config.ts';
import { reconcile } from '../../src/holds.ts';
import { createDb } from '../../src/platform/database/db.ts';
import { readDump } from '../../src/platform/database/dump-reader.ts';
import { copyDatabase } from '../../src/platform/database/embedded-copy.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import type { Executor } from '../../src/platform/database/executor.ts';
import { pipelineWire } from '../../src/platform/database/libsql-pipeline.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { migratedSchema } from '../../src/platform/database/migrated-schema.ts';
import { copyRemote } from '../../src/platform/database/remote-copy.ts';
import { remoteDump } from '../../src/platform/database/remote-dump.ts';
import { fillRemote } from '../../src/platform/database/remote-fill.ts';
import { schemaStanding } from '../../src/platform/database/standing.ts';
import { emptyServer, executorOn } from '../support/adapters.ts';
import { person, testApp } from '../support/app.ts';
import { change, rows } from '../support/bank.ts';
import { teahouseProgram } from '../support/built.ts';
import { groupOf } from '../support/groups.ts';
import { deposit, payment } from '../support/ledger.ts';
import { PRODUCTION } from '../support/production-settings.ts';
import { startSqld } from '../support/sqld.ts';

const sqld = await startSqld();
afterAll(() => sqld?.stop());
const server = sqld ?? { url: '', token: '' };
const SERVER = { DATABASE_URL: server.url, DATABASE_AUTH_TOKEN: server.token };

let folder: string;
let copy: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'teahouse-remote-'));
  copy = join(folder, 'copy.db');
  if (sqld) await emptyServer(sqld);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function teahouse(args: readonly string[], env: Readonly<Record<string, string>> = SERVER) {
  const child = spawn(teahouseProgram(), args, {
    env: { PATH: process.env['PATH'] ?? '', MODE: 'sandbox', DATA_DIR: folder, ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (some) => (text += String(some)));
  const [status] = await once(child, 'close');
  return { status, text };
}

const onServer = () => executorOn(server, pipelineWire);
async function within<Result>(executor: Executor, work: (executor: Executor) => Promise<Result>) {
  try {
    return await work(executor);
  } finally {
    await executor.close();
  }
}

/** Rows in an order that every database has, whatever columns a table has. */
const inOrder = (found: readonly (readonly unknown[])[] | undefined) =>
  found?.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Every row of every table, and where the ids go on. */
const contentOf = (executor: Executor) =>
  within(executor, async () => {
    const { tables } = await migratedSchema(migrations.map(({ tag }) => tag));
    const names = [...tables.map(({ name }) => name), 'sqlite_sequence'];
    const results = await executor.read(names.map((name) => rows(`SELECT * FROM "${name}"`)));
    return Object.fromEntries(names.map((name, i) => [name, inOrder(results[i]?.rows)]));
  });

const OBJECTS = rows(`SELECT type, name, sql FROM sqlite_schema
  WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'libsql_%' ORDER BY 1, 2`);
/** Every table, index and trigger. */
const objectsOf = (executor: Executor) =>
  within(executor, async () => (await executor.read([OBJECTS]))[0]?.rows);

const config = readConfig({ MODE: 'sandbox', ...SERVER });
const copyServer = (to: string) =>
  within(onServer(), (executor) => copyRemote(executor, () => remoteDump(config), to));

const TEXTS = [
  "it''s '); DROP TABLE users; --",
  'one\ntwo\r\nthree\\n\\r /* four */ "five" `six`',
  '茶馆💥\u{1F468}\u200d\u{1F469} \ufeff\u202e',
  '',
];

/** A house with people, a group, money and texts of every kind. */
async function furnish(executor: Executor) {
  await migrate(executor, 1);
  const app = await testApp({ executor });
  const people = [await person(app, TEXTS[1]), await person(app, TEXTS[2])] as const;
  const group = await groupOf(...people);
  const ids = people.map(({ id }) => id);
  await createDb(executor).write(deposit(ids[0] ?? 0, 1_000_000));
  await executor.write([
    ...TEXTS.map((text, i) => change('INSERT INTO instance (name, value) VALUES (?, ?)', `text ${i}`, text)),
    change(`INSERT INTO moments (id, author_id, text, latitude, longitude, privacy, created_at)
      VALUES (${Number.MAX_SAFE_INTEGER}, ${ids[0]}, 'x', 0.30000000000000004, -121.12345678901234, 0, 0)`),
  ]);
  return { app, people, group, from: ids[0] ?? 0, to: ids[1] ?? 0 };
}

const finds = async (executor: Executor) =>
  within(executor, async () => {
    const [found] = await executor.read([
      rows(
        'SELECT rowid FROM group_search WHERE group_search MATCH ?',
        Buffer.from('茶馆').toString('hex').toUpperCase(),
      ),
    ]);
    return found?.rows;
  });

describe.skipIf(!sqld)('a database at a server', { timeout: 60_000 }, () => {
  test('is backed up as one state while payments go on, with books that balance', async () => {
    const executor = onServer();
    const { from, to } = await furnish(executor);
    const db = createDb(executor);
    let paying = true;
    let paid = 0;
    const load = (async () => {
      for (; paying; paid++) await db.write(payment(from, to, 1));
    })();
    expect(await teahouse(['backup', copy])).toMatchObject({ status: 0 });
    paying = false;
    await load;
    await within(bunExecutor(copy), async (made) => {
      expect(await reconcile(createDb(made))).toEqual([]);
      const bills = rows('SELECT journal_id FROM bills WHERE user_id = ? ORDER BY journal_id', to);
      const [copied] = await made.read([bills]);
      const [all] = await executor.read([bills]);
      expect(copied?.rows).toEqual(all?.rows.slice(0, copied?.rows.length));
      expect(all?.rows.length).toBe(paid);
    });
    await executor.close();
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('has the same rows after a way there and back, and its groups are found', async () => {
    const file = join(folder, 'teahouse.db');
    const embedded = bunExecutor(file);
    const { group } = await furnish(embedded);
    await embedded.close();
    const before = await contentOf(bunExecutor(file));
    copyDatabase(file, copy);
    const there = await teahouse(['restore', copy]);
    expect(there).toMatchObject({
      status: 0,
      text: expect.stringMatching(/Restored: \d{4} rows of \d+ tables/),
    });
    expect(await contentOf(onServer())).toEqual(before);
    expect(await finds(onServer())).toEqual([[group]]);
    expect(await within(onServer(), (executor) => reconcile(createDb(executor)))).toEqual([]);

    expect(await objectsOf(onServer())).toEqual(await objectsOf(bunExecutor(copy)));
    expect(await teahouse(['backup', join(folder, 'again.db')])).toMatchObject({ status: 0 });
    expect(await objectsOf(bunExecutor(join(folder, 'again.db')))).toEqual(
      await objectsOf(bunExecutor(copy)),
    );
    const home = { DATA_DIR: join(folder, 'home') };
    expect(await teahouse(['restore', join(folder, 'again.db')], home)).toMatchObject({ status: 0 });
    const back = join(folder, 'home', 'teahouse.db');
    expect(await contentOf(bunExecutor(back))).toEqual(before);
    expect(await finds(bunExecutor(back))).toEqual([[group]]);
    const found = await within(bunExecutor(back), async (executor) => {
      const app = await testApp({ executor });
      return (await (await person(app)).call('/chat/queryGroup', { groupName: '茶馆' })).data.info;
    });
    expect(found).toMatchObject([{ id: String(group) }]);
  });

  test('is replaced only with --force, never where it is another program’s, and only by its own mode', async () => {
    const file = join(folder, 'teahouse.db');
    await within(bunExecutor(file), furnish);
    copyDatabase(join(folder, 'teahouse.db'), copy);
    await within(onServer(), furnish);
    const before = await contentOf(onServer());
    expect(await teahouse(['restore', copy])).toMatchObject({
      status: 1,
      text: expect.stringContaining('--force'),
    });
    expect((await teahouse(['restore', copy, '--force'], { ...PRODUCTION, ...SERVER })).text).toContain(
      'sandbox mode',
    );
    expect(await contentOf(onServer())).toEqual(before);
    expect(await teahouse(['restore', copy, '--force'])).toMatchObject({ status: 0 });
    expect(await contentOf(onServer())).toEqual(await contentOf(bunExecutor(copy)));
    if (sqld) await emptyServer(sqld);
    await within(onServer(), (executor) => executor.write([change('CREATE TABLE theirs (a)')]));
    expect((await teahouse(['restore', copy, '--force'])).text).toContain('another program’s');
    expect(
      await within(onServer(), (executor) => executor.read([rows('SELECT * FROM theirs')])),
    ).toHaveLength(1);
  });

  test('is served by nobody after a restore that was broken off, wherever that was', async () => {
    await within(bunExecutor(join(folder, 'teahouse.db')), furnish);
    copyDatabase(join(folder, 'teahouse.db'), copy);
    await within(onServer(), (executor) => migrate(executor, 0));
    const whole = await within(onServer(), async (executor) => {
      let writes = 0;
      const counted = {
        ...executor,
        write: (statements: Parameters<Executor['write']>[0]) => {
          writes++;
          return executor.write(statements);
        },
      };
      await fillRemote(copy, counted);
      return writes;
    });
    expect(whole).toBeGreaterThan(10);
    for (const last of [1, 2, whole - 1]) {
      await within(onServer(), async (executor) => {
        let left = last;
        const write: Executor['write'] = (statements) =>
          left-- > 0 ? executor.write(statements) : Promise.reject(new Error('broken off'));
        await expect(fillRemote(copy, { ...executor, write })).rejects.toThrow('broken off');
        const { state } = await schemaStanding(executor);
        expect(['older', 'empty']).toContain(state);
      });
    }
    await expect(within(onServer(), (executor) => migrate(executor, 0))).rejects.toThrow('was broken off');
    await expect(copyServer(join(folder, 'half.db'))).rejects.toThrow('was broken off');
    expect(await teahouse(['restore', copy, '--force'])).toMatchObject({ status: 0 });
    expect(await contentOf(onServer())).toEqual(await contentOf(bunExecutor(copy)));
  });

  test('of an older version is backed up as it is, and of an unknown one is not', async () => {
    const older = migrations.slice(0, -1);
    await within(onServer(), async (executor) => {
      await migrate(executor, 0, older);
      await executor.write([change("INSERT INTO instance (name, value) VALUES ('mode', 'sandbox')")]);
    });
    await copyServer(copy);
    const standing = await within(bunExecutor(copy), (executor) => schemaStanding(executor));
    expect(standing).toEqual({ state: 'older', migrations: [migrations.at(-1)?.tag] });
    await within(onServer(), (executor) =>
      executor.write([change("INSERT INTO _migrations VALUES ('9999_new', 0)")]),
    );
    await expect(copyServer(join(folder, 'newer.db'))).rejects.toThrow('newer version');
    await within(onServer(), (executor) =>
      executor.write([
        change("DELETE FROM _migrations WHERE tag = '9999_new'"),
        change('DROP TRIGGER postings_move_balances'),
      ]),
    );
    await expect(copyServer(join(folder, 'torn.db'))).rejects.toThrow('postings_move_balances');
  });

  test('whose token is refused, or whose server gives no dump, is not backed up, in one line', async () => {
    await within(onServer(), (executor) => migrate(executor, 0));
    const bad = await teahouse(['backup', copy], { ...SERVER, DATABASE_AUTH_TOKEN: 'x' });
    expect(bad).toMatchObject({ status: 1, text: expect.stringContaining('HTTP 401') });
    expect(bad.text.trim().split('\n')).toHaveLength(2); // the first says which database
    expect(readdirSync(folder).filter((name) => name.startsWith('copy.db'))).toEqual([]);
    for (const status of [401, 403, 404, 500]) {
      const other = createServer((_, response) => response.writeHead(status).end('no')).listen(
        0,
        '127.0.0.1',
      );
      await once(other, 'listening');
      const address = other.address();
      const port = typeof address === 'object' ? address?.port : '';
      const dump = remoteDump({ ...config, DATABASE_URL: `http://127.0.0.1:${port}` });
      await expect(dump.next()).rejects.toThrow(
        new RegExp(`gives no dump .*HTTP ${status}.* No backup was made`),
      );
      other.close();
    }
  });

  test('whose dump stops in the middle is not backed up', async () => {
    const other = createServer((_, response) => {
      response.writeHead(200).write('BEGIN TRANSACTION;');
      setImmediate(() => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : '';
    const dump = remoteDump({ ...config, DATABASE_URL: `http://127.0.0.1:${port}` });
    await expect(readDump(dump, () => {})).rejects.toThrow(/broke off|no end/);
    other.close();
  });
});
