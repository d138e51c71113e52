import { Buffer } from 'node:buffer';
import { describe, expect } from 'vitest';
import * as z from 'zod';
import { attachment, cleanName, extensionOf } from '../../../src/features/uploads/file-names.ts';
import { shownTypes } from '../../../src/features/uploads/formats/sniff.ts';
import { person, rawRequest } from '../../support/app.ts';
import { appTest } from '../../support/app-test.ts';
import { memoryFiles } from '../../support/files.ts';
import { file, form, MULTIPART } from '../../support/forms.ts';
import { film, heif, PLACES, places, video } from '../../support/media.ts';

const MB = 1024 * 1024;
const pdf = Buffer.from('%PDF-1.7 and what follows it');
const page = Buffer.from('<!doctype html><script>alert(document.cookie)</script>');

const test = appTest()
  .extend('files', () => memoryFiles())
  .extend('options', ({ files }) => ({ platform: { files } }))
  .extend('ann', ({ app }) => person(app))
  .extend('send', ({ app, ann }) => async (path: string, body: BodyInit, type: string) => {
    const response = await app.fetch(rawRequest(path, body, type, ann.token));
    return { status: response.status, ...answerSchema.parse(await response.json()) };
  })
  .extend(
    'sendForm',
    ({ send }) =>
      (path: string, bytes: Buffer, name: string) =>
        send(path, form(file(bytes, name)), MULTIPART),
  )
  .extend(
    'served',
    ({ app }) =>
      (url: unknown) =>
        app.fetch(new Request(`http://teahouse.test${new URL(String(url)).pathname}`)),
  )
  .extend(
    'headersOf',
    ({ served }) =>
      async (url: unknown) =>
        Object.fromEntries((await served(url)).headers),
  );

const answerSchema = z.object({ code: z.string(), data: z.record(z.string(), z.unknown()) });

describe('any other file', () => {
  test.for([
    ['a PDF', pdf, '合同 2026.pdf', 'pdf'],
    ['a ZIP', Buffer.from('PK\x03\x04\x14\0\0\0\x08\0 and what follows'), 'a.zip', 'zip'],
    ['a page', page, 'page.html', 'html'],
    ['a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'a.svg', 'svg'],
    ['a program', Buffer.from('MZ\x90'), 'a.EXE', 'exe'],
    ['a text of one letter', Buffer.from('x'), 'note', 'bin'],
  ] as const)(
    '%s goes through pcuploadImage, and is offered for download alone',
    async ([_, bytes, name, extension], { sendForm, served, headersOf }) => {
      const { code, data } = await sendForm('/chat/pcuploadImage', bytes, name);
      expect(code).toBe('1');
      expect(data).toMatchObject({ fileSize: String(bytes.length), fileName: name.toLowerCase() });
      expect(data['fileUrl']).toMatch(new RegExp(`/\\d{13}_[0-9A-Za-z]{22}\\.${extension}$`));
      expect(await headersOf(data['fileUrl'])).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': attachment(name),
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
      });
      expect(Buffer.from(await (await served(data['fileUrl'])).arrayBuffer())).toEqual(bytes);
    },
  );

  test('goes through doUploads, called after fileExt', async ({ send, headersOf }) => {
    const { data } = await send('/chat/doUploads?fileExt=docx', pdf, 'application/pdf');
    expect(data['info']).toMatch(/\.docx$/);
    const key = new URL(String(data['info'])).pathname.split('/').at(-1) ?? '';
    expect(await headersOf(data['info'])).toMatchObject({ 'content-disposition': attachment(key) });
    expect((await send('/chat/doUploads', pdf, 'application/pdf')).data['info']).toMatch(/\.bin$/);
    expect((await send('/chat/doUploads?fileExt=../x', pdf, 'application/pdf')).data['info']).toMatch(
      /\.bin$/,
    );
  });

  test('is refused where pictures are wanted, and where it is empty or too large', async ({
    files,
    sendForm,
  }) => {
    expect(await sendForm('/chat/uploadImage', pdf, 'a.pdf')).toMatchObject({ status: 415, code: '-1' });
    expect(await sendForm('/chat/uploadImageJsonp', pdf, 'a.pdf')).toMatchObject({ status: 415, code: '-1' });
    const empty = await sendForm('/chat/pcuploadImage', Buffer.alloc(0), 'a.pdf');
    expect(empty).toMatchObject({ status: 415, data: { info: '文件为空' } });
    const large = Buffer.concat([pdf, Buffer.alloc(10 * MB)]);
    expect(await sendForm('/chat/pcuploadImage', large, 'a.pdf')).toMatchObject({ status: 413, code: '-1' });
    expect(files.keys()).toEqual([]);
  });

  test('a broken picture, voice or film is refused as broken everywhere', async ({ sendForm }) => {
    for (const bytes of [Buffer.from(`GIF89a${'\0'.repeat(20)}`), film([video('a')]).subarray(0, -9)]) {
      const answer = await sendForm('/chat/pcuploadImage', bytes, 'a.bin');
      expect(answer).toMatchObject({ status: 415, data: { info: '文件已损坏' } });
    }
  });
});

describe('HEIC', () => {
  test('is taken as a file, without the place in it', async ({ sendForm, served, headersOf }) => {
    const { data } = await sendForm('/chat/pcuploadImage', heif('heic', Buffer.from('pixels')), 'IMG_1.HEIC');
    expect(data['fileUrl']).toMatch(/\.heic$/);
    expect(await headersOf(data['fileUrl'])).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="IMG_1.HEIC"',
    });
    const bytes = Buffer.from(await (await served(data['fileUrl'])).arrayBuffer());
    expect(bytes.includes('pixels')).toBe(true);
    for (const place of PLACES) expect(bytes.includes(place)).toBe(false);
  });

  test('that nobody can read goes out as it came', async ({ send, served }) => {
    const odd = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), Buffer.alloc(64, 7)]);
    const { data } = await send('/chat/doUploads', odd, 'image/heic');
    expect(Buffer.from(await (await served(data['info'])).arrayBuffer())).toEqual(odd);
  });
});

describe('a long film', () => {
  const long = film([video('a picture', 'x'.repeat(5 * MB)), places('meta', 'gpmd')]);

  test('waits in the store until its tables are read, and nothing stays there', async ({
    files,
    send,
    served,
  }) => {
    const { data } = await send('/chat/doUploads', long, 'video/mp4');
    const bytes = Buffer.from(await (await served(data['info'])).arrayBuffer());
    expect(bytes.includes('a picture')).toBe(true);
    for (const place of PLACES) expect(bytes.includes(place)).toBe(false);
    expect([files.keys().length, files.held()]).toEqual([1, 0]);
  });

  test('that is broken leaves nothing', async ({ files, send }) => {
    expect((await send('/chat/doUploads', long.subarray(0, -9), 'video/mp4')).code).toBe('-1');
    expect([files.keys().length, files.held()]).toEqual([0, 0]);
  });
});

describe('the name of a download', () => {
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ann\\合同.pdf', '合同.pdf'],
    ['.htaccess', 'htaccess'],
    ['a\r\nSet-Cookie: x=1.pdf', 'aSet-Cookie x=1.pdf'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a"b;c.pdf', 'ab;c.pdf'],
    ['\uD800.pdf', '\uFFFD.pdf'],
    [`${'长'.repeat(100)}.docx`, `${'长'.repeat(55)}.docx`],
    ['', ''],
  ])('%j is %j', (name, clean) => {
    expect(cleanName(name)).toBe(clean);
  });

  test('goes into the header in ASCII, and whole beside it where it is more', () => {
    expect(attachment('a b.pdf')).toBe('attachment; filename="a b.pdf"');
    expect(attachment('a;b%.pdf')).toBe(`attachment; filename="a_b_.pdf"; filename*=UTF-8''a%3Bb%25.pdf`);
    expect(attachment("茶's (1).pdf")).toBe(
      `attachment; filename="_'s (1).pdf"; filename*=UTF-8''%E8%8C%B6%27s%20%281%29.pdf`,
    );
  });

  test('has its extension where that is a plain one', () => {
    expect(['a.PDF', 'a.tar.gz', 'a', 'a.', 'a.x y', `a.${'x'.repeat(11)}`].map(extensionOf)).toEqual([
      ...['pdf', 'gz', 'bin', 'bin', 'bin', 'bin'],
    ]);
  });
});

test('no type that is shown can run', () => {
  for (const type of shownTypes) expect(type).toMatch(/^(image|audio|video)\/(?!svg)[a-z0-9-]+$/);
});
