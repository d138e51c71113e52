import { beforeAll, describe, expect, test } from 'vitest';
import { file, form, MULTIPART } from '../support/forms.ts';
import { film, PLACES, places, video } from '../support/media.ts';
import { phoneJpeg, phoneMovie, picture, SECRETS } from '../support/pictures.ts';
import { expectRefusal, newPerson, type Person, type Reply, replyOf, send } from './support/client.ts';

const MB = 1024 * 1024;

let me: Person;
let photo: Buffer;
beforeAll(async () => {
  me = await newPerson();
  photo = phoneJpeg(await picture('jpeg', 1200, 900), 1);
});

const authorized = (type: string) => ({ 'content-type': type, authorization: `Bearer ${me.token}` });

async function upload(path: string, body: BodyInit, type = MULTIPART, query = ''): Promise<Reply> {
  // Refused before its end, a body leaves a connection that nobody should use again.
  const init = { method: 'POST', headers: authorized(type), body, keepalive: false };
  return replyOf(path, await send(path + query, init));
}

/** Fetches an upload by its absolute URL from the server under test. */
const fetchUpload = (url: string, init?: RequestInit) => send(new URL(url).pathname, init);

describe('/chat/uploadImage', () => {
  test('takes in a photograph and serves it without what the phone wrote into it', async () => {
    const { code, data } = await upload('/chat/uploadImage', form(file(photo)));
    expect(code).toBe('1');
    expect(data.info).toEqual([data.fileSize]);
    const served = await fetchUpload(data.fileSize);
    const bytes = Buffer.from(await served.arrayBuffer());
    expect(served.headers.get('content-type')).toBe('image/jpeg');
    expect(served.headers.get('cache-control')).toBe('public, max-age=86400');
    expect(served.headers.get('x-content-type-options')).toBe('nosniff');
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    for (const secret of SECRETS) expect(bytes.includes(secret)).toBe(false);
  });

  test('gives a large picture a smaller copy', async () => {
    const large = phoneJpeg(await picture('jpeg', 1200, 1800, true), 1);
    const { data } = await upload('/chat/uploadImage', form(file(large)));
    expect(data.fileSize).toContain('/upload/small_');
    const widthOf = async (url: string) => {
      const bytes = new Uint8Array(await (await fetchUpload(url)).arrayBuffer());
      return (await new Bun.Image(bytes).metadata()).width;
    };
    expect(await widthOf(data.fileSize)).toBe(400);
    expect(await widthOf(data.fileSize.replace('small_', ''))).toBe(1200);
  });

  test('takes nine files at once and no ten', async () => {
    const tiny = await picture('png', 8, 8);
    const files = (count: number) => form(...Array.from({ length: count }, () => file(tiny, 'a.png')));
    const { data } = await upload('/chat/uploadImage', files(9));
    expect(new Set(data.info).size).toBe(9);
    expectRefusal(await upload('/chat/uploadImage', files(10)), -1, '一次最多上传9个文件');
  });

  test('refuses a page by any name, a broken picture and nothing', async () => {
    const page = Buffer.from('<html><script>alert(1)</script></html>');
    const refused = await upload('/chat/uploadImage', form(file(page)));
    expect(refused.status).toBe(415);
    expectRefusal(refused, -1);
    expectRefusal(await upload('/chat/uploadImage', form(file(photo.subarray(0, 400)))), -1);
    expectRefusal(await upload('/chat/uploadImage', form()), -1, '上传失败');
  });

  test('refuses what is too large, and stays up', async () => {
    const large = phoneMovie('mp42', Buffer.alloc(11 * MB));
    const refused = await upload('/chat/uploadImage', form(file(large, 'film.mp4', 'video/mp4')));
    expect(refused.status).toBe(413);
    expectRefusal(refused, -1, '文件不能超过10MB');
  });
});

describe('its kin', () => {
  test('/chat/pcuploadImage tells name and size', async () => {
    const { code, data } = await upload('/chat/pcuploadImage', form(file(photo, '茶.jpg')));
    expect(code).toBe('1');
    expect(data.fileName).toBe('茶.jpg');
    const served = await fetchUpload(data.fileUrl);
    expect((await served.arrayBuffer()).byteLength).toBe(Number(data.fileSize));
    expectRefusal(await upload('/chat/pcuploadImage', form()), -1, '上传失败');
  });

  test('/chat/uploadImageJsonp answers a script where a function is named', async () => {
    const path = '/chat/uploadImageJsonp';
    expect(await upload(path, form(file(photo)))).toMatchObject({ code: '1' });
    const init = { method: 'POST', headers: authorized(MULTIPART), body: form(file(photo)) };
    const script = await send(`${path}?callback=on.done`, init);
    expect(script.headers.get('content-type')).toContain('application/javascript');
    expect(await script.text()).toMatch(/^on\.done\(\{"code":"1",.*\}\);$/);
    expectRefusal(await upload(path, form(file(photo)), MULTIPART, '?callback=alert(1)'), -1);
  });

  test('/chat/doUploads takes the body itself', async () => {
    const { code, data } = await upload('/chat/doUploads', photo, 'application/octet-stream', '?fileExt=jpg');
    expect(code).toBe('1');
    expect((await fetchUpload(data.info)).status).toBe(200);
    expectRefusal(await upload('/chat/doUploads', photo.subarray(0, 400), 'application/octet-stream'), -1);
  });

  test.each(['/chat/doUploads', '/chat/pcuploadImage'])('%s takes any file for download', async (path) => {
    const paper = Buffer.from('%PDF-1.7 and what follows it');
    const { data } = await upload(path, form(file(paper, '合同.pdf', 'application/pdf')));
    const served = await fetchUpload(data.info ?? data.fileUrl);
    expect(served.headers.get('content-type')).toBe('application/octet-stream');
    expect(served.headers.get('content-disposition')).toContain("filename*=UTF-8''%E5%90%88%E5%90%8C.pdf");
    expect(served.headers.get('content-security-policy')).toContain('sandbox');
    expect(Buffer.from(await served.arrayBuffer())).toEqual(paper);
  });

  test('/chat/doUploads carries no place out of a camera’s track, however long its film', async () => {
    const tracks = [video('a picture', 'x'.repeat(5 * MB)), places('meta', 'gpmd')];
    const { data } = await upload('/chat/doUploads', film(tracks), 'video/mp4');
    const bytes = Buffer.from(await (await fetchUpload(data.info)).arrayBuffer());
    expect(bytes.includes('a picture')).toBe(true);
    for (const place of PLACES) expect(bytes.includes(place)).toBe(false);
  });
});

describe('a served file', () => {
  const movie = phoneMovie('mp42', Buffer.alloc(6 * MB, 7));
  let url: string;
  let whole: Buffer;
  beforeAll(async () => {
    const { data } = await upload('/chat/uploadImage', form(file(movie, 'film.mp4', 'video/mp4')));
    url = data.fileSize;
    whole = Buffer.from(await (await fetchUpload(url)).arrayBuffer());
  });

  test('comes in parts where asked for', async () => {
    const part = await fetchUpload(url, { headers: { range: 'bytes=100-199' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 100-199/${whole.length}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(100, 200));
    const end = await fetchUpload(url, { headers: { range: 'bytes=-10' } });
    expect(Buffer.from(await end.arrayBuffer())).toEqual(whole.subarray(-10));
    const beyond = await fetchUpload(url, { headers: { range: `bytes=${whole.length}-` } });
    expect(beyond.status).toBe(416);
  });

  test('is not sent again to who has it', async () => {
    const head = await fetchUpload(url, { method: 'HEAD' });
    const etag = head.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(head.headers.get('content-length')).toBe(String(whole.length));
    expect((await fetchUpload(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test('is not there under any other name', async () => {
    for (const path of ['/upload/none.jpg', '/upload/..%2f..%2fetc%2fpasswd', '/upload/small_none.jpg'])
      expect((await send(path)).status).toBe(404);
  });
});
