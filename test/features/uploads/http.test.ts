import { Buffer } from 'node:buffer';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { diskFiles } from '../../../src/platform/files/disk.ts';
import { bunThumbnails } from '../../../src/platform/files/thumbnails.bun.ts';
import { type Person, person, type TestApp, testApp } from '../../support/app.ts';
import { bodyOf, file, form, MULTIPART } from '../../support/forms.ts';
import { phoneMovie, picture } from '../../support/pictures.ts';

/** Over real sockets: what Bun itself adds to, and takes from, requests and answers. */
const MB = 1024 * 1024;
const movie = phoneMovie('mp42', Buffer.alloc(3 * MB, 7));
let folder: string;
let app: TestApp;
let ann: Person;
let server: ReturnType<typeof Bun.serve>;
let base: string;
let movieUrl: string;
let answered = 0;

const post = (body: BodyInit, path = '/chat/uploadImage', token = ann.token) =>
  fetch(`${base}${path}`, {
    method: 'POST',
    headers: { 'content-type': MULTIPART, authorization: `Bearer ${token}` },
    body,
  });
const answerSchema = z.object({ code: z.string(), data: z.record(z.string(), z.unknown()) });
const answerOf = async (response: Response) => answerSchema.parse(await response.json());
const stored = async () => {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.includes('/')).sort();
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'teahouse-uploads-'));
  app = await testApp({ platform: { files: diskFiles(folder), thumbnails: bunThumbnails() } });
  ann = await person(app);
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request) => app.fetch(request).finally(() => answered++),
  });
  base = `http://127.0.0.1:${server.port}`;
  const { data } = await answerOf(await post(form(file(movie))));
  movieUrl = base + new URL(String(data['fileSize'])).pathname;
});
afterAll(async () => {
  await server.stop(true);
  await app.close();
  await rm(folder, { recursive: true });
});

describe('a file over HTTP', () => {
  test.each([
    ['whole', {}, 200, movie.length],
    ['in part', { range: 'bytes=100-' }, 206, movie.length - 100],
    ['at its end', { range: 'bytes=-10' }, 206, 10],
    ['whole where several parts are asked for', { range: 'bytes=0-1,5-6' }, 200, movie.length],
    [
      'whole where it is not the same any more',
      { range: 'bytes=0-1', 'if-range': '"other"' },
      200,
      movie.length,
    ],
  ])('%s says its length', async (_, headers, status, length) => {
    const response = await fetch(movieUrl, { headers: { ...headers, 'accept-encoding': 'identity' } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-length')).toBe(String(length));
    expect(response.headers.get('transfer-encoding')).toBeNull();
    expect((await response.arrayBuffer()).byteLength).toBe(length);
  });

  test('says its length to HEAD, and in 416', async () => {
    const head = await fetch(movieUrl, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(movie.length));
    const beyond = await fetch(movieUrl, { headers: { range: 'bytes=99999999-' } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${movie.length}`]);
  });

  test('is the bytes that were sent', async () => {
    const back = Buffer.from(await (await fetch(movieUrl, { headers: { range: 'bytes=5-' } })).arrayBuffer());
    expect(back.subarray(-2 * MB).equals(movie.subarray(-2 * MB))).toBe(true);
  });
});

describe('an upload over HTTP', () => {
  test('in chunks of unknown length is taken', async () => {
    const answer = await answerOf(await post(bodyOf(form(file(await picture('png', 20, 20))), 100)));
    expect(answer.code).toBe('1');
  });

  test('that is far too large is refused in the envelope, and not waited for', async () => {
    const before = await stored();
    const answeredBefore = answered;
    const pieces = Buffer.alloc(MB);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent === 1) controller.enqueue(form(file(movie)).subarray(0, MB));
        else if (sent < 2000) controller.enqueue(pieces);
        else controller.close();
      },
    });
    // Bun may close before the whole body is out: then there is no answer, and nothing stored either.
    const response = await post(endless).catch(() => undefined);
    if (response) expect((await answerOf(response)).code).toBe('-1');
    expect(sent).toBeLessThan(2000);
    await expect.poll(() => answered, { timeout: 10_000 }).toBe(answeredBefore + 1);
    expect(await stored()).toEqual(before);
  });

  test('that stops in the middle leaves nothing', async () => {
    const before = await stored();
    const answeredBefore = answered;
    const body = form(file(movie), file(movie));
    const head = [
      'POST /chat/uploadImage HTTP/1.1',
      'Host: teahouse.test',
      `Authorization: Bearer ${ann.token}`,
      `Content-Type: ${MULTIPART}`,
      `Content-Length: ${body.length}`,
      '',
      '',
    ].join('\r\n');
    let left: Buffer = Buffer.concat([Buffer.from(head), body.subarray(0, movie.length + 2 * MB)]);
    const send = (socket: { write(bytes: Buffer): number }) => {
      while (left.length > 0) {
        const taken = socket.write(left);
        if (taken <= 0) return;
        left = left.subarray(taken);
      }
    };
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port: server.port ?? 0,
      socket: { open: send, drain: send, data: () => {} },
    });
    // The first file is in its place when the sender goes away.
    await expect
      .poll(async () => (await stored()).length, { timeout: 10_000 })
      .toBeGreaterThan(before.length + 1);
    socket.terminate();
    await expect.poll(() => answered, { timeout: 10_000 }).toBe(answeredBefore + 1);
    expect(await stored()).toEqual(before);
    // The server is still there.
    expect((await fetch(movieUrl, { method: 'HEAD' })).status).toBe(200);
  });
});
