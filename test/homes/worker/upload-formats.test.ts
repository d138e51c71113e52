import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { bodyOf, file, form, MULTIPART } from '../../support/forms.ts';
import { startWorker } from '../../support/miniflare.ts';
import {
  chattyGif,
  chattyPng,
  chattyWebp,
  phoneJpeg,
  phoneMovie,
  picture,
  SECRETS,
} from '../../support/pictures.ts';

const answerSchema = z.object({
  fields: z.array(z.tuple([z.string(), z.string()])).default([]),
  uploads: z.array(z.object({ key: z.string(), size: z.int(), keys: z.array(z.string()) })).default([]),
  refusal: z.string().optional(),
  left: z.int().optional(),
});
const MB = 1024 * 1024;
let worker: Awaited<ReturnType<typeof startWorker>>;
beforeAll(async () => {
  worker = await startWorker(new URL('../../support/files-worker.ts', import.meta.url).pathname);
});
afterAll(() => worker.stop());

async function store(body: Buffer | ReadableStream<Uint8Array>) {
  const headers = { 'content-type': MULTIPART };
  const sent = body instanceof ReadableStream ? body : new Blob([Uint8Array.from(body)]);
  const response = await fetch(`${worker.url}/store`, { method: 'POST', headers, body: sent });
  return answerSchema.parse(await response.json());
}

const stored = async (key: string) =>
  Buffer.from(await (await fetch(`${worker.url}/get?key=${key}`)).arrayBuffer());

describe('uploads inside workerd', () => {
  test('every kind of file streams out of a form into the bucket, without its metadata', async () => {
    const plain = await picture('png', 40, 30);
    const kinds: [string, Buffer][] = [
      ['jpg', phoneJpeg(await picture('jpeg', 40, 30), 6)],
      ['png', chattyPng(plain)],
      ['webp', chattyWebp(await picture('webp', 40, 30), 40, 30)],
      ['gif', chattyGif()],
      ['mp4', phoneMovie('mp42', Buffer.alloc(6 * MB))],
    ];
    const body = form({ field: 'token', value: 'abc' }, ...kinds.map(([, bytes]) => file(bytes)));
    const { fields, uploads } = await store(bodyOf(body, 60_000));
    expect(fields).toEqual([['token', 'abc']]);
    expect(uploads).toHaveLength(kinds.length);
    for (const [i, { key, size }] of uploads.entries()) {
      const extension = kinds[i]?.[0];
      expect(key).toMatch(new RegExp(`^\\d{13}_[0-9A-Za-z]{22}\\.${extension}$`));
      const bytes = await stored(key);
      expect(bytes.length).toBe(size);
      for (const secret of SECRETS) expect(bytes.includes(secret), `${key} ${secret}`).toBe(false);
    }
    for (const { key } of uploads) await fetch(`${worker.url}/delete?key=${key}`);
  });

  test('a large picture gets a copy 400 pixels wide, upright', async () => {
    const large = phoneJpeg(await picture('jpeg', 1800, 1200, true), 6);
    const { uploads } = await store(form(file(large)));
    const keys = uploads[0]?.keys ?? [];
    expect(keys).toHaveLength(2);
    expect(await new Bun.Image(await stored(keys[1] ?? '')).metadata()).toMatchObject({
      width: 400,
      height: 600,
    });
    for (const key of keys) await fetch(`${worker.url}/delete?key=${key}`);
  });

  test('what breaks off, is too large or of no kind leaves nothing in the bucket', async () => {
    const photo = await picture('jpeg', 40, 30);
    const movie = phoneMovie('mp42', Buffer.alloc(7 * MB));
    const whole = form(file(photo), file(movie));
    expect(await store(bodyOf(whole.subarray(0, whole.length - MB), 60_000))).toMatchObject({
      refusal: 'INVALID_PARAMETER',
      left: 0,
    });
    const large = form(file(photo), file(phoneMovie('mp42', Buffer.alloc(10 * MB))));
    expect(await store(bodyOf(large, 60_000))).toMatchObject({ refusal: 'FILE_TOO_LARGE', left: 0 });
    const page = form(file(photo), file(Buffer.from('<html><script></script></html>')));
    expect(await store(page)).toMatchObject({ refusal: 'UNSUPPORTED_FILE', left: 0 });
    const ten = form(...Array.from({ length: 10 }, () => file(photo)));
    expect(await store(ten)).toMatchObject({ refusal: 'TOO_MANY_FILES', left: 0 });
  });
});
