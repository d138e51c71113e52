import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { messageIn } from '../../src/features/chat/client-message.ts';
import { sendFor } from '../../src/features/chat/over-socket.ts';
import { reconcile } from '../../src/holds.ts';
import type { Caller } from '../../src/http/caller.ts';
import { runJobs } from '../../src/jobs.ts';
import { createDb } from '../../src/platform/database/db.ts';
import { bunExecutor } from '../../src/platform/database/executor.bun.ts';
import { type Executor, WritesPaused } from '../../src/platform/database/executor.ts';
import { clientWire } from '../../src/platform/database/libsql-client.ts';
import { pipelineWire } from '../../src/platform/database/libsql-pipeline.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { copyPaused } from '../../src/platform/database/remote-copy.ts';
import { remoteDump } from '../../src/platform/database/remote-dump.ts';
import { whileWritesPaused } from '../../src/platform/database/write-pause.ts';
import { emptyServer, executorOn } from '../support/adapters.ts';
import { type Person, person, type TestApp, testApp } from '../support/app.ts';
import { change, rows } from '../support/bank.ts';
import { teahouseProgram } from '../support/built.ts';
import { type DumplessServer, dumplessServer } from '../support/dumpless-server.ts';
import { layFinishedSchema } from '../support/finished-schema.ts';
import { groupOf } from '../support/groups.ts';
import { deposit, payment } from '../support/ledger.ts';
import { startSqld } from '../support/sqld.ts';

/** Rows in an order that every database has, whatever columns a table has. */
const inOrder = (found: readonly (readonly unknown[])[] | undefined) =>
  found?.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

const sqld = await startSqld();
afterAll(() => sqld?.stop());
const server = sqld ?? { url: '', token: '' };

const PAUSED = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'pause%'";
const TABLES = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
  AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'libsql%'`;

let folder: string;
let copy: string;
let host: DumplessServer;
let executor: Executor;
let app: TestApp;
let people: readonly [Person, Person];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'teahouse-paused-'));
  copy = join(folder, 'copy.db');
  if (!sqld) return;
  await emptyServer(sqld);
  host = await dumplessServer(sqld.url);
  executor = executorOn(server, pipelineWire);
  await layFinishedSchema(executor);
  app = await testApp({ executor });
  people = [await person(app), await person(app)];
  await groupOf(...people);
  await createDb(executor).write(deposit(people[0].id, 1_000_000));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await host?.stop();
  await executor?.close();
});

/** `teahouse backup` of the host without dumps. */
function backup() {
  const child = spawn(teahouseProgram(), ['backup', copy], {
    env: {
      PATH: process.env['PATH'] ?? '',
      MODE: 'sandbox',
      DATA_DIR: folder,
      DATABASE_URL: host.url,
      DATABASE_AUTH_TOKEN: server.token,
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (some) => (text += String(some)));
  const ended = once(child, 'close').then(([status]) => ({ status, text }));
  return { ended, kill: () => child.kill('SIGKILL') };
}

const namesOf = async (text: string) =>
  (await executor.read([rows(text)]))[0]?.rows.map(([name]) => String(name)) ?? [];
const pay = () => createDb(executor).write(payment(people[0].id, people[1].id, 1));

/** Pays until it is told to stop; counts what was paid, and what a pause refused. */
function keepPaying() {
  let paying = true;
  const counts = { paid: 0, refused: 0 };
  const running = (async () => {
    while (paying) {
      try {
        await pay();
        counts.paid++;
      } catch (error) {
        if (!(error instanceof WritesPaused)) throw error;
        counts.refused++;
      }
    }
  })();
  return {
    counts,
    async stop() {
      paying = false;
      await running;
    },
  };
}

const until = async (isSo: () => boolean | Promise<boolean>) => {
  while (!(await isSo())) await new Promise((go) => setTimeout(go, 20));
};

describe.skipIf(!sqld)('a database whose host gives no dump', { timeout: 90_000 }, () => {
  test('is backed up as one state while payments go on, which wait as long as the command says', async () => {
    const payments = keepPaying();
    await until(() => payments.counts.paid > 3);
    const page = host.hold('FROM \\"bills\\"');
    const command = backup();
    await page;
    await until(() => payments.counts.refused > 3);
    const { paid } = payments.counts;
    await until(() => payments.counts.refused > 6);
    expect(payments.counts.paid).toBe(paid);
    host.release();
    expect(await command.ended).toMatchObject({
      status: 0,
      text: expect.stringMatching(
        /no dump \(HTTP 404\): writes are paused[\s\S]*Writes were paused for \d+\.\d s/,
      ),
    });
    await until(() => payments.counts.paid > paid + 3);
    await payments.stop();

    const made = bunExecutor(copy);
    expect(await reconcile(createDb(made))).toEqual([]);
    const bills = rows('SELECT journal_id FROM bills WHERE user_id = ? ORDER BY journal_id', people[1].id);
    const [copied, all] = [(await made.read([bills]))[0]?.rows, (await executor.read([bills]))[0]?.rows];
    expect(copied).toEqual(all?.slice(0, paid));
    expect(all).toHaveLength(payments.counts.paid);
    const lease = rows("SELECT count(*) FROM instance WHERE name LIKE 'writes_paused%'");
    for (const database of [made, executor]) expect((await database.read([lease]))[0]?.rows).toEqual([[0]]);
    expect(await namesOf(PAUSED)).toEqual([]);
    await made.close();
  });

  test('has every row of every table in its copy, of any size', async () => {
    const many = (from: number, to: number, value: string) =>
      change(`INSERT INTO instance (name, value) WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL
        SELECT i + 1 FROM n WHERE i < ${to}) SELECT 'text ' || i, ${value} FROM n`);
    // Of the small ones it is concluded that all the rest fits into a page, for which a server has no room.
    await executor.write([
      many(1, 600, "i || char(0) || '茶'"),
      many(601, 900, "printf('%.*c', 40000, 'x')"),
    ]);
    for (let i = 0; i < 3; i++) await pay();
    await copyPaused(executor, copy, 'holder', systemClock);
    const made = bunExecutor(copy);
    for (const table of [...(await namesOf(TABLES)), 'sqlite_sequence']) {
      const columns = table === 'instance' ? 'name, length(value), hex(substr(value, 1, 40))' : '*';
      const read = [rows(`SELECT ${columns} FROM "${table}"`)];
      expect(inOrder((await made.read(read))[0]?.rows), table).toEqual(
        inOrder((await executor.read(read))[0]?.rows),
      );
    }
    await made.close();
  });

  test('refuses every change of every table meanwhile, on either wire, and says so to clients; reads go on', async () => {
    const [li] = people;
    const worker = executorOn(server, clientWire);
    await whileWritesPaused(executor, await namesOf(TABLES), 'holder', async () => {
      const tables = await namesOf(TABLES);
      expect(tables.length).toBeGreaterThan(50);
      const guarded = tables.flatMap((table) =>
        ['DELETE', 'INSERT', 'UPDATE'].map((operation) => `pause_${table}_${operation}`),
      );
      expect((await namesOf(PAUSED)).sort()).toEqual(guarded.sort());
      await expect(pay()).rejects.toThrow(WritesPaused);
      await expect(createDb(worker).write(payment(people[0].id, people[1].id, 1))).rejects.toThrow(
        WritesPaused,
      );
      for (const statement of [
        'DELETE FROM users',
        "UPDATE users SET sign = 'x'",
        "INSERT OR IGNORE INTO instance VALUES ('a', 'b')",
      ])
        await expect(worker.write([change(statement)])).rejects.toThrow(WritesPaused);
      await expect(worker.script(['DELETE FROM users'])).rejects.toThrow(WritesPaused);
      await expect(migrate(executor, 1, [{ tag: '9999_new', statements: [] }])).rejects.toThrow(WritesPaused);

      const refused = await li.call('/chat/updateHead', { headUrl: '/upload/a.png' });
      expect(refused).toMatchObject({ status: 503, code: '-1', data: { reason: 'WRITES_PAUSED' } });
      expect(refused.headers.get('retry-after')).toBe('5');
      expect((await li.call('/chat/getBalance')).code).toBeDefined();
      expect((await li.call('/chat/getUserById', { destId: people[1].id })).code).toBe('1');
      expect((await app.fetch(new Request('http://localhost/readyz'))).status).toBe(200);
      expect((await testApp({ executor: worker })).platform.keys).toEqual(app.platform.keys);
    });
    expect((await li.call('/chat/updateHead', { headUrl: '/upload/a.png' })).code).toBe('1');
    await worker.close();
  });

  test('tells sockets why a message was not stored, and lets jobs come again without an alarm', async () => {
    const [li, wang] = people;
    const lines: string[] = [];
    const log = {
      info: (event: string) => lines.push(event),
      error: (event: string) => lines.push(`! ${event}`),
    };
    const message = { msgId: 'm1', fromType: 1, destId: wang.id, messageType: 2, content: '喝茶？' } as const;
    const [session] = await app.sql('SELECT id FROM sessions WHERE user_id = ?', li.id);
    const caller = { userId: li.id, sessionId: Number(session?.[0]), device: 1 } as Caller; // as it stands there
    const send = () => sendFor({ ...app.platform, log }, caller, messageIn(message));
    await whileWritesPaused(executor, await namesOf(TABLES), 'holder', async () => {
      expect(await send()).toMatchObject({ code: -1, data: { reason: 'WRITES_PAUSED' } });
      expect(await li.call('/im/send', message)).toMatchObject({ status: 503 });
      const job = { name: 'pay', everySeconds: 1, run: () => pay().then(() => 1) };
      await runJobs({ ...app.platform, log }, [job]);
    });
    expect(lines).toEqual(['writes paused']);
    expect(await send()).toMatchObject({ code: 1, data: { info: 'm1' } });
  });

  test('takes writes again by itself when the command is killed half-way, and the next one begins anew', async () => {
    const page = host.hold('FROM \\"users\\"');
    const command = backup();
    await page;
    await expect(pay()).rejects.toThrow(WritesPaused);
    command.kill();
    await command.ended;
    host.release();
    await expect(pay()).rejects.toThrow(WritesPaused);
    await until(() =>
      pay().then(
        () => true,
        () => false,
      ),
    );
    expect(existsSync(copy)).toBe(false);
    expect((await namesOf(PAUSED)).length).toBeGreaterThan(0);
    expect(await migrate(executor, 1)).toEqual([]);
    expect(await namesOf(PAUSED)).toEqual([]);
    expect(await backup().ended).toMatchObject({ status: 0 });
    expect(await namesOf(PAUSED)).toEqual([]);
  });

  test('is paused by one backup at a time', async () => {
    const tables = await namesOf(TABLES);
    await whileWritesPaused(executor, tables, 'first', async () => {
      await expect(copyPaused(executor, copy, 'second', systemClock)).rejects.toThrow('Another backup');
      expect(await namesOf(PAUSED)).toHaveLength(3 * tables.length);
      await expect(pay()).rejects.toThrow(WritesPaused);
    });
    await pay();
  });

  test('is not backed up where the pause ran out, nor is the pause of another ended', async () => {
    const tables = await namesOf(TABLES);
    const runOut = (value: string) =>
      executor.write([change("UPDATE instance SET value = ? WHERE name = 'writes_paused'", value)]);
    const lapsed = whileWritesPaused(executor, tables, 'first', async () => {
      await runOut('1 first');
      await pay();
    });
    await expect(lapsed).rejects.toThrow('was interrupted');
    expect(await namesOf(PAUSED)).toEqual([]);
    const taken = whileWritesPaused(executor, tables, 'first', async () => {
      await runOut('9999999999 second');
    });
    await expect(taken).rejects.toThrow('was interrupted');
    await expect(pay()).rejects.toThrow(WritesPaused);
    expect(await namesOf(PAUSED)).toHaveLength(3 * tables.length);
  });
});

const answering = (status: number) =>
  dumplessServer(server.url, status).then(async (made) => {
    await host?.stop();
    host = made;
  });

test('a host whose dump fails for now keeps its writes', { timeout: 30_000 }, async () => {
  await answering(503);
  const { status, text } = await backup().ended;
  expect({ status, text }).toMatchObject({ status: 1, text: expect.stringContaining('HTTP 503') });
  expect(text).not.toContain('paused');
  for (const [answer, isLasting] of [
    [401, true],
    [403, true],
    [404, true],
    [405, true],
    [501, true],
    [408, false],
    [429, false],
    [500, false],
    [502, false],
  ] as const) {
    await answering(answer);
    const refusal = await remoteDump({ DATABASE_URL: host.url, DATABASE_AUTH_TOKEN: '' })
      .next()
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: answer, isLasting });
  }
});
