import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect } from 'vitest';
import { endpoints } from '../../../src/endpoints.ts';
import { bunThumbnails } from '../../../src/platform/files/thumbnails.bun.ts';
import { type Person, person, rawRequest } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { meeting } from '../../support/barrier.ts';
import { freshDatabase } from '../../support/database.ts';
import { memoryFiles } from '../../support/files.ts';
import { type FormPart, file, form, MULTIPART } from '../../support/forms.ts';
import { picture } from '../../support/pictures.ts';
import { checkReply } from '../../support/replies.ts';

const KB = 1024;
const voice = Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(KB - 6)]);
const large = await picture('jpeg', 1800, 1200, true);
const PATH = '/chat/uploadImage';

let free: number | undefined;

const test = appTest()
  .extend('files', () => memoryFiles())
  .extend('meet', async () => meeting((await freshDatabase()).executor))
  .extend('env', (): Record<string, string> => ({}))
  .extend('options', ({ env, files, meet }) => ({
    env,
    executor: meet.executor,
    platform: { files: { ...files, free: async () => free }, thumbnails: bunThumbnails() },
  }))
  .extend('ann', ({ app }) => person(app))
  .extend('send', ({ app }) => async (who: Person, path: string, body: BodyInit, type: string) => {
    const response = await app.fetch(rawRequest(path, body, type, who.token));
    const { code, data } = checkReply(endpoints, path, await response.text());
    const words = data as { info: unknown; fileSize: string };
    return { status: response.status, headers: response.headers, code, data: words };
  })
  .extend(
    'upload',
    ({ send }) =>
      (who: Person, ...parts: FormPart[]) =>
        send(who, PATH, form(...parts), MULTIPART),
  )
  .extend(
    'rowsOf',
    ({ app }) =>
      (who: Person) =>
        app.sql(
          'SELECT key, bytes, sha256, content_type, state FROM uploads WHERE owner_id = ? ORDER BY key',
          who.id,
        ),
  )
  .extend(
    'usageOf',
    ({ app }) =>
      async (who: Person) =>
        (await app.sql('SELECT bytes, files, day_bytes FROM upload_usage WHERE owner_id = ?', who.id))[0],
  );
beforeEach(() => {
  free = undefined;
});

const voices = (count: number) => Array.from({ length: count }, () => file(voice));

describe('an upload', () => {
  test('has a row with its owner, bytes, hash and type', async ({ ann, upload, rowsOf, usageOf }) => {
    const { data } = await upload(ann, file(voice));
    const key = data.fileSize.split('/').at(-1);
    const sha256 = createHash('sha256').update(voice).digest('hex');
    expect(await rowsOf(ann)).toEqual([[key, KB, sha256, 'audio/amr', 0]]);
    expect(await usageOf(ann)).toEqual([KB, 1, KB]);
  });

  test('has one row with its smaller copy, whose bytes count', async ({
    files,
    ann,
    upload,
    rowsOf,
    usageOf,
  }) => {
    const { data } = await upload(ann, file(large));
    const key = data.fileSize.split('/small_').at(-1) ?? '';
    const sizes = await Promise.all(
      [key, `small_${key}`].map(async (each) => (await files.head(each))?.size ?? 0),
    );
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(await rowsOf(ann)).toMatchObject([[key, bytes, expect.any(String), 'image/jpeg', 0]]);
    expect(await usageOf(ann)).toEqual([bytes, 1, bytes]);
  });

  test.for([
    ['/chat/pcuploadImage', () => form(file(voice), file(voice)), MULTIPART],
    ['/chat/uploadImageJsonp', () => form(file(voice)), MULTIPART],
    ['/chat/doUploads', () => voice, 'application/octet-stream'],
    ['/chat/doUploads', () => form(file(voice)), MULTIPART],
  ] as const)('has a row by %s, too', async ([path, body, type], { files, ann, send, rowsOf }) => {
    expect((await send(ann, path, body(), type)).code).toBe('1');
    expect(await rowsOf(ann)).toHaveLength(1);
    expect(files.keys()).toHaveLength(1);
  });

  test('that is refused leaves no row, and nothing in the day', async ({ ann, upload, rowsOf, usageOf }) => {
    expect((await upload(ann, file(voice), file(Buffer.from('<html></html>')))).code).toBe('-1');
    expect(await rowsOf(ann)).toEqual([]);
    expect(await usageOf(ann)).toBeUndefined();
  });

  test('whose session ends while it arrives leaves neither row nor bytes', async ({
    files,
    app,
    ann,
    upload,
    rowsOf,
  }) => {
    const slow = { ...files, put: files.put };
    slow.put = async (...put) => {
      await app.sql('SELECT 1');
      await app.executor.write([
        { sql: 'UPDATE sessions SET ended_at = 1 WHERE user_id = ?', params: [ann.id], kind: 'change' },
      ]);
      return files.put(...put);
    };
    Object.assign(app.platform.files, slow);
    expect((await upload(ann, file(voice))).code).toBe('601');
    expect(await rowsOf(ann)).toEqual([]);
    expect(files.keys()).toEqual([]);
  });
});

describe('the limit of a day', () => {
  test.override('env', { UPLOAD_DAY_BYTES: String(10 * KB) });

  test('is passed by nobody, and the refusal says when to come back', async ({
    files,
    ann,
    upload,
    usageOf,
  }) => {
    expect((await upload(ann, ...voices(9))).code).toBe('1');
    const refused = await upload(ann, ...voices(2));
    expect(refused).toMatchObject({ status: 429, code: '-1' });
    expect(refused.data.info).toMatch(/^今天上传的文件已达到0MB的上限，请明天再试$/);
    // 20:00 in Shanghai: four hours until midnight.
    expect(refused.headers.get('retry-after')).toBe(String(4 * 3600));
    expect(files.keys()).toHaveLength(9);
    expect((await upload(ann, ...voices(1))).code).toBe('1');
    expect(await usageOf(ann)).toEqual([10 * KB, 10, 10 * KB]);
  });

  test('is somebody’s own', async ({ app, ann, upload }) => {
    await upload(ann, ...voices(9));
    const bob = await person(app);
    expect((await upload(bob, ...voices(9))).code).toBe('1');
  });

  test('begins again at midnight in Shanghai', async ({ app, ann, upload, usageOf }) => {
    await upload(ann, ...voices(9));
    app.clock.advance(4 * 3600 * 1000 - 1);
    expect((await upload(ann, ...voices(2))).code).toBe('-1');
    app.clock.advance(1);
    expect((await upload(ann, ...voices(2))).code).toBe('1');
    expect(await usageOf(ann)).toEqual([11 * KB, 11, 2 * KB]);
  });

  test('does not begin again for a process whose clock is behind', async ({ app, ann, upload }) => {
    app.clock.advance(4 * 3600 * 1000);
    await upload(ann, ...voices(9));
    app.clock.advance(-1);
    expect((await upload(ann, ...voices(2))).code).toBe('-1');
  });

  test('once reached, refuses before a byte of a file is stored', async ({
    files,
    app,
    ann,
    send,
    upload,
  }) => {
    await upload(ann, ...voices(9));
    await upload(ann, ...voices(1));
    let puts = 0;
    const put = files.put;
    app.platform.files.put = async (...args) => {
      puts += 1;
      return put(...args);
    };
    expect((await upload(ann, file(voice))).status).toBe(429);
    expect((await send(ann, '/chat/doUploads', voice, 'application/octet-stream')).status).toBe(429);
    expect(puts).toBe(0);
  });

  test('holds for forty uploads that meet', async ({ files, meet, ann, upload, rowsOf, usageOf }) => {
    meet.hold(40);
    const answers = await Promise.all(Array.from({ length: 40 }, () => upload(ann, file(voice))));
    expect(answers.filter(({ code }) => code === '1')).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
    expect(await usageOf(ann)).toEqual([10 * KB, 10, 10 * KB]);
    expect(await rowsOf(ann)).toHaveLength(10);
    expect(files.keys()).toHaveLength(10);
  });
});

describe('the limit in all', () => {
  test.override('env', { UPLOAD_TOTAL_BYTES: String(10 * KB) });

  test('is passed by nobody, on no day', async ({ files, app, ann, upload }) => {
    await upload(ann, ...voices(9));
    app.clock.advance(24 * 3600 * 1000);
    const refused = await upload(ann, ...voices(2));
    expect(refused).toMatchObject({ status: 507, code: '-1', data: { info: '上传的文件已达到0MB的上限' } });
    expect((await upload(ann, file(voice))).code).toBe('1');
    expect((await upload(ann, file(voice))).status).toBe(507);
    expect(files.keys()).toHaveLength(10);
  });

  test('holds for forty uploads that meet', async ({ files, meet, ann, upload, usageOf }) => {
    meet.hold(40);
    const answers = await Promise.all(Array.from({ length: 40 }, () => upload(ann, file(voice))));
    expect(answers.filter(({ code }) => code === '1')).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 507)).toHaveLength(30);
    expect(await usageOf(ann)).toEqual([10 * KB, 10, 10 * KB]);
    expect(files.keys()).toHaveLength(10);
  });
});

describe('what is kept for an owner', () => {
  const it = test.extend(
    'change',
    ({ app }) =>
      (sql: string, ...params: (string | number)[]) =>
        app.executor.write([{ sql, params, kind: 'change' }]),
  );

  it('is counted by whoever writes', async ({ app, ann, upload, usageOf, change }) => {
    const bob = await person(app);
    await upload(ann, ...voices(3));
    await change('UPDATE uploads SET owner_id = ? WHERE key = (SELECT MIN(key) FROM uploads)', bob.id);
    expect([await usageOf(ann), await usageOf(bob)]).toEqual([
      [2 * KB, 2, 3 * KB],
      [KB, 1, 0],
    ]);
    await change('UPDATE uploads SET owner_id = NULL WHERE owner_id = ?', bob.id);
    expect(await usageOf(bob)).toEqual([0, 0, 0]);
    expect(await app.sql('SELECT bytes, files FROM upload_usage WHERE owner_id = 0')).toEqual([[KB, 1]]);
    await change('UPDATE uploads SET state = 3, erased_at = 1 WHERE owner_id IS NULL');
    await change('DELETE FROM uploads');
    expect(await app.sql('SELECT DISTINCT bytes, files FROM upload_usage')).toEqual([[0, 0]]);
  });
});

describe('a disk that is nearly full', () => {
  test('takes no uploads, and everything else', async ({ files, app, ann, send, upload }) => {
    free = app.platform.config.DISK_FREE_MIN_BYTES - 1;
    const refused = await upload(ann, file(voice));
    expect(refused).toMatchObject({
      status: 503,
      code: '-1',
      data: { info: '服务器存储空间不足，暂时不能上传文件' },
    });
    expect((await send(ann, '/chat/doUploads', voice, 'application/octet-stream')).status).toBe(503);
    expect(files.keys()).toEqual([]);
    expect((await ann.call('/chat/updateProfile', { sign: 'still writing' })).code).toBe('1');
    free = app.platform.config.DISK_FREE_MIN_BYTES;
    expect((await upload(ann, file(voice))).code).toBe('1');
  });

  test('that fills up between two files of a call takes neither', async ({
    files,
    app,
    ann,
    upload,
    rowsOf,
  }) => {
    const put = files.put;
    app.platform.files.put = async (...args) => {
      free = 0;
      return put(...args);
    };
    expect((await upload(ann, ...voices(2))).status).toBe(503);
    expect(files.keys()).toEqual([]);
    expect(await rowsOf(ann)).toEqual([]);
  });

  const unlimited = test.extend('env', () => ({ DISK_FREE_MIN_BYTES: '0' }));
  unlimited('is not asked where the setting is 0', async ({ ann, upload }) => {
    free = 0;
    expect((await upload(ann, file(voice))).code).toBe('1');
  });
});
