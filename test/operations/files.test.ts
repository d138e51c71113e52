import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { memoryFiles } from '../support/files.ts';
import { operate, operatedApp } from '../support/operate.ts';
import { liveDays, putUpload, statusOf } from '../support/uploads.ts';

let app: TestApp;
beforeEach(async () => {
  app = await operatedApp({ platform: { files: memoryFiles() } });
});
afterEach(() => app.close());

const moderator = (name: string, given: object = {}) =>
  operate(app, 'moderator', name, { reason: 'of somebody else', ...given });
const written = () => app.sql('SELECT operation, subject, subject_id FROM audit ORDER BY id');
const said = ({ status, body }: Awaited<ReturnType<typeof moderator>>) => [status, body.message];

describe('a file', () => {
  test('that a moderator takes down is gone at once, with its smaller copy, and comes back the same way', async () => {
    const key = await putUpload(app);
    const both = async () => [await statusOf(app, key), await statusOf(app, `small_${key}`)];
    expect(await both()).toEqual([200, 200]);
    const down = await moderator('files.remove', { file: `https://im.example.com/upload/small_${key}` });
    expect(down.body).toEqual({ done: true, on: key, file: 'taken down' });
    expect(await both()).toEqual([410, 410]);
    expect(said(await moderator('files.remove', { file: key }))).toEqual([
      409,
      'There is no such file, or it is down already.',
    ]);
    expect((await moderator('files.restore', { file: key })).body).toMatchObject({ file: 'served' });
    expect(await both()).toEqual([200, 200]);
    expect(said(await moderator('files.restore', { file: key }))).toEqual([
      409,
      'No such file can come back: it is served, its bytes are gone, or there never was one.',
    ]);
    expect(await written()).toEqual([
      ['files.remove', 'file', key],
      ['files.restore', 'file', key],
    ]);
    expect(await app.sql('SELECT before FROM audit_details ORDER BY audit_id')).toEqual([
      ['{"file":"served","owner":null}'],
      ['{"file":"taken down","owner":null}'],
    ]);
  });

  test('is taken down by nobody else, never without a reason, and once for a key', async () => {
    const file = await putUpload(app);
    for (const role of ['viewer', 'support', 'finance'])
      expect((await operate(app, role, 'files.remove', { file, reason: 'r' })).status).toBe(403);
    expect((await operate(app, 'moderator', 'files.remove', { file })).body.error).toBe('REASON_NEEDED');
    for (const bad of ['', ' ', 'x'.repeat(501), 7, 'a\nb'])
      expect((await moderator('files.remove', { file: bad })).body, String(bad)).toMatchObject({
        member: 'file',
      });
    for (const none of ['none.jpg', '../../etc/passwd', 'https://im.example.com/'])
      expect((await moderator('files.remove', { file: none })).status, none).toBe(409);
    expect([await statusOf(app, file), await written()]).toEqual([200, []]);
    const once = { 'idempotency-key': 'one' };
    const wish = { file, reason: 'r' };
    const first = await operate(app, 'moderator', 'files.remove', wish, once);
    await moderator('files.restore', { file });
    expect((await operate(app, 'moderator', 'files.remove', wish, once)).body).toEqual(first.body);
    expect(await statusOf(app, file)).toBe(200);
  });

  test('whose store is away is down in the books, and follows when it is back', async () => {
    const key = await putUpload(app);
    const { files } = app.platform;
    const { hide } = files;
    Object.assign(files, { hide: () => Promise.reject(new Error('away')) });
    expect((await moderator('files.remove', { file: key })).status).toBe(200);
    expect(await statusOf(app, key)).toBe(200);
    Object.assign(files, { hide });
    await liveDays(app, 1);
    expect(await statusOf(app, key)).toBe(410);
  });
});

test('the trash is emptied back, an act for each page of it, and stays what it was where it was taken down', async () => {
  const [one, two, down] = [await putUpload(app), await putUpload(app), await putUpload(app)];
  await moderator('files.remove', { file: down });
  await liveDays(app, 8);
  expect((await moderator('files.restore-all')).body).toEqual({
    done: true,
    count: 1,
    of: 1,
    lines: [{ files: 2, done: true }],
  });
  for (const key of [one, two]) expect(await statusOf(app, key)).toBe(200);
  expect(await statusOf(app, down)).toBe(410);
  expect((await moderator('files.restore-all')).body).toMatchObject({ done: false, of: 0 });
  expect((await written()).slice(1)).toEqual([['files.restore-all', 'file', 'trash']]);
});
