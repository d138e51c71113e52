import { Buffer } from 'node:buffer';
import { describe, expect } from 'vitest';
import { endpoints } from '../../../src/endpoints.ts';
import { bunThumbnails } from '../../../src/platform/files/thumbnails.bun.ts';
import { type AppOptions, type Person, person, rawRequest, testApp } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { memoryFiles } from '../../support/files.ts';
import { bodyOf, type FormPart, file, form, MULTIPART } from '../../support/forms.ts';
import { chattyGif, movingWebp, phoneJpeg, phoneMovie, picture, SECRETS } from '../../support/pictures.ts';
import { checkReply } from '../../support/replies.ts';

const small = await picture('jpeg', 64, 48);
/** Above 1000 KB. */
const large = await picture('jpeg', 1800, 1200, true);
const MB = 1024 * 1024;

const test = appTest()
  .extend('files', () => memoryFiles())
  .extend('options', ({ files }): AppOptions => ({ platform: { files, thumbnails: bunThumbnails() } }))
  .extend('ann', ({ app }) => person(app))
  .extend('send', ({ app }) => async (path: string, request: Request) => {
    const answer = await reply(path, await app.fetch(request));
    // Tests look into replies freely; their shape has been compared with the declaration.
    return answer as typeof answer & {
      data: { info: string & string[]; fileSize: string; fileName: string; fileUrl: string };
    };
  })
  .extend(
    'upload',
    ({ ann, send }) =>
      (parts: FormPart[], path = '/chat/uploadImage', token = ann.token) =>
        send(path, rawRequest(path, form(...parts), MULTIPART, token)),
  )
  .extend(
    'fetchPath',
    ({ app }) =>
      (path: string, headers: Record<string, string> = {}, method = 'GET') =>
        app.fetch(new Request(`http://teahouse.test${path}`, { method, headers })),
  )
  .extend(
    'bytesAt',
    ({ fetchPath }) =>
      async (url: string) =>
        Buffer.from(await (await fetchPath(pathOf(url))).arrayBuffer()),
  );

interface Cast {
  readonly ann: Person;
}

async function reply(path: string, response: Response) {
  const text = await response.text();
  return { status: response.status, ...checkReply(endpoints, path, text) };
}

const pathOf = (url: string) => new URL(url).pathname;

describe('uploadImage (11)', () => {
  test('answers the URL of one file in both shapes, and the file is there without its metadata', async ({
    upload,
    fetchPath,
  }) => {
    const photo = phoneJpeg(small, 6);
    const { status, code, data } = await upload([file(photo)]);
    expect([status, code]).toEqual([200, '1']);
    expect(data.info).toEqual([data.fileSize]);
    const response = await fetchPath(pathOf(data.fileSize));
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    const bytes = Buffer.from(await response.arrayBuffer());
    for (const secret of SECRETS) expect(bytes.includes(secret)).toBe(false);
    expect(await new Bun.Image(bytes).metadata()).toEqual({ width: 48, height: 64, format: 'jpeg' });
  });

  test('takes nine files of every kind in their order', async ({ upload, bytesAt }) => {
    const voice = Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(64)]);
    const kinds: [string, Buffer][] = [
      ['jpg', small],
      ['png', await picture('png', 8, 8)],
      ['gif', chattyGif()],
      ['webp', await picture('webp', 8, 8)],
      ['amr', voice],
      ['mp3', Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, 0]), Buffer.alloc(64)])],
      ['m4a', phoneMovie('M4A ', voice)],
      ['mp4', phoneMovie('mp42', voice)],
      ['mov', phoneMovie('qt  ', voice)],
    ];
    const { data } = await upload(kinds.map(([, bytes]) => file(bytes, 'x.bin', 'application/octet-stream')));
    expect(data.info.map((url) => url.split('.').at(-1))).toEqual(kinds.map(([extension]) => extension));
    expect(await bytesAt(data.info[4] ?? '')).toEqual(voice);
    expect((await bytesAt(data.info[7] ?? '')).includes('22.5431N')).toBe(false);
  });

  test.for(['fileUpload', 'uploadfile', 'file'])(
    'takes the file from the field %s',
    async (field, { upload }) => {
      expect((await upload([{ ...file(small), field }])).code).toBe('1');
    },
  );

  test('skips files of other fields', async ({ upload }) => {
    const { data } = await upload([{ ...file(Buffer.from('<html>')), field: 'other' }, file(small)]);
    expect(data.info).toHaveLength(1);
  });

  test('takes a part without a file name and type', async ({ upload }) => {
    expect((await upload([{ field: 'fileUpload', value: small }])).code).toBe('1');
  });

  test('gives a picture above 1000 KB a copy 400 pixels wide, and its URL', async ({ upload, bytesAt }) => {
    expect(large.length).toBeGreaterThan(1000 * 1024);
    const { data } = await upload([file(phoneJpeg(large, 6))]);
    expect(pathOf(data.fileSize)).toMatch(/^\/upload\/small_\d{13}_[0-9A-Za-z]{22}\.jpg$/);
    const copy = await bytesAt(data.fileSize);
    expect(await new Bun.Image(copy).metadata()).toEqual({ width: 400, height: 600, format: 'jpeg' });
    const full = await bytesAt(data.fileSize.replace('small_', ''));
    expect(await new Bun.Image(full).metadata()).toEqual({ width: 1200, height: 1800, format: 'jpeg' });
  });

  test('leaves a large moving picture as it is', async ({ files, upload }) => {
    const moving = movingWebp(await picture('webp', 1500, 1200, true), 1500, 1200);
    expect(moving.length).toBeGreaterThan(1000 * 1024);
    const { data } = await upload([file(moving)]);
    expect(data.fileSize).not.toContain('small_');
    expect(files.keys()).toHaveLength(1);
  });

  test('serves the full picture where the platform makes no copies', async ({ files }) => {
    const plain = await testApp({ platform: { files } });
    const someone = await person(plain);
    const request = rawRequest('/chat/uploadImage', form(file(large)), MULTIPART, someone.token);
    const { data } = await reply('/chat/uploadImage', await plain.fetch(request));
    expect(data).toMatchObject({ fileSize: expect.not.stringContaining('small_') });
    await plain.close();
  });
});

describe('pcuploadImage (12)', () => {
  test('answers size, name and URL', async ({ upload, bytesAt }) => {
    const { data } = await upload([file(small, 'IMG_0001.JPG')], '/chat/pcuploadImage');
    const stored = await bytesAt(data.fileUrl);
    expect(data).toMatchObject({ fileSize: String(stored.length), fileName: 'img_0001.jpg' });
  });

  test('takes a name in Chinese, and no folders', async ({ files, upload }) => {
    const { data } = await upload([file(small, '../../茶 馆.JPG')], '/chat/pcuploadImage');
    expect(data.fileName).toBe('茶 馆.jpg');
    expect(files.keys()[0]).toMatch(/^\d{13}_[0-9A-Za-z]{22}\.jpg$/);
  });

  test('stores the first file alone', async ({ files, upload }) => {
    await upload([file(small), file(small)], '/chat/pcuploadImage');
    expect(files.keys()).toHaveLength(1);
  });
});

describe('uploadImageJsonp (13)', () => {
  const path = '/chat/uploadImageJsonp';

  const it = test.extend(
    'jsonp',
    ({ app, ann }) =>
      (callback: string) =>
        app.fetch(
          rawRequest(
            `${path}?callback=${encodeURIComponent(callback)}`,
            form(file(small)),
            MULTIPART,
            ann.token,
          ),
        ),
  );

  it('answers the plain envelope without a callback', async ({ upload }) => {
    const { code, data } = await upload([file(small)], path);
    expect(code).toBe('1');
    expect(data.info).toEqual([data.fileSize]);
  });

  it('answers a script that calls the callback with the envelope', async ({ jsonp }) => {
    const response = await jsonp('app.onUpload');
    expect(response.headers.get('content-type')).toBe('application/javascript; charset=utf-8');
    const text = await response.text();
    const [, json = ''] = /^app\.onUpload\((.*)\);$/s.exec(text) ?? [];
    expect(checkReply(endpoints, path, json).code).toBe('1');
  });

  describe('answers such a script to what it refuses, too', () => {
    const jpeg = form(file(small));
    const request = (body: BodyInit, query: string, token?: string, type = MULTIPART) =>
      rawRequest(`${path}?${query}`, body, type, token);
    it.for<readonly [string, string, (cast: Cast) => Request]>([
      ['a call without a token', '601', () => request(jpeg, 'callback=done')],
      ['a false token', '601', () => request(jpeg, 'callback=done', 'x')],
      [
        'another userId',
        '403',
        ({ ann }: Cast) => request(jpeg, `callback=done&userId=${ann.id + 1}`, ann.token),
      ],
      [
        'no file',
        '-1',
        ({ ann }: Cast) => request(form({ field: 'x', value: 'y' }), 'callback=done', ann.token),
      ],
      [
        'what is no picture',
        '-1',
        ({ ann }: Cast) => request(form(file(Buffer.from('MZ'))), 'callback=done', ann.token),
      ],
      [
        'a body that is no form',
        '-1',
        ({ ann }: Cast) => request('x', 'callback=done', ann.token, 'text/xml'),
      ],
      ['a form that breaks off', '-1', ({ ann }: Cast) => request('--x', 'callback=done', ann.token)],
      [
        'a function named in the form',
        '-1',
        ({ ann }: Cast) => request(form({ field: 'callback', value: 'done' }), 'x=y', ann.token),
      ],
    ])('%s', async ([_, code, make], { files, app, ann }) => {
      const response = await app.fetch(make({ ann }));
      expect(response.headers.get('content-type')).toBe('application/javascript; charset=utf-8');
      const [, json = ''] = /^done\((.*)\);$/s.exec(await response.text()) ?? [];
      expect(checkReply(endpoints, path, json).code).toBe(code);
      expect(files.keys()).toEqual([]);
    });

    const limited = it.extend('options', ({ files }) => ({
      env: { RATE_LIMITS: 'on', RATE_PER_ADDRESS: '1' },
      platform: { files },
    }));
    limited('a call too many', async ({ app }) => {
      await app.fetch(request(jpeg, 'callback=done'));
      const response = await app.fetch(request(jpeg, 'callback=done'));
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await response.text()).toMatch(/^done\(\{"code":"429",.*\}\);$/);
    });
  });

  it.for(['alert(1)//', '<script>', 'a b', '9a', 'a'.repeat(65), 'a;b'])(
    'refuses the callback %j and stores nothing',
    async (callback, { files, jsonp }) => {
      const { code } = await reply(path, await jsonp(callback));
      expect(code).toBe('-1');
      expect(files.keys()).toEqual([]);
    },
  );
});

describe('doUploads', () => {
  const path = '/chat/doUploads';

  const it = test.extend(
    'raw',
    ({ ann, send }) =>
      (body: BodyInit, query = '?fileExt=jpg', type = 'application/octet-stream') =>
        send(path, rawRequest(path + query, body, type, ann.token)),
  );

  it('takes the body as the file, and its type from its bytes alone', async ({ bytesAt, raw }) => {
    const { code, data } = await raw(small, '?fileExt=html', 'text/html');
    expect(code).toBe('1');
    expect(data.info).toMatch(/\.jpg$/);
    expect(await bytesAt(data.info)).toEqual(small);
  });

  it.for(['application/x-www-form-urlencoded', 'application/json'])(
    'also when it is called %s',
    async (type, { raw }) => {
      expect((await raw(small, '', type)).code).toBe('1');
    },
  );

  it('also takes a form', async ({ upload }) => {
    expect((await upload([file(small)], path)).code).toBe('1');
  });

  it('refuses an empty body', async ({ files, raw }) => {
    const answer = await raw(Buffer.alloc(0));
    expect(answer.code).toBe('-1');
    expect(files.keys()).toEqual([]);
  });

  it('refuses a body above the limit, with and without its length', async ({ files, raw }) => {
    const large = Buffer.concat([small, Buffer.alloc(10 * MB)]);
    expect(await raw(large)).toMatchObject({ status: 413, code: '-1' });
    expect(await raw(bodyOf(large))).toMatchObject({ status: 413, code: '-1' });
    expect(files.keys()).toEqual([]);
  });

  it('stores nothing when the sender goes away in the middle of a movie', async ({
    files,
    app,
    ann,
    raw,
  }) => {
    const movie = phoneMovie('mp42', Buffer.alloc(MB));
    const gone = bodyOf(movie.subarray(0, MB / 2), 16_384, new Error('gone'));
    await app.fetch(rawRequest(path, gone, 'video/mp4', ann.token));
    const cut = await raw(bodyOf(movie.subarray(0, MB / 2)));
    expect(cut).toMatchObject({ status: 415, code: '-1' });
    expect(files.keys()).toEqual([]);
  });
});

test('keys cannot be guessed: time and 22 letters and digits, all different at the same moment', async ({
  files,
  app,
  upload,
}) => {
  for (let i = 0; i < 6; i++) await upload(Array.from({ length: 9 }, () => file(small)));
  const keys = files.keys();
  expect(new Set(keys.map((key) => key.slice(14))).size).toBe(54);
  for (const key of keys) expect(key).toMatch(new RegExp(`^${app.clock.time}_[0-9A-Za-z]{22}\\.jpg$`));
  const letters = new Set(keys.flatMap((key) => [...key.slice(14, 36)]));
  expect(letters.size).toBeGreaterThan(50);
});
