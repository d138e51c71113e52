import { describe, expect } from 'vitest';
import { drawnAt, stemsIn } from '../../../src/features/uploads/keys.ts';
import { PLACE_ROWS, places } from '../../../src/features/uploads/places.ts';
import { endUnnamed } from '../../../src/features/uploads/states.ts';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { appTest } from '../../support/app-test.ts';
import { memoryFiles } from '../../support/files.ts';
import { recordedScans, recording } from '../../support/plans.ts';
import { liveDays, newKey, putUpload, stateOf, statusOf, sweepAll } from '../../support/uploads.ts';

const DAY_MS = 24 * 3600 * 1000;
const [LIVE, TRASH, TAKEN_DOWN, GONE] = [0, 1, 2, 3];

const test = appTest()
  .extend('record', async () => {
    const record = recording(bunExecutor(':memory:'));
    await migrate(record.executor, 0);
    return record;
  })
  .extend('files', () => memoryFiles())
  .extend('options', ({ record, files }) => ({ executor: record.executor, platform: { files } }))
  .extend(
    'change',
    ({ app }) =>
      (sql: string, ...params: (string | number)[]) =>
        app.executor.write([{ sql, params, kind: 'change' }]),
  )
  /** Has a reminder, whose text nobody else reads, say something. */
  .extend('say', ({ app }) => async (text: string): Promise<number> => {
    const id = app.platform.ids.next<number>();
    await app.executor.script([
      'PRAGMA foreign_keys = OFF',
      `INSERT INTO reminders (id, user_id, content, due_at, created_at) VALUES (${id}, 1, '${text}', 0, 0)`,
    ]);
    return id;
  })
  .extend(
    'unsay',
    ({ change }) =>
      (id: number) =>
        change('DELETE FROM reminders WHERE id = ?', id),
  )
  /** Writes a row whose only meaning is that a column of it holds a text. */
  .extend(
    'writeRow',
    ({ app }) =>
      async (table: string, column: string, text: string, number: number): Promise<void> => {
        const found = await app.sql(
          `SELECT name, type, "notnull" = 1 AND dflt_value IS NULL, pk FROM pragma_table_info('${table}')`,
        );
        const columns = found.map(
          ([name, type, required, pk]): Column => ({
            name: String(name),
            type: String(type),
            required: Number(required) === 1 || Number(pk) > 0,
          }),
        );
        const set = columns.filter(({ name, required }) => required || name === column);
        const values = set.map(({ name, type }) => {
          if (name === column) return `'${text.replaceAll("'", "''")}'`;
          return type === 'TEXT' ? `'t${number}'` : `${number}`;
        });
        await app.executor.script([
          'PRAGMA foreign_keys = OFF',
          'PRAGMA ignore_check_constraints = ON',
          `INSERT INTO "${table}" (${set.map(({ name }) => `"${name}"`).join()}) VALUES (${values.join()})`,
          'PRAGMA ignore_check_constraints = OFF',
        ]);
      },
  );
/** The ways in which a text may name a file. */
const NAMES: readonly ((key: string) => string)[] = [
  (key) => `https://im.example.com/upload/${key}`,
  (key) => `http://an-older-address:8787/wmsMobile/upload/${key}`,
  (key) => `/wmsMobilePro/upload/small_${key}`,
  (key) => key,
  (key) => `small_${key}`,
  (key) =>
    JSON.stringify({ msgString: JSON.stringify({ url: `http://a/upload/${key}?x=1#y` }) }).replaceAll(
      '/',
      '\\/',
    ),
  (key) => `https://a/upload/1792764556123_ZZZZZZZZZZZZZZZZZZZZZZ.png,https://a/upload/${key},`,
  (key) => `${'长'.repeat(3000)}${key}${'文'.repeat(3000)}`,
  (key) => `file_${key.slice(0, 36)}`,
];

interface Column {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

describe('a file that something names', () => {
  test('stays, in every place that may name one and in every way', async ({ files, app, writeRow }) => {
    const kept: string[] = [];
    let number = 1_000_000;
    for (const { table, columns } of places()) {
      for (const column of columns) {
        // A primary key has to be short and is one of a kind; every other column takes every way.
        for (const named of NAMES) {
          const key = await putUpload(app);
          number += 1;
          await writeRow(table, column, named(key), number);
          kept.push(key);
        }
      }
    }
    const unnamed = await putUpload(app);
    expect(kept.length).toBeGreaterThan(50 * NAMES.length);
    await liveDays(app, 45);
    expect(await app.sql('SELECT key, state FROM uploads WHERE state > 0')).toEqual([[unnamed, GONE]]);
    for (const key of kept) expect(await files.head(key)).toBeDefined();
  }, 60_000);

  test('stays where its place has more rows than are read at a time, each of them counts', async ({
    app,
    change,
    say,
    writeRow,
  }) => {
    const keys: string[] = [];
    for (let i = 0; i < 8 * PLACE_ROWS + 3; i += 1) {
      const key = await putUpload(app);
      keys.push(key);
      await writeRow('friendships', 'background', key, 5000 - i);
      await say(key);
    }
    for (const key of keys.slice(0, 4 * PLACE_ROWS))
      await change('DELETE FROM reminders WHERE content = ?', key);
    await change('DELETE FROM friendships WHERE user_id < ?', 5000 - 4 * PLACE_ROWS);
    await liveDays(app, 12);
    expect(await app.sql('SELECT count(*) FROM uploads WHERE state > 0')).toEqual([[0]]);
    expect(keys.length).toBeGreaterThan(500);
  }, 30_000);

  test('is found by what its key begins with, wherever that begins', () => {
    const key = '1792764556123_op0JRv151261510226917a';
    expect([...stemsIn(`9${key}9.jpg and ${key}`)]).toEqual([key]);
    const overlapping = `1111111111111_${'9'.repeat(9)}${key}`;
    expect(stemsIn(overlapping)).toContain(key);
    expect(stemsIn('1792764556123_short.jpg')).toEqual(new Set());
    expect(drawnAt(`${key}.jpg`)).toBe(1_792_764_556_123);
  });
});

test('a file that is served costs the database nothing, and one that is not a look at its row', async ({
  record,
  app,
}) => {
  const key = await putUpload(app);
  record.clear();
  for (const name of [key, `small_${key}`]) expect(await statusOf(app, name)).toBe(200);
  expect([record.reads, record.writes]).toEqual([[], []]);
  expect(await statusOf(app, 'none.jpg')).toBe(404);
  expect(record.reads.map((statements) => statements.length)).toEqual([1]);
});

describe('a file that nothing names', () => {
  test('is served for a week, lies in the trash for 30 days, and is 410 ever after', async ({
    files,
    app,
  }) => {
    const key = await putUpload(app);
    await liveDays(app, 7);
    expect(await stateOf(app, key)).toBe(LIVE);
    await liveDays(app, 1);
    expect(await stateOf(app, key)).toBe(TRASH);
    expect(await files.head(key)).toBeUndefined();
    expect(await files.head(`small_${key}`)).toBeUndefined();
    await liveDays(app, 29);
    expect(await stateOf(app, key)).toBe(TRASH);
    await liveDays(app, 1);
    expect(await stateOf(app, key)).toBe(GONE);
    for (const name of [key, `small_${key}`]) {
      const response = await app.fetch(new Request(`http://teahouse.test/upload/${name}`));
      expect([response.status, response.headers.get('cache-control')]).toEqual([410, 'no-store']);
      expect(await response.json()).toEqual({ code: '-1', data: { info: '文件已被移除' } });
    }
    const usage = () => app.sql('SELECT bytes, files FROM upload_usage');
    expect(await usage()).toEqual([[10, 1]]);
    await liveDays(app, 2);
    expect(await app.sql('SELECT erased_at > 0 FROM uploads')).toEqual([[1]]);
    expect(await usage()).toEqual([[0, 0]]);
    await files.show(key);
    expect(await files.head(key)).toBeUndefined();
    expect(await statusOf(app, key)).toBe(410);
  });

  test('comes back from the trash with its smaller copy when somebody asks for it, and has a week again', async ({
    app,
  }) => {
    const key = await putUpload(app);
    await liveDays(app, 20);
    expect(await stateOf(app, key)).toBe(TRASH);
    expect(await statusOf(app, `small_${key}`)).toBe(200);
    expect(await stateOf(app, key)).toBe(LIVE);
    expect(await statusOf(app, key)).toBe(200);
    expect(await app.sql('SELECT is_pending FROM uploads')).toEqual([[0]]);
    await liveDays(app, 7);
    expect(await stateOf(app, key)).toBe(LIVE);
    await liveDays(app, 1);
    expect(await stateOf(app, key)).toBe(TRASH);
  });

  test('comes back from the trash by itself when something names it again', async ({ files, app, say }) => {
    const key = await putUpload(app);
    await liveDays(app, 20);
    await say(`/upload/small_${key}`);
    await liveDays(app, 1);
    expect(await stateOf(app, key)).toBe(LIVE);
    expect(await files.head(key)).toBeDefined();
    await liveDays(app, 40);
    expect(await stateOf(app, key)).toBe(LIVE);
  });

  test('comes back even when it is gone already, as long as its bytes have not been erased', async ({
    app,
    say,
  }) => {
    const key = await putUpload(app);
    await liveDays(app, 38);
    expect(await stateOf(app, key)).toBe(GONE);
    await say(key);
    await liveDays(app, 1);
    expect([await stateOf(app, key), await statusOf(app, key)]).toEqual([LIVE, 200]);
  });

  test('is not taken for one because the server slept: a walk must have looked for it first', async ({
    app,
    say,
    unsay,
  }) => {
    const key = await putUpload(app);
    const id = await say(key);
    await liveDays(app, 1);
    await unsay(id);
    await liveDays(app, 1);
    await say(key);
    app.clock.advance(100 * DAY_MS);
    await endUnnamed(app.platform);
    expect(await stateOf(app, key)).toBe(LIVE);
    await liveDays(app, 10);
    expect(await stateOf(app, key)).toBe(LIVE);
  });

  test('goes a week after what named it went', async ({ app, say, unsay }) => {
    const key = await putUpload(app);
    const id = await say(key);
    await liveDays(app, 30);
    await unsay(id);
    await liveDays(app, 7);
    expect(await stateOf(app, key)).toBe(LIVE);
    await liveDays(app, 1);
    expect(await stateOf(app, key)).toBe(TRASH);
  });

  test('stays where it is marked as kept', async ({ app, change }) => {
    const key = await putUpload(app);
    await change('UPDATE uploads SET is_kept = 1');
    await liveDays(app, 60);
    expect([await stateOf(app, key), await statusOf(app, key)]).toEqual([LIVE, 200]);
  });
});

describe('a file without a row', () => {
  const it = test.extend(
    'rowOf',
    ({ app }) =>
      (key: string) =>
        app.sql('SELECT owner_id, bytes, is_kept, state FROM uploads WHERE key = ?', key),
  );

  it('that a crash left behind is entered after a day, and goes as any that nothing names', async ({
    files,
    app,
    rowOf,
  }) => {
    const key = newKey(app);
    await files.put(key, Buffer.from('bytes'), 'image/jpeg');
    await files.put(`small_${key}`, Buffer.from('small'), 'image/jpeg');
    await sweepAll(app);
    expect(await rowOf(key)).toEqual([]);
    await liveDays(app, 7);
    expect(await rowOf(key)).toEqual([[null, 10, 0, LIVE]]);
    await liveDays(app, 50);
    expect(await rowOf(key)).toEqual([[null, 10, 0, GONE]]);
    expect(files.keys()).toEqual([]);
  });

  it('is left alone while its call may be under way', async ({ files, app, rowOf }) => {
    const key = newKey(app);
    await files.put(key, Buffer.from('bytes'), 'image/jpeg');
    app.clock.advance(DAY_MS - 1);
    await sweepAll(app);
    expect(await rowOf(key)).toEqual([]);
    expect(await statusOf(app, key)).toBe(200);
  });

  it('whose key is none of ours is kept', async ({ files, app, rowOf }) => {
    await files.put('logo.png', Buffer.from('bytes'), 'image/png');
    await liveDays(app, 60);
    expect(await rowOf('logo.png')).toEqual([[null, 5, 1, LIVE]]);
    expect(await statusOf(app, 'logo.png')).toBe(200);
  });

  it('is hidden again where a restored copy of the store shows what was taken down', async ({
    files,
    app,
    change,
  }) => {
    const key = await putUpload(app);
    await sweepAll(app);
    await change('UPDATE uploads SET state = 2, is_pending = 1 WHERE key = ?', key);
    await sweepAll(app);
    expect(await statusOf(app, key)).toBe(410);
    await files.show(key);
    await liveDays(app, 7);
    expect([await stateOf(app, key), await statusOf(app, key)]).toEqual([TAKEN_DOWN, 410]);
  });
});

// The last one: bun:sqlite takes a changing statement that was explained for one that still runs.
test('no step of the sweep, and no request, walks through a table', async ({ record, files, app, say }) => {
  for (let i = 0; i < 3; i += 1) await putUpload(app);
  await files.put('logo.png', Buffer.from('bytes'), 'image/png');
  await say(await putUpload(app));
  record.clear();
  await liveDays(app, 9);
  const [[trashed] = []] = await app.sql('SELECT key FROM uploads WHERE state = 1');
  await statusOf(app, String(trashed));
  await liveDays(app, 45);
  expect(record.writes.length).toBeGreaterThan(100);
  // The first page of a place is a walk that ends after 64 rows; two walks are all that `upload_walks` has.
  const first = places().map((place) => place.first().statement.sql);
  const ownLooks = /^SELECT (1|key) FROM upload/;
  const reads = record.reads.map((batch) =>
    batch.filter(({ sql }) => !first.includes(sql) && !ownLooks.test(sql)),
  );
  expect(await recordedScans({ ...record, reads }, ['upload_walks', 'reminders'])).toEqual([]);
});
