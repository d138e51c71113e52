import * as z from 'zod';
import type { Files, Thumbnails } from '../../src/platform/files/files.ts';
import { startWorker } from './miniflare.ts';

const metaSchema = z.object({
  contentType: z.string(),
  size: z.int(),
  etag: z.string(),
  isTracked: z.boolean(),
});
const writtenSchema = metaSchema.extend({ sha256: z.string() });
const pageSchema = z.object({ keys: z.array(z.string()), next: z.string().exactOptional() });

/** `Files` as the adapter gives them inside workerd, called over HTTP. */
export async function filesInWorkerd(): Promise<{ files: Files; stop(): Promise<unknown> }> {
  const { url, stop } = await startWorker(new URL('./files-worker.ts', import.meta.url).pathname);

  async function call(path: string, query: Record<string, string>, init: RequestInit = {}) {
    const response = await fetch(`${url}${path}?${new URLSearchParams(query)}`, init);
    if (response.status === 400) throw new RangeError(await response.text());
    if (response.status === 500) throw new Error(await response.text());
    return response;
  }

  const files: Files = {
    async put(key, body, contentType) {
      const whole = body instanceof Uint8Array;
      const init = {
        method: 'POST',
        headers: { 'content-type': contentType },
        body: whole ? new Blob([body.slice()]) : body,
      };
      const response = await call('/put', { key, ...(whole && { whole: '1' }) }, init);
      return writtenSchema.parse(await response.json());
    },
    // What is held lives as long as a call: uploads.test.ts tries it where it runs.
    hold: () => Promise.reject(new Error('Not over HTTP')),
    async head(key) {
      const response = await call('/head', { key });
      return metaSchema.nullable().parse(await response.json()) ?? undefined;
    },
    async get(key, range) {
      const part = range && { start: String(range.start), end: String(range.end) };
      const response = await call('/get', { key, ...part });
      if (response.status === 404) return undefined;
      const meta = metaSchema.parse(JSON.parse(response.headers.get('x-meta') ?? ''));
      return { ...meta, body: response.body ?? new Blob([]).stream() };
    },
    async hide(key) {
      await call('/hide', { key });
    },
    async show(key) {
      await call('/show', { key });
    },
    async delete(key) {
      await call('/delete', { key });
    },
    async list(after) {
      const response = await call('/list', after === undefined ? {} : { after });
      return pageSchema.parse(await response.json());
    },
    async free() {
      const response = await call('/free', {});
      return (
        z
          .number()
          .nullable()
          .parse(await response.json()) ?? undefined
      );
    },
  };
  return { files, stop };
}

/** `Thumbnails` by the Images binding inside workerd, and the same without the binding. */
export async function thumbnailsInWorkerd() {
  const { url, stop } = await startWorker(new URL('./files-worker.ts', import.meta.url).pathname);
  const shrinker = (query: string): Thumbnails => ({
    async shrink({ bytes: picture }, width) {
      const body = new Blob([picture.slice()]);
      const response = await fetch(`${url}/shrink?width=${width}${query}`, { method: 'POST', body });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new Error(await response.text());
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { bytes, contentType: response.headers.get('content-type') ?? '' };
    },
  });
  return { thumbnails: shrinker(''), without: shrinker('&none=1'), stop };
}
