import { describe, expect } from 'vitest';
import { SERVER_RUN } from '../../../src/core/in-slices.ts';
import { walkNames } from '../../../src/features/uploads/names.ts';
import { endUnnamed, seekUpload, settleUploads } from '../../../src/features/uploads/states.ts';
import { sweepUploads } from '../../../src/features/uploads/sweep.ts';
import { bunExecutor } from '../../../src/platform/database/executor.bun.ts';
import { migrate } from '../../../src/platform/database/migrate.ts';
import { appTest } from '../../support/app-test.ts';
import { memoryFiles } from '../../support/files.ts';
import { recording } from '../../support/plans.ts';
import { liveDays, putUpload, stateOf, statusOf, sweepAll } from '../../support/uploads.ts';

const DAY_MS = 24 * 3600 * 1000;
const [LIVE, TRASH, GONE] = [0, 1, 3];

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
  });
describe('what happens at the same moment', () => {
  test('a name that is written after its place was walked through brings the file back from the trash', async ({
    app,
    say,
  }) => {
    const key = await putUpload(app);
    await liveDays(app, 1);
    app.clock.advance(8 * DAY_MS);
    await walkNames(app.platform);
    await say(key);
    await endUnnamed(app.platform);
    await settleUploads(app.platform);
    expect(await stateOf(app, key)).toBe(TRASH);
    await liveDays(app, 1);
    expect([await stateOf(app, key), await statusOf(app, key)]).toEqual([LIVE, 200]);
  });

  test('a name that is found between the look and the trash keeps the file where it is', async ({
    app,
    say,
  }) => {
    const key = await putUpload(app);
    await liveDays(app, 1);
    app.clock.advance(8 * DAY_MS);
    await walkNames(app.platform);
    await say(key);
    app.clock.advance(DAY_MS);
    await walkNames(app.platform);
    await endUnnamed(app.platform);
    expect(await stateOf(app, key)).toBe(LIVE);
  });

  test('a walk that began with another list of places begins again', async ({ app, change }) => {
    await putUpload(app);
    app.clock.advance(8 * DAY_MS);
    for (let i = 0; i < 20_000; i += 5000) {
      const rows = Array.from({ length: 5000 }, (_, j) => `(${i + j + 1}, 1, '-', 0, 0)`);
      await app.executor.script([
        'PRAGMA foreign_keys = OFF',
        `INSERT INTO reminders (id, user_id, content, due_at, created_at) VALUES ${rows.join()}`,
      ]);
    }
    await walkNames(app.platform, { ...SERVER_RUN, trips: 100, ms: 1000 });
    const walk = () =>
      app.sql("SELECT started_at, place > 0, completed FROM upload_walks WHERE name = 'names'");
    expect(await walk()).toEqual([[app.clock.now(), 1, 0]]);
    await change("UPDATE upload_walks SET plan = 'another' WHERE name = 'names'");
    app.clock.advance(1);
    await walkNames(app.platform, { ...SERVER_RUN, trips: 100, ms: 1000 });
    expect(await walk()).toEqual([[app.clock.now(), 1, 0]]);
  });

  test('two processes that sweep at once do what one does', async ({ app, say }) => {
    const [named, unnamed] = [await putUpload(app), await putUpload(app)];
    await say(named);
    for (let day = 0; day < 45; day += 1) {
      app.clock.advance(DAY_MS);
      for (let i = 0; i < 3; i += 1) {
        await Promise.all([sweepUploads(app.platform), sweepUploads(app.platform)]);
      }
    }
    await sweepAll(app);
    expect([await stateOf(app, named), await stateOf(app, unnamed)]).toEqual([LIVE, GONE]);
    expect([await statusOf(app, named), await statusOf(app, unnamed)]).toEqual([200, 410]);
  });

  test('a sweep that hides a file while a request brings it back does not have the last word', async ({
    files,
    app,
  }) => {
    const key = await putUpload(app);
    await liveDays(app, 1);
    app.clock.advance(8 * DAY_MS);
    await walkNames(app.platform);
    await endUnnamed(app.platform);
    let meanwhile: string | undefined;
    const hiding = {
      ...app.platform,
      files: {
        ...files,
        async hide(name: string) {
          if (meanwhile === undefined) {
            meanwhile = 'asked';
            meanwhile = await seekUpload(app.platform, key);
          }
          await files.hide(name);
        },
      },
    };
    await settleUploads(hiding);
    expect(meanwhile).toBe('back');
    // The late hand of the sweep has hidden it. Whoever asks finds it, and so does the next sweep.
    expect(await files.head(key)).toBeUndefined();
    expect(await statusOf(app, key)).toBe(200);
    await files.hide(key);
    await settleUploads(app.platform);
    expect(await files.head(key)).toBeDefined();
    expect(await stateOf(app, key)).toBe(LIVE);
  });

  test('forty requests that ask for a file in the trash at once all get it', async ({ app }) => {
    const key = await putUpload(app);
    await liveDays(app, 9);
    expect(await stateOf(app, key)).toBe(TRASH);
    const statuses = await Promise.all(Array.from({ length: 40 }, () => statusOf(app, key)));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test('a store that fails is followed up, and holds up no other file', async ({ files, app }) => {
    const keys = [await putUpload(app), await putUpload(app), await putUpload(app)];
    await liveDays(app, 1);
    app.clock.advance(8 * DAY_MS);
    await walkNames(app.platform);
    await endUnnamed(app.platform);
    const failing = {
      ...files,
      hide: async (name: string) => {
        if (name === keys[0]) throw new Error('the bucket is away');
        await files.hide(name);
      },
    };
    expect(await settleUploads({ ...app.platform, files: failing })).toBe(2);
    expect(await files.head(keys[0] ?? '')).toBeDefined();
    expect(await settleUploads(app.platform)).toBe(1);
    expect(await files.head(keys[0] ?? '')).toBeUndefined();
  });
});
