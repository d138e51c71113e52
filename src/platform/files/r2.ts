import { createHash, type Hash } from 'node:crypto';
import { checkFileKey, checkRange, type FileMeta, type Files, isFileKey } from './files.ts';

/** R2's smallest part of a multipart upload: what is collected before anything is sent. */
const PART = 5 * 1024 * 1024;

/** Joins a stream's chunks into pieces of `PART` bytes; the last may be shorter, and is empty only alone. */
async function* piecesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let piece = new Uint8Array(PART);
  let used = 0;
  let yielded = false;
  for await (let chunk of body) {
    while (chunk.length > 0) {
      if (used === PART) {
        yield piece;
        yielded = true;
        piece = new Uint8Array(PART);
        used = 0;
      }
      const part = chunk.subarray(0, PART - used);
      piece.set(part, used);
      used += part.length;
      chunk = chunk.subarray(part.length);
    }
  }
  if (used > 0 || !yielded) yield piece.subarray(0, used);
}

/** Metadata are header fields to R2, so that a name goes in escaped. */
const nameOf = ({ customMetadata }: R2Object): string | undefined => {
  const name = customMetadata?.['name'];
  return name === undefined ? undefined : decodeURIComponent(name);
};

const metaOf = (object: R2Object): FileMeta => ({
  contentType: object.httpMetadata?.contentType ?? 'application/octet-stream',
  size: object.size,
  etag: object.httpEtag,
  isTracked: object.customMetadata?.['tracked'] === '1',
  name: nameOf(object),
});

/** What is hidden lies here: no key begins so, because none holds a slash. */
const HIDDEN = 'hidden/';
/** What is held aside lies here; a rule of the bucket may delete what is a day old. */
const HELD = 'held/';
/** Keys of a page, at most: who looks at each of them must stay within what a Worker may ask for in one run. */
const PAGE = 100;

/** Passes the bytes on and learns their hash on the way. */
async function* hashed(body: ReadableStream<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}

/**
 * Files in an R2 bucket. R2 takes a stream only when its length is known. So a stream is sent in parts of 5 MiB,
 * one of which is in memory at a time. Nothing shows before the last has arrived.
 */
export function r2Files(bucket: R2Bucket): Files {
  /** Moves an object. R2 has no such thing: it is copied, and then deleted where it was. */
  async function move(from: string, to: string): Promise<void> {
    const object = await bucket.get(from);
    if (!object) return;
    const { httpMetadata, customMetadata } = object;
    await bucket.put(to, object.body, {
      ...(httpMetadata && { httpMetadata }),
      ...(customMetadata && { customMetadata }),
    });
    await bucket.delete(from);
  }

  async function putStream(key: string, body: AsyncIterable<Uint8Array>, options: R2PutOptions) {
    const pieces = piecesOf(body);
    const first = await pieces.next();
    if (first.done) throw new Error('piecesOf yields at least one piece');
    let next = await pieces.next();
    if (next.done) return bucket.put(key, first.value, options);
    const upload = await bucket.createMultipartUpload(key, options);
    try {
      const parts = [await upload.uploadPart(1, first.value)];
      for (; !next.done; next = await pieces.next()) {
        parts.push(await upload.uploadPart(parts.length + 1, next.value));
      }
      return await upload.complete(parts);
    } catch (error) {
      await pieces.return(undefined);
      await upload.abort();
      throw error;
    }
  }

  return {
    async put(key, body, contentType, name) {
      checkFileKey(key);
      const hash = createHash('sha256');
      const customMetadata = { tracked: '1', ...(name && { name: encodeURIComponent(name) }) };
      const options = { httpMetadata: { contentType }, customMetadata };
      if (body instanceof Uint8Array) hash.update(body);
      const object =
        body instanceof Uint8Array
          ? await bucket.put(key, body, options)
          : await putStream(key, hashed(body, hash), options);
      return { ...metaOf(object), isTracked: true, sha256: hash.digest('hex') };
    },
    async hold(key, body) {
      checkFileKey(key);
      const { size } = await putStream(HELD + key, body, {});
      const get = async (range?: { offset: number; length: number }) => {
        const object = await bucket.get(HELD + key, range && { range });
        if (!object) throw new Error('What was held is gone');
        return object;
      };
      return {
        size,
        async read(start, count) {
          return new Uint8Array(await (await get({ offset: start, length: count })).arrayBuffer());
        },
        async *stream() {
          yield* (await get()).body;
        },
        drop: () => bucket.delete(HELD + key),
      };
    },
    async head(key) {
      checkFileKey(key);
      const object = await bucket.head(key);
      return object ? metaOf(object) : undefined;
    },
    async get(key, range) {
      checkFileKey(key);
      const part = range && { offset: range.start, length: range.end - range.start + 1 };
      const object = await bucket.get(key, part && { range: part });
      if (!object) return undefined;
      try {
        // R2 answers a range outside the object with the whole of it, without an error.
        if (range) checkRange(range, object.size);
      } catch (error) {
        await object.body.cancel();
        throw error;
      }
      return { ...metaOf(object), body: object.body };
    },
    async hide(key) {
      checkFileKey(key);
      await move(key, HIDDEN + key);
    },
    async show(key) {
      checkFileKey(key);
      await move(HIDDEN + key, key);
    },
    async delete(key) {
      checkFileKey(key);
      await bucket.delete([key, HIDDEN + key]);
    },
    async list(after) {
      const page = await bucket.list({
        limit: PAGE,
        delimiter: '/',
        ...(after !== undefined && { cursor: after }),
      });
      const keys = page.objects.map(({ key }) => key).filter(isFileKey);
      return page.truncated ? { keys, next: page.cursor } : { keys };
    },
    async free() {
      return undefined;
    },
  };
}
