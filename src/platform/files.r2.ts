import { checkFileKey, checkRange, type FileMeta, type Files } from './files.ts';

/** R2's smallest part of a multipart upload: what is collected before anything is sent. */
const PART = 5 * 1024 * 1024;

/** Joins a stream's chunks into pieces of `PART` bytes; the last may be shorter, and is empty only alone. */
async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
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

const metaOf = (object: R2Object): FileMeta => ({
  contentType: object.httpMetadata?.contentType ?? 'application/octet-stream',
  size: object.size,
  etag: object.httpEtag,
});

/**
 * Files in an R2 bucket. R2 takes a stream only when its length is known, so a stream is sent in parts
 * of 5 MiB, one of which is in memory at a time; nothing shows before the last has arrived.
 */
export function r2Files(bucket: R2Bucket): Files {
  async function putStream(key: string, body: ReadableStream<Uint8Array>, options: R2PutOptions) {
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
    async put(key, body, contentType) {
      checkFileKey(key);
      const options = { httpMetadata: { contentType } };
      const object =
        body instanceof Uint8Array
          ? await bucket.put(key, body, options)
          : await putStream(key, body, options);
      return metaOf(object);
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
    async delete(key) {
      checkFileKey(key);
      await bucket.delete(key);
    },
  };
}
