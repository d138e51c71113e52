import { join } from 'node:path';
import { expect } from 'vitest';
import { diskFiles } from '../../src/platform/files/disk.ts';
import { person } from '../support/app.ts';
import { appTest } from '../support/app-test.ts';
import { change } from '../support/bank.ts';
import { teahouseOn } from '../support/commands.ts';
import { sharedDatabase } from '../support/database.ts';
import { IS_REMOTE } from '../support/remote-database.ts';
import { liveDays, putUpload, stateOf, statusOf, sweepAll } from '../support/uploads.ts';

const test = appTest()
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
  .extend('database', async ({}, { onCleanup }) => {
    const database = await sharedDatabase();
    onCleanup(() => database.dispose());
    return database;
  })
  .extend('files', ({ database }) => diskFiles(join(String(database.settings['DATA_DIR']), 'files')))
  .extend('options', ({ database, files }) => ({ executor: database.executor, platform: { files } }))
  .extend('ann', ({ app }) => person(app))
  .extend(
    'teahouse',
    ({ database }) =>
      (...args: string[]) =>
        teahouseOn(database)('files', ...args),
  )
  .extend(
    'serverFollows',
    ({ app }) =>
      () =>
        sweepAll(app),
  );

const WHY = ['--reason', 'a picture of somebody else'];

/** Where the database is remote, the server follows by its job. */
const done = IS_REMOTE ? 'Done; its server follows within a minute.' : 'Done.';

test('an operator sees what is kept, of all and of one user, and what is in the trash', async ({
  app,
  ann,
  teahouse,
}) => {
  const [mine, other] = [await putUpload(app), await putUpload(app)];
  await app.executor.write([change('UPDATE uploads SET owner_id = ? WHERE key = ?', ann.id, mine)]);
  expect((await teahouse('usage')).lines).toEqual([
    'kept\t2 files\t20 bytes\t2 owners',
    'trash\t0 files\t0 bytes',
  ]);
  expect((await teahouse('usage', String(ann.id))).lines).toEqual(['kept\t1 files\t10 bytes']);
  const live = `${mine}\t${ann.id}\t10\timage/jpeg\tlive\t2026-11-22 20:00:00`;
  expect((await teahouse('list', String(ann.id))).lines).toEqual([live]);
  await liveDays(app, 8);
  expect((await teahouse('usage')).lines[1]).toBe('trash\t2 files\t20 bytes');
  const { lines } = await teahouse('list', 'trash');
  expect(lines.map((line) => line.split('\t').slice(0, 2)).sort()).toEqual(
    [
      [mine, String(ann.id)],
      [other, 'nobody'],
    ].sort(),
  );
}, 60_000);

test('an operator empties the trash back, by name or all of it, and what came back stays', async ({
  app,
  teahouse,
  serverFollows,
}) => {
  const keys = [await putUpload(app), await putUpload(app), await putUpload(app)];
  const [one = '', ...others] = keys;
  await liveDays(app, 8);
  expect(await stateOf(app, one)).toBe(1);
  expect((await teahouse('restore', `https://im.example.com/upload/small_${one}`, ...WHY)).lines).toEqual([
    done,
  ]);
  await serverFollows();
  expect([await statusOf(app, one), await stateOf(app, others[0] ?? '')]).toEqual([200, 1]);
  expect((await teahouse('restore', '--all', ...WHY)).lines).toEqual(['2 files come back.', done]);
  await liveDays(app, 45);
  for (const key of keys) expect([await stateOf(app, key), await statusOf(app, key)]).toEqual([0, 200]);
}, 60_000);

test('an operator takes a file down with its smaller copy, and brings it back', async ({
  app,
  ann,
  teahouse,
  serverFollows,
}) => {
  const key = await putUpload(app);
  expect((await teahouse('remove', key, ...WHY)).lines).toEqual([done]);
  await serverFollows();
  expect([await statusOf(app, key), await statusOf(app, `small_${key}`)]).toEqual([410, 410]);
  expect((await teahouse('list', 'down')).lines[0]).toContain(`${key}\tnobody\t10\timage/jpeg\ttaken down`);
  const again = await teahouse('remove', key, ...WHY);
  expect(again).toMatchObject({ exit: 1, lines: ['There is no such file, or it is down already.'] });
  // Nothing but its name brings back what was taken down.
  expect((await teahouse('restore', '--all', ...WHY)).lines).toEqual(['0 files come back.', done]);
  await app.executor.write([
    change(
      'INSERT INTO reminders (id, user_id, content, due_at, created_at) VALUES (1, ?, ?, 9e15, 0)',
      ann.id,
      key,
    ),
  ]);
  await liveDays(app, 10);
  expect(await statusOf(app, key)).toBe(410);
  expect((await teahouse('restore', key, ...WHY)).lines).toEqual([done]);
  await serverFollows();
  expect([await statusOf(app, key), await statusOf(app, `small_${key}`)]).toEqual([200, 200]);
}, 60_000);

test.skipIf(IS_REMOTE)(
  'an operator takes down a file from before uploads had rows',
  async ({ app, teahouse }) => {
    await app.platform.files.put('logo.png', Buffer.from('bytes'), 'image/png');
    expect((await teahouse('remove', 'logo.png', ...WHY)).lines).toEqual(['Done.']);
    expect(await statusOf(app, 'logo.png')).toBe(410);
  },
  60_000,
);

test('what cannot be done is said, and leaves with 1', async ({ teahouse }) => {
  const said = async (...args: string[]) => {
    const { exit, lines } = await teahouse(...args);
    expect(exit).toBe(1);
    return lines.join('\n');
  };
  expect(await said()).toBe('Say what to do. Usage: teahouse files usage | list | restore | remove');
  expect(await said('restore')).toContain('Name one file, or say --all.');
  expect(await said('restore', 'x.jpg', '--all')).toContain('Name one file, or say --all.');
  expect(await said('restore', 'none.jpg', ...WHY)).toContain('No such file can come back');
  expect(await said('remove', 'none.jpg')).toBe('Say why: give a reason.');
  expect(await said('list', 'thrash')).toContain('Give the user’s number.');
}, 60_000);
