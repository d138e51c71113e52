import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { endpoints } from '../../../src/endpoints.ts';
import { bunThumbnails } from '../../../src/platform/files/thumbnails.bun.ts';
import { person, rawRequest } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { memoryFiles } from '../../support/files.ts';
import { bodyOf, type FormPart, file, form, MULTIPART } from '../../support/forms.ts';
import { phoneMovie, picture } from '../../support/pictures.ts';
import { checkReply } from '../../support/replies.ts';

const small = await picture('jpeg', 64, 48);
/** Above 1000 KB. */
const large = await picture('jpeg', 1800, 1200, true);
const MB = 1024 * 1024;

const test = appTest()
  .extend('files', () => memoryFiles())
  .extend('options', ({ files }) => ({ platform: { files, thumbnails: bunThumbnails() } }))
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
  );

async function reply(path: string, response: Response) {
  const text = await response.text();
  return { status: response.status, ...checkReply(endpoints, path, text) };
}

describe('what is refused, and then nothing is stored', () => {
  const it = test.extend(
    'refused',
    ({ files, upload }) =>
      async (parts: FormPart[], status: number, info: string) => {
        const answer = await upload(parts);
        expect(answer).toMatchObject({ status, code: '-1', data: { info } });
        expect(files.keys()).toEqual([]);
      },
  );
  const unsupported = '不支持的文件类型，请上传图片、语音或视频';

  it.for(['photo.jpg', 'photo.png', 'page.html', 'picture.svg', 'voice.amr', ''])(
    'pages, scripts and SVG by the name %j',
    async (name, { refused }) => {
      for (const text of [
        '<html><script>alert(1)</script></html>',
        '<svg onload="alert(1)"/>',
        'alert(1);//////////',
      ]) {
        await refused([file(Buffer.from(text), name, 'image/jpeg')], 415, unsupported);
      }
    },
  );

  it('HEIC, with a hint', async ({ refused }) => {
    const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), Buffer.alloc(64)]);
    await refused([file(heic, 'IMG_1.jpg')], 415, '不支持HEIC格式，请转换为JPEG后上传');
  });

  it('a picture that is broken', async ({ refused }) => {
    await refused([file(small.subarray(0, small.length / 2))], 415, '文件已损坏');
  });

  it('a JPEG of more scans than 100, and a picture of more small parts than its size allows', async ({
    files,
    upload,
  }) => {
    const at = small.indexOf(Buffer.from([0xff, 0xda]));
    const scan = small.subarray(at, -2);
    const scans = Buffer.concat([small.subarray(0, at), ...Array<Buffer>(101).fill(scan)]);
    const many = await upload([file(scans)]);
    expect(many).toMatchObject({ status: 413, code: '-1', data: { reason: 'TOO_MANY_SCANS', most: '100' } });
    const comments = Buffer.alloc(40_000, Buffer.from([0xff, 0xfe, 0, 2]));
    const parts = Buffer.concat([small.subarray(0, 2), comments, small.subarray(2)]);
    const most = `${4096 + Math.floor(parts.length / 256)}`;
    expect((await upload([file(parts)])).data).toMatchObject({ reason: 'TOO_MANY_PARTS', most });
    expect(files.keys()).toEqual([]);
  });

  it('a file above the limit, though its form is within its own', async ({ files, ann, send, refused }) => {
    const large = Buffer.concat([small, Buffer.alloc(10 * MB)]);
    await refused([file(large)], 413, '文件不能超过10MB');
    const request = rawRequest('/chat/uploadImage', bodyOf(form(file(large))), MULTIPART, ann.token);
    expect(await send('/chat/uploadImage', request)).toMatchObject({ status: 413, code: '-1' });
    expect(files.keys()).toEqual([]);
  });

  it('a movie above the limit, which is on its way to the store', async ({ refused }) => {
    await refused([file(phoneMovie('mp42', Buffer.alloc(10 * MB)))], 413, '文件不能超过10MB');
  });

  it('a form that says it is longer than all its files may be, before it is read', async ({
    files,
    ann,
    send,
  }) => {
    const request = new Request('http://teahouse.test/chat/uploadImage', {
      method: 'POST',
      headers: {
        'content-type': MULTIPART,
        'content-length': '999999999',
        authorization: `Bearer ${ann.token}`,
      },
      body: bodyOf(form(file(small))),
    });
    expect(await send('/chat/uploadImage', request)).toMatchObject({ status: 413, code: '-1' });
    expect(files.keys()).toEqual([]);
  });

  it('ten files, even when the first nine were taken before the tenth arrived', async ({
    files,
    ann,
    send,
    refused,
  }) => {
    const ten = Array.from({ length: 10 }, () => file(small));
    await refused(ten, 413, '一次最多上传9个文件');
    const stored: number[] = [];
    const slow = bodyOf(form(...ten), 200, undefined, async () => {
      await new Promise((resolve) => setTimeout(resolve)); // lets the server store what it has
      stored.push(files.keys().length);
    });
    const request = rawRequest('/chat/uploadImage', slow, MULTIPART, ann.token);
    expect(await send('/chat/uploadImage', request)).toMatchObject({ status: 413, code: '-1' });
    expect(Math.max(...stored)).toBeGreaterThan(0);
    expect(files.keys()).toEqual([]);
  });

  it('good files before one that is not', async ({ refused }) => {
    await refused([file(small), file(large), file(Buffer.from('<html></html>  '))], 415, unsupported);
  });

  it('a form without a file, and a call without a body', async ({ ann, refused }) => {
    await refused([{ field: 'fileExt', value: 'jpg' }], 200, '上传失败');
    expect((await ann.call('/chat/uploadImage', {}, { method: 'GET' })).code).toBe('-1');
  });

  it('the empty file that a browser sends where none was chosen', async ({ refused }) => {
    await refused([file(Buffer.alloc(0), '', 'application/octet-stream')], 415, unsupported);
  });

  it('a body of another type, with 415', async ({ ann, send }) => {
    const answer = await send(
      '/chat/uploadImage',
      rawRequest('/chat/uploadImage', small, 'image/jpeg', ann.token),
    );
    expect(answer).toMatchObject({ status: 415, code: '-1' });
  });

  it('a form without a boundary, or with a field that is too long, or with too many', async ({
    ann,
    send,
    refused,
  }) => {
    const path = '/chat/uploadImage';
    const noBoundary = rawRequest(path, form(file(small)), 'multipart/form-data', ann.token);
    expect(await send(path, noBoundary)).toMatchObject({ status: 200, code: '-1' });
    await refused([{ field: 'a', value: 'x'.repeat(20_000) }, file(small)], 413, '请求内容过大');
    const many = Array.from({ length: 40 }, (_, i) => ({ field: `f${i}`, value: 'x' }));
    await refused([...many, file(small)], 413, '请求内容过大');
  });

  it('a form that breaks off anywhere', async ({ files, ann, send }) => {
    const whole = form(
      { field: 'note', value: 'hello' },
      file(small),
      file(phoneMovie('mp42', Buffer.alloc(5000))),
    );
    const lengths = Array.from({ length: 60 }, (_, i) => Math.floor((i * (whole.length - 6)) / 60));
    for (const length of lengths) {
      const cut = rawRequest(
        '/chat/uploadImage',
        bodyOf(whole.subarray(0, length), 777),
        MULTIPART,
        ann.token,
      );
      const answer = await send('/chat/uploadImage', cut);
      expect(answer.code, `${length} bytes`).toBe('-1');
      expect(answer.status).toBeLessThan(500);
      expect(files.keys(), `${length} bytes`).toEqual([]);
    }
  });

  it('a form whose sender goes away', async ({ files, ann, send }) => {
    const whole = form(file(small), file(small));
    const stored: number[] = [];
    const gone = bodyOf(
      whole.subarray(0, whole.length - small.length / 2),
      200,
      new Error('gone'),
      async () => {
        await new Promise((resolve) => setTimeout(resolve)); // lets the server store what it has
        stored.push(files.keys().length);
      },
    );
    const answer = await send(
      '/chat/uploadImage',
      rawRequest('/chat/uploadImage', gone, MULTIPART, ann.token),
    );
    expect(answer).toMatchObject({ status: 200, code: '-1' });
    expect(Math.max(...stored)).toBe(1);
    expect(files.keys()).toEqual([]);
  });

  it('a form that is bent: it is taken or refused, all or nothing, never a fault', async ({
    files,
    ann,
    send,
  }) => {
    const whole = form({ field: 'note', value: 'hello' }, file(small), file(small));
    const edits = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(edits, fc.integer({ min: 1, max: 3000 }), async (changes, chunk) => {
        const bent = Buffer.from(whole);
        for (const [at, value] of changes) bent[at] = value;
        const before = files.keys().length;
        const request = rawRequest('/chat/uploadImage', bodyOf(bent, chunk), MULTIPART, ann.token);
        const { status, code, data } = await send('/chat/uploadImage', request);
        expect(status).toBeLessThan(500);
        expect(files.keys().length - before).toBe(code === '1' ? data.info.length : 0);
      }),
      { numRuns: 150 },
    );
  });
});

describe('who may upload', () => {
  const path = '/chat/uploadImage';

  const it = test.extend(
    'bare',
    ({ send }) =>
      (body: BodyInit, headers: Record<string, string> = {}, query = '') =>
        send(
          path,
          new Request(`http://teahouse.test${path}${query}`, {
            method: 'POST',
            headers: { 'content-type': MULTIPART, ...headers },
            body,
          }),
        ),
  );

  it('nobody without a session: nothing is stored, and the files stay unread', async ({ files, bare }) => {
    let read = 0;
    const whole = form(file(Buffer.concat([small, Buffer.alloc(9 * MB)])));
    const counted = bodyOf(whole).pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          read += chunk.length;
          controller.enqueue(chunk);
        },
      }),
    );
    expect((await bare(counted)).code).toBe('601');
    expect(read).toBeLessThan(MB);
    expect((await bare(form(file(small)), { authorization: 'Bearer nonsense' })).code).toBe('601');
    expect(files.keys()).toEqual([]);
  });

  it('a token by header, query, cookie, or a field before the first file', async ({ files, ann, bare }) => {
    const { token } = ann;
    const body = form(file(small));
    expect((await bare(body, { token })).code).toBe('1');
    expect((await bare(body, {}, `?token=${token}`)).code).toBe('1');
    expect((await bare(body, { cookie: `token=${token}` })).code).toBe('1');
    expect((await bare(form({ field: 'token', value: token }, file(small)))).code).toBe('1');
    expect((await bare(form(file(small), { field: 'token', value: token }))).code).toBe('601');
    expect(files.keys()).toHaveLength(4);
  });

  it('not in the name of another', async ({ files, app, upload }) => {
    const bob = await person(app);
    const answer = await upload([{ field: 'userId', value: String(bob.id) }, file(small)]);
    expect(answer.code).toBe('403');
    expect(files.keys()).toEqual([]);
  });

  it('not with a session that has ended', async ({ files, ann, upload }) => {
    await ann.call('/chat/doLogout');
    expect((await upload([file(small)])).code).toBe('601');
    expect(files.keys()).toEqual([]);
  });
});
